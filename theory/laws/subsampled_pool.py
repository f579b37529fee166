r"""Models fitted to a fixed number of points of a growing pool: how far the pool's points are from being copies.

The pool has $N_k=kM$ points at fit $k$. In units of $v_0$, $A_k$ is the mean of $(x_i-\mu_0)^2$ over its points less
that of $(x_i-\mu_0)(x_j-\mu_0)$ over its pairs, and
$$\frac{A_k}{A_{k-1}}=1+\frac{e}{N_k}\left(1-\frac{\eta}{N_{k-1}}\right)
-\frac{3M-1+\eta(M-1)^2/N_{k-1}}{N_k(N_k-1)},\qquad e=\frac{(M-1)(1-\delta)}{M-1+\delta},$$
with $\eta=1$ if fit $k-1$ drew with replacement (the first never does) and else 0. Under maximum likelihood ($e=0$)
the product converges; below it $A_k$ grows as $k^{e/M}$, above it falls likewise.
"""

import numpy as np
from jaxtyping import Float

from theory.laws.sums_over_fits import sum_over_fits

Times = Float[np.ndarray, " T"]


def excess(M: int, offset: float) -> float:
    """e: what the divisor M - 1 + offset adds to the sum of squares of a fit, in units of its variance."""
    return (M - 1) * (1 - offset) / (M - 1 + offset)


def log_spread(M: int, offset: float, replacement: bool, t: Times) -> Times:
    """log A_t (0 at t <= 1) for M >= 2, t = inf included: plus or minus infinity unless offset is 1."""
    e = excess(M, offset)

    def term(k: Times) -> Times:
        before, pool = (k - 1) * M, k * M
        eta = np.where(replacement & (k > 2), 1.0, 0.0)  # of the fit before
        return np.log1p(e / pool * (1 - eta / before) - (3 * M - 1 + eta * (M - 1) ** 2 / before) / pool / (pool - 1))

    return sum_over_fits(term, 1 if e else 2, 1.0, t)


def log_variance_in_pool(M: int, offset: float, replacement: bool, t: Times) -> Times:
    """log(E v_t / v_0); 0 at t = 0, minus infinity for fits to a single point."""
    t = np.asarray(t, dtype=np.float64)
    if M == 1:
        return np.where(t > 0, -np.inf, 0.0)
    copies = np.where(replacement & (t > 1), 1 / (np.maximum(t, 1) * M), 0.0)
    start = -np.log1p(offset / (M - 1))
    return np.where(t > 0, start + np.log1p(-copies) + log_spread(M, offset, replacement, t), 0.0)


def error_in_pool(M: int, offset: float, replacement: bool, t: Times) -> Times:
    """E (mu_t - mu_0)^2 / v_0 for finite t and M >= 2; 0 at t = 0. If offset is 1 it is what the variance has lost."""
    t = np.asarray(t, dtype=np.float64)
    last = int(max(t.max(initial=1.0), 1.0))
    k = np.arange(1.0, last + 1)
    eta = np.where(replacement & (k > 1), 1.0, 0.0)
    spread = np.exp(log_spread(M, offset, replacement, k))
    gained = spread[:-1] * (3 * M - 1 + eta[:-1] * (M - 1) ** 2 / (k[:-1] * M)) / (k[1:] * M) / (k[1:] * M - 1)
    alike = np.concatenate([[0.0], np.cumsum(gained)])
    value = alike + spread * (1 + eta * (M - 1) / (k * M)) / M
    return np.where(t > 0, value[np.maximum(t, 1).astype(np.int64) - 1], 0.0)
