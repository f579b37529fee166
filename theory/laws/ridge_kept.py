r"""A regression fitted with a ridge to all data so far: only the first fit shrinks, each later one adds noise.

The fit to labels of all models before is $w_t=w_{t-1}+(S_t+\lambda)^{-1}X_t'\epsilon_t$, $S_t=\sum_{i\le t}X_i'X_i$.
In the mean over new rows the noise of fit t is $\frac{M_t}{N_t}E\frac x{(x+\lambda)^2}$ in each direction, x an
eigenvalue of the Gram matrix of all $N_t$ rows; on one design $E\frac x{(tx+\lambda)^2}$.
"""

from functools import cache

import numpy as np
from jaxtyping import Float
from numpy.polynomial import chebyshev
from scipy import special

from theory.laws.wishart_spectrum import gram_spectrum

Times = Float[np.ndarray, " T"]
NODES = 12


def first_shrinkage(M: int, d: int, ridge: float) -> float:
    """E (lambda/(x + lambda))^2 of a fit to M rows: the part of the squared coefficients that it loses."""
    x, weight = gram_spectrum(M, d)
    return float(weight @ (ridge / (x + ridge)) ** 2)


def noise_on_one_design(M: int, d: int, ridge: float, t: Times) -> Times:
    """E sum over k <= t of x/(k x + lambda)^2 = E[psi'(1 + r) - psi'(t + 1 + r)]/x, r = lambda/x; t may be inf."""
    x, weight = gram_spectrum(M, d)
    r = ridge / x
    return np.array([float(weight @ (_trigamma_fall(r, one) / x)) for one in t])


def noise_on_new_rows(first: int, M: int, d: int, ridge: float, last: int) -> Times:
    """At t = 0 ... last the sum over k <= t of M_k/N_k E x/(x + lambda)^2: M_1 = first and M rows in later batches."""
    rows = first + M * np.arange(last, dtype=np.float64)
    joined = np.where(np.arange(last) == 0, first, M)
    few, weights = many(d, ridge), np.empty(last)
    direct = rows < few
    weights[direct] = [_noise_of_rows(int(N), d, ridge) for N in rows[direct]]
    if not direct.all():
        weights[~direct] = chebyshev.chebval(2 * few / rows[~direct] - 1, _for_many_rows(d, ridge))
    return np.concatenate([[0.0], np.cumsum(joined * weights / rows**2)])


def many(d: int, ridge: float) -> float:
    """Rows from which N E x/(x + lambda)^2 is a polynomial in 1/N, to 1e-13."""
    return 40.0 * (d + 1) + 4.0 * ridge


@cache
def _for_many_rows(d: int, ridge: float) -> Times:
    """N E x/(x + lambda)^2 by Chebyshev polynomials in many/N, through values for whole numbers of rows."""
    few = many(d, ridge)
    places = (1 + np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)) / 2
    rows = np.round(few / places)
    values = [_noise_of_rows(int(N), d, ridge) for N in rows]
    return chebyshev.chebfit(2 * few / rows - 1, values, NODES - 1)


def _noise_of_rows(N: int, d: int, ridge: float) -> float:
    """N E x/(x + lambda)^2."""
    x, weight = gram_spectrum(N, d)
    return N * float(weight @ (x / (x + ridge) ** 2))


def _trigamma_fall(r: Times, t: float) -> Times:
    """psi'(1 + r) - psi'(t + 1 + r); few terms one by one."""
    if t <= 32:
        return sum((1 / (k + r) ** 2 for k in range(1, int(t) + 1)), np.zeros(r.shape))
    later = 0.0 if np.isinf(t) else special.polygamma(1, t + 1 + r)
    return special.polygamma(1, 1 + r) - later
