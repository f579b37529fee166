r"""Mean and variance of a refitted Gaussian when real data keep coming in: a 2x2 linear recursion and its closed forms.

In units of $v_0$, with $D = E(\mu_t-\mu_0)^2$, one fit maps $(v, D)$ to $A\,(v, D) + c$ with nonnegative entries.
$M$ is the size of a training set, $\alpha$ its real share, $b = 1-\alpha$, $n = \alpha M$, $L = M-1+\delta$ divides.
Powers of $A$ are taken through the shortfalls $1-\lambda$ of its eigenvalues, accurate where $\lambda$ is near 1, and
every sum has positive terms. Stationary values are exact for exact arguments: pass fractions.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float, Int
from scipy import special

Moments = tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]
Limits = tuple[float | Fraction, float | Fraction]


@dataclass(frozen=True)
class LinearStep:
    """One fit as the matrix ((vv, vd), (dv, dd)), by what needs full relative accuracy near the identity."""

    vd: float
    dv: float
    shortfalls: float  # (1 - vv) + (1 - dd)
    determinant: float  # of the identity minus the matrix; positive where a stationary law exists
    difference: float  # vv - dd


def stratified_step(M: int, n: int, offset: float) -> LinearStep:
    """D' = b^2 D + (b v + alpha)/M,  L v' = (M-1)(alpha + b v) + M alpha b D: the last is the between-source term."""
    a, b, L = n / M, (M - n) / M, M - 1 + offset
    return LinearStep(
        vd=n * b / L, dv=b / M,
        shortfalls=(offset + a * (M - 1)) / L + a * (1 + b),
        determinant=a * ((n + offset) * (1 + b) - 1) / L,
        difference=b * (a - offset / L),
    )  # fmt: skip


def iid_step(M: int, a: float, offset: float) -> LinearStep:
    """D' = b^2 D + (alpha + b v + alpha b D)/M,  L v' = (M-1)(alpha + b v + alpha b D): one mixture, M points."""
    b, L, kept = 1 - a, M - 1 + offset, (M - 1) / M
    return LinearStep(
        vd=(M - 1) * a * b / L, dv=b / M,
        shortfalls=(offset + a * (M - 1)) / L + a * (1 + b * kept),
        determinant=a * (offset * (1 + b * kept) + kept * (a * M * (1 + b) - b)) / L,
        difference=b * (a * kept - offset / L),
    )  # fmt: skip


class Powers:
    """A^t = ((first, vd between), (dv between, second)) and the sums of A^0 … A^(t-1), at every t."""

    def __init__(self, step: LinearStep, t: Int[np.ndarray, " T"]) -> None:
        gap = float(np.hypot(step.difference, 2 * np.sqrt(step.vd * step.dv)))
        upper, lower = _shortfalls(step, gap)
        self.gap, (weight, other) = gap, _weights(step, gap)
        self.weights = weight, other
        top, low, ratio = _power(upper, t), _power(lower, t), min(1.0, gap / (1 - upper)) if gap else 0.0
        top_sum, low_sum = _power_sum(upper, t), _power_sum(lower, t)
        self.first = times(weight, top) + times(other, low)
        self.second = times(other, top) + times(weight, low)
        self.first_sum = times(weight, top_sum) + times(other, low_sum)
        self.second_sum = times(other, top_sum) + times(weight, low_sum)
        if gap:
            self.between = top * -np.expm1(special.xlog1py(t, -ratio)) / gap
            self.between_sum = (top_sum - low_sum) / gap
        else:  # a double eigenvalue: one of vd, dv is 0, and so is the forcing that the second sum multiplies
            self.between = np.where(t > 0, t * _power(upper, np.maximum(t - 1, 0)), 0.0)
            self.between_sum = np.zeros(t.shape)


def stratified_moments(M: int, n: int, offset: float, t: Int[np.ndarray, " T"]) -> Moments:
    """(E v_t, E(mu_t-mu_0)^2) with n fresh real points in every generation."""
    step = stratified_step(M, n, offset)
    return _from_the_source(step, t, n * (M - 1) / M / (M - 1 + offset), n / M / M)


def iid_moments(M: int, alpha: float, offset: float, t: Int[np.ndarray, " T"]) -> Moments:
    """(E v_t, E(mu_t-mu_0)^2) with each point real with probability alpha."""
    step = iid_step(M, alpha, offset)
    return _from_the_source(step, t, alpha * (M - 1) / (M - 1 + offset), alpha / M)


def fixed_moments(M: int, n: int, offset: float, t: Int[np.ndarray, " T"]) -> Moments:
    """(E v_t, E(mu_t-mu_0)^2) with the first n points of generation 1 in every training set, averaged over them too.

    About the mean of the kept points the recursion is that of fresh ones, with the forcing ((n-1)/L, 0) and the start
    1/n; about the mean of the source there is (1 - 2b^t)/n more, added where it cancels exactly.
    """
    step = stratified_step(M, n, offset)
    with np.errstate(over="ignore"):
        A = Powers(step, t)
        forcing = (n - 1) / (M - 1 + offset)
        remembered = -np.expm1(special.xlog1py(t, -n / M))
        v = A.first + times(step.vd / n, A.between) + times(forcing, A.first_sum)
        drift = times(step.dv, A.between) + times(step.dv * forcing, A.between_sum)
        return v, (remembered**2 + beyond_its_diagonal(A, n / M, t)) / n + drift


def stratified_limits(M: int, n: int, offset: Fraction) -> Limits:
    """v = (n(1+b) - alpha)/R, D = (L/M)/R, R = (n+offset)(1+b) - 1; infinite where R <= 0; replacement if n = 0."""
    a, L = Fraction(n, M), M - 1 + offset
    if not n:
        return replacement_limits(M, offset)
    R = (n + offset) * (2 - a) - 1
    return ((n * (2 - a) - a) / R, L / (M * R)) if R > 0 else (np.inf, np.inf)


def iid_limits(M: int, a: Fraction, offset: Fraction) -> Limits:
    """v = M(M-1) alpha (1+b)/R, D = L/R, R = offset (M + (M-1) b) + (M-1)(alpha M (1+b) - b); infinite where R <= 0."""
    b, L = 1 - a, M - 1 + offset
    if not a:
        return replacement_limits(M, offset)
    R = offset * (M + (M - 1) * b) + (M - 1) * (a * M * (1 + b) - b)
    return (M * (M - 1) * a * (1 + b) / R, L / R) if R > 0 else (np.inf, np.inf)


def fixed_limits(M: int, n: int, offset: Fraction) -> Limits:
    """v = (n-1)(1+b)/R, D = [1 + b(n-1)/R]/n, R = (n+offset)(1+b) - 1: beyond 1/n, the error of the kept points.

    With R = 0, which takes an offset below 0, a single kept point leaves what the unit eigenvalue carries.
    """
    b, L = Fraction(M - n, M), M - 1 + offset
    R = (n + offset) * (1 + b) - 1
    if R < 0 or (R == 0 and n > 1):
        return np.inf, np.inf
    if R == 0:
        v = (1 - b**2 + b / L) / (1 - b**2 * (M - n - 1) / L)
        return v, 1 + b * v / (M * (1 - b**2))
    return (n - 1) * (1 + b) / R, (1 + b * (n - 1) / R) / n


def replacement_limits(M: int, offset: Fraction) -> Limits:
    """No real data: the divisor decides whether v goes to 0, stays or grows; D goes to L/(M offset) or infinity."""
    if offset > 0:
        return 0, (M - 1 + offset) / (M * offset)
    return (1 if offset == 0 else np.inf), np.inf


def _from_the_source(step: LinearStep, t: Int[np.ndarray, " T"], v_forcing: float, d_forcing: float) -> Moments:
    """The recursion from (1, 0): the source itself."""
    with np.errstate(over="ignore"):
        A = Powers(step, t)
        v = A.first + times(v_forcing, A.first_sum) + times(step.vd * d_forcing, A.between_sum)
        D = times(step.dv, A.between) + times(d_forcing, A.second_sum) + times(step.dv * v_forcing, A.between_sum)
        return v, D


def beyond_its_diagonal(A: Powers, share: float, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """(A^t)_dd - dd^t with dd = (1-share)^2: 0 at t = 1, of second order in the eigenvalues' distances."""
    if share == 1.0:
        return np.zeros(t.shape)
    weight, other = A.weights
    diagonal, dd = _power(share, 2 * t), (1 - share) ** 2
    rise = t * np.log1p(weight * A.gap / dd)
    fall = special.xlog1py(t, -min(1.0, other * A.gap / dd))
    near = diagonal * (other * np.expm1(np.minimum(rise, 1.0)) + weight * np.expm1(fall))
    return np.where(rise < 1.0, near, A.second - diagonal)


def _shortfalls(step: LinearStep, gap: float) -> tuple[float, float]:
    """1 - lambda of the larger and the smaller eigenvalue: the well-conditioned root, then the other by the product."""
    if step.shortfalls >= 0:
        lower = (step.shortfalls + gap) / 2
        return min(1.0, step.determinant / lower if lower else 0.0), min(1.0, lower)
    upper = (step.shortfalls - gap) / 2
    return upper, min(1.0, step.determinant / upper)


def _weights(step: LinearStep, gap: float) -> tuple[float, float]:
    """(vv - smaller eigenvalue)/gap and (larger eigenvalue - vv)/gap: nonnegative, with the sum 1."""
    if not gap:
        return 1.0, 0.0
    smaller = 2 * step.vd * step.dv / (gap + abs(step.difference)) / gap
    return (1 - smaller, smaller) if step.difference >= 0 else (smaller, 1 - smaller)


def _power(shortfall: float, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    return np.exp(special.xlog1py(t, -shortfall))


def _power_sum(shortfall: float, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum_{k<t} (1 - shortfall)^k."""
    return -np.expm1(special.xlog1py(t, -shortfall)) / shortfall if shortfall else t.astype(np.float64)


def times(factor: float, values: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The product, 0 where the factor is 0 even if the values have grown beyond every float."""
    return factor * values if factor else np.zeros(values.shape)
