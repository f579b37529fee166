r"""How far chains that keep everything spread is known fit by fit: what early models are off by stays in the pool.

$\varphi_t(s)=Ee^{-sv_t/v_0}$ is the chance that $\log G-\log(v_t/v_0)$ exceeds $\log s$, $G$ exponential: the variance
of that difference is the variance of $\log v_t$ and $\pi^2/6$. Errors are some $10^{-12}$ of the value.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool_law, pool_limit
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, bindings, joint_law_of_one_fit, readings
from theory.claims.gaussian.pool_law_reference import spread as reference
from theory.claims.gaussian.weighted_log_law import square_from_transform
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, its transform, and the variance read off it."""
    d = Derivation(INTRODUCTION)
    joint_law_of_one_fit(d)
    spread = square_from_transform(d)
    return d.concludes(sp.Eq(spread.lhs, spread.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits. Takes some 15 ms for every fit of a new setting."""
    return readings(scenario, PoolLaw.spread, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """None where the pool is pulled back to the source, else that of what early models left."""
    return at_the_end(scenario, PoolLaw.spread)


CLAIM = Claim(
    id="gaussian-pool-log-variance-sd",
    title="The spread of the log-variance over chains that are fitted to everything so far is known; it stays where "
    "synthetic points outgrow the real ones, and vanishes where they do not",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
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
