r"""Everything kept, and draws of $c$ times the variance of their model: a power law where $c\ne1$.

With $N_k=N_1+(k-1)M$ points at fit $k$ and the divisor $N_k-1+\delta$, in units of $v_0$,
$$\frac{E v_k}{E v_{k-1}}=1-\frac{M(1-c)+cM/N_k}{N_k-1+\delta},\qquad
D_k=D_{k-1}+\frac{cM}{N_k^2}E v_{k-1},$$
so that $E v_t$ falls or grows as $t^{c-1}$, and $D$, the squared error of the mean, converges if $c<2$.
"""

import numpy as np
from jaxtyping import Float

from theory.laws.geometric import Times, Values
from theory.laws.sums_over_fits import sum_over_fits, tail

ADDED = 1_100  # fits whose gains are added one by one


def log_variance(M: int, first: int, offset: float, factor: float, t: Times) -> Values:
    """log(E v_t / v_0), t = inf included; 0 at t = 0, minus infinity after a fit to a single point."""

    def term(y: Float[np.ndarray, " Y"]) -> Float[np.ndarray, " Y"]:
        return np.log1p(-(M * (1 - factor) + factor / y) / (y * M - 1 + offset))

    start = -np.inf if first == 1 else -np.log1p(offset / (first - 1))
    return np.where(t > 0, start + sum_over_fits(term, 2 if factor == 1 else 1, first / M, t), 0.0)


def mean_squared_error(M: int, first: int, offset: float, factor: float, t: Times) -> Values:
    """E (mu_t - mu_0)^2 / v_0, t = inf included, infinite there from c = 2 on; 0 at t = 0."""
    t = np.asarray(t, dtype=np.float64)
    if first == 1:
        return np.where(t > 0, 1.0, 0.0)
    batches = first / M

    def gain(fits: Float[np.ndarray, " K"]) -> Float[np.ndarray, " K"]:
        """What fit k adds, for k >= 2, whole or between whole numbers beyond ADDED."""
        before = log_variance(M, first, offset, factor, fits - 1)
        return factor / M * np.exp(before) / (fits - 1 + batches) ** 2

    unbounded = np.isinf(t) & (factor >= 2)
    with np.errstate(over="ignore", invalid="ignore"):
        early = np.cumsum(np.concatenate([[0.0, 1 / first], gain(np.arange(2.0, ADDED + 1))]))
        beyond = np.where(unbounded, 0.0, np.maximum(t - ADDED, 0.0))
        place = np.float64(ADDED + batches)  # whose powers overflow to infinity
        late = tail(lambda y: gain(y + 1 - batches), 3 - factor, place, beyond) if beyond.any() else 0.0
        value = early[np.minimum(t, ADDED).astype(np.int64)] + late
    return np.where(unbounded | np.isnan(value), np.inf, value)
