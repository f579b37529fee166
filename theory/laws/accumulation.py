r"""The share of the mean variance that is left where all data so far are kept: a product that converges.

With $N_k=N_1+(k-1)M$ points after $k$ fits and the divisor $N_k-1+\delta$ ($\delta=1$ maximum likelihood, 0 unbiased),
$$P_t=\frac{N_1-1}{N_1-1+\delta}\prod_{k=2}^t\left(1-\frac M{N_k(N_k-1+\delta)}\right),$$
for $N_1=M$, $\delta=1$ Euler's $\prod_k\left(1-\frac1{Mk^2}\right)\to\frac{\sin(\pi/\sqrt M)}{\pi/\sqrt M}$. Its
logarithm is summed: the first hundred terms pairwise, the others as power series whose coefficients are power sums of
the roots and whose sums over $k$ are Hurwitz zetas, so that $1-P_t$ too keeps its relative accuracy for every $M$ and
$t$.
"""

import numpy as np
from jaxtyping import Float
from scipy import special

HEAD = 100  # factors summed one by one; beyond, the power series is exact to float64 before its last order
LAST_ORDER = 13


def log_variance_left(M: int, first: int, t: Float[np.ndarray, " T"], offset: int = 1) -> Float[np.ndarray, " T"]:
    """log P_t for t >= 0, t = inf included; 0 at t = 0, minus infinity after one fit to a single point."""
    t = np.asarray(t, dtype=np.float64)
    pool = first + np.arange(1.0, HEAD) * M
    with np.errstate(divide="ignore"):
        terms = np.log1p(-np.concatenate([[offset / (first - 1.0 + offset)], M / (pool * (pool - 1 + offset))]))
    head = np.array([terms[: int(min(generation, HEAD))].sum() for generation in t])
    return head + _log_tail(M, first, offset, np.maximum(t, HEAD))


def _log_tail(M: int, first: int, offset: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The sum of log(1 - M/(N_k (N_k - 1 + offset))) over HEAD < k <= t.

    With y = N_k/M = k - 1 + first/M a factor is (y - y1)(y - y2)/(y (y - w)), where w = y1 + y2 = (1 - offset)/M and
    y1 y2 = -1/M. Its logarithm is -sum_j p_j/(j y^j), p_j = y1^j + y2^j - w^j, and p_1 vanishes.
    """
    w, orders = (1 - offset) / M, np.arange(2, LAST_ORDER + 1)
    sums, p = [2.0, w], [1.0, 0.0]  # y1^j + y2^j, and p_j
    for j in orders:
        p.append(w * p[-1] + sums[j - 2] / M)
        sums.append(w * sums[-1] + sums[j - 2] / M)
    zetas = _zetas(orders, HEAD + first / M) - np.where(np.isinf(t), 0.0, _zetas(orders, t + first / M))
    return -(np.array(p[2:]) / orders) @ zetas


def _zetas(orders: np.ndarray, start: Float[np.ndarray, " T"] | float) -> Float[np.ndarray, "J T"]:
    """sum over n >= 0 of (start + n)^-j for each order j; nan at start = inf."""
    return special.zeta(orders[:, None].astype(np.float64), np.atleast_1d(start))
