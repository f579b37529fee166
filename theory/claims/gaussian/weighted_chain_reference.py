"""The references of claims about weighted data as a chain: one or two fits by nested quadrature, more by other rules.

The density of a fit is scipy's confluent function on Fejer's panels of one width. Where every fit forgets the model
before, all is in closed form. In units of the source's variance.
"""

import math
from functools import cache

import mpmath
import numpy as np
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.highest_variance import panels
from theory.claims.gaussian.reference import chi_square_mean
from theory.claims.gaussian.weighted_log_reference import chi_square
from theory.scenario import Scenario

HIGHEST, NEGLIGIBLE = 7.0, 1e-15
FREQUENCIES = 60
PARTS = 120  # Gauss-Legendre points in the angle whose squared sine is the part of the real points


def cdf(scenario: Scenario, generation: float, level: float) -> mpf:
    """P(v_t <= level), t >= 1."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    n, m, w = retention.real, retention.synthetic, retention.weight
    if generation == 1 or w == 1 or m == 1:
        scale = mpf(repr(level)) * mpf(repr(divide(n))) / (1 if generation == 1 else mpf(repr(w)))
        with mpmath.workdps(30):
            return mpmath.gammainc(mpf(n - 1) / 2, 0, scale / 2, regularized=True)
    if generation == 2:
        return mpf(_two_fits(scenario, level))
    points, masses, fit, law = _grid(scenario, math.log(level))
    law = law if math.isfinite(generation) else _settled(fit, masses)
    for _ in range(int(generation) - 1 if math.isfinite(generation) else 0):
        law = (law * masses) @ fit
    return mpf(float((law * masses) @ (points < math.log(level))))


def _two_fits(scenario: Scenario, level: float) -> float:
    """The chance that A and B are small enough, by the part of the level that A has, averaged over the first fit."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    n, m, w = retention.real, retention.synthetic, retention.weight
    X, chances = chi_square(n - 1)
    nodes, weights = np.polynomial.legendre.leggauss(PARTS)
    sine, cosine = (f(np.pi / 4 * (nodes + 1)) for f in (np.sin, np.cos))
    scale = level * divide(n) / (2 * w)
    log = (n - 1) / 2 * math.log(scale) + (n - 2) * np.log(sine) - scale * sine**2 - math.lgamma((n - 1) / 2)
    rest = level * cosine**2 * divide(m) / (2 * (1 - w)) / (X / divide(n))[:, None]
    small = special.gammainc((m - 1) / 2, rest) @ (2 * np.exp(log) * cosine * weights * np.pi / 4)
    return float(chances @ small)


def time_below(scenario: Scenario, level: float) -> tuple[mpf, mpf]:
    """E T and sd T for a level of at most 1."""
    retention = scenario.retention
    if retention.weight == 1 or retention.synthetic == 1:
        alive, later = 1 - cdf(scenario, 1, level), cdf(scenario, 2, level)  # a geometric time, if it begins
        mean = alive / later
        return 1 + mean, mpmath.sqrt(alive * (2 - later) / later**2 - mean**2)
    points, masses, fit, law = _grid(scenario, math.log(level))
    kept = points > math.log(level)
    system = np.eye(int(kept.sum())) - (fit * masses)[np.ix_(kept, kept)]
    mean = np.linalg.solve(system, np.ones(len(system)))
    square = np.linalg.solve(system, 2 * mean - 1)
    chances = (law * masses)[kept]
    one, two = float(chances @ mean), float(chances @ square)
    return mpf(1 + one), mpf(math.sqrt(two - one**2))


def stray(scenario: Scenario, generation: float, x: float) -> mpf:
    """P(|mu_t - mu_0| > x sqrt v_0), t >= 1."""
    retention = scenario.retention
    n, m, w = retention.real, retention.synthetic, retention.weight
    own, kept = mpf(repr(w)) ** 2 / n, (1 - mpf(repr(w))) ** 2
    if generation == 1:
        return _outside(mpf(repr(x)), 1 / mpf(n))
    if generation == 2:
        divisor = mpf(repr(scenario.estimator.divide_by(n)))
        return chi_square_mean(
            lambda X: _outside(mpf(repr(x)), kept / n + own + kept / m * (X / divisor if m else 0)), n - 1
        )
    return mpf(_by_frequencies(scenario, generation, x))


def widths(scenario: Scenario, generation: float) -> tuple[float, float, float, float, float]:
    """E d^2, E d^4, E e^2, E e^4 and E d^2 e^2, e = sqrt v - 1 and d the error of the mean, t >= 1."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    n, m, w = retention.real, retention.synthetic, retention.weight
    own, kept = w**2 / n, (1 - w) ** 2
    if generation <= 2:
        X, chances = chi_square(n - 1)
        v = X / divide(n)
        if generation == 1:
            apart = (np.sqrt(v) - 1) ** 2
            return 1 / n, 3 / n**2, chances @ apart, chances @ apart**2, chances @ apart / n
        Y, others = chi_square(m - 1)
        after = w * v[:, None, None] + (1 - w) * v[:, None] * Y / divide(m)
        apart = (np.sqrt(after) - 1) ** 2
        square, fourth = (np.einsum("i,k,ijk->j", chances, others, part) for part in (apart, apart**2))
        error = kept / n + own + kept / m * v
        return (
            chances @ error, 3 * chances @ error**2, chances @ square, chances @ fourth, (chances * error) @ square,
        )  # fmt: skip
    points, masses, fit, law = _grid(scenario, 0.0)
    v, fits = np.exp(points), 120 if math.isinf(generation) else int(generation) - 1
    law = law * masses
    second, fourth, step = law / n, 3 * law / n**2, fit * masses
    for _ in range(fits):
        h = own + kept / m * v
        fourth = (kept**2 * fourth + 6 * kept * h * second + 3 * h * h * law) @ step
        law, second = law @ step, (kept * second + h * law) @ step
    apart = (np.sqrt(v) - 1) ** 2
    return second.sum(), fourth.sum(), law @ apart, law @ apart**2, second @ apart


def _outside(x: mpf, variance: mpf) -> mpf:
    return mpmath.erfc(x / mpmath.sqrt(2 * variance))


def _by_frequencies(scenario: Scenario, generation: float, x: float) -> float:
    """1 - (2/pi) sum sin(xi x)/xi E exp(-xi^2 V/2): the rule of midpoints up to where the transform vanishes."""
    retention = scenario.retention
    n, m, w = retention.real, retention.synthetic, retention.weight
    points, masses, fit, law = _grid(scenario, 0.0)
    own, kept = w**2 / n, (1 - w) ** 2
    highest = math.sqrt(80 / own)
    frequencies = highest / FREQUENCIES * (np.arange(FREQUENCIES) + 0.5)
    fits = int(generation) - 1 if math.isfinite(generation) else math.ceil(20 / -math.log(1 - w))
    state, power = np.ones((len(points), FREQUENCIES)), 1.0
    for _ in range(fits):
        exponent = np.outer(own + kept / m * np.exp(points), frequencies**2 / 2 * power)
        state, power = np.exp(-exponent) * ((fit * masses) @ state), power * kept
    start = law if math.isfinite(generation) else _settled(fit, masses)
    transform = ((start * masses) @ state) * np.exp(-(frequencies**2) / 2 / n * power)
    return float(1 - 2 / np.pi * np.sum(np.sin(frequencies * x) / frequencies * transform) * highest / FREQUENCIES)


def _settled(fit: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """The density that a fit leaves as it is."""
    system = np.eye(len(masses)) - (fit * masses).T
    system[0] = 1.0
    return np.linalg.solve(system, np.append(1.0, np.zeros(len(masses) - 1))) / masses


@cache
def _grid(scenario: Scenario, level: float) -> tuple[np.ndarray, ...]:
    """log v and masses of the points, densities of a fit from the one in the row, and of the first fit."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    a, b, w = (retention.real - 1) / 2, (retention.synthetic - 1) / 2, retention.weight
    first, real, drawn = 2 / divide(retention.real), 2 * w / divide(retention.real), 2 * (1 - w) / divide(
        retention.synthetic
    )  # fmt: skip
    low = min(math.log(real * special.gammaincinv(a, NEGLIGIBLE)), level - 30 / (a + b))
    width = 1.1 / math.sqrt(a + b)
    below, above = panels(low, level, width), panels(level, max(HIGHEST, level + 2), width)
    points, masses = (np.concatenate(pair) for pair in zip(below, above, strict=True))
    z, v = np.exp(points)[None, :], np.exp(points)[:, None]
    p, q = z / real, z / (drawn * v)
    log = a * np.log(p) + b * np.log(q) - special.gammaln(a + b)
    with np.errstate(over="ignore", invalid="ignore"):
        near = np.exp(log - p) * special.hyp1f1(b, a + b, -np.abs(q - p))
        far = np.exp(log - q) * special.hyp1f1(a, a + b, -np.abs(p - q))
    law = np.exp(a * (points - math.log(first)) - np.exp(points) / first - special.gammaln(a))
    return points, masses, np.where(p < q, near, far), law
