"""A run of the benchmarks as a table on the screen and as CSV."""

import csv
import io

from paper.benchmarks import Benchmarks, Row

CAPTION = (
    "Ratios are ours over the peer's, medians over {rounds} interleaved rounds; unless it says core for core (one "
    "core, one lane at a time) ours uses two cores, beside numpy on one thread as on two."
)


def print_benchmarks(found: Benchmarks) -> None:
    """The table, a line for every target, and how many were reached."""
    from theory.commandline import print_rendered, print_table

    rows = [(row.group, row.name, row.setting, row.method, amount(row), ratios(row)) for row in found.rows]
    print_table(("group", "what", "setting", "method", "ours", "ratios [quartiles]"), rows, right=("ours",))
    print_rendered("")
    print_table(("what", "setting", "target"), [
        (row.name, row.setting, target.sentence) for row in found.rows for target in row.targets
    ])  # fmt: skip
    for row in found.rows:
        if row.value is None:
            print_rendered(f"{row.name}, {row.setting}: {row.note}")
    reached = sum(target.reached for target in found.targets)
    print_rendered(f"\n{reached} of {len(found.targets)} targets reached. {CAPTION.format(rounds=found.rounds)}")


def amount(row: Row) -> str:
    """The value with its unit."""
    return "-" if row.value is None else f"{row.value.median:.3g} {row.unit}".rstrip()


def ratios(row: Row) -> str:
    """Every ratio with its quartiles."""
    return "; ".join(f"{name} {r.median:.3g} [{r.low:.3g}, {r.high:.3g}]" for name, r in row.ratios.items())


def csv_text(found: Benchmarks) -> str:
    """One line for every ratio, value and target: what it is, its quartiles, and what was needed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ("group", "name", "setting", "method", "what", "unit", "median", "low", "high", "needed", "reached")
    writer.writerow(head)
    for row in found.rows:
        key = (row.group, row.name, row.setting, row.method)
        if row.value is None:
            writer.writerow((*key, row.note, row.unit, "", "", "", "", ""))
            continue
        writer.writerow((*key, "ours", row.unit, row.value.median, row.value.low, row.value.high, "", ""))
        for name, r in row.ratios.items():
            writer.writerow((*key, name, "ratio", r.median, r.low, r.high, "", ""))
        for target in row.targets:
            side = "at least" if target.at_least else "at most"
            writer.writerow(
                (*key, f"target: {target.what}", side, target.measured, "", "", target.needed, target.reached)
            )
    return text.getvalue()
