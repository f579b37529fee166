"""How the error of a pool's mean changes as models fitted to draws from it add their points: three means of one pool.

About the pool's mean its points have the sum of squares S and the sum of third powers T; c is how far that mean is from
mu_0. The means of c T/N, c^2 S/N and c^4 follow from those one fit earlier and from the squared variance and the fourth
moment of the pool.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import sympy as sp

from theory.claims.gaussian.subsample import N
from theory.claims.gaussian.subsample_variance_second_moment import (
    LEFT,
    PUT_BACK,
    Q2,
    WHOLE,
    L,
    Q,
    Qe2,
    e2,
    e4,
    pools,
    spread,
    x,
    y,
)
from theory.laws.symbols import M, delta

third, with_variance, fourth = sp.symbols("c_T c_S c_4")  # of one pool: c T/N, c^2 S/N and c^4
f, d2, t1, t3 = sp.symbols("f d_2 t_1 t_3")  # over the draws: means of Q and e^2 over S/N, of Q e and e^3 over T/N
a2, a3, a4, va2 = sp.symbols("a_2 a_3 a_4 a_v")
s, r, g = M / (N + M), N * M / (N + M), N * M * (N - M) / (N + M) ** 2
SAMES = {(3,): sp.Integer(1), (2, 1): -1 / (N - 1), (1, 1, 1): 2 / ((N - 1) * (N - 2))}  # of a pool, over T/N
INDEPENDENT = {(3,): sp.Integer(1), (2, 1): sp.Integer(0), (1, 1, 1): sp.Integer(0)}


def of_draws(product: dict, fourths: dict) -> dict[sp.Symbol, sp.Expr]:
    """All means over the draws that the error of the mean needs."""
    cube = M * product[3,] + 3 * M * (M - 1) * product[2, 1] + M * (M - 1) * (M - 2) * product[1, 1, 1]
    both = M * product[3,] + M * (M - 1) * product[2, 1]
    return {
        f: sp.cancel(fourths[Q] / spread), d2: sp.cancel(fourths[e2] / spread), t1: both / M - cube / M**2,
        t3: cube / M**3, Q2: fourths[Q2], Qe2: fourths[Qe2], e4: fourths[e4],
    }  # fmt: skip


DRAWS = {
    "left": of_draws(SAMES, LEFT),
    "put back": of_draws(INDEPENDENT, PUT_BACK),
    "whole": {f: N, d2: 0, t1: 0, t3: 0, Q2: WHOLE[Q2], Qe2: 0, e4: 0},
}
HELD = {  # the distance a of the new batch's mean: a^2 over S/N, a^3 over T/N, a^4, and v a^2
    a2: d2 + f / L / M, a3: t3 + 3 * t1 / L / M, a4: e4 + 6 * Qe2 / L / M + 3 * Q2 / L**2 / M**2,
    va2: Qe2 / L + Q2 / L**2 / M,
}  # fmt: skip


def joined() -> tuple[sp.Expr, ...]:
    """The next c T/N, c^2 S/N and c^4 of one pool, on average over the next batch."""
    one_less, P = (M - 1) / L, N + M
    new_third = (N + g * a3 + 3 * (N / P) * one_less * t1) * third
    new_third += s * (g * a4 + 3 * (N / P) * (M - 1) * va2 - 3 * s * N * x * a2)
    squared = (N + one_less * f + r * a2) * with_variance + 2 * s * (one_less * t1 + r * a3) * third
    squared += s**2 * (N * x * a2 + (M - 1) * va2 + r * a4)
    return new_third / P, squared / P, fourth + 6 * s**2 * a2 * with_variance + 4 * s**3 * a3 * third + s**4 * a4


@cache
def errors(size: int, offset: Fraction, replacement: bool, last: int) -> list[tuple[sp.Rational, ...]]:
    """The means of c T/N, c^2 S/N and c^4 at the fits 1 ... last, in units of v_0, exactly."""
    given = (sp.Integer(size), sp.Rational(offset.numerator, offset.denominator))
    means = [(sp.Integer(0), sp.Rational(size - 1, size**2), sp.Rational(3, size**2))]
    of_pool = pools(size, offset, replacement, last)
    for fit in range(1, last):
        step = _step("whole" if fit == 1 else "put back" if replacement else "left")
        means.append(step(fit * size, *given, *of_pool[fit - 1], *means[-1]))
    return means


@cache
def _step(way: str) -> Callable[..., tuple[sp.Rational, ...]]:
    """The next three means as a function of N, M, delta, x, y and those before."""
    step = sp.lambdify(
        (N, M, delta, x, y, third, with_variance, fourth),
        [mean.subs(HELD).subs(DRAWS[way]) for mean in joined()],
        "sympy",
    )
    return lambda *values: tuple(step(*map(sp.Rational, values)))
