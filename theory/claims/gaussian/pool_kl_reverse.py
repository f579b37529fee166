r"""Fitted to everything so far, models have a known expected divergence from the source.

$E D_{KL}(p_t\Vert p_0)=\frac12[(U+D)/v_0-1-I_{\log}(t)]$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$ by a linear recursion, and
the mean logarithm of $v_t/v_0$ an integral over the transform of $v_t$. It is evaluated as one mean of what is never
negative: errors are some $10^{-12}$ of the value.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, pool_law, pool_law_reference, pool_limit
from theory.claims.gaussian.bounded_kl_reverse_lower import KL
from theory.claims.gaussian.moment_bounds import D, U, divergence_of_model
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, joint_law_of_one_fit, readings
from theory.claims.gaussian.weighted_log_law import I_log, log_from_transform
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, the mean logarithm as an integral over its transform, the divergence in three means."""
    d = Derivation(INTRODUCTION)
    joint_law_of_one_fit(d)
    log = log_from_transform(d)
    total = d.algebra(
        divergence_of_model(d).subs(log.lhs, log.rhs), ((U(t) + D(t) - v0) / v0 - I_log(t)) / 2,
        because="put together, with U(t) and D(t) of the linear recursion",
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, its integrals, and the two moments."""
    return pool_law.bindings(scenario, generation) | moment_bounds.bindings(U, D)(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits. Takes some 15 ms for every fit of a new setting."""
    return readings(scenario, PoolLaw.divergence_of_model, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """None where the pool is pulled back to the source, else that of what early models left."""
    return at_the_end(scenario, PoolLaw.divergence_of_model)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of two or three fits."""
    return pool_law_reference.mean(pool_law_reference.OF_MODEL, scenario, generation)


CLAIM = Claim(
    id="gaussian-pool-kl-reverse",
    title="Fitted to everything so far, in batches of any sizes, models have a known expected divergence from the "
    "source: two moments and an integral",
    kind=Kind.EXACT,
    statistic="kl_reverse",
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
