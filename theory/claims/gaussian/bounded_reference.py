r"""The true values that bounds are compared with: one or two fits, by quadrature over all that those draw.

Given the first fit, and the points that stay, the squares of the second training set are independent chi-squares, one
of them displaced by the distance of the means; the Laplace transform of $v_2$ is the mean of their product over the
first fit. $E\log v_2$ and $E\sqrt{v_2}$ are integrals over it. Beyond two fits an exact claim's own reference, where
there is one. In units of the source's variance.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from math import comb

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf

from theory.claims.assumptions import refreshed
from theory.claims.exact_claims import exact_claim
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.scenario import Scenario
from theory.scenario.retention import Accumulate

STEP = 0.4
PLACES = np.arange(-16.0, 72.0, STEP)
S = np.exp(PLACES)
Nodes = tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]


def mean_log(scenario: Scenario, generation: float) -> mpf:
    """E log v_t; a window that has not yet lost a batch is a pool that accumulates."""
    whole = scenario.retention.kind == "window" and generation <= scenario.retention.length
    if whole and not refreshed(scenario):
        scenario = scenario.model_copy(update={"retention": Accumulate()})
    claim = exact_claim(scenario, "log_variance", generation)
    if claim is not None:
        return claim.reference(scenario, generation)
    return mpmath.log(unit_of(scenario)) + reading(scenario, generation, mpmath.log, _log_integral)


def mean_root(scenario: Scenario, generation: float) -> mpf:
    """E sqrt v_t."""
    return mpmath.sqrt(unit_of(scenario)) * reading(scenario, generation, mpmath.sqrt, _root_integral)


def second_moments(scenario: Scenario, generation: float) -> mpf:
    """E v_t + E (mu_t - mu_0)^2, by the references of the claims that know them."""
    parts = [exact_claim(scenario, name) for name in ("variance", "mean_squared_error")]
    return mpmath.fsum(claim.reference(scenario, generation) for claim in parts if claim is not None)


def distance(scenario: Scenario, generation: float) -> mpf:
    """E W_2^2 of model and source."""
    claim = exact_claim(scenario, "wasserstein2_squared", generation)
    if claim is not None:
        return claim.reference(scenario, generation)
    unit = unit_of(scenario)
    return second_moments(scenario, generation) + unit - 2 * mpmath.sqrt(unit) * mean_root(scenario, generation)


def divergence(scenario: Scenario, generation: float) -> mpf:
    """E KL(model || source)."""
    claim = exact_claim(scenario, "kl_reverse", generation)
    if claim is not None:
        return claim.reference(scenario, generation)
    unit = unit_of(scenario)
    moments = second_moments(scenario, generation) / unit
    return (moments - 1 - mean_log(scenario, generation) + mpmath.log(unit)) / 2


def chance_of_straying(scenario: Scenario, generation: float, at: float) -> mpf:
    """P(|mu_t - mu_0| > at): an exact claim's, or of one fit, whose mean is normal."""
    if generation == 0 or at < 0:
        return mpf(int(at < 0))
    claim = exact_claim(scenario, "mean_tail", generation)
    if claim is not None:
        return claim.reference(scenario, generation, at)
    if generation != 1:
        raise ValueError(f"the true chance is known after one fit, got t = {generation}")
    return mpmath.erfc(mpf(repr(at)) * mpmath.sqrt(scenario.first_size / (2 * unit_of(scenario))))


def unit_of(scenario: Scenario) -> mpf:
    return mpf(repr(scenario.source.variance))


def reading(
    scenario: Scenario, generation: float, function: Callable[[mpf], mpf], integral: Callable[[np.ndarray], float]
) -> mpf:
    """E f(v_t/v_0), t at most 2: of the first fit by the density, of the second from the transform."""
    if generation == 0:
        return function(mpf(1))
    points = scenario.first_size
    divisor = scenario.estimator.divide_by(points)
    if generation == 1:
        with mpmath.workdps(DIGITS):
            return chi_square_mean(_scaled(function, divisor), points - 1)
    if generation > 2:
        raise ValueError(f"the true value is known up to t = 2, got {generation}")
    return mpf(integral(second_fit(scenario)))


@cache
def _scaled(function: Callable[[mpf], mpf], divisor: float) -> Callable[[mpf], mpf]:
    return lambda chi_square: function(chi_square / mpf(repr(divisor)))


def _log_integral(transform: Float[np.ndarray, " S"]) -> float:
    """E log v = integral of (exp(-s) - E exp(-sv)) over ds/s."""
    before = (_slope(transform) - 1) * S[0] / np.expm1(STEP)
    return float(STEP * (np.sum(np.exp(-S) - transform) + before))


def _root_integral(transform: Float[np.ndarray, " S"]) -> float:
    """E sqrt v = integral of (1 - E exp(-sv)) s^(-1/2) over ds/s, over 2 sqrt pi; beyond both ends in closed form."""
    ends = (_slope(transform) * np.sqrt(S[0]) + 1 / np.sqrt(S[-1])) / np.expm1(STEP / 2)
    return float(STEP * (np.sum((1 - transform) / np.sqrt(S)) + ends) / (2 * np.sqrt(np.pi)))


def _slope(transform: Float[np.ndarray, " S"]) -> float:
    return float((1 - transform[0]) / S[0])


@cache
def second_fit(scenario: Scenario) -> Float[np.ndarray, " S"]:
    """E exp(-s v_2/v_0) at every s, by the policy."""
    retention, estimator = scenario.retention, scenario.estimator
    scheme = getattr(retention, "scheme", retention.kind)
    first = scenario.first_size
    L1 = estimator.divide_by(first)
    if scheme in ("stratified", "iid"):
        s = S / L1
        if scheme == "stratified":
            weights = {retention.real_points(first): 1.0}
        else:
            a = retention.share_of(first)
            weights = {k: comb(first, k) * a**k * (1 - a) ** (first - k) for k in range(first + 1)}
        return sum(weight * _fresh(s, first, L1, k) for k, weight in weights.items())
    if scheme == "fixed":
        return _kept(S / L1, first, L1, retention.real_points(first))
    if scheme == "weighted":
        shape = retention.weight, retention.real, retention.synthetic
        return _weighted(shape, estimator.divide_by(retention.real), estimator.divide_by(retention.synthetic))
    if scheme == "pool":
        real, drawn = retention.real_points(2), retention.synthetic_points(2)
    elif scheme == "window" and retention.length > 1:
        real = retention.real_points(first)
        drawn = first - real
    else:
        raise ValueError(f"the second fit is not integrated here with retention {retention.kind}")
    return _joined(S / estimator.divide_by(first + real + drawn), first, L1, real, drawn)


def _fresh(s: np.ndarray, M: int, L: float, k: int) -> np.ndarray:
    """k fresh real points and M - k of the first model, whose mean is off by N(0, 1/M)."""
    total = 0.0
    for X, weight in zip(*chi_square(M - 1), strict=True):
        v = X / L
        if k == M:
            factor = _chi(s, M - 1)
        elif k == 0:
            factor = _chi(s * v, M - 1)
        else:
            apart = k * (M - k) / M * (1 / k + v / (M - k) + 1 / M)
            factor = _chi(s, k - 1) * _chi(s * v, M - k - 1) * _chi(s * apart, 1)
        total = total + weight * factor
    return total


def _kept(s: np.ndarray, M: int, L: float, n: int) -> np.ndarray:
    """n points of the first training set stay, M - n are drawn anew from the first model."""
    m, total = M - n, 0.0
    for (own, p), (other, q), (g, r) in product(_pairs(n - 1), _pairs(m - 1), zip(*normal(), strict=True)):
        apart = g**2 * (1 / n + 1 / m)  # squared distance of the means of the points that stay and of the others
        v = (own + other + n * m / M * apart) / L
        displaced, spread = (m / M) ** 2 * apart * n * m / M, n / M * v
        total = total + p * q * r * np.exp(-s * (own + displaced / (1 + 2 * s * spread))) * _chi(s * v, m - 1) * _chi(
            s * spread, 1
        )
    return total


def _joined(s: np.ndarray, N: int, L: float, n: int, m: int) -> np.ndarray:
    """n real points and m of the first model join the N of the first fit."""
    total = 0.0
    for X, weight in zip(*chi_square(N - 1), strict=True):
        v = X / L
        for g, chance in zip(*(normal() if n else (np.zeros(1), np.ones(1))), strict=True):
            apart = g**2 * (1 / N + 1 / n) if n else 0.0  # of the new real points from the old mean
            share = (N + n) * m / (N + n + m)
            squares = X + N * n / (N + n) * apart
            displaced = share * (n / (N + n)) ** 2 * apart
            factor = np.exp(-s * squares) * _chi(s, max(n - 1, 0)) * _chi(s * v, max(m - 1, 0))
            if m:
                spread = share * v / m
                factor = factor * _chi(s * spread, 1) * np.exp(-s * displaced / (1 + 2 * s * spread))
            total = total + weight * chance * factor
    return total


def _weighted(shape: tuple[float, int, int], of_real: float, of_drawn: float) -> np.ndarray:
    """Mixed variances: w X/L and (1 - w) v X'/L'."""
    w, n, m = shape
    own = sum(p * _chi(S * (1 - w) * X / of_real / of_drawn, m - 1) for X, p in _pairs(n - 1))
    return _chi(S * w / of_real, n - 1) * own


def _chi(s: np.ndarray, nu: int) -> np.ndarray:
    """E exp(-s X) of a chi-square."""
    return (1 + 2 * s) ** (-nu / 2)


def _pairs(nu: int) -> Iterator[tuple[float, float]]:
    return zip(*chi_square(nu), strict=True)


@cache
def chi_square(nu: int) -> Nodes:
    """Nodes of a chi-square: the trapezoidal rule in log X, and the single value 0 without degrees of freedom."""
    if nu == 0:
        return np.zeros(1), np.ones(1)
    step = min(0.3, 1 / np.sqrt(nu))
    y = np.log(nu) + step * np.arange(-int(70 / step / nu) - 60, 90)
    log_density = nu / 2 * y - np.exp(y) / 2
    weights = np.exp(log_density - log_density.max())
    kept = weights > 1e-18
    return np.exp(y[kept]), weights[kept] / weights.sum()


@cache
def normal() -> Nodes:
    """Nodes of |g|, g standard normal, for functions of its square."""
    g = 0.5 * np.arange(18)
    weights = np.exp(-(g**2) / 2) * np.where(g == 0, 1, 2)
    return g, weights / weights.sum()
