"""What is known of Gaussians as one table: statistic by retention policy, the kind of claim that answers."""

from collections.abc import Callable
from pathlib import Path

from paper.tables import long_table
from theory.claim import Kind
from theory.coverage import BOUNDS, POLICIES, Answer, Coverage, coverage

HEADS = {
    "replace": "rep.", "iid share": "iid", "stratified share": "str.", "fixed share": "fix.", "accumulate": "acc.",
    "subsample": "sub.", "subsample, replacement": "sub.r", "weighted": "wei.", "window": "win.",
    "window, share": "win.s", "forgetting": "for.", "pool": "pool", "pool, budget": "bud.",
}  # fmt: skip
"""What stands above a column of each policy."""

LETTERS = {
    Kind.EXACT.value: "E", BOUNDS: "B", Kind.UPPER_BOUND.value: "U", Kind.LOWER_BOUND.value: "L",
    Kind.ASYMPTOTIC.value: "A", Kind.APPROXIMATION.value: "P", Kind.CONJECTURE.value: "C", "": "--",
}  # fmt: skip

LEGEND = (
    r"E exact, B bounds on both sides, U an upper and L a lower bound, A an asymptotic form, P an approximation, -- "
    r"nothing; a star where no limit is known, a second letter where it is known in another way than finite "
    r"generations. The weaker of the answers for the unbiased divisor and under maximum likelihood"
)


def write_coverage(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Write both matrices of Gaussians; the inputs are the claims' records, which say when they must be made again."""
    line, space = coverage("gaussian"), coverage("gaussian_vector")
    captions = (
        rf"What is known of a Gaussian on the line, statistic by policy: {LEGEND}; {counted(line)}. Policies are "
        r"replacement, three schemes of a real share (iid, stratified, fixed), accumulation, a subsample of everything "
        r"without and with replacement, a weighted mixture, a window without and with a share of fresh real data, "
        r"forgetting, a pool of unequal batches without and with a budget.",
        rf"What is known of a Gaussian in three dimensions, as in Table~\ref{{tab:coverage}}; {counted(space)}.",
    )
    tables = (table(line, captions[0], "tab:coverage"), table(space, captions[1], "tab:coverage-space"))
    outputs[0].parent.mkdir(parents=True, exist_ok=True)
    outputs[0].write_text("\n".join(tables), encoding="utf-8")
    advance(1.0)


def counted(matrix: Coverage) -> str:
    """How many of the pairs of a statistic and a policy are answered at finite t."""
    return (
        f"{sum(bool(answer.finite) for answer in matrix.answers.values())} of {len(matrix.answers)} pairs are answered"
    )


def table(matrix: Coverage, caption: str, label: str) -> str:
    """Rows are statistics, columns policies."""
    rows = []
    for name in matrix.statistics:
        cells = (_cell(matrix.answers.get((name, policy))) for policy in POLICIES)
        rows.append(" & ".join([name.replace("_", " "), *cells]) + r" \\")
    head = " & ".join(["", *(HEADS[policy] for policy in POLICIES)]) + r" \\"
    return long_table(r"p{0.2\linewidth}" + "c" * len(POLICIES), caption, label, head, rows)


def _cell(answer: Answer | None) -> str:
    """One letter, two where t = inf is answered otherwise, a star where it is not; empty if nothing is defined."""
    if answer is None:
        return ""
    finite, limit = LETTERS[answer.finite], LETTERS[answer.limit]
    if finite == limit:
        return finite
    return f"{finite}/{limit}" if answer.limit else f"{finite}*"
