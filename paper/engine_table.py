"""The benchmarks as the paper prints them: one table with every target, and the numbers of the prose."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from paper.benchmarks import Benchmarks, Row, Target, load_benchmarks
from paper.render import macro, power, whole
from paper.tables import long_table
from theory.formula import escaped

NUMPY = ("numpy, 1 thread", "numpy, 2 threads", "core for core")
"""Peers that have a column of their own."""

FUSED, WIDE = "fused threefry", "fused threefry, widest vectors"
"""The share of the rate of the bits alone: as XLA compiles that by itself, and with the engine's own options."""

ENSEMBLES = {
    "bits": "Random numbers",
    "gaussian": "Gaussian ensembles",
    "tokens": "Token ensembles, a Zipf source under replacement",
    "sizes": "Large vocabularies and corpora, every generation read",
}
OTHERS = ("solver", "evaluators", "grid", "memory", "startup")

CARD = {"memory": 4.8e12, "float": 34e12, "integer": 132 * 64 * 1.98e9}
"""Bytes and operations per second that the data sheet of an NVIDIA H200 promises."""

CHAINS = "chain-generations/s"


def write_engine(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Write the table and the numbers from the saved benchmarks ``inputs[0]``."""
    found = load_benchmarks(inputs[0])
    for output, text in zip(outputs, (table(found), numbers(found)), strict=True):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    advance(1.0)


def table(found: Benchmarks) -> str:
    """Every row that was measured against something, and every target beside what was measured."""
    return _ensembles(found) + "\n" + _others(found)


def _ensembles(found: Benchmarks) -> str:
    rows = []
    for group, title in ENSEMBLES.items():
        members = [row for row in found.rows if row.group == group]
        if not members:
            continue
        usual, times = Counter(row.setting for row in members).most_common(1)[0]
        usual = usual if 2 * times > len(members) else ""
        heading = f"{title}: {setting(usual)}" if usual else title
        rows.append(rf"\multicolumn{{7}}{{l}}{{\emph{{{heading}}}}} \\")
        rows += [" & ".join(_cells(row, usual)) + r" \\" for row in members]
    made = found.provenance
    versions = ", ".join(f"{name} {version}" for name, version in made["libraries"].items() if name != "jaxlib")
    quick = ", a quick run with small ensembles" if found.quick else ""
    processor, instructions, backend = (escaped(made[name]) for name in ("processor", "instruction_set", "backend"))
    caption = (
        rf"The engine beside its peers on {made['cores']} cores of a processor that calls itself {processor} "
        rf"({instructions}; Python {made['python']}, {versions}; JAX on {backend}). Ours is in chains times "
        r"generations per second unless it says so. Ratios are ours over numpy's, medians of the ratios within each of "
        rf"{found.rounds} rounds in which all contenders ran in turn{quick}. In the columns 1 thread and 2 threads, "
        r"numpy's, the engine has two cores in both, as the targets were set; in the column 1 core each has one. A "
        r"sign sets what was measured beside its target: $\geq$ or $\leq$ where it is reached, $<$ or $>$ where it is "
        r"not. Bits is the share of the rate at which the same random bits can be made and thrown away."
    )
    head = r"& method & ours & 1 thread & 2 threads & 1 core & others \\"
    return long_table("llrrrrl", caption, "tab:engine", head, rows)


def _others(found: Benchmarks) -> str:
    rows = []
    for row in (row for row in found.rows if row.group in OTHERS):
        measured = "not covered" if row.value is None else _value(row)
        targets = "; ".join(_named(target.what, target.measured, target) for target in row.targets)
        rows.append(f"{_name(row)} & {setting(row.setting)} & {measured} & {targets}" + r" \\")
    caption = (
        r"Solvers, grids, memory and commands beside their targets, as in Table~\ref{tab:engine}. Beyond its "
        r"arithmetic a cell costs what the engine and the store do for it: tables, tracing, files that are flushed to "
        r"the disk."
    )
    return long_table("llrl", caption, "tab:engine-others", r"& setting & measured & target \\", rows)


def numbers(found: Benchmarks) -> str:
    """One macro for every number in the prose."""
    reached = sum(target.reached for target in found.targets)
    values = {
        "targets": str(len(found.targets)),
        "reached": str(reached),
        "short": str(len(found.targets) - reached),
        "rounds": str(found.rounds),
        "processor": escaped(found.provenance["processor"]),
        "date": found.provenance["date"],
        "widest": _widest(found),
        "shortfalls": _shortfalls(found),
    }
    roofline = {row.name: row for row in found.rows if row.group == "roofline"}
    values |= {f"roofline {name}": _count(row) for name, row in roofline.items()}
    values |= {f"bound {name}": f"${power(rate)}$" for name, rate in bounds(roofline).items()}
    return "".join(rf"\newcommand{{\{macro('Engine', name)}}}{{{value}}}" + "\n" for name, value in values.items())


def bounds(roofline: Mapping[str, Row]) -> dict[str, float]:
    """Chain-generations per second that the card's memory and each kind of arithmetic allow alone, and both kinds."""
    names = {
        "memory": "bytes of state, read and written",
        "float": "floating-point operations",
        "integer": "integer operations",
    }
    seconds = {what: _median(roofline[name]) / CARD[what] for what, name in names.items()}
    together = seconds["float"] + seconds["integer"]
    return {what: 1.0 / time for what, time in seconds.items()} | {"arithmetic": 1.0 / together}


def setting(words: str) -> str:
    """``K=1000, M=1e4, read`` as LaTeX, formulas set as such."""
    return ", ".join(
        f"${_size(part)}$" if re.fullmatch(r"\w=[\de]+", part) else escaped(part) for part in words.split(", ")
    )


def _size(equation: str) -> str:
    name, _, number = equation.partition("=")
    mantissa, _, exponent = number.partition("e")
    if exponent:
        return f"{name}=10^{{{exponent}}}" if mantissa == "1" else rf"{name}={mantissa}\cdot 10^{{{exponent}}}"
    return f"{name}={whole(int(number))}"


def _cells(row: Row, usual: str) -> Iterator[str]:
    """What was run, how, ours, three ratios, and the others with their names; what is as usual is left out."""
    wanted = {target.what: target for target in row.targets}
    left_out = usual.split(", ") if usual else [part for part in row.setting.split(", ") if part.startswith("R=")]
    unusual = [part for part in row.setting.split(", ") if part not in left_out]
    yield ", ".join([_name(row), *([setting(", ".join(unusual))] if unusual else [])])
    yield rf"\texttt{{{escaped(row.method)}}}" if row.method else ""
    yield "not covered" if row.value is None else _value(row)
    for peer in NUMPY:
        ratio = row.ratios.get(peer)
        yield "" if ratio is None else _ratio(ratio.median, wanted.pop(peer, None))
    others = {name: ratio.median for name, ratio in row.ratios.items() if name not in (*NUMPY, WIDE)}
    others |= {what: target.measured for what, target in wanted.items()}
    yield "; ".join(
        _named("bits" if what == FUSED else what, value, wanted.get(what)) for what, value in others.items()
    )


def _named(what: str, value: float, target: Target | None) -> str:
    return f"{escaped(what)} {_ratio(value, target)}"


def _name(row: Row) -> str:
    return escaped(row.name.removeprefix("Gaussian, ").removeprefix("tokens, "))


def _value(row: Row) -> str:
    unit = "" if row.unit in (CHAINS, "") or row.group == "bits" else rf"\,{escaped(row.unit)}"
    return _number(_median(row)) + unit


def _median(row: Row) -> float:
    assert row.value is not None
    return row.value.median


def _number(number: float) -> str:
    """Three figures, with a power of ten where it is large or small."""
    if number == 0 or 0.01 <= number < 1000:
        return f"{number:.3g}"
    return f"${power(number)}$"


def _ratio(ratio: float, target: Target | None) -> str:
    if target is None:
        return _number(ratio)
    sign = (r"\geq", "<") if target.at_least else (r"\leq", ">")
    return rf"{_number(ratio)} ${sign[not target.reached]}$ {_number(target.needed)}"


def _shortfalls(found: Benchmarks) -> str:
    """The rows that missed a target, each with the targets that it missed."""
    missed: dict[str, list[str]] = {}
    for row in found.rows:
        what = ["no kernel"] if row.value is None else [escaped(t.what) for t in row.targets if not t.reached]
        if what:
            names = missed.setdefault(_name(row), [])
            names += [name for name in what if name not in names]
    return "; ".join(f"{name} ({', '.join(what)})" for name, what in missed.items()) or "none"


def _widest(found: Benchmarks) -> str:
    """How many times as fast the bits alone are with the widest vectors as XLA makes them by itself."""
    return next(
        (_number(row.ratios[FUSED].median) for row in found.rows if row.group == "bits" and FUSED in row.ratios), "--"
    )


def _count(row: Row) -> str:
    number = _median(row)
    return whole(round(number)) if number < 1e5 else f"${power(number)}$"
