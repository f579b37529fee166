"""The full route for second moments of models fitted to draws from a pool: products of four points, two by two.

Points of the pool are exchangeable on average. Five mean products say everything to the fourth order about mu_0: of
x^4, x^3 y, x^2 y^2, x^2 y z and x y z w over different points. Draws are placed one by one on the points already named
or on others, by their chances; new points follow the moments of a normal law.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations

import mpmath
import numpy as np
from mpmath import mpf

PATTERNS = ((4,), (3, 1), (2, 2), (2, 1, 1), (1, 1, 1, 1))
DIGITS = 80
FITS, TERMS = (8, 60), 11
WITHOUT_END = mpf(10) ** 70  # points of a pool in which no two draws coincide
MEANS_OF_POWERS = {  # E y^e of a normal variable with mean mu and variance v: coefficient, powers of mu and v
    1: ((1, 1, 0),), 2: ((1, 2, 0), (1, 0, 1)), 3: ((1, 3, 0), (3, 1, 1)), 4: ((1, 4, 0), (6, 2, 1), (3, 0, 2)),
}  # fmt: skip

SQUARE, FOURTH, DRAW = 0, 1, 2
Row = list[mpf]


def squares(size: int, replacement: bool, offset: Fraction, generation: float) -> mpf:
    """E v_t^2 in units of v_0; after many fits by its expansion in two powers of t times powers of 1/t.

    One power is that of the squared expected variance; the other is that of a fourth moment of the pool that nothing
    but the fourth moment of a new point keeps up. ``generation`` may be inf.
    """
    with mpmath.workdps(DIGITS):
        return mpf(0) if size == 1 else _at(size, replacement, offset, generation, SQUARE)


def fourths(size: int, replacement: bool, offset: Fraction, generation: float) -> mpf:
    """E (mu_t - mu_0)^4 in the same way: further powers are 0, that of the expected variance and of third moments.

    Raises ValueError after many fits but under maximum likelihood, where three of the five powers are 0.
    """
    return _of_fourth_order(size, replacement, offset, generation, FOURTH)


def draws(size: int, replacement: bool, offset: Fraction, generation: float) -> mpf:
    """E (X_t - mu_0)^4 of a draw X_t from the model in the same way, of the same powers."""
    return _of_fourth_order(size, replacement, offset, generation, DRAW)


def _of_fourth_order(size: int, replacement: bool, offset: Fraction, generation: float, which: int) -> mpf:
    with mpmath.workdps(DIGITS):
        if size > 1 and generation > FITS[1] and len(_powers(size, offset)[which]) > 3:
            if np.isinf(generation) and max(_powers(size, offset)[which]) > 0:
                return mpf("inf")
            raise ValueError(f"five powers of t cannot be told apart in {FITS[1]} fits")
        return mpf(3) if size == 1 else _at(size, replacement, offset, generation, which)


def _at(size: int, replacement: bool, offset: Fraction, generation: float, which: int) -> mpf:
    if generation <= FITS[1]:
        return _history(size, replacement, offset)[int(generation) - 1][which]
    powers = _powers(size, offset)[which]
    if np.isinf(generation):
        largest = max(powers)
        unbounded, fallen = mpf("inf") if largest > 0 else mpf(0), largest != 0
        return unbounded if fallen else _weights(size, replacement, offset, which)[powers.index(0) * _many(powers)]
    return mpmath.fdot(_weights(size, replacement, offset, which), _terms(mpf(int(generation)), powers))


@cache
def _powers(size: int, offset: Fraction) -> tuple[Row, Row, Row]:
    """Those of t in E v_t^2, in E (mu_t - mu_0)^4 and in the fourth moment of a draw."""
    divisor = size - 1 + mpf(offset.numerator) / offset.denominator
    growth = 2 * mpf(size - 1) / size * (size - divisor) / divisor
    of_one = [mpf(1), mpf(0), mpf(0), mpf(0), mpf(0)]
    heavy = Draws(WITHOUT_END, size, True, divisor, of_one).with_new((), (4,)) - 1
    skewed = Draws(WITHOUT_END, size, True, divisor, [of_one[1], *of_one[:-1]]).with_new((1,), (3,)) - 1
    all_of_them = (mpf(0), growth, growth / 2, heavy, mpmath.chop(skewed, tol=1 / mpmath.sqrt(WITHOUT_END)))
    every = list(dict.fromkeys(all_of_them))
    return [growth, heavy], every, every


@cache
def _weights(size: int, replacement: bool, offset: Fraction, which: int) -> Row:
    """The weights of the terms below, through values at as many fits."""
    (first, last), powers = FITS, _powers(size, offset)[which]
    many = _many(powers) * len(powers)
    places = [round(first + (last - first) * mpf(i) / (many - 1)) for i in range(many)]
    values = _history(size, replacement, offset)
    system = mpmath.matrix([_terms(mpf(int(t)), powers) for t in places])
    return list(mpmath.lu_solve(system, mpmath.matrix([values[int(t) - 1][which] for t in places])))


def _terms(t: mpf, powers: Row) -> Row:
    return [t ** (power - j) for power in powers for j in range(_many(powers))]


def _many(powers: Row) -> int:
    """Terms for each power, no more of them all than there are fits."""
    return min(TERMS, (FITS[1] - FITS[0] + 1) // len(powers))


@cache
def _history(size: int, replacement: bool, offset: Fraction) -> list[tuple[mpf, mpf, mpf]]:
    """E v_t^2, E (mu_t - mu_0)^4 and E (X_t - mu_0)^4 of the fits 1 ... 60."""
    with mpmath.workdps(DIGITS):
        divisor = size - 1 + mpf(offset.numerator) / offset.denominator
        state, said = [mpf(3), mpf(0), mpf(1), mpf(0), mpf(0)], []
        for fit in range(1, FITS[1] + 1):
            draws = Draws(mpf(fit * size), size, replacement and fit > 1, divisor, state)
            square, fourth = draws.mean((), 0, 2), draws.mean((), 4, 0)
            said.append((square, fourth, fourth + 6 * draws.mean((), 2, 1) + 3 * square))
            state = [_joined(pattern, draws) for pattern in PATTERNS]
        return said


def _joined(pattern: tuple[int, ...], draws: "Draws") -> mpf:
    """The mean product over different points of the pool with the new batch, split by which of them are new."""
    N, M, total = draws.N, draws.M, mpf(0)
    for count in range(len(pattern) + 1):
        chance = falling(mpf(M), count) * falling(N, len(pattern) - count) / falling(N + M, len(pattern))
        if chance:
            for new in combinations(range(len(pattern)), count):
                old = tuple(e for i, e in enumerate(pattern) if i not in new)
                total += chance * draws.with_new(old, tuple(pattern[i] for i in new))
    return total


class Draws:
    """Means of products of old points with powers of the mean and variance of a fit to M draws from N points."""

    def __init__(self, N: mpf, M: int, replacement: bool, divisor: mpf, state: Row):
        self.N, self.M, self.replacement, self.divisor = N, M, replacement, divisor
        self.products = dict(zip(PATTERNS, state, strict=True))
        self.known: dict = {}

    def with_new(self, old: tuple[int, ...], new: tuple[int, ...]) -> mpf:
        """New points are independent given the model."""
        key = (tuple(sorted(old)), tuple(sorted(new)))
        if key not in self.known:
            self.known[key] = self._with_new(*key)
        return self.known[key]

    def _with_new(self, old: tuple[int, ...], new: tuple[int, ...]) -> mpf:
        terms = [(1, 0, 0)]
        for exponent in new:
            terms = [
                (c * d, i + j, k + h) for c, i, k in terms for d, j, h in MEANS_OF_POWERS[exponent]
            ]  # fmt: skip
        return mpmath.fsum(c * self.mean(old, i, k) for c, i, k in terms)

    def mean(self, old: tuple[int, ...], i: int, k: int) -> mpf:
        """E of the product of old points with mu^i v^k, v = (sum of squares - (sum)^2/M)/divisor."""
        total = mpf(0)
        for part in range(k + 1):
            weight = mpmath.binomial(k, part) * mpf(-1) ** part / mpf(self.M) ** (part + i) / self.divisor**k
            total += weight * self.of_sums(old, (1,) * (i + 2 * part) + (2,) * (k - part))
        return total

    def of_sums(self, old: tuple[int, ...], powers: tuple[int, ...]) -> mpf:
        """E of old points times sums over the draws of these powers: by which of the sums take the same draw."""
        key = (tuple(sorted(old)), powers, None)
        if key not in self.known:
            self.known[key] = mpmath.fsum(
                falling(mpf(self.M), len(blocks)) * self.placed([(e, False) for e in old], blocks)
                for blocks in partitions(powers)
                if len(blocks) <= self.M
            )
        return self.known[key]

    def placed(self, points: list[tuple[int, bool]], draws: tuple[int, ...]) -> mpf:
        """Each draw falls on a point that is named already, not twice on one unless put back, or on another."""
        if not draws:
            return self.products[tuple(sorted((e for e, _ in points), reverse=True))]
        exponent, *rest = draws
        free = self.N if self.replacement else self.N - sum(taken for _, taken in points)
        others = self.N - len(points)
        total = others / free * self.placed([*points, (exponent, True)], tuple(rest)) if others else mpf(0)
        for place, (e, taken) in enumerate(points):
            if self.replacement or not taken:
                on_it = [*points[:place], (e + exponent, True), *points[place + 1 :]]
                total += self.placed(on_it, tuple(rest)) / free
        return total


@cache
def partitions(powers: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """For every way to let some of the sums take the same draw: the powers of the draws."""
    return tuple(_blocks(powers))


def _blocks(powers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if not powers:
        yield ()
        return
    first, *rest = powers
    for blocks in _blocks(tuple(rest)):
        yield (first, *blocks)
        for place in range(len(blocks)):
            yield (*blocks[:place], blocks[place] + first, *blocks[place + 1 :])


def falling(x: mpf, count: int) -> mpf:
    return mpmath.fprod(x - i for i in range(count))
