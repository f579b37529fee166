r"""Keeping the largest of $k$ draws takes the factor $\tau_k$ off the variance in every fit to such points.

For $k=2$ it is $1-1/\pi$, at every sample size: what is gained in the mean is spent in diversity, and the sum of all
steps of an infinite sample is finite.
"""

from theory.claim import Claim, Kind
from theory.claims.gaussian.biased_fit import CHOSEN, CHOSEN_DRAW, COMMON, bindings, examples
from theory.claims.gaussian.biased_variance import derivation, evaluate, limit, reference
from theory.derivation import Derivation


def derive() -> Derivation:
    """The shared derivation, for these draws."""
    return derivation(CHOSEN_DRAW)


CLAIM = Claim(
    id="gaussian-best-of-replace-variance",
    title="A sampler that keeps the largest of k takes its factor tau off the mean variance in every fit to what it "
    "wrote",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*COMMON, *CHOSEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=tuple(examples({"k": 3}, {"k": 2}, {"k": 10}, {"k": 1}, {"k": 10})),
)  # fmt: skip
