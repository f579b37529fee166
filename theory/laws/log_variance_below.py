r"""A lower bound of the mean log-variance of a Gaussian that is refitted to real points and to its own.

The sum of squares of a training set is a sum of chi-squares, some with the scale $v_0=1$ of the source and some with
that of a model, $e^y$. The logarithm of such a sum is convex in $y$, so that one fit takes a lower bound $y$ of
$E\log v$ to another one: the mean logarithm of the same sum with $e^y$ in the place of the variance. Real and synthetic
points scatter about one mean; that their means are really apart only adds to the sum. In units of the source's
variance.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import eigh_tridiagonal
from scipy.optimize import brentq

from theory.laws.chi_square import mean_log_chi_square
from theory.laws.chi_square_log import mean_log

ALL_COUNTS = 40  # sizes up to which every number of real points is summed over, beyond by a Gauss rule
FARTHEST = 1e12
SETTLING, STRAIGHT = 10, 4e-15  # windows; spread of the falls over two of them, in units of the bound
WHOLE = 1e-9  # a node so close to a whole number of points is that number


def log_chi_square(degrees: float) -> float:
    """E log of a chi-square; minus infinity with no degrees of freedom."""
    return mean_log_chi_square(degrees) + math.log(degrees) if degrees > 0 else -math.inf


def log_batch(points: int, before: int) -> float:
    """E log of the squares that points of variance 1 add to those of ``before`` points of the same mean."""
    if not before or not points:
        return log_chi_square(points - 1)
    return float(mean_log(0.0, (1.0, before / (before + points)), (points - 1, 1)))


@dataclass(frozen=True)
class FreshMixture:
    """Each fit sees k fresh real and M - k synthetic points, k with the chances given; divisor L."""

    size: int
    real: Float[np.ndarray, " K"]
    chance: Float[np.ndarray, " K"]
    divisor: float

    @cached_property
    def _mixed(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        k = self.real[self.real > 0]
        both = k < self.size
        drawn = np.where(both, self.size - k - 1, 0)  # a Gauss rule has k between 0 and 1 as well: one continuation
        return k, np.stack((k - 1, drawn, both), axis=-1), self.chance[self.real > 0]

    def __call__(self, y: float) -> float:
        """The bound after one fit more."""
        k, degrees, chance = self._mixed
        top = max(y, 0.0)
        real, own = math.exp(-top), math.exp(y - top)
        between = ((self.size - k) * real + k * own) / self.size
        scales = np.stack((np.full_like(k, real), np.full_like(k, own), between), axis=-1)
        value = float(chance @ (top + _log(scales, degrees))) if k.size else 0.0
        unmixed = float(self.chance[self.real == 0].sum())
        return value + (unmixed * (y + log_chi_square(self.size - 1)) if unmixed else 0.0) - math.log(self.divisor)


@dataclass(frozen=True)
class KeptPoints:
    """Each fit sees the same n real points and M - n synthetic ones; divisor L."""

    size: int
    kept: int
    divisor: float

    def __call__(self, y: float) -> float:
        """The bound after one fit more."""
        real, drawn = log_chi_square(self.kept - 1), self.size - self.kept
        return joined(real, y, drawn, self.kept) - math.log(self.divisor)


@dataclass(frozen=True)
class MixedFits:
    """Each fit mixes the variances of n fresh real points, with weight w, and of m synthetic ones; each its divisor."""

    weight: float
    real: int
    synthetic: int
    divisors: tuple[float, float]

    def __call__(self, y: float) -> float:
        """The bound after one fit more."""
        top = max(y, 0.0)
        own, drawn = self.divisors
        if (not self.weight or self.real == 1) and self.synthetic > 1 and self.weight < 1:
            return y + math.log((1 - self.weight) / drawn) + log_chi_square(self.synthetic - 1)
        scales = np.array((0.0, 0.0))
        if self.real > 1:
            scales[0] = self.weight / own * math.exp(-top)
        if self.synthetic > 1:
            scales[1] = (1 - self.weight) / drawn * math.exp(y - top)
        return top + float(_log(scales, np.array((self.real - 1.0, self.synthetic - 1.0))))


def joined(old: float, y: float, points: int, before: int) -> float:
    """E log(e^old + e^y X): squares of ``before`` points, and what a batch of scale e^y adds to them."""
    if not points:
        return old
    if old == -math.inf:
        return y + log_batch(points, before)
    top = max(old, y)
    scales = math.exp(y - top) * np.array((1.0, before / (before + points) if before else 0.0))
    return top + float(mean_log(math.exp(old - top), scales, np.array((points - 1.0, 1.0))))


def window_bounds(size: int, length: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """The bound after 0, 1, ... last fits to the last ``length`` batches.

    The step moves with its arguments: once it has fallen by the same in each fit of two windows it goes on so.
    Its error is absolute, some 1e-15 a fit.
    """
    y = np.zeros(last + 1)
    logs = np.array([log_batch(size, place * size) for place in range(min(length, last))])
    for t in range(1, last + 1):
        batches = min(t, length)
        drawn = y[t - batches : t - 1] + logs[: batches - 1]  # the older batches, those of the models before
        old = -math.inf if batches == 1 else float(np.logaddexp.reduce(drawn))
        divisor = batches * size - 1 + offset
        y[t] = joined(old, float(y[t - 1]), size, (batches - 1) * size) - math.log(divisor)
        falls = np.diff(y[max(0, t - 2 * length) : t + 1])
        if t > SETTLING * length and np.ptp(falls) < STRAIGHT * max(1.0, -y[t]):
            y[t:] = y[t] + falls.mean() * np.arange(last + 1 - t)
            break
    return y


def pool_bounds(batches: Iterable[tuple[int, int]], offset: float) -> Float[np.ndarray, " T"]:
    """The bound after 0, 1, ... fits to a pool; real and synthetic points that join in each fit, the first one real."""
    y, total = [0.0], 0
    for real, drawn in batches:
        if not total:
            squares, total = log_chi_square(real - 1), real
        elif real + drawn:
            before, own = total, y[-1]
            total += real + drawn
            squares = _pooled(own, before, real, drawn, before - 1 + offset)
        y.append(squares - math.log(total - 1 + offset))
    return np.array(y)


def refreshed_bounds(size: int, real: int, length: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """The bound after 0, 1, ... last fits to the last ``length`` batches, in each of which so many points are real.

    It stops where nothing changes any more; a fit takes some 0.1 ms for each batch.
    """
    y = np.zeros(last + 1)
    for t in range(1, last + 1):
        y[t] = refreshed_fit(y[max(0, t - length) : t], size, real, offset)
        if t > 2 * length and np.ptp(y[t - length : t + 1]) == 0:
            y[t:] = y[t]
            break
    return y


def refreshed_fit(models: Float[np.ndarray, " b"], size: int, real: int, offset: float) -> float:
    """One of them, from what the models of its batches have in place of log v_t."""
    old = -math.inf
    for place, y in enumerate(models[:-1]):
        old = float(np.logaddexp(old, mixed(-math.inf, float(y), place * size, real, size - real)))
    squares = mixed(old, float(models[-1]), (len(models) - 1) * size, real, size - real)
    return squares - math.log(len(models) * size - 1 + offset)


def _pooled(y: float, before: int, real: int, drawn: int, divisor: float) -> float:
    """E log of the squares of a pool: those it had, divisor e^y, and what real and synthetic points add to them."""
    return mixed(math.log(divisor) + y, y, before, real, drawn)


def mixed(old: float, y: float, before: int, real: int, drawn: int) -> float:
    """E log(e^old + X): squares of ``before`` points, and what real ones and others of variance e^y add to them."""
    if not real:
        return joined(old, y, drawn, before)
    top = max(y, 0.0)
    source, own = math.exp(-top), math.exp(y - top)
    total = before + real + drawn
    between = source * (1 - real / total), own * (1 - drawn / total) if drawn else 0.0  # of the two new means
    crossed = math.sqrt(source * own * real * drawn) / total
    larger = sum(between) / 2 + math.hypot((between[0] - between[1]) / 2, crossed)
    smaller = source * own * before / total / larger if larger else 0.0
    scales = np.array((source, own, larger, smaller))
    degrees = np.array((real - 1.0, max(drawn - 1.0, 0.0), float(larger > 0), float(drawn > 0 and smaller > 0)))
    return top + float(_log(scales, degrees, math.exp(old - top)))


def iterated(
    step: Callable[[float], float], first: float, generations: Int[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """0 after no fit, ``first`` after one, and then the step; it stops where the step changes nothing more."""
    last = int(generations.max(initial=0))
    values = [0.0, first]
    while len(values) <= last:
        value = step(values[-1])
        if value == values[-1]:
            break
        values.append(value)
    return np.array(values)[np.minimum(generations, len(values) - 1)]


def settled(step: Callable[[float], float], start: float) -> float:
    """Where the step leads in the end: what it leaves as it is, or infinity on either side."""
    up = step(start) > start
    far = 1.0
    while (step(start + far if up else start - far) > (start + far if up else start - far)) == up:
        far *= 2
        if far > FARTHEST:
            return math.inf if up else -math.inf
    low, high = sorted((start, start + far if up else start - far))
    return float(brentq(lambda y: step(y) - y, low, high, xtol=1e-14, rtol=1e-15))  # type: ignore[arg-type]


def binomial_rule(size: int, share: float) -> tuple[Float[np.ndarray, " K"], Float[np.ndarray, " K"]]:
    """Numbers of real points and their chances: all of them, or the Gauss rule of the binomial law."""
    if share in (0.0, 1.0):
        return np.array([size * share]), np.array([1.0])
    nodes = min(size, ALL_COUNTS) + 1
    k = np.arange(nodes, dtype=np.float64)
    climb = k[1:] * share * (1 - share) * (size - k[1:] + 1)
    places, vectors = eigh_tridiagonal(size * share + k * (1 - 2 * share), np.sqrt(climb))
    chance = vectors[0] ** 2
    whole = np.round(places)
    places = np.where((nodes == size + 1) | (np.abs(places - whole) < WHOLE), whole, places)
    return np.clip(places, 0.0, size), chance / chance.sum()


def _log(scales: np.ndarray, degrees: np.ndarray, constant: float = 0.0) -> Float[np.ndarray, "*A"]:
    """The mean logarithm; minus infinity where nothing has a spread."""
    empty = constant + (scales * degrees).sum(axis=-1) <= 0
    if np.all(empty):
        return np.full(np.shape(empty), -np.inf)
    return np.where(empty, -np.inf, mean_log(np.where(empty, 1.0, constant), scales, degrees))
