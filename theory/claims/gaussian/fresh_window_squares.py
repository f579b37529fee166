"""Means of products of batch variables in a window with real points, by following each kind of points of each batch.

The points of a batch are of two kinds, numbered one after the other: those of its model, then the real ones. Two routes
as for a window of models: squares and means of kinds, whose laws are known, or sums over points, by normal moments.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp

from theory.claims.gaussian.window_squares import (
    ONE,
    Polynomial,
    expectation,
    plus,
    power,
    squares_and_mean,
    sums_of_points,
    times,
)

Moments = tuple[tuple[int, int, int], ...]  # weights, and powers of mean and variance
SQUARE: Moments = ((1, 0, 2),)
FOURTH: Moments = ((1, 4, 0),)
JOINT: Moments = ((1, 2, 1),)
DRAW: Moments = ((1, 4, 0), (6, 2, 1), (3, 0, 2))
BATCH = 2  # kinds of points in a batch


def kinds_of(batch: int, size: int, real: int) -> dict[int, int]:
    """The number of points of each kind in a batch; those of the first, all real, are of its first kind."""
    numbers = (size, 0) if batch == 1 else (size - real, real)
    return {BATCH * batch + kind: points for kind, points in enumerate(numbers) if points}


def is_real(kind: int) -> bool:
    return kind % BATCH == 1 or kind == BATCH


@cache
def mean_products(size: int, length: int, real: int, offset: Fraction, last: int) -> Callable[..., sp.Rational]:
    """E S_i S_j (kind 0), E S_i e_j^2 (1) and E e_i^2 e_j^2 (2) in the window of a fit, exactly."""
    mean, squares, errors, centre, _ = _by_kinds(size, length, real, offset)

    def found(kind: int, one: int, other: int) -> sp.Rational:
        apart = [power(plus((1, errors(batch)), (-1, centre(last))), 2) for batch in (one, other)]
        whole = [squares(one), squares(other)]
        value = mean(times((whole if kind < 2 else apart)[0], (whole if kind < 1 else apart)[1]))
        return sp.Rational(value.numerator, value.denominator)

    return found


@cache
def products_of_four_means(size: int, length: int, real: int, offset: Fraction) -> Callable[..., sp.Rational]:
    """The mean product of the errors about mu_0 of the means of four batches, exactly."""
    mean, _, errors, _, _ = _by_kinds(size, length, real, offset)

    @cache
    def of_ordered(batches: tuple[int, ...]) -> sp.Rational:
        product = ONE
        for batch in batches:
            product = times(product, errors(batch))
        value = mean(product)
        return sp.Rational(value.numerator, value.denominator)

    return lambda *batches: of_ordered(tuple(sorted(batches)))


@cache
def moment_of_model(size: int, length: int, real: int, offset: Fraction, fit: int, moments: Moments) -> sp.Rational:
    """A moment of mean and variance of a model, from squares and means of kinds, exactly."""
    mean, _, _, _, model = _by_kinds(size, length, real, offset)
    centre, variance = model(BATCH * (fit + 1))
    value = mean(plus(*((x, times(power(centre, i), power(variance, j))) for x, i, j in moments)))
    return sp.Rational(value.numerator, value.denominator)


@cache
def _by_kinds(size: int, length: int, real: int, offset: Fraction):
    """Means of polynomials in the squares and means of kinds; squares and error of a batch; of a model; its moments."""

    @cache
    def errors(batch: int) -> Polynomial:
        return {((kind, 1),): Fraction(points, size) for kind, points in kinds_of(batch, size, real).items()}

    @cache
    def squares(batch: int) -> Polynomial:
        kinds = kinds_of(batch, size, real)
        within = {((kind, 2),): Fraction(1) for kind in kinds}
        between = power(plus(*(((-1) ** place, {((kind, 1),): Fraction(1)}) for place, kind in enumerate(kinds))), 2)
        return plus((1, within), (Fraction(real * (size - real), size) if len(kinds) == BATCH else 0, between))

    @cache
    def centre(fit: int) -> Polynomial:
        batches = _window(fit, length)
        return plus(*((Fraction(1, len(batches)), errors(batch)) for batch in batches))

    @cache
    def model(kind: int) -> tuple[Polynomial, Polynomial]:
        if is_real(kind):
            return {}, ONE
        fit = kind // BATCH - 1
        batches = _window(fit, length)
        apart = [(size, power(plus((1, errors(batch)), (-1, centre(fit))), 2)) for batch in batches]
        whole = plus(*((1, squares(batch)) for batch in batches), *apart)
        return centre(fit), plus((1 / Fraction(len(batches) * size - 1 + offset), whole))

    return expectation(model, _numbered(squares_and_mean, size, real)), squares, errors, centre, model


@cache
def from_points(size: int, length: int, real: int, offset: Fraction, last: int, moments: Moments) -> mpmath.mpf:
    """A moment of mean and variance of a model, from sums and sums of squares of points of each kind about mu_0."""

    @cache
    def model(kind: int) -> tuple[Polynomial, Polynomial]:
        return ({}, ONE) if is_real(kind) else fitted(kind // BATCH - 1)

    @cache
    def fitted(fit: int) -> tuple[Polynomial, Polynomial]:
        batches = _window(fit, length)
        kinds = [kind for batch in batches for kind in kinds_of(batch, size, real)]
        points = len(batches) * size
        centre = {((kind, 1),): Fraction(1, points) for kind in kinds}
        squares = {((kind, 2),): Fraction(1) for kind in kinds}
        return centre, plus((1 / Fraction(points - 1 + offset), plus((1, squares), (-points, power(centre, 2)))))

    centre, variance = fitted(last)
    asked = plus(*((weight, times(power(centre, i), power(variance, j))) for weight, i, j in moments))
    value = expectation(model, _numbered(sums_of_points, size, real))(asked)
    with mpmath.workdps(60):
        return mpmath.mpf(value.numerator) / value.denominator


def _numbered(law: Callable, size: int, real: int) -> Callable:
    """The law of one kind of points, by its number."""
    return lambda kind, a, b: law(kinds_of(kind // BATCH, size, real)[kind], a, b)


def _window(fit: int, length: int) -> range:
    return range(max(1, fit - length + 1), fit + 1)
