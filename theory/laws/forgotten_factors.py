r"""Exponential forgetting: the moments of model $t$ about its source, powers of those of one fit after the first.

In units of $v_0$, $v_t=F_1F_2\cdots F_t$ with $F_1=\chi^2_{M-1}/L$ and $F_k=1-g+g\chi^2_{M-1}/L$ later; the mean moves
by $g\sqrt{v_{k-1}/M}\,Z_k$, $Z_k$ independent of $F_k$ ($g=1$ in the first fit). Everything is a power of a moment of
$F$ or a geometric sum of them, in forms that are of the size of the answer; moments of the fourth order are doubled.
"""

import math
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import (
    exponential_remainder,
    log_factor_variance,
    log_mean_factor,
    log_mean_reciprocal,
    mean_log_chi_square,
    mean_log_over_mean_reciprocal,
)
from theory.laws.factor_law import Factors, factor_of_fit
from theory.laws.forgetting import log_mean, log_mean_square, mean_squared_error
from theory.laws.geometric import geometric_sum
from theory.laws.path_moments import Stretch
from theory.laws.root_moments import logarithmic_differences, mean_width, width_variance

Times = Float[np.ndarray, " T"]
Values = Float[np.ndarray, " T"]


class ForgottenFactors:
    """The moments for M >= 2 points per fit and the rate g; units of v_0, whole t from 1 on."""

    def __init__(self, M: int, offset: float, rate: float) -> None:
        self.M, self.offset, self.rate = M, offset, rate

    def log_sd(self, t: Times) -> Values:
        """sd log v_t."""
        later = log_factor_variance(self.M) if self.rate == 1 else float(self._law.log_variance[0])
        return np.sqrt(log_factor_variance(self.M) + (t - 1) * later)

    def distance(self, t: Times) -> Values:
        """E W_2^2 = E(mu_t - mu_0)^2 + E(sqrt v_t - 1)^2."""
        root, second = (first + (t - 1) * later for first, later in self._differences[:2])
        with np.errstate(over="ignore", invalid="ignore"):
            value = self._strayed(t) + mean_width(root, second)
        return np.where(np.isnan(value), np.inf, value)

    def log_root(self, t: Times) -> Values:
        """log E sqrt v_t."""
        first, later = self._differences[0]
        return first + (t - 1) * later

    def second_moment_excess(self, t: Times) -> Values:
        """E(mu_t - mu_0)^2 + E v_t - 1."""
        mean = log_mean_factor(self.M, self.offset) + (t - 1) * log_mean(self.M, self.offset, self.rate)
        with np.errstate(over="ignore"):
            return self._strayed(t) + np.expm1(mean)

    def divergence_of_model(self, t: Times) -> Values:
        """E KL(model t || source)."""
        mean = log_mean_factor(self.M, self.offset) + (t - 1) * log_mean(self.M, self.offset, self.rate)
        gap = -mean_log_chi_square(self.M - 1) + (t - 1) * float(self._law.mean_gap[0])
        return (self._strayed(t) + exponential_remainder(mean) + gap) / 2

    def divergence_of_source(self, t: Times) -> Values:
        """E KL(source || model t), infinite for fewer than 4 points."""
        if self.M <= 3:
            return np.full(np.shape(t), np.inf)
        first_gap = mean_log_over_mean_reciprocal(self.M)
        first, later = self._log_precisions
        later_gap = first_gap if self.rate == 1 else float(self._law.reciprocal_gap[0])
        mean, gap = first + (t - 1) * later, first_gap + (t - 1) * later_gap
        with np.errstate(over="ignore"):
            strayed = np.exp(mean) / self.M + self.rate**2 / self.M * math.exp(later) * geometric_sum(later, t - 1)
        return (exponential_remainder(mean) + gap + strayed) / 2

    def precision(self, t: Times) -> Values:
        """E 1/v_t, infinite for fewer than 4 points."""
        if self.M <= 3:
            return np.full(np.shape(t), np.inf)
        first, later = self._log_precisions
        with np.errstate(over="ignore"):
            return np.exp(first + (t - 1) * later)

    @property
    def _log_precisions(self) -> tuple[float, float]:
        """log E 1/F of the first fit and of a later one, for 4 points or more."""
        first = log_mean_reciprocal(self.M, self.offset)
        return first, first if self.rate == 1 else float(self._law.log_mean_reciprocal[0])

    def distance_variance(self, t: Times) -> Values:
        """Var W_2^2; infinite beyond the largest float."""
        return np.array([self._distance_variance(int(fits)) for fits in t])

    def fourth_error(self, t: Times) -> Values:
        """E(mu_t - mu_0)^4 = 3 E V^2; infinite beyond the largest float."""
        value = np.array([3 * float(self._path(int(fits)).V_squared) for fits in t])
        return np.where(np.isfinite(value), value, np.inf)

    def fourth_of_draw(self, t: Times) -> Values:
        """E(X_t - mu_0)^4 = 3 E(V + v_t)^2 of a draw X_t; infinite beyond the largest float."""
        value = np.array([self._fourth_of_draw(self._path(int(fits))) for fits in t])
        return np.where(np.isfinite(value), value, np.inf)

    @property
    def limiting_distance(self) -> float:
        """E W_2^2 at t = inf: (1 + g (M-1)/delta)/M + 1 for an offset delta above 0, else infinity."""
        return 1 + (1 + self.rate * (self.M - 1) / self.offset) / self.M if self.offset > 0 else math.inf

    @property
    def limiting_distance_variance(self) -> float:
        """3 E V^2 - (E V)^2 where E F^2 < 1, else infinity."""
        mean, square = self._limiting_moments
        return 3 * square - mean**2 if math.isfinite(square) else math.inf

    @property
    def limiting_fourth_error(self) -> float:
        """3 E V^2 where E F^2 < 1, else infinity."""
        return 3 * self._limiting_moments[1]

    @property
    def _limiting_moments(self) -> tuple[float, float]:
        """E V and E V^2 at t = inf, where V = 1/M + F_1 V' and V' = g^2/M + F V' in law."""
        M, second = self.M, log_mean_square(self.M, self.offset, self.rate)
        if second >= 0:
            return math.inf, math.inf
        step, once = self.rate**2 / M, math.exp(log_mean(M, self.offset, self.rate))
        first, first_square = (M - 1) / (M - 1 + self.offset), (M**2 - 1) / (M - 1 + self.offset) ** 2
        mean = step / -math.expm1(log_mean(M, self.offset, self.rate))
        square = (step**2 + 2 * step * once * mean) / -math.expm1(second)
        return 1 / M + first * mean, 1 / M**2 + 2 / M * first * mean + first_square * square

    def _strayed(self, t: Times) -> Values:
        return mean_squared_error(self.M, self.offset, self.rate, t)

    @cached_property
    def _unshifted(self) -> Factors:
        """The first factor for the unbiased divisor: another shifts the logarithm, however far."""
        return factor_of_fit(self.M, 0.0)

    @cached_property
    def _law(self) -> Factors:
        return factor_of_fit(self.M, self.offset, self.rate)

    @cached_property
    def _differences(self) -> list[tuple[float, float]]:
        """The differences over p of log E F^(p/2) at p = 0, for the first fit and every later one."""
        first = logarithmic_differences(self._unshifted, log_mean_factor(self.M, self.offset))
        later = first if self.rate == 1 else logarithmic_differences(self._law)
        return [(float(a[0]), float(b[0])) for a, b in zip(first, later, strict=True)]

    @cached_property
    def _doublings(self) -> list[Stretch]:
        """1, 2, 4, ... of the later fits, as far as they were asked for."""
        return [stretch(self._law, self.rate**2 / self.M)]

    def _path(self, t: int) -> Stretch:
        """By the binary digits of t - 1; infinite or not a number where something overflows."""
        whole, later, place = stretch(factor_of_fit(self.M, self.offset), 1 / self.M), t - 1, 0
        with np.errstate(over="ignore", invalid="ignore"):
            while later:
                if place == len(self._doublings):
                    self._doublings.append(self._doublings[-1].followed_by(self._doublings[-1]))
                if later & 1:
                    whole = whole.followed_by(self._doublings[place])
                later, place = later >> 1, place + 1
        return whole

    def _fourth_of_draw(self, path: Stretch) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            return 3 * float(path.V_squared + 2 * path.error_and_variance() + path.mixed(4, 0))

    def _distance_variance(self, t: int) -> float:
        """What overflows is unbounded."""
        whole = self._path(t)
        with np.errstate(over="ignore", invalid="ignore"):
            strayed = 3 * whole.V_squared - whole.V[0] ** 2 + 2 * (whole.V[2] - whole.V[0] * whole.h[2])
            value = strayed + self._width_variance(t)
        return value if math.isfinite(value) else math.inf

    def _width_variance(self, t: int) -> float:
        """Var (sqrt v_t - 1)^2."""
        return float(width_variance([np.array(first + (t - 1) * later) for first, later in self._differences]))


def stretch(law: Factors, step: float) -> Stretch:
    """One fit: the mean moves by the square root of ``step`` v Z."""
    h = (1.0, *(float(moment[0]) for moment in law.root_moments))
    return Stretch(1, 0.0, h, (step * h[0], step * h[1], step * h[2]), step**2)


@lru_cache(maxsize=16)
def forgotten_factors(M: int, offset: float, rate: float) -> ForgottenFactors:
    """Remembered, as one scenario is asked for many statistics."""
    return ForgottenFactors(M, offset, rate)
