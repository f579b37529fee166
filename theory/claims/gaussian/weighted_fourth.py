"""The independent route to fourth moments under weighted data: a fit multiplied out in standard variables."""

from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share_squares import FOURTH, POWERS, SQUARE, standard_moments
from theory.claims.gaussian.reference import at_infinity, linear_iterate

DIGITS = 60


def fourth_moment(
    weight: Fraction, real: int, synthetic: int, offset: Fraction, generation: float, place: int = FOURTH
) -> mpf:
    """E (mu_t - mu_0)^4 in units of v_0, or another of the means; ``generation`` may be inf."""
    if generation == 0:
        return mpf(place == SQUARE)
    with mpmath.workdps(DIGITS):
        first = _one_fit(Fraction(1), real, synthetic, offset)  # of real points alone
        start = linear_iterate(first, [mpf(x) for x in (1, 1, 0, 1, 0, 0)], 1)
        matrix = _one_fit(weight, real, synthetic, offset)
        if generation == mpmath.inf:
            return at_infinity(lambda fits: linear_iterate(matrix, start, fits)[place])
        return linear_iterate(matrix, start, int(generation) - 1)[place]


@cache
def _one_fit(weight: Fraction, real: int, synthetic: int, offset: Fraction) -> mpmath.matrix:
    """The map of the means of (1, v, d^2, v^2, v d^2, d^4): chi-squares X and Y, normal errors r and s."""
    X, Y, r, s, d, root = sp.symbols("X Y r s d root")
    a, shift = (sp.Rational(number.numerator, number.denominator) for number in (weight, offset))
    v = sp.Integer(0)
    for own, points, scale in ((a, real, X), (1 - a, synthetic, root**2 * Y)):
        v += own * scale / (points - 1 + shift) if points > 1 else 0
    mu = a * r / sp.sqrt(real) + (1 - a) * (d + root * s / sp.sqrt(synthetic))
    moments = [standard_moments(degrees) for degrees in (real - 1, synthetic - 1, None, None)]
    matrix = mpmath.matrix(len(POWERS), len(POWERS))
    for row, (variances, distances) in enumerate(POWERS):
        product = sp.Poly(sp.expand(v**variances * mu**distances), X, Y, r, s, d, root)
        for (*standard, e, h), coefficient in product.terms():
            value = mpf(str(sp.N(coefficient, 70)))
            value *= mpmath.fprod(moment[power] for moment, power in zip(moments, standard, strict=True))
            if value:
                matrix[row, POWERS.index((h // 2, e))] += value
    return matrix
