r"""The second moment of the variance where the largest of $k$ draws is kept: its fourth moment decides."""

from theory.claim import Claim, Kind
from theory.claims.gaussian.biased_fit import CHOSEN, CHOSEN_DRAW, COMMON, bindings, examples
from theory.claims.gaussian.biased_square import derivation, evaluate, limit, reference
from theory.derivation import Derivation


def derive() -> Derivation:
    """The shared derivation, for these draws."""
    return derivation(CHOSEN_DRAW)


CLAIM = Claim(
    id="gaussian-best-of-replace-variance-second-moment",
    title="Under a sampler that keeps the largest of k the second moment of the variance is geometric from "
    "the first fit on",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(*COMMON, *CHOSEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(examples({"k": 3}, {"k": 2}, {"k": 10}, {"k": 1}, {"k": 10})),
)  # fmt: skip
