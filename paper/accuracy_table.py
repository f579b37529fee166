"""How many digits the evaluators keep, by region, as the paper prints what the tests measure."""

from collections.abc import Callable
from pathlib import Path

from paper.render import power
from paper.tables import long_table
from theory.accuracy import REGIONS, REMARKS, accuracy_rows
from theory.formula import prose


def write_accuracy(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Write the table of promised relative errors."""
    outputs[0].parent.mkdir(parents=True, exist_ok=True)
    outputs[0].write_text(table(), encoding="utf-8")
    advance(1.0)


def table() -> str:
    """One row for each claim, two columns for each class of sample sizes; remarks follow in the caption."""
    marks = {name: "abcdefghij"[place] for place, name in enumerate(REMARKS)}
    rows = []
    for name, *errors in accuracy_rows():
        mark = rf"$^{{\mathrm{{{marks[name]}}}}}$" if name in marks else ""
        cells = [f"${power(float(error), 0)}$" if error != "-" else "--" for error in errors]
        words = name.removeprefix("gaussian-").replace("-", " ")
        rows.append(" & ".join([rf"\ref{{claim:{name}}}", f"{words}{mark}", *cells]) + r" \\")
    remarks = "; ".join(f"({marks[name]}) {prose(words)}" for name, words in REMARKS.items())
    caption = (
        r"Relative error that the evaluators promise, by region, against the recurrence in 50 digits: $M$ in 2, 3, 10 "
        r"(small), 100, $10^4$ (medium), $10^6$, $10^9$ (large), $t$ in 1, 10 (few) and $10^3$, $10^6$ (many), every "
        rf"divisor. Where a value leaves the range of a float its logarithm is meant. {remarks}."
    )
    head = " & ".join(["", "", *(f"{size}, {times}" for size, times in REGIONS)]) + r" \\"
    return long_table("rl" + "r" * len(REGIONS), caption, "tab:accuracy", head, rows)
