r"""From how many tokens of the first text a later text descends: the number that decides which types survive.

Looked at backwards, the M tokens of generation t pick their parents in generation t-1 like balls picking
boxes, these theirs, down to $A_{t-1}$ distinct tokens of generation 1, which are independent draws from the
source:
$$A_0 = M,\qquad A_{g+1}\mid A_g = n \;\sim\; \text{boxes hit by } n \text{ balls in } M \text{ boxes}.$$
The law of $A_g$ is followed without approximation: while it is wide, at a few dozen equally spaced numbers (a
sum over all of them differs by less than $e^{-80}$), stepped as a mixture of Poisson laws; once at most
``SMALL`` lineages are left, whole, and many generations at a time. A step takes 0.2 ms for every
M.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from theory.laws.occupancy import OccupancyPowers
from theory.laws.poisson_mixture import PoissonMixture, poisson_mixture

SMALL = 512  # laws on 1 … SMALL are carried whole, with relative accuracy
WIDTH = 9.0  # half-width of a window in standard deviations
POINTS_PER_DEVIATION = 3  # spacing of the numbers at which a wide law is known
NEGLIGIBLE = 1e-18  # relative probabilities at the ends of a law that are dropped


@dataclass(frozen=True)
class LineageLaw:
    """P(A = n) at equally spaced n, scaled to sum 1: sums of smooth functions over them are expectations."""

    number: Float[np.ndarray, " n"]
    probability: Float[np.ndarray, " n"]

    @property
    def mean(self) -> float:
        return float(self.probability @ self.number)

    @property
    def variance(self) -> float:
        return float(self.probability @ (self.number - self.mean) ** 2)

    def absence(self, p: Float[np.ndarray, "*K"]) -> Float[np.ndarray, "*K"]:
        """E(1-p)^A, the chance that A draws from the source miss a set of probability p, to 1e-14."""
        return np.exp(np.multiply.outer(_log_complement(p), self.number)) @ self.probability

    def presence(self, p: Float[np.ndarray, "*K"]) -> Float[np.ndarray, "*K"]:
        """1 - E(1-p)^A, without the cancellation at small p."""
        return -np.expm1(np.multiply.outer(_log_complement(p), self.number)) @ self.probability

    def mixture(self) -> PoissonMixture:
        """The law as a complex mixture of Poisson laws."""
        kept = _not_negligible(self.probability)
        return poisson_mixture(self.number[kept], self.probability[kept])


def lineage_laws(M: int, generations: Sequence[int]) -> Iterator[LineageLaw]:
    """The laws of A_g for the given g >= 0, which must not fall."""
    done, law, powers = 0, LineageLaw(np.array([float(M)]), np.ones(1)), None
    for g in map(int, generations):
        while done < g and law.number[-1] > SMALL:
            law, done = one_generation(law, M), done + 1
        if done < g:
            powers = powers or OccupancyPowers(min(SMALL, M), M)
            whole = np.zeros(powers.size)
            whole[law.number.astype(int) - 1] = law.probability
            law, done = LineageLaw(np.arange(1.0, powers.size + 1.0), powers.advance(whole, g - done)), g
        yield law


def generations_stepped(M: int) -> int:
    """About how many generations are stepped one by one until few lineages are left: E A_g is near 2M/g."""
    return 2 * M // (SMALL - 8 * int(np.sqrt(SMALL / 3)))


def one_generation(law: LineageLaw, M: int) -> LineageLaw:
    """The law of the number of distinct parents of A tokens, each parent one of M."""
    mean, variance = boxes_hit_moments(law.mean, law.variance, M)
    deviation = np.sqrt(variance)
    low, high = np.floor(max(1.0, mean - WIDTH * deviation - 4)), np.floor(min(M - 1.0, mean + WIDTH * deviation + 4))
    spacing = 1 if high <= SMALL else max(1, int(deviation / POINTS_PER_DEVIATION))
    number = np.arange(low, high + 1.0, spacing)
    probability = law.mixture().boxes_hit(M, number)
    kept = _not_negligible(probability)
    return LineageLaw(number[kept], probability[kept] / probability[kept].sum())


def boxes_hit_moments(mean: float, variance: float, M: int) -> tuple[float, float]:
    r"""Mean and variance of the boxes that A balls hit, A as if its first two cumulants were all.

    With $L_k=\ln(1-k/M)$ and $e_k = E(1-k/M)^A = \exp(mL_k + vL_k^2/2)$: mean $M(1-e_1)$, variance $M(M-1)e_2
    + Me_1 - M^2e_1^2$.
    """
    L1, L2 = math.log1p(-1.0 / M), math.log1p(-2.0 / M)
    log_e1 = mean * L1 + variance * L1**2 / 2
    e1 = math.exp(log_e1)
    excess = mean * (L2 - 2 * L1) + variance * (L2**2 - 2 * L1**2) / 2  # log(e_2 / e_1^2)
    return -M * math.expm1(log_e1), (M * e1) ** 2 * math.expm1(excess) + M * e1 * (1.0 - e1 * math.exp(excess))


def _not_negligible(probability: Float[np.ndarray, " n"]) -> slice:
    """From the first to the last probability that counts."""
    counts = np.flatnonzero(probability > NEGLIGIBLE * probability.max())
    return slice(counts[0], counts[-1] + 1)


def _log_complement(p: Float[np.ndarray, "*K"]) -> Float[np.ndarray, "*K"]:
    """log(1-p), -inf at p = 1."""
    with np.errstate(divide="ignore"):
        return np.log1p(-np.asarray(p, dtype=np.float64))
