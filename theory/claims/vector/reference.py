"""The independent route of claims in several dimensions: recurrences of expectations, counted point by point.

Nothing here knows the eigenvectors of the recurrences, a digamma or a power of a factor.
"""

from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.source import exact_covariance
from theory.scenario import Scenario

_NAMES = ("length", "spread", "log_volume", "precision", "precision_length")


def second_moments(scenario: Scenario, generation: float) -> tuple[mpf, mpf]:
    """(E tr Sigma_t^2, E (tr Sigma_t)^2): the recurrence of the pair, by Isserlis' theorem for one point and two."""
    if generation == mpmath.inf:
        pairs = [at_infinity(lambda later, k=k: second_moments(scenario, later)[k]) for k in (0, 1)]
        return pairs[0], pairs[1]
    size, offset = size_and_offset(scenario)
    covariance = exact_covariance(scenario)
    with mpmath.workdps(DIGITS + 15):
        divisor = size - 1 + mpf(str(offset))
        # the scatter squared: M-1 terms of one vector with itself, E (z'z)^2 = 2 tr Sigma^2 + (tr Sigma)^2, and the
        # others of two vectors, E (z'w)^2 = tr Sigma^2 and E z'z w'w = (tr Sigma)^2
        same, different = mpf(size - 1), mpf(size - 1) * (size - 2)
        step = mpmath.matrix([[2 * same + different, same], [2 * same, same + different]]) / divisor**2
        start = [_decimal((covariance * covariance).trace()), _decimal(covariance.trace() ** 2)]
        square, trace = linear_iterate(step, start, int(generation))
        return square, trace


def expectations(scenario: Scenario, generation: int, d: int) -> dict[str, mpf]:
    """E of what divergences are made of, in coordinates in which the source is N(0, I), from the recurrence alone.

    Of the model's mean s and covariance Q: |s|^2, tr Q, log det Q, tr Q^-1 and s'Q^-1 s, the last two for M > d + 2.
    """
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS + 15):
        matrix = mpmath.eye(6)
        matrix[0, 1] = mpf(1) / size
        matrix[1, 1] = chi_square_mean(identity, size - 1) / (size - 1 + mpf(str(offset)))
        if size > d:
            matrix[2, 5] = mpmath.fsum(log_pivots(size, offset, d))
        if size > d + 2:
            inverse = mean_inverse(size, offset, d)
            matrix[3, 3] = matrix[4, 4] = inverse
            matrix[4, 5] = inverse * d / size
        state = linear_iterate(matrix, [mpf(0), mpf(d), mpf(0), mpf(d), mpf(0), mpf(1)], int(generation))
        return dict(zip(_NAMES, state, strict=False))


def log_pivots(size: int, offset: float, d: int) -> list[mpf]:
    """E log(chi2_{M-i}/L) for i = 1 ... d by quadrature, -inf where no degree of freedom is left."""
    with mpmath.workdps(DIGITS + 15):
        divisor = mpmath.log(size - 1 + mpf(str(offset)))
        return [chi_square_mean(mpmath.log, size - i) - divisor if i < size else mpf("-inf") for i in range(1, d + 1)]


@cache
def mean_inverse(size: int, offset: float, d: int) -> mpf:
    """E of the diagonal entry of (W/L)^-1: the last pivot's inverse, E L/chi2_{M-d}, by quadrature."""
    with mpmath.workdps(DIGITS + 15):
        return chi_square_mean(_inverse, size - d) * (size - 1 + mpf(str(offset)))


def exact_log_determinant(scenario: Scenario) -> mpf:
    """log det Sigma_0 of the numbers as they were written; -inf for a singular source."""
    determinant = exact_covariance(scenario).det()
    with mpmath.workdps(DIGITS + 15):
        return mpmath.log(_decimal(determinant)) if determinant else mpf("-inf")


def _inverse(x: mpf) -> mpf:
    return 1 / x


def _decimal(number: sp.Rational) -> mpf:
    return mpf(int(number.p)) / int(number.q)
