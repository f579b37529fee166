"""The independent route to the fourth moment of the error with kept real points: all products of fourth order.

A product has powers of the error kappa of the kept mean, of their sum of squares s, of the model's standard deviation
and of its distance d from the kept mean. A fit, multiplied out in standard variables whose moments are taken by
quadrature, mixes products of one power of kappa.
"""

from fractions import Fraction
from functools import cache
from math import comb

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share_squares import DIGITS, standard_moments
from theory.claims.gaussian.reference import at_infinity, linear_iterate

PLACES = {  # by order: powers of the standard deviation and of d, last that of d alone; what is missing is s
    4: ((0, 0), (2, 0), (0, 2), (4, 0), (2, 2), (0, 4)),
    3: ((0, 1), (2, 1), (0, 3)),
    2: ((0, 0), (2, 0), (0, 2)),
    1: ((0, 1),),
}


def fourth_moment(size: int, real: int, offset: Fraction, generation: float) -> mpf:
    """E (mu_t - mu_0)^4 in units of v_0, by its binomial expansion; ``generation`` may be inf."""
    if generation == 0:
        return mpf(0)
    with mpmath.workdps(DIGITS):
        orders = {order: _one_fit(size, real, offset, order) for order in PLACES}

        def value(fits: int) -> mpf:
            total = standard_moments(None)[4] / real**2
            for order, (matrix, start) in orders.items():
                total += comb(4, order) * linear_iterate(matrix, start, fits)[-1]
            return total

        return at_infinity(value) if generation == mpmath.inf else value(int(generation))


def draw_fourth_moment(size: int, real: int, offset: Fraction, generation: float) -> mpf:
    """E (X_t - mu_0)^4 of a draw X_t: with 6 E (d + kappa)^2 v and 3 E v^2; ``generation`` may be inf."""
    with mpmath.workdps(DIGITS):
        orders = {order: _one_fit(size, real, offset, order) for order in PLACES}

        def mean(order: int, powers: tuple[int, int], fits: int) -> mpf:
            matrix, start = orders[order]
            return linear_iterate(matrix, start, fits)[PLACES[order].index(powers)]

        def value(fits: int) -> mpf:
            joint = mean(4, (2, 2), fits) + 2 * mean(3, (2, 1), fits) + mean(2, (2, 0), fits)
            return 6 * joint + 3 * mean(4, (4, 0), fits)

        rest = at_infinity(value) if generation == mpmath.inf else value(int(generation))
        return fourth_moment(size, real, offset, generation) + rest


@cache
def _one_fit(size: int, real: int, offset: Fraction, order: int) -> tuple[mpmath.matrix, list[mpf]]:
    """The map of the means of the products of an order with the rest of the four in kappa, and those of the source."""
    Y, r, root, d, s = sp.symbols("Y r root d s")
    m = sp.Integer(size - real)
    divisor = size - 1 + sp.Rational(offset.numerator, offset.denominator)
    mean = d + root * r / sp.sqrt(m) if m else d  # of the synthetic points
    v, distance = (s + root**2 * Y + real * m * mean**2 / size) / divisor, m * mean / size
    drawn, normal, kept = standard_moments(size - real - 1), standard_moments(None), standard_moments(real - 1)
    places = PLACES[order]
    matrix, start = mpmath.matrix(len(places), len(places)), []
    for row, (roots, distances) in enumerate(places):
        product = s ** ((order - roots - distances) // 2) * v ** (roots // 2) * distance**distances
        for (i, j, h, e, _), coefficient in sp.Poly(sp.expand(product), Y, r, root, d, s).terms():
            value = mpf(str(sp.N(coefficient, 70))) * drawn[i] * normal[j]
            if value:
                matrix[row, places.index((h, e))] += value
        errors = 4 - order + distances
        of_error = (-1) ** distances * normal[errors] / mpmath.sqrt(real) ** errors
        start.append(kept[(order - roots - distances) // 2] * of_error)
    return matrix, start
