"""What the claims about second moments of a Gaussian with real data share: symbols, bindings and an independent route.

The statement is one fit: E v_t^2 in terms of five means one fit earlier. The bindings give these by iterating the five
equations of a derivation from the source; the reference expands one fit in independent standard variables, whose
moments it takes by quadrature, and iterates that.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.gaussian.reference import at_infinity, chi_square_mean, linear_iterate
from theory.laws.symbols import L, M, alpha, t, v0
from theory.scenario import Scenario

U, D, R, Q, B = (sp.Function(name) for name in "UDRQB")  # E of v, d^2, v^2, v d^2, d^4 with d = mu_t - mu_0
MEANS = (U, D, R, Q, B)
START = (sp.Integer(1), v0, sp.Integer(0), v0**2, sp.Integer(0), sp.Integer(0))  # 1 and the five means of the source
dev, var = sp.symbols("d v_t", real=True)  # of one model
POWERS = ((0, 0), (1, 0), (0, 2), (2, 0), (1, 2), (0, 4))  # of v and d whose means the recursion has
SQUARE, JOINT, FOURTH = (POWERS.index(powers) for powers in ((2, 0), (1, 2), (0, 4)))  # v^2, v d^2 and d^4
DIGITS = 60


def averaged(expression: sp.Expr, means: tuple = MEANS, constant: sp.Expr = START[0]) -> sp.Expr:
    """A polynomial in v and d^2 of one model, with means of generation t - 1 in the place of its powers."""
    poly = sp.Poly(sp.expand(expression), var, dev)
    names = dict(zip(POWERS, (constant, *means), strict=True))
    terms = []
    for powers, coefficient in poly.terms():
        mean = names[powers]
        terms.append(sp.factor(coefficient) * (mean(t - 1) if callable(mean) else mean))
    return sp.Add(*terms)


@cache
def history(
    derived: Callable[[], tuple[sp.Expr, ...]], scenario: Scenario, start: tuple[sp.Expr, ...]
) -> Callable[[int], tuple[mpf, ...]]:
    """The six means after so many fits, by iterating the equations of a derivation from those of the source."""
    matrix, source = _equations(derived, scenario, start)

    @cache
    def after(fits: int) -> tuple[mpf, ...]:
        with mpmath.workdps(DIGITS):
            return tuple(linear_iterate(matrix, source, fits))

    return after


def bindings(
    derived: Callable[[], tuple[sp.Expr, ...]], scenario: Scenario, generation: int, means: tuple = MEANS,
    start: tuple[sp.Expr, ...] = START,
) -> dict:  # fmt: skip
    """The symbols of a statement, and the means of earlier generations."""
    after = history(derived, scenario, start)

    def mean(place: int) -> Callable[[sp.Integer], sp.Float]:
        return lambda fit: sp.Float(after(int(fit))[place], DIGITS)

    return _given(scenario) | {t: generation} | {name: mean(place) for place, name in enumerate(means, start=1)}


def _given(scenario: Scenario) -> dict:
    share, offset, size = share_of(scenario), offset_of(scenario), scenario.sample_size.constant
    return {
        M: sp.Integer(size), alpha: sp.Rational(share.numerator, share.denominator),
        L: size - 1 + sp.Rational(offset.numerator, offset.denominator),
        v0: sp.Rational(repr(scenario.source.variance)),
    }  # fmt: skip


def _equations(
    derived: Callable[[], tuple[sp.Expr, ...]], scenario: Scenario, start: tuple[sp.Expr, ...]
) -> tuple[mpmath.matrix, list[mpf]]:
    given = _given(scenario)
    with mpmath.workdps(DIGITS):
        matrix = mpmath.matrix(6, 6)
        matrix[0, 0] = 1
        for row, mean in enumerate(derived(), start=1):
            for column, coefficient in enumerate(_coefficients(sp.expand(mean.subs(given)))):
                matrix[row, column] = mpf(coefficient.p) / coefficient.q
        return matrix, [mpmath.mpf(sp.Float(value.subs(given), DIGITS)._mpf_) for value in start]


def _coefficients(expression: sp.Expr) -> list[sp.Rational]:
    poly = sp.Poly(expression, var, dev)
    return [poly.coeff_monomial(var**i * dev**j) for i, j in POWERS]


def reference(scenario: Scenario, generation: float, kept: Callable | None = None, place: int = SQUARE) -> mpf:
    """E v_t^2 by quadrature; under scheme "iid" averaged over the number of real points in each generation.

    ``kept`` gives the map and the start where the same points stay; ``place`` is that of another mean of the state.
    """
    size, share, offset = scenario.sample_size.constant, share_of(scenario), offset_of(scenario)
    with mpmath.workdps(DIGITS):
        start = [mpf(1), mpf(1), mpf(0), mpf(1), mpf(0), mpf(0)]
        if kept is not None:
            matrix, start = kept(size, int(share * size), offset)
        elif scenario.retention.scheme == "iid":
            a = mpf(share.numerator) / share.denominator
            matrix = mpmath.matrix(6, 6)
            for real in range(size + 1):
                weight = mpmath.binomial(size, real) * a**real * (1 - a) ** (size - real)
                matrix += weight * _one_fit(size, real, offset)
        else:
            matrix = _one_fit(size, int(share * size), offset)
        unit = mpf(repr(scenario.source.variance)) ** 2
        if generation == mpmath.inf:
            return unit * at_infinity(lambda later: linear_iterate(matrix, start, later)[place])
        return unit * linear_iterate(matrix, start, int(generation))[place]


@cache
def _one_fit(size: int, real: int, offset: Fraction) -> mpmath.matrix:
    """The map of the means of (1, v, d^2, v^2, v d^2, d^4): one fit multiplied out in standard variables."""
    X, Y, r, s, d, root = sp.symbols("X Y r s d root")  # chi-squares, two normals, d, sqrt v
    n, m = sp.Integer(real), sp.Integer(size - real)
    divisor = size - 1 + sp.Rational(offset.numerator, offset.denominator)
    xbar = r / sp.sqrt(n) if n else sp.Integer(0)
    ybar = d + root * s / sp.sqrt(m) if m else sp.Integer(0)
    v = (X + root**2 * Y + n * m * (xbar - ybar) ** 2 / size) / divisor
    mu = (n * xbar + m * ybar) / size
    moments = {X: _moments(real - 1), Y: _moments(size - real - 1), r: _normal(), s: _normal()}
    matrix = mpmath.matrix(6, 6)
    matrix[0, 0] = 1
    for row, power in enumerate((v, mu**2, v**2, v * mu**2, mu**4), start=1):
        poly = sp.Poly(sp.expand(power), X, Y, r, s, d, root)
        for (i, j, k, q, e, h), coefficient in poly.terms():
            value = mpf(str(sp.N(coefficient, 70)))
            value *= moments[X][i] * moments[Y][j] * moments[r][k] * moments[s][q]
            if value:
                matrix[row, [(0, 0), (2, 0), (0, 2), (4, 0), (2, 2), (0, 4)].index((h, e))] += value
    return matrix


@cache
def fit_to_kept_points(size: int, real: int, offset: Fraction) -> tuple[mpmath.matrix, list[mpf]]:
    """The map of the means of (s^2, s v, s d^2, v^2, v d^2, d^4) about the kept mean, and those of the source."""
    Y, r, d, root, s = sp.symbols("Y r d root s")
    m = sp.Integer(size - real)
    divisor = size - 1 + sp.Rational(offset.numerator, offset.denominator)
    mean = d + root * r / sp.sqrt(m) if m else d  # of the synthetic points
    v = (s + root**2 * Y + real * m * mean**2 / size) / divisor
    drawn, normal = _moments(size - real - 1), _normal()
    kept = _moments(real - 1)
    places = [(0, 0), (2, 0), (0, 2), (4, 0), (2, 2), (0, 4)]  # of root and d; what is missing to 4 is s
    matrix = mpmath.matrix(6, 6)
    distance = m * mean / size
    for row, power in enumerate((s**2, s * v, s * distance**2, v**2, v * distance**2, distance**4)):
        for (i, j, h, e, _), coefficient in sp.Poly(sp.expand(power), Y, r, root, d, s).terms():
            value = mpf(str(sp.N(coefficient, 70))) * drawn[i] * normal[j]
            if value:
                matrix[row, places.index((h, e))] += value
    second, fourth = normal[2] / real, normal[4] / real**2
    return matrix, [kept[2], kept[1], kept[1] * second, mpf(1), second, fourth]


def standard_moments(degrees: int | None) -> list[mpf]:
    """Of the orders 0, 1 and 2 of a chi-square, 0 where there is none; to the fourth of a normal variable for None."""
    return _normal() if degrees is None else _moments(degrees)


def _moments(degrees: int) -> list[mpf]:
    if degrees < 1:
        return [mpf(1), mpf(0), mpf(0)]
    return [mpf(1)] + [chi_square_mean(power, degrees) for power in (_first, _second)]


def _normal() -> list[mpf]:
    squares = [mpf(1), chi_square_mean(_first, 1), chi_square_mean(_second, 1)]
    return [squares[power // 2] if power % 2 == 0 else mpf(0) for power in range(5)]


def _first(x: mpf) -> mpf:
    return x


def _second(x: mpf) -> mpf:
    return x * x
