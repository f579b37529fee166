r"""Fitted to everything so far, models have a known mean precision: the integral of the transform of the variance.

$E[v_0/v_t]=I_{\rm inv}(t)=\int_0^\infty\varphi_t(s)\,ds$, $\varphi_t(s)=Ee^{-sv_t/v_0}$. No batch that joins brings the
variance closer to 0 than the pool's own squares keep it. Errors are some $10^{-12}$ of the value.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool_law, pool_law_reference, pool_limit
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, bindings, chain_of, joint_law_of_one_fit
from theory.claims.gaussian.weighted_kl_forward import I_inv, integral_of_exponentials
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.laws.symbols import E, s, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """1/v as an integral over exp(-sv); the joint law of one fit and its transform."""
    d = Derivation(INTRODUCTION)
    joint_law_of_one_fit(d)
    positive = sp.Symbol("v", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-s * positive), (s, 0, sp.oo)), 1 / positive,
        because="of v_t/v_0, the mean taken inside",
    )  # fmt: skip
    total = d.given(
        E(1 / v(t)), I_inv(t) / v0, source="dlmf", check=integral_of_exponentials,
        because="so that the mean precision is the integral of phi_t",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E 1/v_t in one over squared data units; t counts fits. Takes some 15 ms for every fit of a new setting."""
    chain, times = chain_of(scenario), np.asarray(generations).tolist()
    values = [chain.law(fit).precision() if fit > 0 else 1.0 for fit in times]
    return np.array(values) / scenario.source.variance


def limit(scenario: Scenario, at: None = None) -> float:
    """The source's where the pool is pulled back to it, else a mean over what early models left."""
    return at_the_end(scenario, PoolLaw.precision, pulled_back=1.0) / scenario.source.variance


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of two or three fits."""
    mean = pool_law_reference.mean(pool_law_reference.PRECISION, scenario, generation)
    return mean / mpf(repr(scenario.source.variance))


CLAIM = Claim(
    id="gaussian-pool-mean-precision",
    title="Fitted to everything so far, in batches of any sizes, models have a known mean precision: the integral of a "
    "transform",
    kind=Kind.EXACT,
    statistic="mean_precision",
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
