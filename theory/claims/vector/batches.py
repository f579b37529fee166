"""Windows of batches by the route of single points: each batch followed back to the model that it was drawn from."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache, reduce

import mpmath
from mpmath import mpf

from theory.claims.gaussian.window_squares import ONE, Polynomial, plus, times
from theory.claims.vector.points import DRAWN, Fit, letter, of_points, pooled

DIGITS = 60
PAIRS = (((0, 0), (1, 1), 1), ((1, 1), (0, 0), 1), ((0, 1), (0, 1), -2))  # of twice a polarised determinant


@cache
def of_a_window(size: int, length: int, offset: Fraction, last: int) -> tuple[mpf, mpf]:
    """p and q of E V_ab V_cd = p [ab][cd] + q ([ac][bd] + [ad][bc]), V the covariance of a model."""
    mean, letter_of = _followed(size, length, offset)
    products = (times(letter_of(last, "V", *one), letter_of(last, "V", *other)) for one, other, _ in PAIRS[1:])
    p, q = (mean(product) for product in products)
    with mpmath.workdps(DIGITS):
        return mpf(p.numerator) / p.denominator, mpf(q.numerator) / q.denominator


@cache
def batch_products(size: int, length: int, offset: Fraction, last: int) -> Callable[[int, int, int], Fraction]:
    """Of kind 0, 1, 2 the mean polarised determinants of S_i and S_j, of S_i and e_j e_j', of e_i e_i' and e_j e_j'."""
    mean, letter_of = _followed(size, length, offset)

    def squares(g: int, a: int, b: int) -> Polynomial:
        product = times(letter("s", g, a), letter("s", g, b))
        return plus((1, letter("q", g, a, b)), (Fraction(-1, size), product))

    def distance(g: int, a: int) -> Polynomial:
        return plus((Fraction(1, size), letter("s", g, a)), (-1, letter_of(last, "d", a)))

    def outer(g: int, a: int, b: int) -> Polynomial:
        return times(distance(g, a), distance(g, b))

    def found(kind: int, i: int, j: int) -> Fraction:
        first, second = (outer if kind == 2 else squares), (outer if kind else squares)
        terms = (weight * mean(times(first(i, *one), second(j, *other))) for one, other, weight in PAIRS)
        return sum(terms, Fraction(0)) / 2

    return found


@cache
def _followed(
    size: int, length: int, offset: Fraction
) -> tuple[Callable[[Polynomial], Fraction], Callable[..., Polynomial]]:
    """The mean of a polynomial in the sums of points of batches, and the letters of model g as such polynomials."""

    @cache
    def model(g: int) -> Fit:
        return pooled(dict.fromkeys(range(max(1, g - length + 1), g + 1), (size, DRAWN)), offset)

    def letter_of(g: int, *name: int | str) -> Polynomial:
        if g:
            return model(g).letters(*name)
        return ONE if name[0] == "V" and name[1] == name[2] else {}

    @cache
    def drawn(g: int, factors: tuple[tuple[int, ...], ...]) -> Polynomial:
        found: Polynomial = {}
        for product, weight in of_points(factors, size, DRAWN).items():
            found = plus((1, found), (weight, reduce(times, (letter_of(g - 1, *name) for name in product), ONE)))
        return found

    @cache
    def of_product(product: tuple) -> Fraction:
        if not product:
            return Fraction(1)
        newest = max(name[1] for name in product)
        rest = tuple(name for name in product if name[1] != newest)
        factors = tuple(sorted(name[2:] for name in product if name[1] == newest))
        terms = drawn(newest, factors).items()
        return sum((x * of_product(tuple(sorted(rest + other))) for other, x in terms), Fraction(0))

    return lambda polynomial: sum(
        (x * of_product(product) for product, x in polynomial.items()), Fraction(0)
    ), letter_of
