r"""Mean and variance of a Gaussian whose fit mixes $n$ fresh real and $m$ synthetic points with fixed weights.

In units of $v_0$, with weight $w$ on the real points, $W=1-w$, and one offset $\delta\ge0$ for both divisors
$n-1+\delta$ and $m-1+\delta$: $v'=w A+W v B$ and $D'=w^2/n+W^2(D+v/m)$, where $A$ and $B$ are chi-squares over their
divisors. The first fit sees real points alone. Every sum has positive terms, and stationary values are exact for
fractions.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.geometric import Times, Values, geometric_sum, mixed_sum, power


@dataclass(frozen=True)
class WeightedFit:
    """One fit: w, n, m and the offset of the divisors, which must not be negative."""

    weight: float
    real: int
    synthetic: int
    offset: float

    @property
    def first(self) -> float:
        """E A = (n-1)/(n-1+delta), the variance after the first fit."""
        return (self.real - 1) / (self.real - 1 + self.offset)

    @property
    def log_kept(self) -> float:
        """log W, W = 1 - w."""
        return _log1p(-self.weight)

    @cached_property
    def log_rate(self) -> float:
        """log W + log E B: what one fit keeps of the expected variance."""
        return self.log_kept + _log1p(-self.offset / (self.synthetic - 1 + self.offset))

    @cached_property
    def log_square_rate(self) -> float:
        """2 log W + log E B^2: what one fit keeps of the second moment; above 0 it grows without bound."""
        return 2 * self.log_kept + _log_mean_square(self.synthetic, self.offset)

    @property
    def settled(self) -> float:
        """The stationary variance over that after the first fit, w/(w + W delta/(m-1+delta)): 1 if unbiased."""
        if not self.offset:
            return 1.0
        return self.weight / (self.weight + (1 - self.weight) * self.offset / (self.synthetic - 1 + self.offset))

    def variance(self, t: Times) -> Values:
        """E v_t / v_0; 1 at t = 0."""
        value = self.first * (self.settled + (1 - self.settled) * power(self.log_rate, np.maximum(t - 1, 0)))
        return np.where(t > 0, value, 1.0)

    def mean_squared_error(self, t: Times) -> Values:
        """E (mu_t - mu_0)^2 / v_0; 0 at t = 0."""
        T, kept = np.maximum(t - 1, 0), 2 * self.log_kept
        real, synthetic = self.weight**2 / self.real, (1 - self.weight) ** 2 / self.synthetic
        drift = self._sum_of_variances(kept, T)
        value = power(kept, T) / self.real + real * geometric_sum(kept, T) + synthetic * drift
        return np.where(t > 0, value, 0.0)

    def second_moment(self, t: Times) -> Values:
        """E v_t^2 / v_0^2; 1 at t = 0."""
        T, kept = np.maximum(t - 1, 0), self.log_square_rate
        square, rate = self._first_square, np.exp(self.log_rate)
        with np.errstate(over="ignore", invalid="ignore"):
            fresh = self.weight**2 * square * geometric_sum(kept, T) if self.weight and square else 0.0
            both = 2 * self.weight * rate * self.first
            crossed = both * self._sum_of_variances(kept, T) if both else 0.0
            value = (square * power(kept, T) if square else 0.0) + fresh + crossed
        return np.where(t > 0, value, 1.0)

    @property
    def _first_square(self) -> float:
        """E A^2."""
        return float(np.exp(_log_mean_square(self.real, self.offset)))

    def _sum_of_variances(self, log_base: float, T: Times) -> Values:
        """sum over k < T of x^(T-1-k) E v_(k+1)."""
        alone = (1 - self.settled) * mixed_sum(log_base, self.log_rate, T) if self.settled < 1 else 0.0
        return self.first * (self.settled * geometric_sum(log_base, T) + alone)


def weighted_limits(w: Fraction, n: int, m: int, offset: Fraction) -> tuple[float | Fraction, float | Fraction]:
    """(v, D) as t grows, over v_0: v = w a/(w + W e), D = (w^2/n + W^2 v/m)/(w(2-w)) with a = E A, e = 1 - E B.

    Without weight on real points v goes to 0 or stays a, and D to 1/n + a/(m e), infinite for the unbiased divisor.
    """
    a, e, W = (n - 1) / (n - 1 + offset), offset / (m - 1 + offset), 1 - w
    if not w:
        return (0, Fraction(1, n) + a / (m * e)) if offset else (a, np.inf)
    v = w * a / (w + W * e)
    return v, (w**2 / n + W**2 * v / m) / (w * (2 - w))


def weighted_square_limit(w: Fraction, n: int, m: int, offset: Fraction) -> float | Fraction:
    """E v^2 as t grows, over v_0^2; infinite unless W^2 (m^2-1)/(m-1+delta)^2 < 1."""
    W, a = 1 - w, (n - 1) / (n - 1 + offset)
    rate, kept = W * (m - 1) / (m - 1 + offset), W**2 * (m**2 - 1) / (m - 1 + offset) ** 2
    if n == 1:  # one real point has no variance, and no later point another place
        return 0
    if kept >= 1:
        return np.inf
    v = weighted_limits(w, n, m, offset)[0]
    return (w**2 * (n**2 - 1) / (n - 1 + offset) ** 2 + 2 * w * rate * a * v) / (1 - kept)


def best_weight(n: int, m: int) -> float:
    """w* = 2/(1 + sqrt(1 + 4m/n)), the positive root of w^2 + c w - c with c = n/m: the golden ratio at n = m."""
    return 2.0 / (1.0 + float(np.sqrt(1.0 + 4.0 * m / n)))


def _log1p(x: float) -> float:
    return -np.inf if x == -1.0 else float(np.log1p(x))


def _log_mean_square(points: int, offset: float) -> float:
    """log E of the square of a chi-square with points - 1 degrees of freedom over its divisor."""
    return -np.inf if points == 1 else log_mean_squared_factor(points, offset)
