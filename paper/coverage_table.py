"""What is known of Gaussians as one table: statistic by retention policy, the kind of claim that answers."""

from collections.abc import Callable
from pathlib import Path

from paper.tables import long_table
from theory.claim import Kind
from theory.coverage import BOUNDS, POLICIES, Answer, Coverage, coverage

HEADS = {
    "replace": "rep.", "iid share": "iid", "stratified share": "str.", "fixed share": "fix.", "accumulate": "acc.",
    "subsample": "sub.", "subsample, replacement": "sub.r", "weighted": "wei.", "window": "win.",
    "forgetting": "for.", "pool": "pool", "pool, budget": "bud.",
}  # fmt: skip
"""What stands above a column of each policy."""

LETTERS = {
    Kind.EXACT.value: "E", BOUNDS: "B", Kind.UPPER_BOUND.value: "U", Kind.LOWER_BOUND.value: "L",
    Kind.ASYMPTOTIC.value: "A", Kind.APPROXIMATION.value: "P", Kind.CONJECTURE.value: "C", "": "--",
}  # fmt: skip

SPACE = "space"
"""The name of the column of several dimensions."""


def write_coverage(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Write the matrix of Gaussians; the inputs are the claims' records, which say when it must be made again."""
    line, space = coverage("gaussian"), coverage("gaussian_vector")
    outputs[0].parent.mkdir(parents=True, exist_ok=True)
    outputs[0].write_text(table(line, space), encoding="utf-8")
    advance(1.0)


def table(line: Coverage, space: Coverage) -> str:
    """Rows are statistics, columns policies on the line, and replacement in three dimensions."""
    rows = []
    for name in dict.fromkeys((*line.statistics, *space.statistics)):
        cells = [_cell(line.answers.get((name, policy))) for policy in POLICIES]
        rows.append(" & ".join([name.replace("_", " "), *cells, _cell(space.answers.get((name, "replace")))]) + r" \\")
    covered = sum(bool(answer.finite) for answer in line.answers.values())
    caption = (
        r"What is known of a Gaussian, statistic by policy: E exact, B bounds on both sides, U an upper and L a lower "
        r"bound, A an asymptotic form, P an approximation, -- nothing; a star where no limit is known, a second letter "
        r"where it is known in another way than finite generations. The weaker of the answers for the unbiased divisor "
        rf"and under maximum likelihood; on the line {covered} of {len(line.answers)} pairs are answered. Policies are "
        r"replacement, three schemes of a real share (iid, stratified, fixed), accumulation, a subsample of everything "
        r"without and with replacement, a weighted mixture, a window, forgetting, a pool of unequal batches without "
        r"and with a budget; the last column is replacement in three dimensions."
    )
    head = " & ".join(["", *(HEADS[policy] for policy in POLICIES), "3d"]) + r" \\"
    return long_table(r"p{0.2\linewidth}" + "c" * (len(POLICIES) + 1), caption, "tab:coverage", head, rows)


def _cell(answer: Answer | None) -> str:
    """One letter, two where t = inf is answered otherwise, a star where it is not; empty if nothing is defined."""
    if answer is None:
        return ""
    finite, limit = LETTERS[answer.finite], LETTERS[answer.limit]
    if finite == limit:
        return finite
    return f"{finite}/{limit}" if answer.limit else f"{finite}*"
