"""Second moments of a pool whose models are fitted to a budget of draws: batches that join, exactly, and four points.

Two routes: sums over the points of the pool, as polynomials of which the mean is taken term by term; and mean products
of up to four of its points, which are exchangeable on average, draws placed on them one by one.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.pool_budget import size
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample_mean_fourth_moment import Z4, ZS, ZT
from theory.claims.gaussian.subsample_squares import PATTERNS, Draws, falling
from theory.claims.gaussian.subsample_variance_second_moment import INDEPENDENT, Q2, Qe2, X, Y, e4, of_draws, x, y
from theory.derivation import Derivation
from theory.laws.symbols import M, delta, t
from theory.scenario import Scenario

DIGITS = 60
SQUARE, FOURTH, DRAW = 0, 1, 2
L = size - 1 + delta
drawn = {name: sp.expand(mean.subs(M, size)) for name, mean in of_draws(INDEPENDENT).items()}
a, c, q, z = sp.symbols("a c q z", real=True)
w, T, F = sp.symbols("w tau f", real=True)  # of one pool: its squares, cubes and fourth powers over its size
phi = sp.Symbol("phi")  # fourth powers within the batch
N, k = sp.symbols("N k", positive=True)  # points of the pool, and of a batch that joins
s, b, r, g = sp.symbols("s rest r g", positive=True)  # k/(N + k), N/(N + k), N s, k rest^3 - N s^3
MEANS = (w, c**2, w**2, F, c * T, c**2 * w, c**4)
Row = list[sp.Rational]


def draws(d: Derivation) -> None:
    """Q, the squares of the draws about their mean, and e, how far that is from the pool's."""
    for name, words in ((Q2, "E Q^2"), (e4, "E e^4")):
        raw = of_draws(INDEPENDENT)[name].subs(M, size)
        d.algebra(
            raw, sp.collect(sp.expand(raw), (x, y), sp.factor),
            because=f"{words} of b independent draws from a pool with the squared variance x and the fourth central "
            "moment y, by which of four factors are one draw",
        )  # fmt: skip


def batches_join(d: Derivation) -> None:
    """The pool once a batch has joined whose mean is at a from its own."""
    n, m, S, C = sp.symbols("n m S T", positive=True)
    share, u, weight = sp.Symbol("s"), sp.Symbol("u"), sp.Symbol("g")
    d.algebra(
        n * u**2 + m * z**2 - (n * u + m * z) ** 2 / (n + m), n * m * (u - z) ** 2 / (n + m),
        because="the squares that two batches have between them", source="chan1983",
    )  # fmt: skip
    for power in (3, 4):
        d.algebra(
            (z - share * a) ** power, sp.expand((z - share * a) ** power),
            because=f"powers {power} about a mean that has moved by s a, s the share of the batch: what is odd in the "
            "batch about its own mean has no mean",
        )  # fmt: skip
    moved, cubes = c + share * a, C - 3 * share * a * S + 3 * (1 - share) * a * q + weight * a**3
    size_ = sp.Symbol("r")
    for factor, other, words in (
        (moved, cubes, "c T, T the sum of cubes of the pool, g = k (1-s)^3 - N s^3, q the squares of the batch"),
        (moved**2, S + q + size_ * a**2, "c^2 S, S its sum of squares, r = N k/(N + k)"),
        (S + q + size_ * a**2, S + q + size_ * a**2, "S^2"),
    ):
        d.algebra(
            sp.Mul(factor, other, evaluate=False) if factor is not other else sp.Pow(factor, 2, evaluate=False),
            sp.expand(factor * other), because=f"so the next value of {words}",
        )  # fmt: skip
    d.algebra(moved**4, sp.expand(moved**4), because="and of c^4")
    e, sigma, normal = sp.Symbol("e", real=True), sp.Symbol("sigma", positive=True), sp.Symbol("u", real=True)
    density = sp.exp(-(normal**2) / 2) / sp.sqrt(2 * sp.pi)
    for power in (2, 3, 4):
        written = sp.expand((e + sigma * normal) ** power)
        moment = sum(
            written.coeff(normal, j) * {0: 1, 2: 1, 4: 3}.get(j, 0) for j in range(power + 1)
        )  # fmt: skip
        d.algebra(
            sp.Integral((e + sigma * normal) ** power * density, (normal, -sp.oo, sp.oo)), moment,
            because=f"a^{power}, a being e and a normal error: of variance v/k for k points of a model, v = Q/L; with "
            "e = -c and of variance v_0/k for k real points",
        )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and five means of the pool by taking the means of its polynomials, exactly."""
    offset, unit = offset_of(scenario), exact(scenario.source.variance) ** 2
    means = _history(scenario.retention, offset, int(generation))
    places = {X: 2, Y: 3, ZT: 4, ZS: 5, Z4: 6}
    known = {mean: lambda fit, place=place: unit * means[int(fit) - 1][place] for mean, place in places.items()}
    shift = sp.Rational(offset.numerator, offset.denominator)
    return known | {size: scenario.retention.budget, delta: shift, t: generation}


@cache
def _history(retention, offset: Fraction, last: int) -> list[Row]:
    """The means of the pools of the fits 1 ... last, in units of v_0."""
    shift, budget = sp.Rational(offset.numerator, offset.denominator), sp.Integer(retention.budget)
    total = sp.Integer(retention.real_points(1))
    kept = (total - 1) / total
    means = [[kept, 1 / total, kept * (total + 1) / total, 3 * kept**2, sp.Integer(0), kept / total, 3 / total**2]]
    for fit in range(2, last + 1):
        state = means[-1]
        made, fresh = sp.Integer(retention.synthetic_points(fit)), sp.Integer(retention.real_points(fit))
        if made:
            divisor = (total if fit == 2 else budget) - 1 + shift
            state = _joined("whole" if fit == 2 else "drawn")(total, made, budget, divisor, *state)
            total += made
        if fresh:
            state = _joined("real")(total, fresh, budget, sp.Integer(1), *state)
            total += fresh
        means.append(list(state))
    return means


@cache
def _joined(way: str) -> Callable[..., Row]:
    """The means of a pool that a batch has joined, as a function of N, k, b, L and the means before."""
    squares, cubes = N * w + q + r * a**2, N * T - 3 * s * a * N * w + 3 * b * a * q + g * a**3
    powers = N * F - 4 * s * a * N * T + 6 * s**2 * a**2 * N * w + phi + 6 * b**2 * a**2 * q
    powers += (N * s**4 + k * b**4) * a**4
    moved, total = c + s * a, N + k
    later = (
        squares / total, moved**2, squares**2 / total**2, powers / total, moved * cubes / total,
        moved**2 * squares / total, moved**4,
    )  # fmt: skip
    known, batch = _of_real() if way == "real" else _of_model()
    names, rows = sp.symbols("state0:7"), []
    for value in later:
        poly = sp.Poly(sp.expand(batch(value)), c, w, T, F)
        rows.append(sum((x * _named(powers, names) for powers, x in poly.terms()), sp.Integer(0)))
    step = sp.lambdify((N, k, s, b, r, g, *known, *names), rows, "sympy")

    def after(N: sp.Rational, k: sp.Rational, budget: sp.Rational, divisor: sp.Rational, *state: sp.Rational) -> Row:
        share, rest = k / (N + k), N / (N + k)
        given = [] if way == "real" else _of_one_fit(way, N, k, budget, divisor)
        return step(N, k, share, rest, N * share, k * rest**3 - N * share**3, *given, *state)

    return after


def _named(powers: tuple[int, ...], names: tuple[sp.Symbol, ...]) -> sp.Expr:
    """The mean of a monomial in c, w, tau and f of one pool, 1 for none."""
    monomial = prod((base**power for base, power in zip((c, w, T, F), powers, strict=True)), start=sp.Integer(1))
    return sp.Integer(1) if monomial == 1 else names[MEANS.index(monomial)]


def _of_real() -> tuple[tuple[sp.Symbol, ...], Callable[[sp.Expr], sp.Expr]]:
    """The mean over k real points, whose mean is normal about mu_0 and independent of their squares."""
    normal, chi = {0: 1, 2: 1 / k, 4: 3 / k**2}, {0: 1, 1: k - 1, 2: k**2 - 1}

    def mean(value: sp.Expr) -> sp.Expr:
        poly = sp.Poly(sp.expand(value.subs(a, z - c)), z, q, phi)
        return sp.Add(*(
            x * normal.get(i, 0) * chi[j] * (3 * (k - 1) ** 2 / k) ** h for (i, j, h), x in poly.terms()
        ))  # fmt: skip

    return (), mean


def _of_model() -> tuple[tuple[sp.Symbol, ...], Callable[[sp.Expr], sp.Expr]]:
    """The mean over k points of a fit given the pool, in coefficients of its w, tau, w^2 and f that are named."""
    known = sp.symbols("v a2 a3 va v2x v2y va2x va2y a4x a4y")
    v, a2, a3, va, v2x, v2y, va2x, va2y, a4x, a4y = known
    v2, va2, a4 = (one * w**2 + other * F for one, other in ((v2x, v2y), (va2x, va2y), (a4x, a4y)))
    moments = {
        (0, 0, 0): 1, (1, 0, 0): 0, (2, 0, 0): a2 * w, (3, 0, 0): a3 * T, (4, 0, 0): a4, (0, 1, 0): (k - 1) * v * w,
        (0, 2, 0): (k**2 - 1) * v2, (1, 1, 0): (k - 1) * va * T, (2, 1, 0): (k - 1) * va2,
        (0, 0, 1): 3 * (k - 1) ** 2 / k * v2,
    }  # fmt: skip

    def mean(value: sp.Expr) -> sp.Expr:
        poly = sp.Poly(sp.expand(value), a, q, phi)
        return sp.Add(*(x * moments[powers] for powers, x in poly.terms()))

    return known, mean


def _of_one_fit(way: str, N: sp.Rational, k: sp.Rational, budget: sp.Rational, divisor: sp.Rational) -> Row:
    """These coefficients: of a fit to all of the pool, or to draws, v = Q/L, and a = e and an error of variance v/k."""
    if way == "whole":
        v, ee, eee, ve, v2, ve2, e4_ = N / divisor, 0, 0, 0, (N**2 / divisor**2, 0), (0, 0), (0, 0)
    else:
        v, ee, eee, ve = (budget - 1) / divisor, 1 / budget, 1 / budget**2, (budget - 1) / budget / divisor
        v2, ve2, e4_ = (
            tuple(drawn[of].coeff(mean).subs(size, budget) / divisor**power for mean in (x, y))
            for of, power in ((Q2, 2), (Qe2, 1), (e4, 0))
        )
    va2 = [one + other / k for one, other in zip(ve2, v2, strict=True)]
    a4 = [one + 6 * other / k + 3 * last / k**2 for one, other, last in zip(e4_, ve2, v2, strict=True)]
    return [v, ee + v / k, eee + 3 * ve / k, ve, *v2, *va2, *a4]


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t^2, E (mu_t - mu_0)^4 or E (X_t - mu_0)^4 from mean products of points of the pool."""
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance)) ** 2
        if generation == 0:
            return unit * (1, 0, 3)[which]
        return unit * _points(scenario.retention, offset_of(scenario), int(generation))[which]


@cache
def _points(retention, offset: Fraction, last: int) -> tuple[mpf, mpf, mpf]:
    """All of the last fit, in units of v_0."""
    patterns = [*PATTERNS, (2,), (1, 1)]
    with mpmath.workdps(DIGITS):
        state = {pattern: mpf(prod({4: 3, 2: 1}.get(e, 0) for e in pattern)) for pattern in patterns}
        shift, total = mpf(offset.numerator) / offset.denominator, mpf(retention.real_points(1))
        for fit in range(1, last + 1):
            if fit > 1:
                made, fresh = mpf(retention.synthetic_points(fit)), mpf(retention.real_points(fit))
                state = {pattern: _of_all(pattern, model, made, fresh) for pattern in patterns}
                total += made + fresh
            points = retention.budget if fit > 1 else int(total)
            model = Draws(total, points, fit > 1, points - 1 + shift, [state[pattern] for pattern in PATTERNS])
            model.products |= {pattern: state[pattern] for pattern in ((2,), (1, 1))} | {(): mpf(1)}
        square, fourth = model.mean((), 0, 2), model.mean((), 4, 0)
        return square, fourth, fourth + 6 * model.mean((), 2, 1) + 3 * square


def _of_all(pattern: tuple[int, ...], model: Draws, made: mpf, fresh: mpf) -> mpf:
    """The mean product over different points of old, synthetic and real ones, by which of them are of which kind."""
    total, sizes = mpf(0), (model.N, made, fresh)
    for kinds in product(range(3), repeat=len(pattern)):
        chance = mpmath.fprod(falling(size, kinds.count(kind)) for kind, size in enumerate(sizes))
        old, new, real = (tuple(e for e, of in zip(pattern, kinds, strict=True) if of == kind) for kind in range(3))
        moment = prod({4: 3, 2: 1}.get(e, 0) for e in real)
        if chance and moment:
            total += chance * moment * model.with_new(old, new)
    many = falling(sum(sizes), len(pattern))
    return total / many if many else mpf(0)  # of more points than there are, which nothing asks for
