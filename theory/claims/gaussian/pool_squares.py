"""The independent route to second moments of a pool: one fit multiplied out in standard variables, term by term."""

from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import POWERS, standard_moments
from theory.scenario import Scenario

DIGITS = 60


@cache
def after_fits(scenario: Scenario, generation: int) -> list[mpf]:
    """The six means after so many fits to a pool of the scenario's batches, in units of v_0."""
    retention, shift = scenario.retention, offset_of(scenario)
    with mpmath.workdps(DIGITS):
        state, total = [mpf(x) for x in (1, 1, 0, 1, 0, 0)], 0
        for k in range(1, generation + 1):
            fresh, drawn = retention.real_points(k), retention.synthetic_points(k)
            state, total = after_a_fit(state, total, fresh, drawn, shift), total + fresh + drawn
        return state


def after_a_fit(state: list[mpf], before: int, fresh: int, drawn: int, offset: Fraction) -> list[mpf]:
    """The six means after one fit to a pool of three batches, of which any may be empty."""
    total = before + fresh + drawn
    shift = mpf(offset.numerator) / offset.denominator
    roots = [1 / mpmath.sqrt(size) if size else mpf(0) for size in (drawn, fresh)]
    sizes = [
        mpf(before),
        mpf(fresh),
        mpf(drawn),
        mpf(total),
        before - 1 + shift if before else mpf(0),
        total - 1 + shift,
    ]
    moments = [standard_moments(fresh - 1), standard_moments(drawn - 1), standard_moments(None), standard_moments(None)]
    later = [mpf(1)]
    for terms in _multiplied_out():
        mean = mpf(0)
        for place, standard, coefficient in terms:
            expected = mpmath.fprod(moment[power] for moment, power in zip(moments, standard, strict=True))
            if expected:
                mean += expected * coefficient(*sizes, *roots) * state[place]
        later.append(mean)
    return later


@cache
def _multiplied_out() -> list[list[tuple]]:
    """For each of the five means: the place of a mean before, powers of standard variables, and the coefficient."""
    X, Y, x, y, d, root = sp.symbols("X Y x y d root")
    old, fresh, drawn, total, kept, divisor, root_m, root_n = sizes = sp.symbols("P n m N K L a c")
    means = (d, x * root_n, d + root * y * root_m)
    both = sum(one * size for one, size in zip(means, (old, fresh, drawn), strict=True))
    between = sum(one**2 * size for one, size in zip(means, (old, fresh, drawn), strict=True)) - both**2 / total
    variance, centre = (kept * root**2 + X + root**2 * Y + between) / divisor, both / total
    found = []
    for power in (variance, centre**2, variance**2, variance * centre**2, centre**4):
        terms = []
        for (i, j, k, h, e, f), coefficient in sp.Poly(sp.expand(power), X, Y, x, y, d, root).terms():
            if k % 2 == 0 and h % 2 == 0:
                terms.append((POWERS.index((f // 2, e)), (i, j, k, h), sp.lambdify(sizes, coefficient, "mpmath")))
        found.append(terms)
    return found
