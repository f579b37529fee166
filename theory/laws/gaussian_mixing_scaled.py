r"""Real data with a sampler that scales the variance of its model by $c$: the bias that no sample size removes.

The recursion is that of faithful draws with $cv$ in the place of $v$; the first fit, to real points alone, is that of
a source drawn with $v=v_0/c$. As $M$ grows at a fixed share $\alpha$, $v\to v_0\,\alpha/(1-(1-\alpha)c)$, whether real
points are fresh, drawn by chance or kept.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import special

from theory.laws.gaussian_mixing import Limits, LinearStep, Moments, Powers, beyond_its_diagonal, times
from theory.laws.geometric import Times, Values


@dataclass(frozen=True)
class ScaledFit:
    """One fit, in units of v_0: the matrix, what real points add, and (v, D) after the first fit, all exact.

    D is the squared distance from mu_0, or from the mean of ``kept`` points where these stay, 0 otherwise.
    """

    M: int
    vv: Fraction
    vd: Fraction
    dv: Fraction
    dd: Fraction
    v_forcing: Fraction
    d_forcing: Fraction
    v_first: Fraction
    d_first: Fraction
    kept: int = 0

    @property
    def determinant(self) -> Fraction:
        """Of the identity less the matrix; positive, with vv below 1, where a stationary law exists."""
        return (1 - self.vv) * (1 - self.dd) - self.vd * self.dv

    @property
    def step(self) -> LinearStep:
        return LinearStep(
            vd=float(self.vd), dv=float(self.dv), shortfalls=float((1 - self.vv) + (1 - self.dd)),
            determinant=float(self.determinant), difference=float(self.vv - self.dd),
        )  # fmt: skip


def stratified_fit(M: int, n: int, offset: Fraction, factor: Fraction) -> ScaledFit:
    """D' = b^2 D + (b c v + alpha)/M,  L v' = (M-1)(alpha + b c v) + M alpha b D."""
    a, b, L = Fraction(n, M), Fraction(M - n, M), M - 1 + offset
    return ScaledFit(
        M, vv=b * factor * (M - 1) / L, vd=n * b / L, dv=b * factor / M, dd=b**2, v_forcing=a * (M - 1) / L,
        d_forcing=a / M, v_first=(M - 1) / L, d_first=Fraction(1, M),
    )  # fmt: skip


def iid_fit(M: int, a: Fraction, offset: Fraction, factor: Fraction) -> ScaledFit:
    """D' = b^2 D + (alpha + b c v + alpha b D)/M,  L v' = (M-1)(alpha + b c v + alpha b D)."""
    b, L = 1 - a, M - 1 + offset
    return ScaledFit(
        M, vv=b * factor * (M - 1) / L, vd=a * b * (M - 1) / L, dv=b * factor / M, dd=b**2 + a * b / M,
        v_forcing=a * (M - 1) / L, d_forcing=a / M, v_first=(M - 1) / L, d_first=Fraction(1, M),
    )  # fmt: skip


def kept_fit(M: int, n: int, offset: Fraction, factor: Fraction) -> ScaledFit:
    """D' = b^2 D + b c v/M,  L v' = n - 1 + (M-1) b c v + M alpha b D, about the mean of the kept points."""
    b, L = Fraction(M - n, M), M - 1 + offset
    return ScaledFit(
        M, vv=b * factor * (M - 1) / L, vd=n * b / L, dv=b * factor / M, dd=b**2, v_forcing=(n - 1) / L,
        d_forcing=Fraction(0), v_first=(M - 1) / L, d_first=b / n, kept=n,
    )  # fmt: skip


def scaled_moments(fit: ScaledFit, t: Times) -> Moments:
    """(E v_t, E (mu_t - mu_0)^2) over v_0, 1 and 0 at t = 0."""
    step, first_v, first_d = fit.step, float(fit.v_first), float(fit.d_first)
    v_forcing, d_forcing = float(fit.v_forcing), float(fit.d_forcing)
    later = np.maximum(t - 1, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        A = Powers(step, later)
        v = first_v * A.first + step.vd * first_d * A.between
        v = v + times(v_forcing, A.first_sum) + times(step.vd * d_forcing, A.between_sum)
        drift = step.dv * first_v * A.between + times(step.dv * v_forcing, A.between_sum)
        remembered = _kept_error(fit, A, later) if fit.kept else first_d * A.second + times(d_forcing, A.second_sum)
        D = remembered + drift
    return np.where(t > 0, v, 1.0), np.where(t > 0, D, 0.0)


def _kept_error(fit: ScaledFit, A: Powers, later: Times) -> Values:
    """(1 - 2 b^t + b (A^(t-1))_dd)/n, the part of the error that starts with the kept points; t - 1 is ``later``.

    With (A^(t-1))_dd = b^(2t-2) + beyond it is (1 - b^t)^2 + b beyond + alpha b^(2t-1), over n.
    """
    share = fit.kept / fit.M
    remembered = -np.expm1(special.xlog1py(later + 1, -share))
    diagonal = share * np.exp(special.xlog1py(2 * later + 1, -share))
    return (remembered**2 + (1 - share) * beyond_its_diagonal(A, share, later) + diagonal) / fit.kept


def scaled_limits(fit: ScaledFit) -> Limits:
    """The fixed point, exact for fractions; infinite where an eigenvalue reaches 1, but for a single kept point.

    That one adds nothing, and what the unit eigenvalue carries stays. There must be at least one real point.
    """
    determinant = fit.determinant
    if determinant == 0 and fit.kept == 1 and fit.vv < 1:
        other = fit.vv + fit.dd - 1
        v = ((fit.vv - other) * fit.v_first + fit.vd * fit.d_first) / (1 - other)
        return v, 1 + (fit.dv * fit.v_first + (fit.dd - other) * fit.d_first) / (1 - other)
    if fit.vv >= 1 or determinant <= 0:
        return np.inf, np.inf
    v = ((1 - fit.dd) * fit.v_forcing + fit.vd * fit.d_forcing) / determinant
    D = ((1 - fit.vv) * fit.d_forcing + fit.dv * fit.v_forcing) / determinant
    return v, D + (Fraction(1, fit.kept) if fit.kept else 0)
