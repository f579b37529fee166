r"""One refit of a Gaussian multiplies its variance by a chi-square over the divisor.

With $\nu = M-1$ and the divisor $L = M-1+\delta$ (offset $\delta$: 0 unbiased, 1 maximum likelihood), Cochran's
theorem gives $v_{t+1} = v_t S$, $S = \chi^2_\nu / L$, independent of $\mu_{t+1}$. Everything here is about the factor
$S$, in forms that keep their relative accuracy for every $M$ from 2 up: the offset is passed, never the divisor, whose
rounding at $M=10^9$ would show.
"""

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.gamma_ratio import BINET, BINET_FROM, log_gamma_ratio


def log_mean_factor(M: float, offset: float) -> float:
    """log E S = log((M-1)/L), exactly 0 for the unbiased divisor."""
    return -float(np.log1p(offset / (M - 1)))


def log_mean_root_factor(M: int, offset: float) -> float:
    """log E sqrt(S) = log[sqrt(2/L) Gamma(M/2) / Gamma((M-1)/2)]: about -1/(4M) (unbiased) or -3/(4M) (mle)."""
    return float(log_gamma_ratio((M - 1) / 2, 0.5)) + log_mean_factor(M, offset) / 2


def log_mean_squared_factor(M: int, offset: float) -> float:
    """log E S^2 = log[(M-1)(M+1)/L^2]: about 2/M (unbiased) or -1/M^2 (mle)."""
    divisor = M - 1 + offset
    return float(np.log1p((2 * (M - 1) * (1 - offset) - offset**2) / divisor**2))


def mean_log_factor(M: int, offset: float) -> float:
    """E log S = psi(nu/2) - log(nu/2) + log(nu/L): negative, about -1/M (unbiased) or -2/M (mle)."""
    return mean_log_chi_square(M - 1) + log_mean_factor(M, offset)


def mean_log_chi_square(nu: float) -> float:
    """E log(chi2_nu / nu) = psi(nu/2) - log(nu/2), without the cancellation of the two terms at large nu."""
    h = nu / 2
    if h < BINET_FROM:
        return float(special.digamma(h) - np.log(h))
    # psi(h) - log h = -1/(2h) + R'(h) with Binet's remainder R
    return -1 / (2 * h) - sum((2 * k + 1) * c / h ** (2 * k + 2) for k, c in reversed(list(enumerate(BINET))))


def log_factor_variance(M: int) -> float:
    """Var log S = psi'(nu/2), whatever the divisor."""
    return float(special.polygamma(1, (M - 1) / 2))


def log_mean_reciprocal(M: int, offset: float) -> float:
    """log E[1/S] = log(L/(M-3)) for M >= 4: about 2/M (unbiased) or 3/M (mle)."""
    return float(np.log1p((2 + offset) / (M - 3)))


def mean_log_over_mean_reciprocal(M: int) -> float:
    """E log S + log E[1/S] = psi(nu/2) - log(nu/2 - 1) for M >= 4: positive, about 1/M, whatever the divisor."""
    return mean_log_chi_square(M - 1) + float(np.log1p(2 / (M - 3)))


def exponential_remainder(x: Float[np.ndarray, "*X"]) -> Float[np.ndarray, "*X"]:
    """e^x - 1 - x, positive, accurate relative to itself also near 0; infinite beyond the largest float."""
    near = np.where(np.abs(x) < 0.5, x, 0.0)
    series = np.ones_like(near)
    for k in range(18, 2, -1):
        series = 1.0 + near / k * series
    with np.errstate(over="ignore"):
        return np.where(np.abs(x) < 0.5, near * near / 2 * series, np.expm1(x) - x)


def powers_of_mean_factor(M: int, offset: float, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum_{k=1}^t (E S)^k: t for the unbiased divisor, (M-1)(1 - (E S)^t)/offset otherwise."""
    if offset == 0:
        return np.asarray(t, dtype=np.float64)
    with np.errstate(over="ignore"):
        return -np.expm1(t * log_mean_factor(M, offset)) * ((M - 1) / offset)
