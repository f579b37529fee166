"""The independent route of claims about factors: moments of one fit by densities or series, then a linear recurrence.

The state is the means of s, s^2, s^3, s^4, d^2, d^2 s, d^2 s^2, d^4, 1/v, d^2/v, log v, (log v)^2 and 1, where s =
sqrt v and d = mu - mu_0, in units of v_0. Where all data are kept and after more fits than are iterated it is the
polynomial in one over the size of the pool through the states after 6, 9, ... 48 fits, in which it is analytic.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
from mpmath import mpf

from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, chi_square_mean, linear_iterate
from theory.claims.gaussian.varying import extrapolated
from theory.scenario import Scenario
from theory.scenario.values import LARGEST_COUNT

DIGITS = 60
FITS = range(6, 49, 3)
MANY_POINTS = 400
ORDER = 40  # of the series in F - 1 for a fit to many points
START = [mpf(1)] * 4 + [mpf(0)] * 4 + [mpf(1)] + [mpf(0)] * 3 + [mpf(1)]
State = list[mpf]
POWERS = (mpf(1) / 2, mpf(1), mpf(3) / 2, mpf(2), mpf(-1))
FUNCTIONS: tuple[Callable[[mpf], mpf], ...] = (
    mpmath.sqrt, lambda x: x, lambda x: x * mpmath.sqrt(x), lambda x: x * x, lambda x: 1 / x, mpmath.log,
    lambda x: mpmath.log(x) ** 2,
)  # fmt: skip
SQUARED = (0, 1, 4)  # of these functions, those whose means with Z^2 are wanted: sqrt F, F, 1/F


def value(scenario: Scenario, generation: float, statistic: Callable[[State], mpf]) -> mpf:
    """A statistic of the state after so many fits; inf: its limit."""
    size, first, offset = scenario.sample_size.constant, scenario.first_size, offset_of(scenario)
    with mpmath.workdps(DIGITS):
        if generation == 0:
            return statistic(START)
        if scenario.retention.kind == "replace":
            if generation == mpmath.inf:
                return _end_of_sizes(scenario, statistic)
            return statistic(_replaced(tuple(scenario.sample_size.schedule(int(generation)).tolist()), offset))
        if scenario.retention.kind == "forgetting":
            rate = Fraction(repr(scenario.retention.rate))
            start, step = _first(size, offset), _forgetting(size, offset, rate)
            if generation == mpmath.inf:
                return at_infinity(lambda later: statistic(linear_iterate(step, start, later - 1)))
            return statistic(linear_iterate(step, start, int(generation) - 1))
        if generation <= FITS[-1]:
            return statistic(_accumulated(size, first, offset, int(generation))[int(generation) - 1])
        states = _accumulated(size, first, offset, FITS[-1])
        places = [mpf(size) / (first + (fits - 1) * mpf(size)) for fits in FITS]
        at = mpf(0) if generation == mpmath.inf else mpf(size) / (first + (int(generation) - 1) * mpf(size))
        values = [statistic(states[fits - 1]) for fits in FITS]
        return polynomial(places, values, at)


@cache
def _first(size: int, offset: Fraction) -> State:
    return list(_step(*_chi_square_moments(size, offset, Fraction(1)), 1 / mpf(size)) * mpmath.matrix(START))


def _end_of_sizes(scenario: Scenario, statistic: Callable[[State], mpf]) -> mpf:
    """After the last fit with a size that may be said, or, where sizes grow by a power, by series in 1/t."""
    if scenario.sample_size.kind == "polynomial":
        return extrapolated(lambda later: value(scenario, later, statistic), 4, 5)
    growth = mpmath.log(LARGEST_COUNT / mpf(scenario.sample_size.size)) / mpmath.log(scenario.sample_size.ratio)
    return value(scenario, int(growth) + 1, statistic)


def _replaced(sizes: tuple[int, ...], offset: Fraction) -> State:
    """Every fit to points of its own number."""
    state = mpmath.matrix(START)
    for size in sizes:
        state = _step(*_chi_square_moments(size, offset, Fraction(1)), 1 / mpf(size)) * state
    return list(state)


@cache
def _forgetting(size: int, offset: Fraction, rate: Fraction) -> mpmath.matrix:
    moments = _chi_square_moments(size, offset, rate)
    return _step(*moments, _number(rate) ** 2 / size)


def _accumulated(size: int, first: int, offset: Fraction, fits: int) -> list[State]:
    """The states after 1, 2, ... fits, at least so many."""
    states = _remembered(size, first, offset)
    for later in range(len(states), fits):
        pool = first + later * size
        step = _step(*_batch_moments(size, pool, offset), mpf(size) / mpf(pool) ** 2)
        states.append(list(step * mpmath.matrix(states[-1])))
    return states


@cache
def _remembered(size: int, first: int, offset: Fraction) -> list[State]:
    """Grows as later fits are asked for."""
    return [_first(first, offset)]


def _step(f: list[mpf], y: list[mpf], kappa: mpf) -> mpmath.matrix:
    """One fit v' = v F, d' = d + sqrt(kappa v) Z as a map of the state: f are E of FUNCTIONS, y those with Z^2."""
    step = mpmath.zeros(13)
    for p in range(4):
        step[p, p] = f[p]
    step[4, 4], step[4, 1] = mpf(1), kappa
    step[5, 5], step[5, 2] = f[0], kappa * y[0]
    step[6, 6], step[6, 3] = f[1], kappa * y[1]
    step[7, 7], step[7, 6], step[7, 3] = mpf(1), 6 * kappa, 3 * kappa**2
    step[8, 8] = f[4]
    step[9, 9], step[9, 12] = f[4], kappa * y[2]
    step[10, 10], step[10, 12] = mpf(1), f[5]
    step[11, 11], step[11, 10], step[11, 12] = mpf(1), 2 * f[5], f[6]
    step[12, 12] = mpf(1)
    return step


@cache
def _chi_square_moments(size: int, offset: Fraction, rate: Fraction) -> tuple[list[mpf], list[mpf]]:
    """F = 1 - g + g X/L, Z independent of it; where 1/F has no mean it is left out."""
    divisor, g = size - 1 + _number(offset), _number(rate)
    bounded = g < 1 or size > 3
    f = [
        mpf(0) if place == 4 and not bounded
        else chi_square_mean(lambda x, function=function: function(1 - g + g * x / divisor), size - 1)
        for place, function in enumerate(FUNCTIONS)
    ]  # fmt: skip
    return f, [f[place] for place in SQUARED]


def _batch_moments(size: int, pool: int, offset: Fraction) -> tuple[list[mpf], list[mpf]]:
    """F = [L - M + X + w Z^2]/L for a pool of so many points, the batch included."""
    divisor, w = pool - 1 + _number(offset), mpf(pool - size) / pool
    law = _series if size > MANY_POINTS else _density
    return law(size, divisor, w)


def _density(size: int, divisor: mpf, w: mpf) -> tuple[list[mpf], list[mpf]]:
    """The density of X + w Z^2 is that of chi^2_M times Kummer's function, and so is what Z^2 adds to it."""
    tilt, root, half = (1 / w - 1) / 2, mpmath.sqrt(w), mpf(1) / 2
    kummer = cache(lambda x: mpmath.hyp1f1(half, mpf(size) / 2, -tilt * x) / root)
    square = cache(lambda x: mpmath.hyp1f1(3 * half, mpf(size) / 2 + 1, -tilt * x) / root * x / (w * size))

    def factor(x: mpf) -> mpf:
        return (divisor - size + x) / divisor

    f = [chi_square_mean(lambda x, g=g: g(factor(x)) * kummer(x), size) for g in FUNCTIONS]
    return f, [chi_square_mean(lambda x, g=FUNCTIONS[p]: g(factor(x)) * square(x), size) for p in SQUARED]


def _series(size: int, divisor: mpf, w: mpf) -> tuple[list[mpf], list[mpf]]:
    """Taylor's series in F - 1, whose cumulants are known; Z^2 multiplies the transform by 1/(1 - 2 w s)."""
    cumulants = [w - 1] + [2**j * mpmath.factorial(j) * (size - 1 + w ** (j + 1)) for j in range(1, ORDER)]
    central = [mpf(1)]
    for n in range(1, ORDER):
        central.append(mpmath.fsum(mpmath.binomial(n - 1, j) * cumulants[j] * central[n - 1 - j] for j in range(n)))
    squared = [
        mpmath.fsum(mpmath.binomial(n, j) * (2 * w) ** j * mpmath.factorial(j) * central[n - j] for j in range(n + 1))
        for n in range(ORDER)
    ]

    def mean(row: list[mpf], moments: list[mpf]) -> mpf:
        return mpmath.fsum(c * m / divisor**n for n, (c, m) in enumerate(zip(row, moments, strict=True)))

    rows = _taylor_rows()
    return [mean(row, central) for row in rows], [mean(rows[p], squared) for p in SQUARED]


@cache
def _taylor_rows() -> list[list[mpf]]:
    """The coefficients of FUNCTIONS at 1."""
    rows = [[mpmath.binomial(p, n) for n in range(ORDER)] for p in POWERS]
    rows.append([mpf(0)] + [mpf((-1) ** (n + 1)) / n for n in range(1, ORDER)])
    rows.append([mpf(0), mpf(0)] + [2 * mpf((-1) ** n) / n * mpmath.harmonic(n - 1) for n in range(2, ORDER)])
    return rows


def _number(fraction: Fraction) -> mpf:
    return mpf(fraction.numerator) / fraction.denominator
