r"""The independent route to the law of the variance with a share of real points: quadrature over two fits.

Given the distance of the means the two chi-squares share what is left of the level; one of them has the part whose
root is the sine of an angle, over which, as over the distance, Gauss and Legendre's rule runs. No transform, no matrix.
"""

import math
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.real_share_law_reference import (
    NEGLIGIBLE,
    NORMAL,
    PLACES,
    chi_square,
    numbers_of_real_points,
)
from theory.scenario import Scenario

BELOW, DENSITY = 0, 1
ANGLES, DISTANCES, FAR, NEAR = 48, 40, 9.0, 4.5
CLOSE = 0.16  # of what stays: the chance given that is steeper than its law


def law(which: int, scenario: Scenario, generation: float, level: float) -> mpf:
    """P(v_t <= level), or the density there, in units of the source, t at most 2.

    Where a single point among a thousand is synthetic and the others are fresh, two fits are as good as any number.
    """
    M, retention = scenario.first_size, scenario.retention
    L = scenario.estimator.divide_by(M)
    if generation == 1:
        with mpmath.workdps(30):
            a, squares = mpf(M - 1) / 2, mpf(repr(L)) * mpf(level) / 2
            if which == BELOW:
                return mpmath.gammainc(a, 0, squares, regularized=True)
            return mpmath.exp(a * mpmath.log(squares) - squares - mpmath.loggamma(a)) / mpf(level)
    if retention.scheme == "fixed" and generation == 2:
        return mpf(_two_kept_fits(which, M, retention.real_points(M), L, level))
    alone = retention.scheme == "stratified" and M - retention.real_points(M) == 1 and M >= 1000
    if retention.scheme != "fixed" and (generation == 2 or alone):
        return mpf(_two_fits(which, scenario, level))
    raise ValueError(f"the true law is known up to t = 2 here, got {generation}")


def _two_fits(which: int, scenario: Scenario, level: float) -> float:
    M, L, chances = numbers_of_real_points(scenario)
    X, likely = chi_square(M - 1)
    return sum(
        chance * p * given_the_model(which, M, L, k, x / L, 0.0, 1 / M, level)
        for k, chance in chances
        for x, p in zip(X, likely, strict=True)
    )


def given_the_model(which: int, M: int, L: float, k: int, v: float, mean: float, unsure: float, level: float) -> float:
    """After a fit with k real points, the others from N(mean, v), where the mean has a variance."""
    m = M - k
    if k in (0, M):
        return float(_of_one(which, (M - 1) / 2, np.array(L * level / (1 if k else v)), L / (1 if k else v)))
    sd, apart = math.sqrt(1 / k + v / m + unsure), math.sqrt(L * level / (k * m / M))
    low, high = max(-apart, mean - FAR * sd), min(apart, mean + FAR * sd)
    if low >= high:
        return 0.0
    places, weights = _legendre(DISTANCES)
    z = (low + high) / 2 + (high - low) / 2 * places
    likely = np.exp(-(((z - mean) / sd) ** 2) / 2) / math.sqrt(2 * math.pi) / sd * weights * (high - low) / 2
    left = np.maximum(L * level - k * m / M * z**2, 0.0)
    (a, one), (b, other) = ((k - 1) / 2, 1.0), ((m - 1) / 2, v)
    if b > a:  # the smoother one is integrated in closed form
        (a, one), (b, other) = (b, other), (a, one)
    if b == 0:
        return float(likely @ _of_one(which, a, left / one, L / one))
    angles, steps = _legendre(ANGLES)
    ends = _bulk(b, left / other)
    angle = ends[0] + (ends[1] - ends[0]) * (angles + 1) / 2
    sine, cosine = np.sin(angle), np.cos(angle)
    part = left[:, None] / other / 2 * sine**2
    log = b * np.log(np.maximum(part, 1e-300)) - part - math.lgamma(b)
    jacobian = 2 * cosine / np.maximum(sine, 1e-300) * steps * (ends[1] - ends[0]) / 2
    rest = _of_one(which, a, left[:, None] * cosine**2 / one, L / one)
    return float(likely @ (np.exp(log) * jacobian * rest).sum(1))


def _bulk(b: float, whole: Float[np.ndarray, " Z"]) -> tuple[Float[np.ndarray, "Z 1"], Float[np.ndarray, "Z 1"]]:
    """Angles between which a chi-square with 2b degrees of freedom lies, as a part of the whole."""
    root = math.sqrt(b)  # that of half a chi-square has a standard deviation of 1/2
    ends = max(root - NEAR, 0.0) ** 2, (root + NEAR) ** 2
    with np.errstate(divide="ignore"):
        return tuple(np.arcsin(np.sqrt(np.minimum(2 * end / whole, 1.0)))[:, None] for end in ends)  # type: ignore[return-value]


def _of_one(which: int, a: float, squares: Float[np.ndarray, "*Q"], rate: float) -> Float[np.ndarray, "*Q"]:
    """P(chi-square with 2a degrees of freedom <= squares), or its slope in the level, ``squares`` over ``rate``."""
    if which == BELOW:
        return special.gammainc(a, squares / 2)
    half = np.maximum(squares / 2, 1e-300)
    return rate / 2 * np.exp((a - 1) * np.log(half) - half - math.lgamma(a))


@cache
def _two_kept_fits(which: int, M: int, n: int, L: float, level: float) -> float:
    """Over the squares of the points that stay and of the others, the distance of their means and the second one."""
    m = M - n
    (own, chance), (other, weight) = chi_square(n - 1, CLOSE), chi_square(m - 1)
    both = np.outer(weight, NORMAL)
    i, j = np.nonzero(both > NEGLIGIBLE)
    likely = both[i, j] / both[i, j].sum()
    distance = PLACES[j] * math.sqrt(1 / n + 1 / m)
    places, weights = _legendre(DISTANCES)
    total = 0.0
    for squares, p in zip(own, chance, strict=True):
        v = ((squares + other[i] + n * m / M * distance**2) / L)[:, None]
        room = L * level - squares
        if room <= 0:
            continue
        mean, sd, end = m / M * distance[:, None], np.sqrt(v / m), math.sqrt(room / (n * m / M))
        low, high = np.maximum(-end, mean - FAR * sd), np.minimum(end, mean + FAR * sd)
        apart = (low + high) / 2 + (high - low) / 2 * places
        normal = np.exp(-(((apart - mean) / sd) ** 2) / 2) / math.sqrt(2 * math.pi) / sd * np.maximum(high - low, 0) / 2
        left = np.maximum(room - n * m / M * apart**2, 0.0)
        total += p * float(likely @ (normal * _of_one(which, (m - 1) / 2, left / v, L / v)) @ weights)
    return total


@cache
def _legendre(count: int) -> tuple[Float[np.ndarray, " G"], Float[np.ndarray, " G"]]:
    return np.polynomial.legendre.leggauss(count)
