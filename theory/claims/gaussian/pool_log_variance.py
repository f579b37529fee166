r"""Fitted to everything so far, models have an expected log-variance that is known fit by fit, whatever the batches.

$E\log(v_t/v_0)=I_{\log}(t)=\int_0^\infty(e^{-s}-\varphi_t(s))\,ds/s$ with the transform $\varphi_t(s)=Ee^{-sv_t/v_0}$,
a product given the model before. The joint law of mean and variance is carried from fit to fit at some hundred points
that are exact for polynomials of a high degree. Errors are some $10^{-12}$ of the value.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool_law, pool_law_reference, pool_limit
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, bindings, joint_law_of_one_fit, readings
from theory.claims.gaussian.weighted_log_law import log_from_transform
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, its transform, and Frullani's integral over it."""
    d = Derivation(INTRODUCTION)
    joint_law_of_one_fit(d)
    mean = log_from_transform(d)
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. Takes some 15 ms for every fit of a new setting."""
    return math.log(scenario.source.variance) + readings(scenario, PoolLaw.mean_log, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The source's where the pool is pulled back to it, else a mean over what early models left."""
    return math.log(scenario.source.variance) + at_the_end(scenario, PoolLaw.mean_log)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of two or three fits."""
    unit = mpmath.log(mpf(repr(scenario.source.variance)))
    return unit + pool_law_reference.mean(pool_law_reference.LOG, scenario, generation)


CLAIM = Claim(
    id="gaussian-pool-log-variance",
    title="Fitted to everything so far, in batches of any sizes, models have a known expected log-variance: an "
    "integral over a transform that is a mean over the model before",
    kind=Kind.EXACT,
    statistic="log_variance",
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
