r"""The independent route of times to collapse with fresh real points: $h=1+E[h;v'\ge x]$ solved on polynomials.

Given the model, the sum T of the two chi-squares is independent of the share B of the synthetic points', and
$Lv'=T(1-B+vB)+kz^2$: B by Gauss and Jacobi's rule, T from where v' reaches the level, the distance z of the batch means
on panels that end where $kz^2$ alone does, the next mean by Gauss and Hermite's. With real points alone T is geometric.
By chance every number of real points from 0 to M is gone through. In units of the source.
"""

import math
from functools import cache
from math import comb

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.scenario import Scenario

Nodes = tuple[Float[np.ndarray, "*Q"], Float[np.ndarray, "*Q"]]
VARIANCES, MEANS = 22, 14  # polynomials
SHARES, SUMS, DISTANCES, NORMAL = 16, 44, 30, 18  # points
HIGHEST, FARTHEST, NEGLIGIBLE = 1e-10, 1e-9, 1e-13  # chances beyond the polynomials, and of numbers of real points


def times(scenario: Scenario, at: float) -> tuple[mpf, mpf]:
    """E T and sd T, 0 where the source is below the level."""
    if scenario.source.variance < at:
        return mpf(0), mpf(0)
    size, share, level = scenario.first_size, scenario.retention.share_of(scenario.first_size), at
    divisor = scenario.estimator.divide_by(size)
    level = at / scenario.source.variance
    if share == 1:
        below = mpmath.gammainc(mpf(size - 1) / 2, 0, mpf(divisor) * mpf(level) / 2, regularized=True)
        return 1 / below, mpmath.sqrt(1 - below) / below
    numbers = {round(share * size): 1.0}
    if scenario.retention.scheme == "iid":
        chances = {k: comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)}
        numbers = {k: chance for k, chance in chances.items() if chance > NEGLIGIBLE}
    mean, spread = _solved(size, tuple(numbers.items()), divisor, level)
    return mpf(mean), mpf(spread)


@cache
def _solved(size: int, numbers: tuple[tuple[int, float], ...], divisor: float, level: float) -> tuple[float, float]:
    expected = sum(k * chance for k, chance in numbers)
    spread = 1 / math.sqrt(expected * (2 - expected / size))
    low, high = math.log(level), math.log(expected / special.gammaincinv(expected, HIGHEST))
    reach, scale = -special.stdtrit(2 * expected, FARTHEST) * spread, 2 * spread
    top = math.asinh(reach / scale)

    def of_variance(v: np.ndarray) -> np.ndarray:
        return _chebyshev((2 * np.log(v) - low - high) / (high - low), VARIANCES) @ to_variances

    def of_mean(mean: np.ndarray) -> np.ndarray:
        angle = np.minimum(np.arcsinh(np.abs(mean) / scale) / top, 1.0)
        return _chebyshev(2 * angle**2 - 1, MEANS) @ to_means

    places = np.cos((np.arange(VARIANCES) + 0.5) * np.pi / VARIANCES)
    halves = np.cos((2 * np.arange(MEANS) + 1) * np.pi / (4 * MEANS))
    v, means = np.exp(low + (high - low) * (places + 1) / 2), scale * np.sinh(top * halves)
    to_variances = np.linalg.inv(_chebyshev(places, VARIANCES))
    to_means = np.linalg.inv(_chebyshev(2 * halves**2 - 1, MEANS))
    normal, chance = np.polynomial.hermite_e.hermegauss(NORMAL)
    chance = chance / chance.sum()
    step = np.zeros((VARIANCES, MEANS, VARIANCES, MEANS))
    for real, likely in numbers:
        drawn = size - real
        if real in (0, size):
            for i, one in enumerate(v if drawn else np.ones(VARIANCES)):
                squares, weight = _beyond(np.array(divisor * level / one), size - 1)
                after = of_mean((means if drawn else 0 * means)[:, None] + math.sqrt(one / size) * normal)
                step[i] += likely * np.einsum("i,jk->jik", weight @ of_variance(one * squares / divisor),
                                              np.einsum("h,jhk->jk", chance, after))  # fmt: skip
            continue
        k, (part, of_part) = real * drawn / size, _shares((drawn - 1) / 2, (real - 1) / 2)
        for i, one in enumerate(v):
            sd, factor = math.sqrt(1 / real + one / drawn), 1 - part + one * part
            z, dz = _distances(math.sqrt(divisor * level / k), means.max() + 8.5 * sd)
            sums, density = _beyond((divisor * level - k * z[:, None] ** 2) / factor, size - 2)
            log = np.log((factor[:, None] * sums + k * z[:, None, None] ** 2) / divisor)
            above = _chebyshev((2 * log - low - high) / (high - low), VARIANCES).reshape(len(z), -1, VARIANCES)
            weight = (density * of_part[:, None]).reshape(len(z), 1, -1)
            variances = (weight @ above)[:, 0] @ to_variances
            slope, rest = (one - 1) * k / (drawn + real * one), one / (drawn + real * one)
            for signed in (z, -z):
                away = signed - means[:, None]
                weight = np.exp(-((away / sd) ** 2) / 2) * dz / (sd * math.sqrt(2 * math.pi))
                after = of_mean((drawn / size * means[:, None] + slope * away)[..., None] + math.sqrt(rest) * normal)
                both = np.einsum("jz,zi,jzhk,h->jik", weight, variances, after, chance, optimize=True)
                step[i] += likely * both
    count = VARIANCES * MEANS
    system = np.eye(count) - step.reshape(count, count)
    mean = np.linalg.solve(system, np.ones(count))
    square = np.linalg.solve(system, 2 * mean - 1)
    squares, weight = _beyond(np.array(divisor * level), size - 1)
    start = np.outer(weight @ of_variance(squares / divisor), chance @ of_mean(normal / math.sqrt(size))).ravel()
    one, two = 1 + start @ mean, 1 + start @ (square + 2 * mean)
    return float(one), math.sqrt(two - one**2)


def _chebyshev(x: np.ndarray, count: int) -> np.ndarray:
    return np.polynomial.chebyshev.chebvander(np.clip(x, -1, 1), count - 1)


def _shares(p: float, q: float) -> Nodes:
    """A variable of the law Beta(p, q); p or q may be 0."""
    if p == 0 or q == 0:
        return np.array([float(q == 0)]), np.ones(1)
    x, weight = special.roots_jacobi(SHARES, q - 1, p - 1)
    return (1 + x) / 2, weight / weight.sum()


def _distances(edge: float, end: float) -> Nodes:
    """|z| up to the edge, and from there to the end, if that is farther."""
    panels = [(0.0, min(edge, end), DISTANCES)] + ([(edge, end, 2 * DISTANCES)] if end > edge else [])
    nodes = [_legendre(high - low, count) for low, high, count in panels]
    z = [low + x for (low, *_), (x, _) in zip(panels, nodes, strict=True)]
    return np.concatenate(z), np.concatenate([weight for _, weight in nodes])


def _beyond(low: Float[np.ndarray, "*Q"], degrees: int) -> Nodes:
    """A chi-square from a place on: the points are the closer together the nearer to it."""
    low = np.maximum(low, 0.0)[..., None]
    wide = math.sqrt(2 * degrees)
    span = np.maximum(degrees + 9 * wide + 50 - low, 4 * wide + 40)
    x, weight = _legendre(1.0, SUMS)
    value = low + span * x**2
    log_density = special.xlogy(degrees / 2 - 1, value / 2) - value / 2 - special.gammaln(degrees / 2)
    return value, np.exp(log_density) * span * x * weight


@cache
def _legendre(length: float, count: int) -> Nodes:
    x, weight = np.polynomial.legendre.leggauss(count)
    return length * (x + 1) / 2, length * weight / 2
