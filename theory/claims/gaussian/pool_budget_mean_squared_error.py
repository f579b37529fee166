r"""A budget of $b$ draws for each fit adds a $b$-th of the pool's variance to the error that the pool's mean has.

What is added to the pool by it is less, as the points of a model that is off are a part of the pool alone.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool, pool_budget, pool_limit
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.pool import RUNNING_OUT, SMALL, constant, growing
from theory.claims.gaussian.pool_budget import GAUSSIAN_BUDGET, batch, bindings, model, setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """What a fit to draws makes of the pool, and what new batches make of it."""
    d = Derivation(
        "Draws from a pool are independent given the pool; its variance w and the squared distance q of its mean from "
        "mu_0 are followed on average. Model t - 1, with v and at e from the pool's mean in the mean square, writes "
        "the m_t synthetic points."
    )
    batch(d)
    pool_limit.budget_run(d)
    return d.concludes(sp.Eq(E(squared_error), model(d)[pool.ERROR], evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits. Steps through all of them: 20 ms for 10 000."""
    return pool_budget.expected(scenario, generations, pool.ERROR)


def limit(scenario: Scenario, at: None = None) -> float:
    """Its closed form, infinite where the budget lets the variance grow."""
    return pool_limit.budget_limit(scenario, pool.ERROR)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of single points of all batches; at t = inf mean products of one and of two of them."""
    if generation == np.inf:
        return pool_limit.by_pairs(scenario, pool.ERROR)
    return pool.reference(scenario, generation, pool.ERROR)


CLAIM = Claim(
    id="gaussian-pool-budget-mean-squared-error",
    title="With a budget of b draws from the pool for each fit, the squared error of the mean is that of the pool's "
    "and a b-th of the variance of the pool (t from 2 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_BUDGET,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.pulled_back,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting(*SMALL, 4, "mle"), t=(2, 3, 4, 5)),
        Example(setting(*RUNNING_OUT, 20, "unbiased", variance=1e-6), t=(2, 3, 6, 10), simulate=False),
        Example(setting(*SMALL, 3, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(setting(constant(5), constant(10), 8, "mle"), t=(2, 10), simulate=False),
        Example(setting([3, 0, 0, 1], [0, 0, 2, 0], 1, "mle"), t=(2, 3, 4), simulate=False),
        Example(setting(*SMALL, 4, "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], 10**6, "unbiased"), t=(2, 3), simulate=False),
        Example(setting(constant(5), constant(10), 8, "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(5), constant(15), 6, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(2), constant(40), 6, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(growing(4, 1.5), growing(8, 1.5), 3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(growing(4, 1.5), constant(8), 3, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
