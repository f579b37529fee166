r"""Exponential forgetting: a model moves towards every new fit by the rate $g$, its mean and its variance alike.

With $S=\chi^2_{M-1}/L$, $L=M-1+\delta$, one fit multiplies the variance by $F=1+g(S-1)$, independent of the mean. All
forms keep their relative accuracy where $g$ is small and $M$ is large.
"""

import numpy as np

from theory.laws.chi_square import mean_log_factor
from theory.laws.geometric import Times, Values, geometric_sum, power
from theory.laws.pooled_fit import less_log1p

STEP = 0.125
_PLACES = np.arange(-3.75, 80.0, STEP)  # far enough for rates next to 1, where few points leave a slow tail
_S = np.exp(_PLACES - np.exp(-_PLACES))
_WEIGHTS = STEP * (1 + np.exp(-_PLACES))


def log_mean(M: int, offset: float, rate: float) -> float:
    """log E F = log(1 - g delta/L)."""
    return float(np.log1p(-rate * offset / (M - 1 + offset)))


def log_mean_square(M: int, offset: float, rate: float) -> float:
    """log E F^2 = log[1 - 2 g delta/L + g^2 (2(M-1) + delta^2)/L^2]."""
    L = M - 1 + offset
    return float(np.log1p(-2 * rate * offset / L + rate**2 * (2 * (M - 1) + offset**2) / L**2))


def raw_moment_factor(M: int, rate: float) -> tuple[float, float]:
    """E F = 1 - g^2/M and Var F = 2 g^2 (M-1 + (1-g)^2)/M^2 of another model: both raw moments move by the rate.

    With m' = (1-g) m + g mean(x) and r' = (1-g) r + g mean(x^2), one update takes v = r - m^2 to v F, where F is
    1 - g + g chi^2_(M-1)/M + g (1-g) chi^2_1/M, its chi-squares independent: the move of the mean adds the last.
    """
    return 1 - rate**2 / M, 2 * rate**2 * (M - 1 + (1 - rate) ** 2) / M**2


def mean_log(M: int, offset: float, rate: float) -> float:
    """E log F by Frullani's integral over the Laplace transform of the chi-square; that of a single fit at g = 1."""
    if rate == 1.0:
        return mean_log_factor(M, offset)
    L = M - 1 + offset
    excess = _S * rate * offset / L + (M - 1) / 2 * less_log1p(2 * rate * _S / L)  # s + log E e^(-sF)
    return float((np.exp(excess - _S) * np.expm1(-excess)) @ _WEIGHTS)


def mean_squared_error(M: int, offset: float, rate: float, t: Times) -> Values:
    """E (mu_t - mu_0)^2 / v_0 = [1 + g^2 (M-1)/L sum_{k<t-1} (E F)^k]/M; 0 at t = 0."""
    noise = rate**2 * (M - 1) / (M - 1 + offset)
    value = (1 + noise * geometric_sum(log_mean(M, offset, rate), np.maximum(t - 1, 0))) / M
    return np.where(t > 0, value, 0.0)


def variance(M: int, offset: float, rate: float, t: Times) -> Values:
    """E v_t / v_0 = (M-1)/L (E F)^(t-1); 1 at t = 0."""
    with np.errstate(over="ignore"):
        value = (M - 1) / (M - 1 + offset) * power(log_mean(M, offset, rate), np.maximum(t - 1, 0))
    return np.where(t > 0, value, 1.0)
