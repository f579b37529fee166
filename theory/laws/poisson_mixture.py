r"""Every law on the whole numbers is a mixture of Poisson laws, with complex weights and means.

Cauchy's formula on the circle $\theta = r e^{i\varphi}$ reads $(1-x)^n = \frac{n!}{2\pi i}\oint
e^{\theta(1-x)}\theta^{-n-1}d\theta$, so that for a law $a$ of $A$
$$E(1-x)^A = \sum_k w_k\,e^{-\theta_k x},\qquad w_k = \frac1N\sum_n a(n)\,n!\,e^{\theta_k}\,\theta_k^{-n}.$$
With r near E A the trapezoidal rule needs some twenty points whatever the size of A, since
$|e^\theta\theta^{-n}|$ falls like a Gaussian away from the real axis. What is simple for a Poisson number of
balls (boxes hit apart from one another, sums over pairs of tokens that factorise) becomes simple for A.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

CUT = 45.0  # points where |exp(theta - r)| < e^-45 are left out, and aliases kept as far down
REACH = 9.5  # standard deviations of a Poisson law beyond which less than e^-45 of it lies
SERIES_WITHIN, SERIES_TERMS = 0.06, 14  # of the deviance, in units of the mean; 0.06^13 / 90 is below 1e-17
STIRLING_FROM = 16.0  # three terms of the series of log n! are exact to float64 beyond


@dataclass(frozen=True)
class PoissonMixture:
    """E(1-x)^A = Re sum_k weight_k exp(-(radius + shift_k) x): of a conjugate pair one, with twice its weight."""

    radius: int
    shift: Complex[np.ndarray, " k"]
    weight: Complex[np.ndarray, " k"]

    @property
    def mean(self) -> Complex[np.ndarray, " k"]:
        """The means theta_k of the Poisson laws."""
        return self.radius + self.shift

    def boxes_hit(self, M: int, j: Float[np.ndarray, " j"]) -> Float[np.ndarray, " j"]:
        """P(A balls hit j of M boxes) up to a common factor, 1 <= j < M.

        The binomial law for the real mean r, as a Poisson number of balls hits each box apart from the
        others, times the sum over k of what the other means change in it.
        """
        odds = np.expm1(self.radius / M)  # of a box being hit
        per_box = np.log1p(-np.expm1(-self.shift / M) / odds) + self.shift / M
        middle = np.rint(j.mean())
        wave = np.exp(np.multiply.outer(j - middle, per_box)) @ (self.weight * np.exp(middle * per_box - self.shift))
        hit = -M * np.expm1(-self.radius / M)
        log_binomial = log_poisson(j, hit) + log_poisson(M - j, M - hit)
        return np.maximum(np.exp(log_binomial - log_binomial.max()) * wave.real, 0.0)


def poisson_mixture(n: Float[np.ndarray, " n"], law: Float[np.ndarray, " n"]) -> PoissonMixture:
    """The mixture equal to a law on some n >= 1, which must be no wider than a Poisson law; error about 1e-15."""
    r = max(1, round(float(law @ n / law.sum())))
    N = int(np.ceil(max(r - n[0], n[-1] - r) + REACH * np.sqrt(r) + 30.0))
    last = N // 2 if 2 * r < CUT else min(N // 2, int(N * np.arccos(1.0 - CUT / r) / (2.0 * np.pi)) + 1)
    phi = 2.0 * np.pi / N * np.arange(last + 1)
    relative = law * np.exp(log_poisson(np.array([float(r)]), r) - log_poisson(n, r))
    shift = r * (-2.0 * np.sin(phi / 2.0) ** 2 + 1j * np.sin(phi))
    weight = np.exp(shift - 1j * r * phi) * (relative @ np.exp(-1j * np.multiply.outer(n - r, phi)))
    weight[1 : last + (2 * last < N)] *= 2.0
    return PoissonMixture(r, shift, weight / weight.sum().real)


def log_poisson(n: Float[np.ndarray, "*n"], mean: Float[np.ndarray, "*n"] | float) -> Float[np.ndarray, "*n"]:
    """log P(n) of a Poisson law, n >= 1: the deviance of n from the mean, then Stirling's formula for n!."""
    return -deviance(n, mean) - 0.5 * np.log(2.0 * np.pi * n) - _stirling_error(n)


def deviance(n: Float[np.ndarray, "*n"], mean: Float[np.ndarray, "*n"] | float) -> Float[np.ndarray, "*n"]:
    """n log(n/mean) - n + mean, mean > 0; near it by a series, whose error is a few ulp of the value, not of n."""
    x = (n - mean) / mean
    near = np.abs(x) <= SERIES_WITHIN
    if not near.any():
        return special.kl_div(n, mean)
    series = np.zeros_like(x)
    for k in range(SERIES_TERMS, 1, -1):
        series = (-1) ** k / (k * (k - 1)) + x * series
    value = mean * x * x * series
    return value if near.all() else np.where(near, value, special.kl_div(n, mean))


def _stirling_error(n: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """log n! - [n log n - n + log(2 pi n)/2]."""
    u = 1.0 / np.maximum(n, STIRLING_FROM)
    series = u * (1 / 12 - u**2 * (1 / 360 - u**2 * (1 / 1260 - u**2 / 1680)))
    few = np.minimum(n, STIRLING_FROM)
    direct = special.gammaln(few + 1.0) - few * np.log(few) + few - 0.5 * np.log(2.0 * np.pi * few)
    return np.where(n < STIRLING_FROM, direct, series)
