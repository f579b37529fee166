r"""One refit of a Gaussian in several dimensions multiplies its covariance by a Wishart matrix over the divisor.

$\Sigma_{t+1} = \Sigma_t^{1/2} W\,\Sigma_t^{1/2}/L$ with $W\sim W_d(M-1, I)$ and $L = M-1+\delta$. Bartlett's triangular
factor of $W$ has independent diagonal entries, the roots of $\chi^2_{M-1},\dots,\chi^2_{M-d}$: what is said here of
determinants and rates is about these pivots, of which only $M-1$ are not zero. The offset $\delta$ is passed, never
the divisor, whose rounding would show at large $M$.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from theory.laws.chi_square import log_mean_squared_factor, mean_log_chi_square
from theory.laws.gamma_ratio import log_gamma_ratio


def mean_log_pivots(M: int, offset: float, d: int) -> Float[np.ndarray, " d"]:
    """E log(chi2_{M-i}/L) for i = 1 ... d, falling, about -(i - 1 + offset + 1)/M; -inf from i = M on."""
    nu = M - np.arange(1, min(d, M - 1) + 1)
    shrinking = np.array([mean_log_chi_square(int(n)) for n in nu])
    rates = np.full(d, -np.inf)
    rates[: nu.size] = shrinking - np.log1p((M - 1 - nu + offset) / nu)
    return rates


def log_mean_pivots(M: int, offset: float, d: int) -> Float[np.ndarray, " d"]:
    """log E chi2_{M-i}/L for i = 1 ... d, falling, about -(i - 1 + offset)/M; -inf from i = M on."""
    nu = M - np.arange(1, min(d, M - 1) + 1)
    logs = np.full(d, -np.inf)
    logs[: nu.size] = -np.log1p((M - 1 - nu + offset) / nu)
    return logs


def log_mean_pivot_roots(M: int, offset: float, d: int) -> Float[np.ndarray, " d"]:
    """log E sqrt(chi2_{M-i}/L) for i = 1 ... d, falling; -inf from i = M on."""
    nu = M - np.arange(1, min(d, M - 1) + 1)
    logs = np.full(d, -np.inf)
    logs[: nu.size] = [float(log_gamma_ratio(n / 2, 0.5)) for n in nu] - np.log1p((M - 1 - nu + offset) / nu) / 2
    return logs


def mean_trace_of_square(
    trace_of_square: float, minors: float, M: int, offset: float, t: Int[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """E tr Sigma_t^2 from tr Sigma_0^2 and minors = (tr Sigma_0)^2 - tr Sigma_0^2; a sum of terms that are positive."""
    with np.errstate(over="ignore", divide="ignore"):
        spread = -np.expm1(special.xlog1py(t, -3 / (M + 1))) / 3  # xlog1py(0, -1) is 0, as (M-2)^0 must be 1
        return np.exp(t * log_mean_squared_factor(M, offset)) * (trace_of_square + minors * spread)


def mean_square_of_trace(
    trace_of_square: float, minors: float, M: int, offset: float, t: Int[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """E (tr Sigma_t)^2, from the same two numbers."""
    with np.errstate(over="ignore", divide="ignore"):
        kept = (1 + 2 * np.exp(special.xlog1py(t, -3 / (M + 1)))) / 3
        return np.exp(t * log_mean_squared_factor(M, offset)) * (trace_of_square + minors * kept)


def log_mean_inverse_factor(M: int, offset: float, d: int) -> float:
    """log E of the factor of a precision, L/(M-d-2): infinite unless M > d + 2."""
    return float(np.log1p((d + 1 + offset) / (M - d - 2))) if d + 2 < M else np.inf


def powers_of_mean_inverse_factor(M: int, offset: float, d: int, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum_{k=1}^t [L/(M-d-2)]^k, for M > d + 2."""
    excess = d + 1 + offset
    if excess == 0:
        return np.asarray(t, dtype=np.float64)
    with np.errstate(over="ignore"):
        return np.expm1(t * log_mean_inverse_factor(M, offset, d)) * ((M - 1 + offset) / excess)
