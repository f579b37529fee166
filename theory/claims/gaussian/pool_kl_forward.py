r"""Fitted to everything so far, models leave the source at a known expected divergence from them.

$E D_{KL}(p_0\Vert p_t)=\frac12[I_{\rm inv}+I_{\rm err}-1+I_{\log}]$, where $I_{\rm inv}=\int_0^\infty\varphi_t\,ds$ is
$E[v_0/v_t]$, and $I_{\rm err}=\int_0^\infty\psi_t\,ds$, $\psi_t(s)=E(\mu_t-\mu_0)^2e^{-sv_t/v_0}/v_0$, the mean error
over the variance. Errors are some $10^{-11}$ of the value.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool_law, pool_law_reference, pool_limit
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.one_fit import divergence_from_source
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, bindings, joint_law_of_one_fit, readings
from theory.claims.gaussian.weighted_kl_forward import I_err, I_inv, integral_of_exponentials
from theory.claims.gaussian.weighted_log_law import I_log, log_from_transform
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.laws.symbols import s, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence as an integral; 1/v as an integral over exp(-sv); the joint law of one fit."""
    d = Derivation(INTRODUCTION)
    divergence_from_source(d)
    joint_law_of_one_fit(d)
    positive = sp.Symbol("v", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-s * positive), (s, 0, sp.oo)), 1 / positive,
        because="so E[v_0/v_t] = I_inv, the integral of phi_t, and E[(mu_t - mu_0)^2/v_t] = I_err, that of psi_t, "
        "whose mean over zeta and y is that of a quadratic under the same normal law",
    )  # fmt: skip
    log_from_transform(d)
    total = d.given(
        KL, (I_inv(t) + I_err(t) - 1 + I_log(t)) / 2, source="dlmf", check=integral_of_exponentials,
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits. Takes some 15 ms for every fit of a new setting."""
    return readings(scenario, PoolLaw.divergence_of_source, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """None where the pool is pulled back to the source, else that of what early models left."""
    return at_the_end(scenario, PoolLaw.divergence_of_source)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of two or three fits."""
    return pool_law_reference.mean(pool_law_reference.OF_SOURCE, scenario, generation)


CLAIM = Claim(
    id="gaussian-pool-kl-forward",
    title="Fitted to everything so far, in batches of any sizes, models leave the source at a known expected "
    "divergence from them: three integrals over transforms",
    kind=Kind.EXACT,
    statistic="kl_forward",
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
