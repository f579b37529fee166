r"""Fresh real points with a sampler that scales the variance of its model by $c$: the bias that no sample size removes.

The recursion is that of faithful draws with $cv$ in the place of $v$; the first fit, to real points alone, is that of
a source drawn with $v=v_0/c$. As $M$ grows at a fixed share $\alpha$, $v\to v_0\,\alpha/(1-(1-\alpha)c)$.
"""

from fractions import Fraction

import numpy as np

from theory.laws.gaussian_mixing import Limits, LinearStep, Moments, Powers
from theory.laws.geometric import Times


def scaled_step(M: int, n: int, offset: Fraction, factor: Fraction) -> LinearStep:
    """D' = b^2 D + (b c v + alpha)/M,  L v' = (M-1)(alpha + b c v) + M alpha b D."""
    b, L = Fraction(M - n, M), M - 1 + offset
    vv, vd, dv, dd = b * factor * (M - 1) / L, n * b / L, b * factor / M, b**2
    return LinearStep(
        vd=float(vd), dv=float(dv), shortfalls=float((1 - vv) + (1 - dd)),
        determinant=float((1 - vv) * (1 - dd) - vd * dv), difference=float(vv - dd),
    )  # fmt: skip


def scaled_moments(M: int, n: int, offset: Fraction, factor: Fraction, t: Times) -> Moments:
    """(E v_t, E (mu_t - mu_0)^2) over v_0 with n fresh real points, 1 and 0 at t = 0."""
    step, L = scaled_step(M, n, offset, factor), float(M - 1 + offset)
    first_v, first_d = (M - 1) / L, 1 / M
    v_forcing, d_forcing = n * (M - 1) / M / L, n / M / M
    with np.errstate(over="ignore", invalid="ignore"):
        A = Powers(step, np.maximum(t - 1, 0))
        v = first_v * A.first + step.vd * first_d * A.between
        v = v + v_forcing * A.first_sum + step.vd * d_forcing * A.between_sum
        D = first_d * A.second + step.dv * first_v * A.between
        D = D + d_forcing * A.second_sum + step.dv * v_forcing * A.between_sum
    return np.where(t > 0, v, 1.0), np.where(t > 0, D, 0.0)


def scaled_limits(M: int, n: int, offset: Fraction, factor: Fraction) -> Limits:
    """The fixed point, exact for fractions; infinite where an eigenvalue reaches 1. n must be at least 1."""
    a, b, L = Fraction(n, M), Fraction(M - n, M), M - 1 + offset
    vv, vd, dv, dd = b * factor * (M - 1) / L, n * b / L, b * factor / M, b**2
    determinant = (1 - vv) * (1 - dd) - vd * dv
    if vv >= 1 or determinant <= 0:
        return np.inf, np.inf
    v_forcing, d_forcing = a * (M - 1) / L, a / M
    v = ((1 - dd) * v_forcing + vd * d_forcing) / determinant
    return v, ((1 - vv) * d_forcing + dv * v_forcing) / determinant
