r"""All data kept: the moments of model $t$ about its source, summed over independent factors, to any $t$ or infinity.

In units of $v_0$, $v_t=\prod_{k\le t}F_k$ and $\mu_t-\mu_0=\sum_k\kappa_k\sqrt{v_{k-1}}\,Z_k$ with
$\kappa_1^2=1/N_1$, $\kappa_k^2=M/P_k^2$, $P_k=N_1+(k-1)M$. Logarithms of moments of $v_t$ add up over fits; so do, in
units of the same moments, those of $(\mu_t-\mu_0)^2v_t^{p/2}$, as only even powers of $Z_k$ have a mean. With
$e=\sqrt{v_t}-1$ the moments of $e$ are differences over $p$ of those of $v_t^{p/2}$, and every difference is taken in
the single fit: nothing cancels where $1/M$ is small.
"""

from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import (
    exponential_remainder,
    log_mean_factor,
    log_mean_reciprocal,
    mean_log_over_mean_reciprocal,
)  # fmt: skip
from theory.laws.factor_law import Factors, factor_of_batch, factor_of_fit
from theory.laws.root_moments import logarithmic_differences, mean_width, width_variance
from theory.laws.sums_over_fits import power_sum

HEAD = 100  # fits that are added one by one
DEGREE = 7
ORDER = 2  # what a fit adds falls off at least as this power of the pool
Times = Float[np.ndarray, " T"]
Values = Float[np.ndarray, " T"]
_U = (1 - np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))) / 2


class Fits:
    """Fits 2 to HEAD, then DEGREE + 1 places beyond, for N_1 / M = ``start`` batches before the second fit."""

    def __init__(self, start: float) -> None:
        self.beyond = HEAD + start  # batches in the pool after fit HEAD + 1
        self.pool = np.concatenate([np.arange(1.0, HEAD) + start, self.beyond / _U])  # after each fit
        self.number = np.concatenate([np.arange(2.0, HEAD + 1), self.beyond / _U + 1 - start])

    def weights_beyond(self, t: float) -> Float[np.ndarray, " D"]:
        """What the terms at the places beyond weigh in the sum over fits from HEAD + 1 to t, inf allowed."""
        length = np.array([t - HEAD])
        powers = np.array([self.beyond**j * power_sum(ORDER + j, self.beyond, length)[0] for j in range(DEGREE + 1)])
        return np.linalg.solve(np.vander(_U, increasing=True).T, powers) * (self.beyond / _U) ** ORDER

    def summed(self, first: float, terms: Float[np.ndarray, " K"]) -> "Sum":
        """What the first fit and each of these add."""
        return Sum(self.beyond, first, terms)


class Sum:
    """A sum over fits 1 to t, at every whole t from 1 on, every real one from HEAD on, and infinity."""

    def __init__(self, beyond: float, first: float, terms: Float[np.ndarray, " K"]) -> None:
        self.beyond = beyond
        self.head = np.concatenate([[np.nan], first + np.concatenate([[0.0], np.cumsum(terms[: HEAD - 1])])])
        self.series = np.linalg.solve(np.vander(_U, increasing=True), terms[HEAD - 1 :] * (beyond / _U) ** ORDER)

    def __call__(self, t: Times) -> Values:
        sums = self.head[np.minimum(t, HEAD).astype(np.int64)]
        length = np.maximum(t - HEAD, 0.0)
        if not length.any():
            return sums
        powers = [self.beyond**j * power_sum(ORDER + j, self.beyond, length) for j in range(DEGREE + 1)]
        return sums + self.series @ np.array(powers)


class AccumulatedFactors:
    """The moments, for a first batch of at least 2 real points and batches of M; units of v_0, t from 1 on or inf."""

    def __init__(self, M: int, first: int, offset: float) -> None:
        self.M, self.first, self.offset = M, first, offset
        self.fits = Fits(first / M)

    def log_sd(self, t: Times) -> Values:
        """sd log v_t."""
        return np.sqrt(self._summed("log_variance")(t))

    def variance(self, t: Times) -> Values:
        """E v_t."""
        return np.exp(self._log_moment(2, t))

    def log_root(self, t: Times) -> Values:
        """log E sqrt v_t."""
        return self._log_moment(1, t)

    def second_moment_excess(self, t: Times) -> Values:
        """E(mu_t - mu_0)^2 + E v_t - 1."""
        return self._strayed(t) + np.expm1(self._log_moment(2, t))

    def squared_error(self, t: Times) -> Values:
        """E(mu_t - mu_0)^2."""
        return self._strayed(t)

    def fourth_error(self, t: Times) -> Values:
        """E(mu_t - mu_0)^4."""
        return self._fourth(t)

    def fourth_of_draw(self, t: Times) -> Values:
        """E(X_t - mu_0)^4 = E d^4 + 6 E d^2 v_t + 3 E v_t^2 of a draw X_t."""
        joint = np.exp(self._log_moment(2, t)) * (self._strayed(t) + self._leaning(t)[1])
        return self._fourth(t) + 6 * joint + 3 * np.exp(self._log_moment(4, t))

    def distance(self, t: Times) -> Values:
        """E W_2^2 = E(mu_t - mu_0)^2 + E(sqrt v_t - 1)^2."""
        return self._strayed(t) + self._width(t)

    def divergence_of_model(self, t: Times) -> Values:
        """E KL(model t || source)."""
        log_mean = 2 * self._differences[0](t) + self._differences[1](t)
        return (self._strayed(t) + exponential_remainder(log_mean) + self._summed("mean_gap")(t)) / 2

    def divergence_of_source(self, t: Times) -> Values:
        """E KL(source || model t), infinite for a first batch of fewer than 4 points."""
        if self.first <= 3:
            return np.full(np.shape(t), np.inf)
        log_mean = self._log_precision
        gap = self.fits.summed(mean_log_over_mean_reciprocal(self.first), self._later.reciprocal_gap)
        strayed = self.fits.summed(
            1 / self.first,
            self._steps * np.exp(self._later.log_mean_square_with(-1.0) - log_mean(self.fits.number)),
        )
        return (exponential_remainder(log_mean(t)) + gap(t) + np.exp(log_mean(t)) * strayed(t)) / 2

    def precision(self, t: Times) -> Values:
        """E 1/v_t, infinite for a first batch of fewer than 4 points."""
        return np.exp(self._log_precision(t)) if self.first > 3 else np.full(np.shape(t), np.inf)

    @cached_property
    def _log_precision(self) -> Sum:
        """log E 1/v_t."""
        return self.fits.summed(log_mean_reciprocal(self.first, self.offset), self._later.log_mean_reciprocal)

    def distance_variance(self, t: Times) -> Values:
        """Var W_2^2 = Var d^2 + 2 Cov(d^2, e^2) + Var e^2, d = mu_t - mu_0."""
        strayed, width = self._strayed(t), self._width(t)
        p = [self._log_moment(order, t) for order in range(5)]
        both = (
            self._leaning(t)[1] - 2 * self._leaning(t)[0]
            + np.expm1(p[2]) * (strayed + self._leaning(t)[1]) - 2 * np.expm1(p[1]) * (strayed + self._leaning(t)[0])
        )  # fmt: skip
        spread = width_variance([A(t) for A in self._differences])
        return self._fourth(t) - strayed**2 + 2 * (both - strayed * width) + spread

    @cached_property
    def _later(self) -> Factors:
        return factor_of_batch(self.M, self.fits.pool * self.M, self.offset)

    @cached_property
    def _first(self) -> Factors:
        """That of the unbiased divisor: another shifts the logarithm, however far."""
        return factor_of_fit(self.first, 0.0)

    @cached_property
    def _steps(self) -> Float[np.ndarray, " K"]:
        """kappa_k^2 = M/P_k^2."""
        return 1 / (self.M * self.fits.pool**2)

    def _summed(self, moment: str) -> Sum:
        return self.fits.summed(float(getattr(self._first, moment)[0]), getattr(self._later, moment))

    @cached_property
    def _differences(self) -> list[Sum]:
        """The first four differences over p of log E v_t^(p/2) at p = 0."""
        first = logarithmic_differences(self._first, log_mean_factor(self.first, self.offset))
        later = logarithmic_differences(self._later)
        return [self.fits.summed(float(a[0]), b) for a, b in zip(first, later, strict=True)]

    def _log_moment(self, p: int, t: Times) -> Values:
        """log E v_t^(p/2)."""
        binomials = ((0, 0, 0, 0), (1, 0, 0, 0), (2, 1, 0, 0), (3, 3, 1, 0), (4, 6, 4, 1))[p]
        return sum((b * A(t) for b, A in zip(binomials, self._differences, strict=True) if b), np.zeros(np.shape(t)))

    def _width(self, t: Times) -> Values:
        """E e^2."""
        return mean_width(self._differences[0](t), self._differences[1](t))

    @cached_property
    def _strayed(self) -> Sum:
        """E d^2."""
        return self.fits.summed(1 / self.first, self._steps * np.exp(self._log_moment(2, self.fits.number - 1)))

    @cached_property
    def _leans(self) -> list[Sum]:
        """E d^2 v_t^(p/2) / E v_t^(p/2) - E d^2 for p = 1, 2."""
        before, after = self.fits.number - 1, self.fits.number
        weight = self._steps * np.exp(self._log_moment(2, before))
        return [
            self.fits.summed(0.0, weight * np.expm1(
                self._log_moment(2 + p, before) - self._log_moment(2, before) - self._log_moment(p, after)
                + self._later.log_mean_square_with(p / 2)
            ))
            for p in (1, 2)
        ]  # fmt: skip

    def _leaning(self, t: Times) -> list[Values]:
        return [lean(t) for lean in self._leans]

    @cached_property
    def _fourth(self) -> Sum:
        """E d^4."""
        before = self.fits.number - 1
        joint = np.exp(self._log_moment(2, before)) * (self._strayed(before) + self._leaning(before)[1])
        own = np.exp(self._log_moment(4, before))
        return self.fits.summed(3 / self.first**2, self._steps * (6 * joint + 3 * self._steps * own))


@lru_cache(maxsize=16)
def accumulated_factors(M: int, first: int, offset: float) -> AccumulatedFactors:
    """Remembered, as one scenario is asked for many statistics."""
    return AccumulatedFactors(M, first, offset)
