r"""What claims of the fourth order about replaced Gaussian data share: three means that close under a fit.

Those of $v_t^2$, of $(\mu_t-\mu_0)^2v_t$ and of $(\mu_t-\mu_0)^4$, each driven by the one before: solved in
closed form, and iterated as they stand.
"""

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.one_fit import NORMAL, cochran, mean_factor, mellin, moment_of_factor, squared_error, v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.replace import size_and_offset
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, j, k, t, v0, z
from theory.scenario import Scenario

square_over_mean = (M + 1) / L  # E S^2 over E S, S the factor of the variance in one fit


def means_of_fourth_order(d: Derivation) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """The steps to E v_t^2, E (mu_t - mu_0)^2 v_t and E (mu_t - mu_0)^4; returns the closed forms."""
    cochran(d)
    d.algebra(
        sp.Integral(z**4 * NORMAL, (z, -sp.oo, sp.oo)), sp.Integer(3),
        because="the fourth moment of a standard normal error, whose odd moments vanish",
    )  # fmt: skip
    transform = mellin(d)
    moment_of_factor(d, transform, sp.Integer(1), mean_factor, "E S")
    both = moment_of_factor(d, transform, sp.Integer(2), mean_factor * square_over_mean, "E S^2")
    grown = d.solves(
        E(v(t) ** 2), v0**2 * mean_factor**t * square_over_mean**t, index=t, next_value=both * E(v(t) ** 2),
        initial=(0, v0**2), because="the factor is independent of v_t",
    ).rhs  # fmt: skip
    joint = E(squared_error * v(t))
    mixed = d.solves(
        joint, v0**2 / M * mean_factor**t * sp.Sum(square_over_mean ** (k - 1), (k, 1, t)), index=t,
        next_value=mean_factor * (joint + grown / M), initial=(0, sp.Integer(0)),
        because="((mu_t - mu_0)^2 + v_t/M) v_t S in expectation",
    )  # fmt: skip
    fourth = E(squared_error**2)
    added = mixed.rhs.subs(t, j - 1) * 2 * M / v0**2 + square_over_mean ** (j - 1) * mean_factor ** (j - 1)
    solved = d.solves(
        fourth, 3 * v0**2 / M**2 * sp.Sum(added, (j, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=fourth + 6 * mixed.rhs / M + 3 * grown / M**2,
        because="(a + b)^4 with a normal b of variance v_t/M: a^4 + 6 a^2 v_t/M + 3 v_t^2/M^2",
    )  # fmt: skip
    return grown, mixed.rhs, solved.rhs


def means_after(scenario: Scenario, generation: int) -> list[mpf]:
    """The recurrence of (v^2, (mu-mu_0)^2 v, (mu-mu_0)^4), moments of the chi-square and the normal by quadrature."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        divisor = size - 1 + mpf(str(offset))
        one, two = (chi_square_mean(power, size - 1) for power in (identity, _squared))
        noise, noise_squared = (chi_square_mean(power, 1) for power in (identity, _squared))
        step = mpmath.eye(3)
        step[0, 0] = two / divisor**2
        step[1, 0], step[1, 1] = one / divisor * noise / size, one / divisor
        step[2, 0], step[2, 1] = noise_squared / size**2, 6 * noise / size
        return linear_iterate(step, [mpf(str(scenario.source.variance)) ** 2, mpf(0), mpf(0)], generation)


def _squared(x: mpf) -> mpf:
    return x * x
