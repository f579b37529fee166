"""The independent route of what is exact on pools: means over the draws of two or three fits by plain quadrature.

Squares are chi-squares by Laguerre's rule, distances of means normal by the trapezoidal rule; given them the mean of a
model stays normal, with a known centre and variance, as it starts. No law is ever condensed. In units of the source.
"""

import math
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian import pool_limit
from theory.claims.gaussian.pool_squares import after_fits
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import POWERS
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.scenario import Scenario

LOG, SQUARED_LOG, DISTANCE, SQUARED_DISTANCE, OF_MODEL, OF_SOURCE, PRECISION = range(7)
MOST_NODES, FEW, FIRST, MOST_MODELS = 24, 6, 36, 9_000_000
NEGLIGIBLE, MANY = 1e-18, 10**6
PLACES = np.arange(-8.5, 8.51, 0.5)
UNTOUCHED = 1e-12  # share of new real points from which on a fit to many changes nothing
Rule = tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]
Models = tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"], Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]


def mean(which: int, scenario: Scenario, generation: float) -> mpf:
    """E of one of the seven after t fits to few small batches; at inf where it is the source's or that of t = 2."""
    if generation == np.inf and pool_limit.pulled_back(scenario):
        return pool_limit.settled(scenario, mpf(0), lambda fit: _off(scenario, fit)) + (which == PRECISION)
    if generation == np.inf:
        generation = 2
        _stays(scenario)
    if generation == 0:
        return mpf(int(which == PRECISION))
    if generation == 1:
        return _one_fit(which, scenario)
    return mpf(float(_means(scenario, int(generation))[which]))


def _off(scenario: Scenario, fit: int) -> mpf:
    """E (v - 1)^2 + E (mu - mu_0)^2 from the moments of all three batches multiplied out."""
    state = after_fits(scenario, fit)
    v, square, error = (state[POWERS.index(power)] for power in ((1, 0), (2, 0), (0, 2)))
    return square - 2 * v + 1 + error


def _stays(scenario: Scenario) -> None:
    retention = scenario.retention
    points = sum(retention.real_points(k) + retention.synthetic_points(k) for k in (1, 2, 3))
    if retention.real_points(3) / points > UNTOUCHED:
        raise ValueError("the limit is known here where the third fit changes nothing")


def spread(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """sd log v_t."""
    return mpmath.sqrt(mean(SQUARED_LOG, scenario, generation) - mean(LOG, scenario, generation) ** 2)


def _one_fit(which: int, scenario: Scenario) -> mpf:
    """By quadrature over one chi-square; the mean is normal and independent."""
    points = scenario.retention.real_points(1)
    offset, error = offset_of(scenario), 1 / mpf(points)
    with mpmath.workdps(DIGITS):
        divisor = points - 1 + mpf(offset.numerator) / offset.denominator
        terms = (
            lambda v: mpmath.log(v),
            lambda v: mpmath.log(v) ** 2,
            lambda v: error + (mpmath.sqrt(v) - 1) ** 2,
            lambda v: 3 * error**2 + 2 * error * (mpmath.sqrt(v) - 1) ** 2 + (mpmath.sqrt(v) - 1) ** 4,
            lambda v: (v - 1 - mpmath.log(v) + error) / 2,
            lambda v: ((1 + error) / v - 1 + mpmath.log(v)) / 2,
            lambda v: 1 / v,
        )
        return chi_square_mean(lambda x: terms[which](x / divisor), points - 1)


def straying(scenario: Scenario, generation: float, level: float) -> mpf:
    """P(|mu_t - mu_0| > level), t >= 1, the level in units of the source: given all fits but the last it is normal."""
    if generation == np.inf and pool_limit.pulled_back(scenario):
        return pool_limit.settled(scenario, mpf(0), lambda fit: _off(scenario, fit))
    if generation == np.inf:
        generation = 2
        _stays(scenario)
    retention, fit = scenario.retention, int(generation)
    n, m = retention.real_points(fit), retention.synthetic_points(fit)
    if fit == 1:
        return mpmath.erfc(mpf(level) * mpmath.sqrt(mpf(n) / 2))
    points = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, fit + 1))
    v, centre, unsure, weights = _models(scenario, fit - 1)
    rest = 1 - n / points
    width = np.sqrt(2 * (rest**2 * unsure + (n + m * v) / points**2))
    tails = special.erfc((level - rest * centre) / width) + special.erfc((level + rest * centre) / width)
    return mpf(float(weights @ tails) / 2)


@cache
def _means(scenario: Scenario, generation: int) -> Float[np.ndarray, " 7"]:
    v, centre, unsure, weights = _models(scenario, generation)
    return np.array([np.sum(weights * f) for f in _statistics(v, centre**2, unsure)])


def _models(scenario: Scenario, generation: int) -> Models:
    """Variances with the centre and variance of the mean given the draws, and weights, from fit to fit."""
    retention, estimator = scenario.retention, scenario.estimator
    points = retention.real_points(1)
    X, weights = _cube_roots(points - 1, FIRST)
    size = len(X)
    models = X / estimator.divide_by(points), np.zeros(size), np.full(size, 1 / points), weights
    for fit in range(2, generation + 1):
        squares = estimator.divide_by(points)
        n, m = retention.real_points(fit), retention.synthetic_points(fit)
        if m:
            models, points, squares = _joined_by_synthetic(models, points, m, squares), points + m, squares + m
        if n:
            models, points = _joined_by_real(models, points, n, squares), points + n
    return models


def _joined_by_synthetic(models: Models, old: int, drawn: int, squares: float) -> Models:
    """The squares v times their divisor grow by those of the batch and its distance; the next divisor is m more."""
    v, centre, unsure, weights = (x[:, None, None] for x in models)
    (Y, chance), z, likely = _chi_square(drawn - 1), PLACES, _normal()
    wider = v * (squares + Y[:, None] + old / (old + drawn) * z**2) / (squares + drawn)
    moved = centre + math.sqrt(drawn) / (old + drawn) * np.sqrt(v) * z
    return _kept(wider, moved, unsure, weights * chance[:, None] * likely)


def _joined_by_real(models: Models, old: int, real: int, squares: float) -> Models:
    """The distance from the new points' mean is normal, and known it tells of the mean before."""
    v, centre, unsure, weights = (x[:, None, None] for x in models)
    (X, chance), likely = _chi_square(real - 1), _normal()
    apart = centre + np.sqrt(unsure + 1 / real) * PLACES
    wider = (squares * v + X[:, None] + real * old / (old + real) * apart**2) / (squares + real)
    told = unsure / (unsure + 1 / real)
    later = centre + told * (apart - centre) - real / (old + real) * apart
    return _kept(wider, later, unsure * (1 - told), weights * chance[:, None] * likely)


def _kept(*models: Float[np.ndarray, "*Q"]) -> Models:
    whole = np.broadcast_arrays(*models)
    heavy = whole[-1] > NEGLIGIBLE
    if heavy.sum() > MOST_MODELS:
        raise ValueError("the true value is known here for a few small batches")
    v, centre, unsure, weights = (x[heavy] for x in whole)
    return v, centre, unsure, weights / weights.sum()


def _normal() -> Float[np.ndarray, " Q"]:
    weights = np.exp(-(PLACES**2) / 2)
    return weights / weights.sum()


def _cube_roots(degrees: int, count: int) -> Rule:
    """A chi-square by the trapezoidal rule in its cube root, which is nearly normal."""
    root = (degrees - 2 / 3) ** (1 / 3) + math.sqrt(2 / 9) * degrees ** (-1 / 6) * np.linspace(-8.5, 8.5, count)
    root = root[root > 0]
    log_density = (1.5 * degrees - 1) * np.log(root) - root**3 / 2
    weights = np.exp(log_density - log_density.max())
    return root**3, weights / weights.sum()


@cache
def _chi_square(degrees: int) -> Rule:
    """Laguerre's nodes; of a very large number of degrees a few by Hermite's, as the law is narrow and normal."""
    if degrees == 0:
        return np.zeros(1), np.ones(1)
    if degrees > MANY:
        z, weights = np.polynomial.hermite_e.hermegauss(FEW)
        return degrees * (1 - 2 / (9 * degrees) + z * math.sqrt(2 / (9 * degrees))) ** 3, weights / weights.sum()
    x, weights = special.roots_genlaguerre(max(10, MOST_NODES - 2 * degrees), degrees / 2 - 1)
    return 2 * x, weights / weights.sum()


def _statistics(
    v: Float[np.ndarray, " Q"], square: Float[np.ndarray, " Q"], unsure: Float[np.ndarray, " Q"]
) -> list[Float[np.ndarray, " Q"]]:
    """The seven, the mean of a centre with this square and of a variance."""
    log, error, width = np.log(v), square + unsure, (np.sqrt(v) - 1) ** 2
    fourth = square**2 + 6 * square * unsure + 3 * unsure**2
    return [
        log, log**2, error + width, fourth + 2 * error * width + width**2,
        (v - 1 - log + error) / 2, ((1 + error) / v - 1 + log) / 2, 1 / v,
    ]  # fmt: skip
