"""What claims about the law of accumulated variance share: its independent factors, their moments by quadrature.

The references draw on nothing but the densities of two chi-squares: moments and the mean logarithm of the factor of one
fit, by quadrature. Sums over more fits than these are the polynomial in one over the size of the pool through the sums
after 8, 12, ... 64 fits, in which they are analytic.
"""

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.accumulate import N, factor_of_one_batch, first_and_later
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import chi_square_mean, identity
from theory.derivation import Derivation
from theory.laws.symbols import N1, M, delta, t, v0
from theory.scenario import Scenario

FITS = range(8, 65, 4)
DIGITS = 80
MANY_POINTS = 2_000
X, Y, F = sp.symbols("X Y F", positive=True)  # chi-squares with M - 1 and 1 degrees of freedom; the factor


def factor_of_one_fit(d: Derivation) -> sp.Expr:
    """The steps to the law of the factor: what the pool has, what the batch adds within and between the means."""
    factor_of_one_batch(d)
    divisor = N + M - 1 + delta
    return d.algebra(
        ((N - 1 + delta) + X + N * M / (N + M) * Y / M) / divisor, (divisor - M + X + (1 - M / (N + M)) * Y) / divisor,
        because="the factor F itself: X = chi^2_(M-1) within the batch, Y = chi^2_1 the squared distance of the means "
        "over v_t/M, independent of each other and of the pool",
    ).rhs  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers."""
    first, size = first_and_later(scenario)
    offset = offset_of(scenario)
    return {
        M: size, N1: first, delta: sp.Rational(offset.numerator, offset.denominator), t: generation,
        v0: exact(scenario.source.variance),
    }  # fmt: skip


def summed(term: Callable[..., mpf], first_term: mpf, scenario: Scenario, generation: float) -> mpf:
    """The first term and ``term(M, N, delta)`` of every later fit, N points before it; ``generation`` may be inf."""
    first, size = first_and_later(scenario)
    with mpmath.workdps(DIGITS):
        if generation <= FITS[-1]:
            return first_term + _partial_sums(term, size, first, offset_of(scenario), int(generation))[-1]
        sums = _partial_sums(term, size, first, offset_of(scenario), FITS[-1])
        places = [mpf(size) / (first + (fits - 1) * mpf(size)) for fits in FITS]
        at = mpf(0) if np.isinf(generation) else mpf(size) / (first + (int(generation) - 1) * mpf(size))
        return first_term + polynomial(places, [sums[fits - 1] for fits in FITS], at)


@cache
def _partial_sums(term: Callable[..., mpf], size: int, first: int, offset, fits: int) -> list[mpf]:
    """After 1, 2, ... fits; nothing after the first."""
    sums = [mpf(0)]
    for later in range(fits - 1):
        sums.append(sums[-1] + term(size, first + later * size, offset))
    return sums


def log_of_mean_square(size: int, pool: int, offset) -> mpf:
    """log E F^2, the moments of the chi-squares by quadrature."""
    L, share = _divisor(size, pool, offset), mpf(pool) / (pool + size)
    X1, X2 = (chi_square_mean(f, size - 1) if size > 1 else mpf(0) for f in (identity, _square))
    Y1, Y2 = (chi_square_mean(f, 1) for f in (identity, _square))
    c = L - size
    return mpmath.log((c**2 + 2 * c * (X1 + share * Y1) + X2 + 2 * share * X1 * Y1 + share**2 * Y2) / L**2)


def mean_of_log(size: int, pool: int, offset) -> mpf:
    """E log F from the density of X + share Y, which is that of chi^2_M times Kummer's function; for large M nested."""
    L, share = _divisor(size, pool, offset), mpf(pool) / (pool + size)
    c = L - size
    if size > MANY_POINTS:
        return chi_square_mean(lambda y: chi_square_mean(lambda x: mpmath.log((c + x + share * y) / L), size - 1), 1)
    tilt = (1 / share - 1) / 2
    return chi_square_mean(
        lambda x: mpmath.log((c + x) / L) * mpmath.hyp1f1(mpf(1) / 2, mpf(size) / 2, -tilt * x), size
    ) / mpmath.sqrt(share)


def _divisor(size: int, pool: int, offset) -> mpf:
    return mpf(pool + size - 1) + mpf(offset.numerator) / offset.denominator


def polynomial(places: list[mpf], values: list[mpf], at: mpf) -> mpf:
    """The value of the polynomial through these points, in Lagrange's form."""
    return mpmath.fsum(
        value * mpmath.fprod((at - other) / (place - other) for other in places if other != place)
        for place, value in zip(places, values, strict=True)
    )


def _square(x: mpf) -> mpf:
    return x * x
