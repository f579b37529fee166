r"""The independent route of what is exact under fresh real points: means over two fits, or three, by plain quadrature.

The first fit draws $v_1$ and $\mu_1$, the second two chi-squares and the distance of the means of its batches, given
which its own mean is normal. For a third fit the mean over its draws is tabulated at Chebyshev points of $\log v_2$ and
$\mu_2$ and read off between them: no edge, no power of a matrix, no transform. With a single synthetic point among a
thousand or more a fit leaves a thousandth of what was: three fits are as good as all. In units of the source.
"""

import math
from collections.abc import Callable
from functools import cache
from math import comb, inf

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.scenario import Scenario

LOG, SQUARE, ROOT, QUOTIENT, INVERSE = range(5)  # of log v, its square, sqrt v, (1 + d^2)/v and 1/v, d the error of mu
NEGLIGIBLE, FEW = 1e-12, 9
TABLE = 40, 26  # points for log v and for the square of the mean
PLACES = np.arange(-8.0, 8.01, 0.5)
NORMAL = np.exp(-(PLACES**2) / 2) / np.exp(-(PLACES**2) / 2).sum()


def mean(which: int, scenario: Scenario, generation: float) -> mpf:
    """E of one of the five after t fits: t at most 2, or 3 with a given number of fresh points; inf with one other."""
    points = scenario.first_size
    divisor = mpf(repr(scenario.estimator.divide_by(points)))
    if generation == 0:
        return mpf([0, 0, 1, 1, 1][which])
    if generation == 1:
        with mpmath.workdps(DIGITS):
            value = chi_square_mean(FUNCTIONS[which], points - 1)
            first, log = chi_square_mean(mpmath.log, points - 1), mpmath.log(divisor)
            if which in (QUOTIENT, INVERSE):
                return value * divisor * (1 + mpf(1) / points if which == QUOTIENT else 1)
            if which == ROOT:
                return value / mpmath.sqrt(divisor)
            return first - log if which == LOG else value - 2 * log * first + log**2
    if generation == inf and _synthetic(scenario) == 1 and points >= 1000:
        generation = 3
    if generation not in (2, 3):
        raise ValueError(f"the true value is known up to t = 3 here, got {generation}")
    if scenario.retention.scheme == "fixed":
        if generation == 3:
            raise ValueError(f"with kept points the true value is known up to t = 2 here, got {generation}")
        return mpf(float(_two_kept_fits(scenario)[which]))
    return mpf(float((_two_fits if generation == 2 else _three_fits)(scenario)[which]))


def log_spread(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """sd log v_t."""
    return mpmath.sqrt(mean(SQUARE, scenario, generation) - mean(LOG, scenario, generation) ** 2)


def chance_of_straying(scenario: Scenario, generation: float, level: float) -> float:
    """P(|mu_t - mu_0| > level), the level in units of the source, as far as the means are known here."""
    M, L, chances = numbers_of_real_points(scenario)
    if generation == 1:
        return math.erfc(level * math.sqrt(M / 2))
    if generation == inf and _synthetic(scenario) == 1 and M >= 1000:
        generation = 3
    if generation not in (2, 3) or (generation == 3 and len(chances) > 1):
        raise ValueError(f"the true chance is known up to t = 3 here, got {generation}")
    total = 0.0
    for k, chance in chances:
        rest = (M - k) / M
        for X, likely in zip(*chi_square(M - 1), strict=True):
            if generation == 2:
                (v, of_square), means = (np.array([X / L]), np.ones(1)), (np.ones(1), np.zeros(1), 1 / M)
                after = v[:, None]
            else:
                (Q, of_square), (z, *means) = squares_of_two_batches(M, k, X / L), _draws(M, k, X / L, 0.0, 1 / M)
                after = (Q[:, None] + k * rest * z**2) / L
            weight, mean, unsure = means
            width = np.sqrt(2 * (rest**2 * unsure + (k + (M - k) * after) / M**2))
            both = special.erfc((level - rest * mean) / width) + special.erfc((level + rest * mean) / width)
            total += chance * likely * float(of_square @ both @ weight) / 2
    return total


def _logarithm_squared(x: mpf) -> mpf:
    return mpmath.log(x) ** 2


def _inverse(x: mpf) -> mpf:
    return 1 / x


FUNCTIONS: tuple[Callable[[mpf], mpf], ...] = (mpmath.log, _logarithm_squared, mpmath.sqrt, _inverse, _inverse)


def _synthetic(scenario: Scenario) -> int:
    size, retention = scenario.first_size, scenario.retention
    return size if retention.scheme == "iid" else size - retention.real_points(size)


@cache
def _two_fits(scenario: Scenario) -> Float[np.ndarray, " 5"]:
    M, L, chances = numbers_of_real_points(scenario)
    X, likely = chi_square(M - 1)
    total = np.zeros(5)
    for k, chance in chances:
        total += chance * sum(p * _after(M, L, k, x / L, 0.0, 1 / M) for x, p in zip(X, likely, strict=True))
    return total


@cache
def _two_kept_fits(scenario: Scenario) -> Float[np.ndarray, " 5"]:
    """Over the squares of the points that stay and of the others, the distance of their means, and two later draws."""
    M = scenario.first_size
    L, n = scenario.estimator.divide_by(M), scenario.retention.real_points(M)
    m = M - n
    (own, chance), (other, weight) = chi_square(n - 1, 0.2), chi_square(m - 1)
    both = np.outer(weight, NORMAL)  # of a batch's squares and a normal variable, in the first fit and in the second
    i, j = np.nonzero(both > NEGLIGIBLE)
    likely = both[i, j] / both[i, j].sum()
    distance = PLACES[j] * math.sqrt(1 / n + 1 / m)
    total = np.zeros(5)
    for squares, p in zip(own, chance, strict=True):
        v = ((squares + other[i] + n * m / M * distance**2) / L)[:, None]
        apart = m / M * distance[:, None] + np.sqrt(v / m) * PLACES[j]
        after = (squares + v * other[i] + n * m / M * apart**2) / L
        log = np.log(after)
        error = 1 + 1 / M + (m / M * (apart - distance[:, None])) ** 2  # given both distances
        values = (likely @ f @ likely for f in (log, log**2, np.sqrt(after), error / after, 1 / after))
        total += p * np.array(list(values))
    return total


@cache
def _three_fits(scenario: Scenario) -> Float[np.ndarray, " 5"]:
    M, L, ((k, _),) = numbers_of_real_points(scenario)
    X, likely = chi_square(M - 1)
    seconds = [_draws(M, k, x / L, 0.0, 1 / M) for x in X]
    squares = [squares_of_two_batches(M, k, x / L) for x in X]
    logs = [np.log((Q[:, None] + k * (M - k) / M * z**2) / L) for (Q, _), (z, *_) in zip(squares, seconds, strict=True)]
    low, high = min(x.min() for x in logs), max(x.max() for x in logs)
    rest = [mean[:, None] + math.sqrt(unsure) * PLACES for _, _, mean, unsure in seconds]
    far = max(np.abs(x).max() for x in rest)
    coefficients = _table(M, L, k, low, high, far)
    total = np.zeros(5)
    for (_, weight), (_, chance, *_), log, mean, p in zip(squares, seconds, logs, rest, likely, strict=True):
        of_variance = np.tensordot(weight, _chebyshev((2 * log - low - high) / (high - low), TABLE[0]), 1)
        of_mean = np.tensordot(_chebyshev(2 * (mean / far) ** 2 - 1, TABLE[1]), NORMAL, (1, 0))
        total += p * np.einsum("z,zi,zk,ikf->f", chance, of_variance, of_mean, coefficients)
    return total


def _table(M: int, L: float, k: int, low: float, high: float, far: float) -> Float[np.ndarray, "V D 5"]:
    """Chebyshev coefficients of the means after one fit, in log v and in the square of the mean."""
    places = [np.cos((np.arange(count) + 0.5) * np.pi / count) for count in TABLE]
    variances, means = np.exp(low + (high - low) * (places[0] + 1) / 2), far * np.sqrt((places[1] + 1) / 2)
    values = np.array([[_after(M, L, k, v, mean, 0.0) for mean in means] for v in variances])
    scales = [np.where(np.arange(count) == 0, 1, 2) / count for count in TABLE]
    (of_variance, of_mean) = (_chebyshev(x, len(x)).T * scale[:, None] for x, scale in zip(places, scales, strict=True))
    return np.einsum("iv,kd,vdf->ikf", of_variance, of_mean, values)


def _after(M: int, L: float, k: int, v: float, mean: float, unsure: float) -> Float[np.ndarray, " 5"]:
    """The five means after a fit with k real points, the others from N(mean, v), where the mean has a variance."""
    (Q, weight), (z, chance, error, spread) = squares_of_two_batches(M, k, v), _draws(M, k, v, mean, unsure)
    after = (Q[:, None] + k * (M - k) / M * z**2) / L
    log = np.log(after)
    quotient = weight @ (1 / after) @ (chance * (1 + error**2 + spread))
    means = (weight @ one @ chance for one in (log, log**2, np.sqrt(after), 1 / after))
    return np.insert(np.array(list(means)), QUOTIENT, quotient)


def squares_of_two_batches(M: int, k: int, v: float) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
    """Of both batches about their own means, with weights."""
    if k in (0, M):
        X, likely = chi_square(M - 1)
        return X * (1.0 if k else v), likely
    (X, of_real), (Y, of_drawn) = chi_square(k - 1), chi_square(M - k - 1)
    weight = np.outer(of_real, of_drawn)
    kept = weight > NEGLIGIBLE
    return np.add.outer(X, v * Y)[kept], weight[kept] / weight[kept].sum()


def _draws(
    M: int, k: int, v: float, mean: float, unsure: float
) -> tuple[Float[np.ndarray, " Z"], Float[np.ndarray, " Z"], Float[np.ndarray, " Z"], float]:
    """Distances of the batch means, their weights, and mean and variance of the next error of the mean given them."""
    m = M - k
    whole = k / M**2 + m * v / M**2 + (m / M) ** 2 * unsure
    if k in (0, M):
        return np.zeros(1), np.ones(1), np.array([m / M * mean]), whole
    apart = 1 / k + v / m + unsure
    together = (m * unsure + v - 1) / M
    return (
        mean + math.sqrt(apart) * PLACES,
        NORMAL,
        m / M * mean + together / math.sqrt(apart) * PLACES,
        (whole - together**2 / apart),
    )


def numbers_of_real_points(scenario: Scenario) -> tuple[int, float, list[tuple[int, float]]]:
    """The points of a fit, their divisor, and the numbers of real ones with their chances."""
    M, retention = scenario.first_size, scenario.retention
    L = scenario.estimator.divide_by(M)
    if retention.scheme == "stratified":
        return M, L, [(retention.real_points(M), 1.0)]
    a = retention.share_of(M)
    chances = [(k, comb(M, k) * a**k * (1 - a) ** (M - k)) for k in range(M + 1)]
    return M, L, [(k, chance) for k, chance in chances if chance > NEGLIGIBLE]


def _chebyshev(x: Float[np.ndarray, "*Q"], count: int) -> Float[np.ndarray, "*Q K"]:
    return np.cos(np.arccos(np.clip(x, -1, 1))[..., None] * np.arange(count))


@cache
def chi_square(degrees: int, step: float = 0.4) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
    """The trapezoidal rule in the cube root, in which a chi-square is nearly normal; of few degrees in its log.

    Of many degrees in steps of so many standard deviations.
    """
    if degrees == 0:
        return np.zeros(1), np.ones(1)
    if degrees < FEW:
        place = math.log(degrees) + 0.2 * np.arange(-300 // degrees - 20, 25)
        values, log_density = np.exp(place), degrees / 2 * place - np.exp(place) / 2
    else:
        middle, sd = (degrees - 2 / 3) ** (1 / 3), math.sqrt(2 / 9) * degrees ** (-1 / 6)
        root = np.maximum(middle + sd * np.arange(-8, 8.01, step), 1e-3)
        values, log_density = root**3, (1.5 * degrees - 1) * np.log(root) - root**3 / 2
    weights = np.exp(log_density - log_density.max())
    kept = weights > 1e-16
    return values[kept], weights[kept] / weights[kept].sum()
