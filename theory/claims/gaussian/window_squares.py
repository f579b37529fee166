"""Means of products of batch variables in a window, each batch followed back to the model that it was drawn from.

A product is replaced by its mean given all but its newest batch, which is a polynomial in the batches before; after the
first batch, of real points, nothing is left but numbers. Two such routes: of squares and means of batches, which know
the laws of both, and of sums and sums of squares, which know the moments of a single normal point.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import comb

import mpmath
import sympy as sp

Product = tuple[tuple[int, int], ...]  # (batch, power of its variable: 2 for squares, 1 for means or sums), sorted
Polynomial = dict[Product, Fraction]
Law = list[tuple[Fraction, int, int]]  # weights of powers of the mean and the variance of a model
ONE: Polynomial = {(): Fraction(1)}
NORMAL = {1: ((1, 1, 0),), 2: ((1, 2, 0), (1, 0, 1)), 3: ((1, 3, 0), (3, 1, 1)), 4: ((1, 4, 0), (6, 2, 1), (3, 0, 2))}


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product of two polynomials."""
    total: Polynomial = {}
    for a, x in one.items():
        for b, y in other.items():
            product = tuple(sorted(a + b))
            total[product] = total.get(product, Fraction(0)) + x * y
    return total


def plus(*terms: tuple[Fraction | int, Polynomial]) -> Polynomial:
    """A combination of polynomials with these weights."""
    total: Polynomial = {}
    for weight, polynomial in terms:
        for product, x in polynomial.items():
            total[product] = total.get(product, Fraction(0)) + weight * x
    return total


def power(polynomial: Polynomial, exponent: int) -> Polynomial:
    found = ONE
    for _ in range(exponent):
        found = times(found, polynomial)
    return found


def expectation(
    model: Callable[[int], tuple[Polynomial, Polynomial]], batch: Callable[[int, int, int], Law]
) -> Callable[[Polynomial], Fraction]:
    """The mean of a polynomial, as a function.

    ``model(g)`` is (mean, variance) of the model that batch g is drawn from; ``batch(g, a, b)`` the mean of the
    first variable of that batch to the power a times its second to the power b, as weights of powers of both.
    """

    @cache
    def drawn(g: int, a: int, b: int) -> Polynomial:
        centre, spread = model(g)
        return plus(*((x, times(power(centre, i), power(spread, k))) for x, i, k in batch(g, a, b)))

    @cache
    def product_mean(product: Product) -> Fraction:
        if not product:
            return Fraction(1)
        g = product[-1][0]
        rest = tuple(one for one in product if one[0] != g)
        a = sum(kind == 2 for batch_, kind in product if batch_ == g)
        b = sum(kind == 1 for batch_, kind in product if batch_ == g)
        return sum((x * product_mean(tuple(sorted(rest + other))) for other, x in drawn(g, a, b).items()), Fraction(0))

    return lambda polynomial: sum((x * product_mean(product) for product, x in polynomial.items()), Fraction(0))


@cache
def mean_products(size: int, length: int, offset: Fraction, last: int) -> Callable[[int, int, int], sp.Rational]:
    """E S_i S_j (kind 0), E S_i e_j^2 (1) and E e_i^2 e_j^2 (2) in the window of a fit, exactly."""
    mean, apart_squared, _ = _by_batches(size, length, offset)

    def found(kind: int, one: int, other: int) -> sp.Rational:
        squares = [{((one, 2),): Fraction(1)}, {((other, 2),): Fraction(1)}]
        distances = [apart_squared(one, last), apart_squared(other, last)]
        value = mean(times((squares if kind < 2 else distances)[0], (squares if kind < 1 else distances)[1]))
        return sp.Rational(value.numerator, value.denominator)

    return found


@cache
def products_of_four_means(size: int, length: int, offset: Fraction) -> Callable[..., sp.Rational]:
    """The mean product of the errors about mu_0 of the means of four batches, exactly."""
    mean, _, _ = _by_batches(size, length, offset)

    def found(*batches: int) -> sp.Rational:
        value = mean({tuple(sorted((g, 1) for g in batches)): Fraction(1)})
        return sp.Rational(value.numerator, value.denominator)

    return found


@cache
def means_of_fourth_order(size: int, length: int, offset: Fraction, last: int) -> tuple[sp.Rational, ...]:
    """E v^2, E v (mu - mu_0)^2 and E (mu - mu_0)^4 of a fit, exactly."""
    mean, _, model = _by_batches(size, length, offset)
    centre, variance = model(last + 1)
    return tuple(
        sp.Rational(value.numerator, value.denominator)
        for value in (mean(times(power(variance, i), power(centre, 4 - 2 * i))) for i in (2, 1, 0))
    )


@cache
def _by_batches(
    size: int, length: int, offset: Fraction
) -> tuple[Callable[..., Fraction], Callable[..., Polynomial], Callable[[int], tuple[Polynomial, Polynomial]]]:
    """Means of polynomials in the squares and means of batches; a squared distance from the mean of a fit; the models.

    A model is the one that a batch is drawn from, as its mean and its variance.
    """

    def window(fit: int) -> range:
        return range(max(1, fit - length + 1), fit + 1)

    @cache
    def centre(fit: int) -> Polynomial:
        return {((g, 1),): Fraction(1, len(window(fit))) for g in window(fit)}

    @cache
    def model(g: int) -> tuple[Polynomial, Polynomial]:
        if g == 1:
            return {}, ONE
        divisor = len(window(g - 1)) * size - 1 + offset
        squares = plus(*((1, {((one, 2),): Fraction(1)}) for one in window(g - 1)))
        apart = plus(*((size, apart_squared(one, g - 1)) for one in window(g - 1)))
        return centre(g - 1), plus((1 / Fraction(divisor), plus((1, squares), (1, apart))))

    @cache
    def apart_squared(one: int, fit: int) -> Polynomial:
        return power(plus((1, {((one, 1),): Fraction(1)}), (-1, centre(fit))), 2)

    return expectation(model, lambda g, a, b: squares_and_mean(size, a, b)), apart_squared, model


def squares_and_mean(size: int, a: int, b: int) -> Law:
    """Of a batch: the mean of its squares about its own mean to the power a times that mean to the power b."""
    chi = (1, size - 1, size**2 - 1)[a]
    noise = {0: Fraction(1), 2: Fraction(1, size), 4: Fraction(3, size**2)}
    return [(chi * comb(b, k) * noise[k], b - k, a + k // 2) for k in (0, 2, 4) if k <= b]


def square_from_points(size: int, length: int, offset: Fraction, last: int) -> mpmath.mpf:
    """E v_t^2 in units of v_0, from sums and sums of squares of the points of each batch about mu_0."""
    return _from_points(size, length, offset, last, ((1, 0, 2),))


def fourth_from_points(size: int, length: int, offset: Fraction, last: int) -> mpmath.mpf:
    """E (mu_t - mu_0)^4 in the same way."""
    return _from_points(size, length, offset, last, ((1, 4, 0),))


def draw_from_points(size: int, length: int, offset: Fraction, last: int) -> mpmath.mpf:
    """E (X_t - mu_0)^4 of a draw X_t in the same way."""
    return _from_points(size, length, offset, last, ((1, 4, 0), (6, 2, 1), (3, 0, 2)))


@cache
def _from_points(
    size: int, length: int, offset: Fraction, last: int, terms: tuple[tuple[int, int, int], ...]
) -> mpmath.mpf:
    """The mean of a sum of products of a model's mean and variance: weights, and the powers of both."""

    @cache
    def model(g: int) -> tuple[Polynomial, Polynomial]:
        if g == 1:
            return {}, ONE
        window = range(max(1, g - length), g)
        points = len(window) * size
        centre = {((one, 1),): Fraction(1, points) for one in window}
        squares = {((one, 2),): Fraction(1) for one in window}
        return centre, plus((1 / Fraction(points - 1 + offset), plus((1, squares), (-points, power(centre, 2)))))

    centre, variance = model(last + 1)
    asked = plus(*((weight, times(power(centre, i), power(variance, j))) for weight, i, j in terms))
    value = expectation(model, lambda g, a, b: sums_of_points(size, a, b))(asked)
    with mpmath.workdps(60):
        return mpmath.mpf(value.numerator) / value.denominator


@cache
def sums_of_points(size: int, a: int, b: int) -> Law:
    """Of a batch: the mean of the sum of squares of its points to the power a times their sum to the power b."""
    found: dict[tuple[int, int], Fraction] = {}
    for blocks in _partitions((2,) * a + (1,) * b):
        weight = Fraction(1)
        for place in range(len(blocks)):
            weight *= size - place
        terms = [(weight, 0, 0)]
        for exponent in blocks:
            terms = [(x * c, i + di, k + dk) for x, i, k in terms for c, di, dk in NORMAL[exponent]]
        for x, i, k in terms:
            found[i, k] = found.get((i, k), Fraction(0)) + x
    return [(x, i, k) for (i, k), x in found.items()]


def _partitions(powers: tuple[int, ...]):
    """For every way to let some of the factors be the same point: the powers of the points."""
    if not powers:
        yield ()
        return
    for blocks in _partitions(powers[1:]):
        yield (powers[0], *blocks)
        for place in range(len(blocks)):
            yield (*blocks[:place], blocks[place] + powers[0], *blocks[place + 1 :])
