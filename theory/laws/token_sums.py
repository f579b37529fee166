r"""Sums over a vocabulary of any size, $\sum_i h(p_i)$, with a few hundred evaluations of h.

What is summed here is a mixture of $e^{-\theta p}$ or $(1-p)^n$ with powers of p in front, bounded and
analytic in $|\arg p|<\pi/2$, and so smooth in log p. On panels of ratio 4, the first at the least
probability, Chebyshev interpolation with ``NODES`` nodes errs by less than 1e-15 of what is summed; the sum
of the Lagrange polynomials over the tokens of a panel is the weight of a node.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

NODES = 32  # of a panel
TOKENS_AT_ONCE = 100_000  # summed over together, so that memory stays within some arrays of the vocabulary
FEW = 256  # distinct probabilities up to which every one is kept
LARGE = 1.0 / 16.0  # probabilities above are kept, as (1-2p)^n is not smooth there


@dataclass(frozen=True)
class TokenSum:
    """sum_i h(p_i) = sum_j weight_j h(p_j); tokens of probability 0 are left out."""

    p: Float[np.ndarray, " n"]
    weight: Float[np.ndarray, " n"]


def token_sum(distribution: Float[np.ndarray, " K"]) -> TokenSum:
    """The nodes of a vocabulary: its distinct probabilities, with multiplicities, or panels where there are many."""
    p, count = np.unique(distribution[distribution > 0.0], return_counts=True)
    if len(p) <= FEW:
        return TokenSum(p, count.astype(np.float64))
    panel = np.where(p > LARGE, -1, np.floor(np.log(p / p[0]) / np.log(4.0)).astype(np.int64))
    parts = [(p[panel == -1], count[panel == -1].astype(np.float64))]
    for k in np.unique(panel[panel >= 0]):
        inside, times = p[panel == k], count[panel == k].astype(np.float64)
        parts.append((inside, times) if len(inside) <= NODES else _interpolated(inside, times, p[0] * 4.0 ** (k + 1)))
    return TokenSum(np.concatenate([p for p, _ in parts]), np.concatenate([weight for _, weight in parts]))


def _interpolated(p: np.ndarray, count: np.ndarray, top: float) -> tuple[np.ndarray, np.ndarray]:
    """Chebyshev nodes in log p on [top/4, top], and the sums of their Lagrange polynomials over the tokens."""
    x = 1.0 + 2.0 * np.log(p / top) / np.log(4.0)
    angle = np.pi * (np.arange(NODES) + 0.5) / NODES
    parts = range(0, len(p), TOKENS_AT_ONCE)
    moments = sum(_chebyshev_sums(x[i : i + TOKENS_AT_ONCE], count[i : i + TOKENS_AT_ONCE]) for i in parts)
    moments[0] /= 2.0
    weight = 2.0 / NODES * (moments @ np.cos(np.arange(NODES)[:, None] * angle))
    return top * np.exp((np.cos(angle) - 1.0) / 2.0 * np.log(4.0)), weight


def _chebyshev_sums(x: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The sums of the first ``NODES`` Chebyshev polynomials over the tokens, by their recurrence."""
    x = np.clip(x, -1.0, 1.0)
    before, polynomial, sums = count, x * count, [count.sum(), (x * count).sum()]
    for _ in range(NODES - 2):
        before, polynomial = polynomial, 2.0 * x * polynomial - before
        sums.append(polynomial.sum())
    return np.array(sums)
