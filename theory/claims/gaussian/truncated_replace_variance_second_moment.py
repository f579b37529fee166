r"""The second moment of the variance under a sampler that cuts the tails: the fourth moment of a draw decides."""

from theory.claim import Claim, Kind
from theory.claims.gaussian.biased_fit import COMMON, CUT, CUT_DRAW, bindings, examples
from theory.claims.gaussian.biased_square import derivation, evaluate, limit, reference
from theory.derivation import Derivation


def derive() -> Derivation:
    """The shared derivation, for these draws."""
    return derivation(CUT_DRAW)


CLAIM = Claim(
    id="gaussian-truncated-replace-variance-second-moment",
    title="Under a sampler that cuts the tails the second moment of the variance is geometric from the first fit on",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(*COMMON, *CUT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(
        examples({"cutoff": 1.6448536269514722}, {"cutoff": 0.5}, {"cutoff": 3.0}, {"cutoff": 9.0}, {"cutoff": 3.0})
    ),
)  # fmt: skip
