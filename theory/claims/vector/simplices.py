"""The independent route to expected determinants in any number of dimensions: volumes of simplices, by corners.

The squares of points about their mean have as determinant, times the number of points, the sum of the squared volumes
of simplices whose corners are among them. In its mean a new point is a corner or is not: n points of second moments A
turn f(s) = det(B + s A) into the sum of binomial(n, i) f^(i)(0). The derivatives are those of the polynomial through
values at 0, 1, 2, ...; none of the closed forms for the weights is known here. The plane has a route of its own.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from math import comb, factorial

import mpmath
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of, share_of
from theory.scenario import Scenario

DIGITS = 60
State = tuple[list[mpf], list[mpf]]  # for k = 0 ... d: E det of k rows of V, and of V + dd'


def determinant(scenario: Scenario, generation: int) -> mpf:
    """E det of the covariance over that of the source, by d rows of all fits before."""
    d = scenario.source.dimension
    with mpmath.workdps(DIGITS):
        retention, offset = scenario.retention, _number(offset_of(scenario))
        state: State = ([mpf(1)] * (d + 1), [mpf(1)] * (d + 1))
        if retention.kind == "real_share" and retention.scheme == "fixed":
            return _with_kept_points(scenario, int(generation), offset)
        for k in range(1, int(generation) + 1):
            state = _fit(scenario, k, state, offset)
        return state[0][d]


@lru_cache(maxsize=32)
def determinants(scenario: Scenario, fits: range | tuple[int, ...]) -> list[mpf]:
    """The same after each of these fits, of a policy without kept points."""
    d, found = scenario.source.dimension, []
    with mpmath.workdps(DIGITS):
        state: State = ([mpf(1)] * (d + 1), [mpf(1)] * (d + 1))
        for k in range(1, max(fits) + 1):
            state = _fit(scenario, k, state, _number(offset_of(scenario)))
            found.append(state[0][d])
        return [found[fit - 1] for fit in fits]


def _fit(scenario: Scenario, k: int, state: State, offset: mpf) -> State:
    retention = scenario.retention
    if retention.kind == "weighted":
        weight = _number(Fraction(repr(retention.weight))) if k > 1 else mpf(1)
        return _within(retention.real, retention.synthetic, weight, mpf(0), offset, state)
    if retention.kind == "forgetting":
        rate = _number(Fraction(repr(retention.rate))) if k > 1 else mpf(1)
        return _within(2, scenario.sample_size.constant, mpf(0), 1 - rate, offset, state)
    if retention.kind == "pool":
        old = sum(retention.real_points(i) + retention.synthetic_points(i) for i in range(1, k))
        return _pooled(old, retention.real_points(k), retention.synthetic_points(k), offset, state)
    if retention.kind == "accumulate":
        first, size = scenario.first_size, scenario.sample_size.constant
        return _pooled(first + (k - 2) * size, 0, size, offset, state) if k > 1 else _pooled(0, 0, first, offset, state)
    size = scenario.sample_size.at(k)
    if retention.kind == "replace":
        return _pooled(0, 0, size, offset, state)
    share = share_of(scenario)
    if retention.scheme == "stratified":
        return _pooled(0, int(share * size), size - int(share * size), offset, state)
    a = _number(share)
    chances = [mpmath.binomial(size, n) * a**n * (1 - a) ** (size - n) for n in range(size + 1)]
    states = [_pooled(0, n, size - n, offset, state) for n in range(size + 1)]
    rows = [[mpmath.fdot(chances, [s[which][j] for s in states]) for j in range(len(state[0]))] for which in (0, 1)]
    return rows[0], rows[1]


def _pooled(P: int, n: int, m: int, offset: mpf, state: State) -> State:
    """One fit to a pool of P old points, n of the source and m of the model."""
    total = P + n + m
    divisor, inside = total - 1 + offset, P - 1 + offset if P else mpf(0)
    after: State = ([], [])
    for k in range(len(state[0])):
        volume = _mean(lambda x, s, k=k: _bordered(x, P + s, inside + s, k, state), n, m, k + 1) / total
        about = _mean(lambda x, s, k=k: _about_the_source(x, P + s, inside + s, k, state), n, m, k)
        after[0].append(volume / divisor**k)
        after[1].append((divisor * about + (total - divisor) * volume) / total / divisor**k)
    return after


def _bordered(x: int, a: mpf, b: mpf, k: int, state: State) -> mpf:
    """det of x I and, in it, of a (1, d)(1, d)' and b V: its principal minors, with and without the border."""
    minors = [x ** (k + 1 - j) * a * b ** (j - 1) * comb(k, j - 1) * state[0][j - 1] for j in range(1, k + 2)]
    return mpmath.fsum(minors) + x * _about_the_source(x, a, b, k, state)


def _about_the_source(x: int, a: mpf, b: mpf, k: int, state: State) -> mpf:
    """det of x I + b V + a dd', in k dimensions."""
    u, r = state
    minors = [x ** (k - j) * comb(k, j) * b ** (j - 1) * ((b - a) * u[j] + a * r[j]) for j in range(1, k + 1)]
    return x**k + mpmath.fsum(minors)


def _within(n: int, m: int, weight: mpf, kept: mpf, offset: mpf, state: State) -> State:
    """A mixture of the covariances of n points of the source and m of the model, and of the model's own."""
    real, drawn = weight / (n - 1 + offset), (1 - weight - kept) / (m - 1 + offset)
    u = state[0]
    after = [
        _mean(
            lambda x, s, k=k: mpmath.fsum(
                comb(k, j) * (real * x) ** (k - j) * (kept + drawn * s) ** j * u[j] for j in range(k + 1)
            ),
            n - 1, m - 1, k,
        )
        for k in range(len(u))
    ]  # fmt: skip
    return after, after


def _with_kept_points(scenario: Scenario, generation: int, offset: mpf) -> mpf:
    """The same real points for ever; minors hold rows of their squares and of the model, in units of the former."""
    d, size = scenario.source.dimension, scenario.sample_size.constant
    n = int(share_of(scenario) * size)
    m, divisor = size - n, size - 1 + offset
    squares = [_mean(lambda x, s, k=k: mpf(x) ** k, n - 1, 0, k) for k in range(d + 1)]
    u = [squares[d - j] for j in range(d + 1)]
    r = [squares[d - j] * (1 + mpf(j) / n) for j in range(d + 1)]
    for _ in range(generation):
        u, r = _beside_kept_points(u, r, n, m, divisor)
    return u[d]


def _beside_kept_points(u: list[mpf], r: list[mpf], n: int, m: int, divisor: mpf) -> State:
    """One fit to n kept points and m of the model."""
    size, after = n + m, ([], [])
    for k in range(len(u)):

        def about(x: int, s: int, k: int = k) -> mpf:
            return mpmath.fsum(comb(k, j) * r[j] * mpf(s) ** j for j in range(k + 1))

        def bordered(x: int, s: int, k: int = k) -> mpf:
            return n * about(x, s, k) + mpmath.fsum(comb(k, j) * u[j] * mpf(s) ** (j + 1) for j in range(k + 1))

        volume = _mean(bordered, 0, m, k + 1) / size
        after[0].append(volume / divisor**k)
        after[1].append((divisor * _mean(about, 0, m, k) + (size - divisor) * volume) / size / divisor**k)
    return after


def _mean(f: Callable[[int, int], mpf], n: int, m: int, degree: int) -> mpf:
    """(1 + d/dx)^n (1 + d/ds)^m of a polynomial of this degree, at 0."""
    rows = [_points_added([f(x, s) for s in range(degree + 1)], m) for x in range(degree + 1)]
    return _points_added(rows, n)


def _points_added(values: Sequence[mpf], n: int) -> mpf:
    """The sum of binomial(n, i) f^(i)(0), from values of f at 0, 1, 2, ..."""
    coefficients = _coefficients(len(values))
    return mpmath.fsum(
        mpmath.binomial(n, i) * factorial(i) * mpmath.fdot(map(_number, coefficients[i]), values)
        for i in range(min(n, len(values) - 1) + 1)
    )


@cache
def _coefficients(count: int) -> list[list[Fraction]]:
    """Of each power, as weights of the values at 0, 1, 2, ...: Lagrange's polynomials."""
    rows = [[Fraction(0)] * count for _ in range(count)]
    for place in range(count):
        polynomial = [Fraction(1)]
        for other in range(count):
            if other != place:
                scale = Fraction(1, place - other)
                shifted = [Fraction(0), *polynomial]
                polynomial = [scale * (x - other * y) for x, y in zip(shifted, [*polynomial, Fraction(0)], strict=True)]
        for power, x in enumerate(polynomial):
            rows[power][place] = x
    return rows


def _number(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator
