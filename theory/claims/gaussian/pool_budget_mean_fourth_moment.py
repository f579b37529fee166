r"""With a budget of draws from the pool, the fourth moment of the error of the mean: where the pool is, and the draws.

The pool's mean is at $c$ from $\mu_0$, that of the draws at $e$ from it: $E(c+e)^4$ needs $c^4$ and the means of $c^2$
times the variance of the pool, $c$ times its third central moment, its squared variance and fourth central moment.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.pool import RUNNING_OUT, SMALL, constant
from theory.claims.gaussian.pool_budget import GAUSSIAN_BUDGET, setting, size
from theory.claims.gaussian.pool_budget_squares import FOURTH, batches_join, bindings, drawn, draws, reference
from theory.claims.gaussian.pool_budget_variance_second_moment import INTRODUCTION, expected
from theory.claims.gaussian.subsample_mean_fourth_moment import Z4, ZS, ZT
from theory.claims.gaussian.subsample_variance_second_moment import X, Y, e4, x, y
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Draws from a pool, batches that join it, and the fourth power of the error of a fit."""
    d = Derivation(INTRODUCTION)
    batches_join(d)
    draws(d)
    c, e = sp.symbols("c e")
    d.algebra(
        (c + e) ** 4, c**4 + 4 * c**3 * e + 6 * c**2 * e**2 + 4 * c * e**3 + e**4,
        because="the error of a fit: given the pool E e = 0, E e^2 is its variance over b, E e^3 its third central "
        "moment over b^2",
    )  # fmt: skip
    power, shared = drawn[e4], Z4(t) + 6 * ZS(t) / size + 4 * ZT(t) / size**2
    said = d.algebra(
        shared + sp.Add(*(term.subs({x: X(t), y: Y(t)}) for term in sp.Add.make_args(power))),
        shared + sp.Add(*(sp.factor(power.coeff(name)) * mean(t) for name, mean in ((x, X), (y, Y)))),
        because="so the mean of its fourth power, averaged over pools",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits. Steps through all of them: 0.1 s for 10 000."""
    return expected(scenario, generations, FOURTH)


def by_points(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of up to four points of the pool, draws placed one by one."""
    return reference(scenario, generation, FOURTH)


CLAIM = Claim(
    id="gaussian-pool-budget-mean-fourth-moment",
    title="With a budget of b draws from the pool for each fit, the fourth moment of the error of the mean follows "
    "from five means of the pool, which obey a linear recursion (t from 2 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=GAUSSIAN_BUDGET,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=by_points,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting(*SMALL, 4, "mle"), t=(2, 3, 5), simulate=False),
        Example(setting(*RUNNING_OUT, 20, "unbiased", variance=1e-6), t=(2, 3, 6), simulate=False),
        Example(setting(*SMALL, 3, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(setting(constant(5), constant(10), 8, "mle"), t=(2, 10), simulate=False),
        Example(setting([3, 0, 0, 1], [0, 0, 2, 0], 1, "mle"), t=(2, 3, 4), simulate=False),
        Example(setting(*SMALL, 4, "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], 10**6, "unbiased"), t=(2, 3), simulate=False),
    ),
)  # fmt: skip
