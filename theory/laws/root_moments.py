r"""Moments of $e=\sqrt{v_t}-1$ from logarithms of those of $\sqrt{v_t}$, which add up over independent factors.

$A_j$ is the $j$-th difference over $p$ of $\log E\,v_t^{p/2}$ at $p=0$, a sum over fits. With $\mu=e^{A_1}$ and
$\sqrt{v_t}=\mu(1+\eta)$, $E\eta=0$, the moments of $\eta$ are differences of $e^{A_2}$, $e^{3A_2+A_3}$ and
$e^{6A_2+4A_3+A_4}$, whose leading parts are taken out; a mean that drifts far more than it spreads costs no digits.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import exponential_remainder
from theory.laws.factor_law import Factors, above_log1p

MOST = 300.0  # of the logarithm of a moment of 1 + eta, from which on eta is of no use
Values = Float[np.ndarray, "*T"]


def logarithmic_differences(law: Factors, shift: float = 0.0) -> list[Float[np.ndarray, " K"]]:
    """The first four differences over p of log E F^(p/2) at p = 0, for exp(shift) times the factor."""
    f = law.root_moments
    second = np.log1p((f[1] - f[0] ** 2) / (1 + f[0]) ** 2)
    excess = (f[0], 2 * f[0] + f[1], 3 * f[0] + 3 * f[1] + f[2], 4 * f[0] + 6 * f[1] + 4 * f[2] + f[3])
    r1, r2, r3, r4 = (above_log1p(x) for x in excess)  # E F^(p/2) - 1 less its logarithm
    return [np.log1p(f[0]) + shift / 2, second, f[2] - (r3 - 3 * r2 + 3 * r1), f[3] - (r4 - 4 * r3 + 6 * r2 - 4 * r1)]


def mean_width(first: Values, second: Values) -> Values:
    """E e^2 from A_1 and A_2, a sum of positive terms."""
    near = np.minimum(second, 1.0)
    spread = np.where(
        second < 1, np.exp(2 * first) * np.expm1(near), np.exp(2 * first + second) - np.exp(2 * first)
    )  # fmt: skip
    return np.expm1(first) ** 2 + spread


def width_variance(A: Sequence[Values]) -> Values:
    """Var e^2."""
    B = [A[1], 3 * A[1] + A[2], 6 * A[1] + 4 * A[2] + A[3]]  # log E(1 + eta)^p for p = 2, 3, 4
    b2, b3, b4 = (np.minimum(x, MOST) for x in B)
    r2, r3, r4 = (exponential_remainder(x) for x in (b2, b3, b4))
    mean, drift = np.exp(A[0]), np.expm1(A[0])
    eta2, eta3, eta4 = np.expm1(b2), A[2] + r3 - 3 * r2, A[3] + r4 - 4 * r3 + 6 * r2
    value = mean**2 * (4 * drift**2 * eta2 + 4 * drift * mean * eta3 + mean**2 * (eta4 - eta2**2))
    m1, m2, m3, m4 = (np.exp(p * A[0] + b) for p, b in zip((1, 2, 3, 4), (0.0, *B), strict=True))
    wide = m4 - m2**2 - 4 * (m3 - m2 * m1) + 4 * (m2 - m1**2)
    return np.where(B[2] < MOST, value, wide)
