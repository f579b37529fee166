r"""$\log\Gamma(a+s)-\log\Gamma(a)-s\log a$ to full relative accuracy: $a>0$, complex $s$ off the ray left of $-a$.

It is the log-Mellin transform of a gamma variable divided by its mean, $\log E\,(G_a/a)^s$, and the source of every
exact law of a refitted variance. The difference of two log-gammas loses $a$ in $10^{16}$; Stirling's formula,
differenced term by term, does not: with $g(x)=(1+x)\log(1+x)-x$ and Binet's remainder $R$,
$$\log\frac{\Gamma(a+s)}{\Gamma(a)\,a^s} = a\,g(s/a)-\tfrac12\log(1+s/a)+R(a+s)-R(a),$$
and the recurrence of the Gamma function carries small arguments up to where the series of $R$ has converged.
"""

import math

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

BINET_FROM = 12.0  # from this real part on, eight terms of Binet's series are exact to float64
BINET = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)
SERIES_BELOW = 0.2  # |x| below which g is summed as a series


def log_gamma_ratio(
    a: float, s: Complex[np.ndarray, "*S"] | Float[np.ndarray, "*S"] | complex | float
) -> Complex[np.ndarray, "*S"] | Float[np.ndarray, "*S"]:
    """log[Gamma(a+s) / (Gamma(a) a^s)], real for real s; continuous in s, zero at s = 0."""
    s = np.asarray(s)
    smallest = min(a, a + float(np.min(s.real)))
    shift = max(0, math.ceil(BINET_FROM - smallest))
    b = a + shift
    ratio = b * entropy(s / b) - special.log1p(s / b) / 2 + _binet_difference(b, s)
    if shift:
        ratio = ratio + s * math.log(b / a) - sum(special.log1p(s / (a + j)) for j in range(shift))
    return ratio


def log_gamma_ratios(
    a: Float[np.ndarray, " K"], s: Complex[np.ndarray, " S"] | Float[np.ndarray, " S"]
) -> Complex[np.ndarray, "K S"] | Float[np.ndarray, "K S"]:
    """The same for many a at once, a + Re s > 0."""
    near = a + min(0.0, float(s.real.min())) < BINET_FROM
    b = a[~near, None]
    ratios = np.empty((len(a), len(s)), dtype=s.dtype)
    ratios[~near] = b * entropy(s / b) - special.log1p(s / b) / 2 + _binet_difference(b, s)
    ratios[near] = np.array([log_gamma_ratio(float(x), s) for x in a[near]]).reshape(-1, len(s))
    return ratios


def entropy(x: np.ndarray) -> np.ndarray:
    """g(x) = (1+x) log(1+x) - x = x^2/2 - x^3/6 + ..., accurate relative to itself also near 0."""
    near = np.where(np.abs(x) < SERIES_BELOW, x, 0.0)
    series = np.zeros_like(near)
    for k in range(26, 1, -1):
        series = (1.0 if k % 2 == 0 else -1.0) / (k * (k - 1)) + near * series
    return np.where(np.abs(x) < SERIES_BELOW, near * near * series, (1 + x) * special.log1p(x) - x)


def _binet_difference(b: float | Float[np.ndarray, "K 1"], s: np.ndarray) -> np.ndarray:
    """R(b+s) - R(b) for Re(b+s) and b >= BINET_FROM, where R(z) = log Gamma(z) - (z - 1/2) log z + z - log(2 pi)/2."""
    logarithm = special.log1p(s / b)
    return sum(c / b ** (2 * k + 1) * special.expm1(-(2 * k + 1) * logarithm) for k, c in enumerate(BINET))
