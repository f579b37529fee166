r"""Fitted to everything so far, models have a known expected squared Wasserstein distance from the source.

$E W_2^2=D+U+v_0-2v_0I_{\rm root}(t)$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$ by a linear recursion, and the mean standard
deviation an integral over the transform $\varphi_t$ of $v_t$. It is evaluated as the mean of $(\mu_t-\mu_0)^2+(\sqrt
{v_t}-\sqrt{v_0})^2$, without cancellation: errors are some $10^{-12}$ of the value.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, pool_law, pool_law_reference, pool_limit
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import D, U, squared_distance
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, joint_law_of_one_fit, readings
from theory.claims.gaussian.weighted_log_law import I_root, root_from_transform
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, the mean root as an integral over its transform, and the distance in three means."""
    d = Derivation(INTRODUCTION)
    joint_law_of_one_fit(d)
    root = root_from_transform(d)
    total = d.algebra(
        squared_distance(d).subs(root.lhs, root.rhs), D(t) + U(t) - v0 + 2 * v0 * (1 - I_root(t)),
        because="put together, with U(t) and D(t) of the linear recursion",
    )  # fmt: skip
    return d.concludes(sp.Eq(W2, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, its integrals, and the two moments."""
    return pool_law.bindings(scenario, generation) | moment_bounds.bindings(U, D)(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units; t counts fits. 15 ms for every fit of a new setting."""
    return scenario.source.variance * readings(scenario, PoolLaw.distance, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """None where the pool is pulled back to the source, else that of what early models left."""
    return scenario.source.variance * at_the_end(scenario, PoolLaw.distance)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of two or three fits."""
    unit = mpf(repr(scenario.source.variance))
    return unit * pool_law_reference.mean(pool_law_reference.DISTANCE, scenario, generation)


CLAIM = Claim(
    id="gaussian-pool-wasserstein2-squared",
    title="Fitted to everything so far, in batches of any sizes, models have a known expected squared Wasserstein "
    "distance from the source: two moments and an integral",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=POOL_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.ends,
    reach=lambda scenario: pool_law.LAST,
    tolerance=1e-9,
    examples=(
        Example(setting(*FEW, "mle"), t=(1, 2)),
        Example(setting(*FEW, "mle"), t=(0, 3), algebra=False, simulate=False),
        Example(setting([16, 2], [0, 1], "unbiased"), t=(2,), algebra=False, simulate=False),
        Example(setting([20, 0, 1], [0, 7, 0], "offset", offset=0.5), t=(2, 3), algebra=False, simulate=False),
        Example(setting(constant(20), constant(5), "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(16), growing(1, 1e7), "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
