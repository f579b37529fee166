r"""The law of $\log(v_t/v_0)$ in a single chain that keeps all data, or forgets: a sum of independent logarithms.

$K(s)=\log E(v_t/v_0)^s=\log E F_1^s+\sum_{k=2}^t\log E F_k^s$. The first fit, a chi-square over its divisor, gives a
quotient of Gamma functions, singular at $-\frac{N_1-1}2$; later factors are bounded from below and their transforms are
sums over points. Where a pool grows, the terms of late fits are a power series in one over the pool, so that a million
fits, and infinitely many, cost a hundred.
"""

import math
from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

from theory.laws.accumulated_factors import HEAD, Fits
from theory.laws.chi_square import log_mean_factor, mean_log_chi_square
from theory.laws.factor_law import Factors, factor_of_batch, factor_of_fit
from theory.laws.gamma_ratio import log_gamma_ratio

SMALL, OFTEN = 1.5, 2.0  # |s log F| up to which log E F^s is found relative to itself, of factors that weigh more
STEEP = 0.5  # smallest factor below which E F^s grows fast on the left
UNTILTED = 0.3  # standard deviations by which a tilt may move the points of the untilted law


class LogVarianceLaw:
    """The transform of log(v_t/v_0): ``first`` fits that are chi-squares, then factors each so many times.

    ``later(tilt)`` are the laws of these factors by points that serve E F^tilt, ``times`` their numbers (weights of a
    series among them), ``sd`` the largest standard deviation of their logarithms, to first order.
    """

    def __init__(
        self, size: int, offset: float, first: int, sd: float, later: Callable[[float], Factors],
        times: Float[np.ndarray, " K"], steep: bool = False,
    ) -> None:  # fmt: skip
        self.a, self.shift, self.first, self.later_sd = (size - 1) / 2, log_mean_factor(size, offset), first, sd
        self.left, self.later, self.times, self.steep = self.a, later, times, steep
        self._laws: dict[float, Factors] = {}

    @cached_property
    def mean(self) -> float:
        own = self.first * (mean_log_chi_square(2 * self.a) + self.shift)
        law = self._points(0.0)
        return own + float(self.times @ (law.log_mean - law.mean_gap))

    @cached_property
    def sd(self) -> float:
        own = self.first * float(special.polygamma(1, self.a))
        return math.sqrt(own + float(self.times @ self._points(0.0).log_variance))

    def values(self, s: Complex[np.ndarray, " S"]) -> Complex[np.ndarray, " S"]:
        """K(s), up to multiples of 2 pi i."""
        law = self._points(float(s.real[np.argmax(np.abs(s.real))]))
        own = self.first * (log_gamma_ratio(self.a, s) + s * self.shift)
        small = (np.abs(self.times) > OFTEN) & (np.abs(law.logs).max(axis=1) * np.abs(s).max() < SMALL)
        near = (law.log_mean - law.mean_gap)[small, None] * s + np.matmul(
            law.weights[small, None, :], _remainder(law.logs[small, :, None] * s)
        )[:, 0, :]  # fmt: skip
        exponent = law.log_weights[~small, :, None] + law.logs[~small, :, None] * s
        peak = exponent.real.max(axis=1)
        far = np.log(np.exp(exponent - peak[:, None, :]).sum(axis=1)) + peak
        return own + self.times[small] @ special.log1p(near) + self.times[~small] @ far

    def slopes(self, c: float) -> tuple[float, float, float, float]:
        """K and its first three derivatives at a real c."""
        law = self._points(c)
        tilted = law.log_weights + c * law.logs
        peak = tilted.max(axis=1, keepdims=True)
        weights = np.exp(tilted - peak)
        total = weights.sum(axis=1, keepdims=True)
        weights = weights / total
        mean = (weights * law.logs).sum(axis=1)
        away = law.logs - mean[:, None]
        moments = (np.log(total) + peak)[:, 0], mean, (weights * away**2).sum(axis=1), (weights * away**3).sum(axis=1)
        own = (
            float(log_gamma_ratio(self.a, c)) + c * self.shift,
            float(special.digamma(self.a + c)) - math.log(self.a) + self.shift,
            float(special.polygamma(1, self.a + c)),
            float(special.polygamma(2, self.a + c)),
        )
        K, slope, curvature, third = (self.first * x + float(self.times @ m) for x, m in zip(own, moments, strict=True))
        return K, slope, curvature, third

    def _points(self, c: float) -> Factors:
        """Points that serve E F^c: of the next power of 2 beyond, where those of the law itself do not."""
        near = abs(c) * self.later_sd <= UNTILTED
        tilt = 0.0 if near else math.copysign(2.0 ** math.ceil(math.log2(abs(c))), c)
        if tilt not in self._laws:
            self._laws[tilt] = self.later(tilt)
        return self._laws[tilt]


@lru_cache(maxsize=64)
def accumulated_law(M: int, first: int, offset: float, t: float) -> LogVarianceLaw:
    """All data kept: a first batch of at least 2 points, batches of M; t from 1 on, inf allowed."""
    if t == 1:
        return forgotten_law(first, offset, 1.0, 1)
    fits = Fits(first / M)
    whole = int(min(t, HEAD)) - 1
    times = np.concatenate([np.ones(whole), fits.weights_beyond(t)]) if t > HEAD else np.ones(whole)
    pool = fits.pool[: len(times)] * M
    sd = math.sqrt(2 * M) / (pool[0] - 1 + offset)
    return LogVarianceLaw(first, offset, 1, sd, lambda tilt: factor_of_batch(M, pool, offset, tilt), times)


@lru_cache(maxsize=64)
def forgotten_law(M: int, offset: float, rate: float, t: float) -> LogVarianceLaw:
    """Exponential forgetting; t >= 1. With the rate 1 every factor is a chi-square."""
    if rate == 1.0:
        return LogVarianceLaw(M, offset, int(t), 0.0, lambda tilt: factor_of_fit(M, offset), np.zeros(1))
    sd, steep = rate * math.sqrt(2 * (M - 1)) / (M - 1 + offset), 1 - rate < STEEP
    return LogVarianceLaw(
        M, offset, 1, sd, lambda tilt: factor_of_fit(M, offset, rate, tilt), np.array([t - 1.0]), steep
    )


def _remainder(x: Complex[np.ndarray, "*X"]) -> Complex[np.ndarray, "*X"]:
    """e^x - 1 - x for complex x, accurate relative to itself also near 0."""
    near = np.where(np.abs(x) < 0.5, x, 0.0)
    series = np.ones_like(near)
    for k in range(18, 2, -1):
        series = 1.0 + near / k * series
    return np.where(np.abs(x) < 0.5, near * near / 2 * series, np.exp(x) - 1 - x)
