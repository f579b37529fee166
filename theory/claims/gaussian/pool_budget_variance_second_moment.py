r"""With a budget of draws from the pool, the second moment of the variance needs two means of the fourth order.

Draws are independent given the pool: a fit to $b$ of them has $E Q^2$ from the squared variance and the fourth central
moment of the pool. These two, and three more that tell how far its mean is off, obey a linear recursion as synthetic
and real batches join. The budget keeps chains apart: what a fit to few points is off by is new in every generation.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.pool import RUNNING_OUT, SMALL, constant
from theory.claims.gaussian.pool_budget import GAUSSIAN_BUDGET, setting
from theory.claims.gaussian.pool_budget_squares import (
    SQUARE,
    L,
    batches_join,
    bindings,
    drawn,
    draws,
    reference,
)
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample_variance_second_moment import Q2, X, Y, x, y
from theory.derivation import Derivation
from theory.laws.budget_squares import budget_squares
from theory.laws.symbols import E, t
from theory.scenario import Scenario

INTRODUCTION = (
    "Take a pool of N points whose mean is at c from mu_0. What a fit draws from it has moments linear in its sums of "
    "powers about that mean, and so have the sums of the pool that its points, or real ones, join."
)


def derive() -> Derivation:
    """Draws from a pool, batches that join it, and the square of the variance of a fit."""
    d = Derivation(INTRODUCTION)
    batches_join(d)
    draws(d)
    square = drawn[Q2]
    said = d.algebra(
        sp.Add(*(term / L**2 for term in sp.Add.make_args(square))).subs({x: X(t), y: Y(t)}),
        sp.Add(*(sp.factor(square.coeff(name)) / L**2 * mean(t) for name, mean in ((x, X), (y, Y)))),
        because="so the mean square of v_t = Q/L, L = b - 1 + delta, averaged over pools",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits. Steps through all of them: 0.1 s for 10 000."""
    return expected(scenario, generations, SQUARE)


def expected(scenario: Scenario, generations: Int[np.ndarray, " T"], which: int) -> Float[np.ndarray, " T"]:
    """SQUARE, FOURTH or DRAW at each generation."""
    retention = scenario.retention

    def batches(fit: int) -> tuple[int, int]:
        return retention.real_points(fit), retention.synthetic_points(fit)

    last = int(generations.max(initial=0))
    values = budget_squares(batches, retention.budget, float(offset_of(scenario)), last)
    return scenario.source.variance**2 * values[which][generations]


def by_points(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of up to four points of the pool, draws placed one by one."""
    return reference(scenario, generation, SQUARE)


CLAIM = Claim(
    id="gaussian-pool-budget-variance-second-moment",
    title="With a budget of b draws from the pool for each fit, the second moment of the variance follows from the "
    "mean squared variance and fourth central moment of the pool, which obey a linear recursion (t from 2 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_BUDGET,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=by_points,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting([20, 5, 5], [0, 15, 15], 15, "unbiased"), t=(2, 3)),
        Example(setting(*SMALL, 4, "mle"), t=(2, 3, 5), simulate=False),
        Example(setting(*RUNNING_OUT, 20, "unbiased", variance=1e-6), t=(2, 3, 6), simulate=False),
        Example(setting(*SMALL, 3, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(setting(constant(5), constant(10), 8, "mle"), t=(2, 10), simulate=False),
        Example(setting([3, 0, 0, 1], [0, 0, 2, 0], 1, "mle"), t=(2, 3, 4), simulate=False),
        Example(setting(*SMALL, 4, "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], 10**6, "unbiased"), t=(2, 3), simulate=False),
    ),
)  # fmt: skip
