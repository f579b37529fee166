r"""Cut tails take the factor $\tau<1$ off the variance in every fit to such points, at every sample size.

Drift takes about $1/M$ per fit off a single chain: the cut decides where $M(1-\tau)>1$, and no amount of data helps.
"""

from theory.claim import Claim, Kind
from theory.claims.gaussian.biased_fit import COMMON, CUT, CUT_DRAW, bindings, examples
from theory.claims.gaussian.biased_variance import derivation, evaluate, limit, reference
from theory.derivation import Derivation


def derive() -> Derivation:
    """The shared derivation, for these draws."""
    return derivation(CUT_DRAW)


CLAIM = Claim(
    id="gaussian-truncated-replace-variance",
    title="A sampler that cuts the tails takes its factor tau off the mean variance in every fit to what it wrote",
    kind=Kind.EXACT,
    statistic="variance",
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
