r"""All data kept, in several dimensions: determinant and inverse of the covariance of model $t$, the first batch real.

In coordinates in which the source is $N(0,I)$, $\Sigma_t=N_{t-1}F_tN_{t-1}'$ with $\Sigma_{t-1}=N_{t-1}N_{t-1}'$: the
mean logarithms of determinants of the independent $F_k$ add up, and as their laws do not change under rotations
$E\Sigma_t^{-1}=f_1\cdots f_tI$, $f_k=E\operatorname{tr}F_k^{-1}/d$. With the step $\kappa_kN_{k-1}z$ of the mean,
$\kappa_k^2=m_k/P_k^2$ where $m_k$ points make the pool $P_k$, and $g_k=E\,z'F_k^{-1}z$, $R_t=E\,s_t'\Sigma_t^{-1}s_t$
obeys $R_t=f_tR_{t-1}+\kappa_t^2g_t$: over $f_1\cdots f_t$ a sum.
"""

from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float, Int

from theory.laws.accumulated_factors import Fits, Sum
from theory.laws.joined_covariance import JoinedBatch
from theory.laws.wishart import log_mean_inverse_factor, mean_log_pivots

Times = Float[np.ndarray, " T"]
Values = Float[np.ndarray, " T"]


class AccumulatedCovariance:
    """For a first batch of more than d points, L_1 of 1 or more, batches of M, 2 <= d <= 10; t from 1 on or inf."""

    def __init__(self, M: int, first: int, offset: float, d: int) -> None:
        self.M, self.first, self.offset, self.d = M, first, offset, d
        self.fits = Fits(first / M)

    def log_determinant(self, t: Times) -> Values:
        """E log det Sigma_t."""
        return self._log_determinant(t)

    def divergence_of_source(self, t: Times) -> Values:
        """E KL(source || model t), infinite unless the first fit has more than d + 2 points."""
        if self.first <= self.d + 2:
            return np.full(np.shape(t), np.inf)
        return _divergence(self.d, self._log_precision(t), self._strayed(t), self._log_determinant(t))

    @cached_property
    def _later(self) -> list[JoinedBatch]:
        return [JoinedBatch(self.M, float(pool), self.offset, self.d) for pool in self.fits.pool * self.M]

    @cached_property
    def _log_determinant(self) -> Sum:
        first = mean_log_pivots(self.first, self.offset, self.d).sum()
        return self.fits.summed(float(first), np.array([fit.mean_log for fit in self._later]))

    @cached_property
    def _log_precision(self) -> Sum:
        """log E tr(1/Sigma_t)/d."""
        first = log_mean_inverse_factor(self.first, self.offset, self.d)
        return self.fits.summed(first, np.log1p([fit.mean_inverse for fit in self._later]))

    @cached_property
    def _strayed(self) -> Sum:
        """R_t over E tr(1/Sigma_t)/d."""
        along = np.array([fit.along for fit in self._later]) * np.exp(-self._log_precision(self.fits.number))
        return self.fits.summed(self.d / self.first, along / (self.M * self.fits.pool**2))


class PooledCovariance:
    """The same for batches of any sizes that join from the second fit on, one by one; t from 1 on."""

    def __init__(self, first: int, joining: Int[np.ndarray, " K"], offset: float, d: int) -> None:
        self.first, self.joining, self.offset, self.d = first, joining.astype(np.float64), offset, d
        self.pool = first + np.cumsum(self.joining)
        sizes = zip(joining.tolist(), self.pool.tolist(), strict=True)
        self.later = [JoinedBatch(m, P, offset, d) if m else None for m, P in sizes]

    def log_determinant(self, t: Times) -> Values:
        """E log det Sigma_t."""
        first = mean_log_pivots(self.first, self.offset, self.d).sum()
        return self._summed(first, [fit.mean_log if fit else 0.0 for fit in self.later], t)

    def divergence_of_source(self, t: Times) -> Values:
        """E KL(source || model t), infinite unless the first fit has more than d + 2 points."""
        if self.first <= self.d + 2:
            return np.full(np.shape(t), np.inf)
        first = log_mean_inverse_factor(self.first, self.offset, self.d)
        narrower = np.log1p([fit.mean_inverse if fit else 0.0 for fit in self.later])
        precise = first + np.cumsum(narrower)
        along = np.array([fit.along if fit else 0.0 for fit in self.later])
        added = self.joining / self.pool**2 * along * np.exp(-precise)
        return _divergence(
            self.d, self._summed(first, narrower, t), self._summed(self.d / self.first, added, t),
            self.log_determinant(t),
        )  # fmt: skip

    def _summed(self, first: float, later: Float[np.ndarray, " K"] | list[float], t: Times) -> Values:
        return np.cumsum([first, *later])[np.asarray(t, dtype=np.int64) - 1]


def _divergence(d: int, log_mean: Values, strayed: Values, logarithm: Values) -> Values:
    """From log E tr(1/Sigma_t)/d, R_t over that mean and E log det Sigma_t."""
    return (d * np.expm1(log_mean) + np.exp(log_mean) * strayed + logarithm) / 2


@lru_cache(maxsize=16)
def accumulated_covariance(M: int, first: int, offset: float, d: int) -> AccumulatedCovariance:
    """Remembered, as one scenario is asked for both."""
    return AccumulatedCovariance(M, first, offset, d)
