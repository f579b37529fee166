r"""The share of the variance that is left where all data so far are kept, fitted by maximum likelihood: a product of
$1-M/N_k^2$.

$N_k=N_1+(k-1)M$ points after $k$ fits: $P_t=\left(1-\frac1{N_1}\right)\prod_{k=2}^t\left(1-\frac M{N_k^2}\right)$, for
$N_1=M$ Euler's $\prod_k\left(1-\frac1{Mk^2}\right)\to\frac{\sin(\pi/\sqrt M)}{\pi/\sqrt M}$. The logarithm is summed:
the first hundred factors pairwise, the others through the power series of $\log(1-x)$ and Hurwitz zetas, so that
$1-P_t$ keeps its relative accuracy for every $M$ and $t$.
"""

import numpy as np
from jaxtyping import Float
from scipy import special

HEAD = 100  # factors summed one by one; beyond, six powers of the rest are exact to float64
POWERS = np.arange(1, 7)


def log_variance_left(M: int, first: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """log P_t for t >= 0, t = inf included; 0 at t = 0 and minus infinity from t = 1 on where the first batch is one
    point."""
    t = np.asarray(t, dtype=np.float64)
    later = np.arange(2, HEAD + 1)
    with np.errstate(divide="ignore"):
        terms = np.concatenate([np.log1p([-1.0 / first]), np.log1p(-M / (first + (later - 1.0) * M) ** 2)])
    head = np.array([terms[: int(min(generation, HEAD))].sum() for generation in t])
    return head + _log_tail(M, first, np.maximum(t, HEAD))


def _log_tail(M: int, first: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum of log(1 - M/N_k^2) over HEAD < k <= t; M/N_k^2 = 1/(M (k - 1 + first/M)^2)."""
    shift = first / M
    until = np.where(np.isinf(t), 0.0, special.zeta(2.0 * POWERS, np.where(np.isinf(t), 1.0, t)[:, None] + shift).T)
    zetas = special.zeta(2.0 * POWERS, HEAD + shift)[:, None] - until
    return -(zetas / (POWERS * float(M) ** POWERS)[:, None]).sum(axis=0)
