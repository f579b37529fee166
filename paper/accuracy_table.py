"""How many digits the evaluators keep, by region, as the paper prints what the tests measure."""

import math
from collections.abc import Callable
from pathlib import Path

from paper.tables import long_table
from theory.accuracy import REGIONS, REMARKS, accuracy_rows
from theory.formula import prose

SHORT = {"medium": "mid"}
"""What does not fit above a column."""


def write_accuracy(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Write the table of promised relative errors."""
    outputs[0].parent.mkdir(parents=True, exist_ok=True)
    outputs[0].write_text(table(), encoding="utf-8")
    advance(1.0)


def table() -> str:
    """Digits: one row for each claim, two columns for each class of sample sizes; remarks follow in the caption."""
    marks = {name: "abcdefghij"[place] for place, name in enumerate(REMARKS)}
    rows = []
    for name, *errors in accuracy_rows():
        mark = rf"$^{{\mathrm{{{marks[name]}}}}}$" if name in marks else ""
        cells = [f"{-math.log10(float(error)):.1f}" if error != "-" else "--" for error in errors]
        words = _shortened(name.removeprefix("gaussian-").replace("-", " "))
        rows.append(" & ".join([rf"\ref{{claim:{name}}}", f"{words}{mark}", *cells]) + r" \\")
    remarks = "; ".join(f"({marks[name]}) {prose(words)}" for name, words in REMARKS.items())
    caption = (
        r"Decimal digits that the evaluators promise to keep, by region, against a second route that has more: 14.7 "
        r"is a relative error of $2\times10^{-15}$. $M$ in 2, 3, 10 (small), 100, $10^4$ (mid), $10^6$, $10^9$ "
        r"(large), $t$ in 1, 10 (few) and $10^3$, $10^6$ (many). "
        r"Replaced data under every divisor; policies under maximum likelihood and the unbiased one, with real shares "
        r"of 1/10 and 1/2, windows of 1 and 2 batches, rates and weights from $10^{-6}$ to 0.9, and sizes "
        r"$Mk$ and $Mk^2$ where they vary. Where a value of "
        r"replaced data leaves the range of a float its logarithm is meant; a dash where no second route has the "
        rf"digits, or ends in time. {remarks}."
    )
    head = " & ".join(["", "", *(f"{SHORT.get(size, size)}, {times}" for size, times in REGIONS)]) + r" \\"
    columns = r"rp{0.34\linewidth}" + r"p{0.085\linewidth}" * len(REGIONS)
    return long_table(columns, caption, "tab:accuracy", head, rows)


def _shortened(words: str) -> str:
    """A claim's name in the width of a column."""
    shorter = {
        "mean squared error": "error", "variance second moment": "second moment", "mean fourth moment": "fourth moment",
        "wasserstein2 squared": "$W_2^2$", "real share ": "",
    }  # fmt: skip
    for long, short in shorter.items():
        words = words.replace(long, short)
    return words
