"""Models fitted to draws from a growing pool, by the route of single points in the plane: mean products of four.

Points of the pool are exchangeable and their law is rotation invariant: seven numbers say all about mean products of
four coordinates, of one point, two, three or four different ones. Draws are placed on points that are already named,
on each other or on further points, by their chances; new points follow the moments of a normal law.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache, reduce
from itertools import combinations
from math import perm

import mpmath
from mpmath import mpf

from theory.claims.gaussian.window_squares import Polynomial, plus, times
from theory.claims.vector.points import DRAWN, letter

Axes = tuple[int, ...]
Points = tuple[Axes, ...]  # the coordinates that are taken of each of so many different points
TARGETS: tuple[Points, ...] = (
    ((0, 0, 1, 1),), ((0, 0, 1), (1,)), ((0, 0), (1, 1)), ((0, 1), (0, 1)), ((0, 0), (1,), (1,)), ((0, 1), (0,), (1,)),
    ((0,), (0,), (1,), (1,)),
)  # fmt: skip
FIRST = (1, 0, 1, 0, 0, 0, 0)  # of points of the source
VARIANCES: tuple[Points, ...] = (((0, 0), (1, 1)), ((0, 1), (0, 1)))
DIGITS = 60


@cache
def of_draws(size: int, replacement: bool, offset: Fraction, fits: int) -> tuple[tuple[mpf, mpf], ...]:
    """p and q of E V_ab V_cd = p [ab][cd] + q ([ac][bd] + [ad][bc]) of the models 1, 2, ..., in turn."""
    with mpmath.workdps(DIGITS):
        state, found = [mpf(x) for x in FIRST], []
        for fit in range(1, fits + 1):
            draws = Draws(fit * size, size, replacement and fit > 1, offset)
            products = (reduce(times, (draws.letter_of("V", *axes) for axes in pair)) for pair in VARIANCES)
            p, q = (draws.mean(product, (), state) for product in products)
            found.append((p, q))
            state = [draws.joined(target, state) for target in TARGETS]
        return tuple(found)


class Draws:
    """M draws from the N points of a pool, and the M points of their model that join it."""

    def __init__(self, N: int, M: int, replacement: bool, offset: Fraction) -> None:
        self.N, self.M, self.replacement, self.divisor = N, M, replacement, M - 1 + offset

    def letter_of(self, kind: str, *axes: int) -> Polynomial:
        """The mean d or covariance V of the model in sums over the draws."""
        if kind == "d":
            return {((("s", 0, axes[0])),): Fraction(1, self.M)}
        product = times(letter("s", 0, axes[0]), letter("s", 0, axes[1]))
        return plus((1 / self.divisor, letter("q", 0, *axes)), (-1 / (self.divisor * self.M), product))

    def joined(self, target: Points, state: list[mpf]) -> mpf:
        """The mean product over different points of the pool with the new ones, split by which of them are new."""
        total = mpf(0)
        for count in range(len(target) + 1):
            ways = Fraction(perm(self.M, count) * perm(self.N, len(target) - count), perm(self.N + self.M, len(target)))
            if not ways:
                continue
            for new in combinations(range(len(target)), count):
                old = tuple(axes for i, axes in enumerate(target) if i not in new)
                moments = reduce(times, (_moment(self, target[i]) for i in new), {(): Fraction(1)})
                total += _number(ways) * self.mean(moments, old, state)
        return total

    def mean(self, polynomial: Polynomial, named: Points, state: list[mpf]) -> mpf:
        """The mean of a polynomial in sums over the draws, times coordinates of old points."""
        weights = [Fraction(0)] * len(TARGETS)
        for product, x in polynomial.items():
            for place, weight in enumerate(self._placed(tuple(sorted(name[2:] for name in product)), named)):
                weights[place] += x * weight
        return mpmath.fsum(_number(weight) * value for weight, value in zip(weights, state, strict=True) if weight)

    def _placed(self, factors: Points, named: Points) -> list[Fraction]:
        """The weights of the seven numbers in a mean product of sums over draws and coordinates of old points."""
        weights = [Fraction(0)] * len(TARGETS)
        for drawn in _partitions(factors):
            ways = perm(self.M, len(drawn))
            for groups in _partitions(drawn) if self.replacement else (drawn,):
                for hits, points in _on_points(groups, named):
                    free = perm(self.N - len(named), len(groups) - hits)
                    among = self.N ** len(drawn) if self.replacement else perm(self.N, len(drawn))
                    if ways and free:
                        for place, count in _reduced(points):
                            weights[place] += Fraction(ways * free * count, among)
        return weights


def _moment(draws: Draws, axes: Axes) -> Polynomial:
    """The mean product of coordinates of a new point, in sums over the draws."""
    found: Polynomial = {}
    for product, weight in DRAWN(axes).items():
        whole = reduce(times, (draws.letter_of(*name) for name in product), {(): Fraction(1)})
        found = plus((1, found), (weight, whole))
    return found


def _on_points(groups: Points, named: Points) -> Iterator[tuple[int, Points]]:
    """All ways to let groups of draws be named points, at most one group for each: how many are, and all points."""
    if not groups:
        yield 0, named
        return
    for hits, points in _on_points(groups[1:], named):
        yield hits, (*points, groups[0])
    for i, axes in enumerate(named):
        rest = named[:i] + named[i + 1 :]
        for hits, points in _on_points(groups[1:], rest):
            yield hits + 1, (*points, axes + groups[0])


def _reduced(points: Points) -> list[tuple[int, int]]:
    """A mean product over different points in terms of the seven numbers."""
    ordered = sorted(points, key=len, reverse=True)
    pattern = tuple(len(axes) for axes in ordered)
    a, b, c, d = (x for axes in ordered for x in axes)
    straight, crossed = int(a == b and c == d), (a == c and b == d) + (a == d and b == c)
    place = {(4,): 0, (3, 1): 1, (2, 2): 2, (2, 1, 1): 4, (1, 1, 1, 1): 6}[pattern]
    if place in (2, 4):
        return [(place, straight), (place + 1, crossed)]
    return [(place, straight + crossed)]


def _partitions(factors: Points) -> Iterator[Points]:
    if not factors:
        yield ()
        return
    for blocks in _partitions(factors[1:]):
        yield (factors[0], *blocks)
        for i in range(len(blocks)):
            yield (*blocks[:i], blocks[i] + factors[0], *blocks[i + 1 :])


def _number(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator
