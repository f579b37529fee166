r"""What a batch does to the variance of the pool that it joins: a constant plus two chi-squares.

$M$ points of the model of a pool join it, making $P$ points and the divisor $L=P-1+\delta$. The variance is multiplied
by $F=[L-M+\chi^2_{M-1}+(1-M/P)\chi^2_1]/L$. Its moments are rational; the mean of its logarithm is Frullani's integral
$\int_0^\infty(e^{-s}-E e^{-sF})\,ds/s$, whose integrand is written without cancellation.
"""

import numpy as np
from jaxtyping import Float

STEP = 0.125
SERIES_BELOW = 0.5

_PLACES = np.arange(-3.75, 9.0, STEP)
_S = np.exp(_PLACES - np.exp(-_PLACES))
_WEIGHTS = STEP * (1 + np.exp(-_PLACES))


def log_mean_square_of_fit(M: int, P: Float[np.ndarray, " P"], offset: float) -> Float[np.ndarray, " P"]:
    """log E F^2 = log[1 - M (2 (1+delta) P - 3 M)/(P L)^2], of order M/P^3."""
    return np.log1p(-(M / P) * (2 * (1 + offset) - 3 * M / P) / (P - 1 + offset) ** 2)


def mean_log_of_fit(M: int, P: Float[np.ndarray, " P"], offset: float) -> Float[np.ndarray, " P"]:
    """E log F, negative, about -M (2 + ...)/P^2; P - M points at least one of which has a spread."""
    P = np.asarray(P, dtype=np.float64)[:, None]
    L, share = P - 1 + offset, M / P
    x = 2 * _S / L
    excess = _S * share / L + (M - 1) / 2 * less_log1p(x) + less_log1p((1 - share) * x) / 2  # s + log E e^(-sF)
    return (np.exp(excess - _S) * np.expm1(-excess)) @ _WEIGHTS


def mean_log_of_squares(M: int, P: Float[np.ndarray, " P"]) -> Float[np.ndarray, " P"]:
    """E log(1 + (chi^2_M - M)/P), negative, about -M/P^2: M squares about a known mean join a pool and make it P."""
    P = np.asarray(P, dtype=np.float64)[:, None]
    excess = M / 2 * less_log1p(2 * _S / P)
    return (np.exp(excess - _S) * np.expm1(-excess)) @ _WEIGHTS


def less_log1p(x: Float[np.ndarray, "*X"]) -> Float[np.ndarray, "*X"]:
    """x - log(1 + x) for x >= 0, a series in r = x/(2+x) where x is small."""
    r = np.minimum(x, SERIES_BELOW) / (2 + np.minimum(x, SERIES_BELOW))
    odd = sum(r ** (2 * j) / (2 * j + 3) for j in reversed(range(12)))
    return np.where(x < SERIES_BELOW, 2 * r**2 * (1 / (1 - r) - r * odd), x - np.log1p(x))
