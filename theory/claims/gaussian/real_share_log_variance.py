r"""With a share of real points the expected log-variance settles; it is a mean over the law of the model before.

$E\log(v_t/v_0)=I_{\log}(t)=\int_0^\infty(e^{-s}-\varphi_t(s))\,ds/s$ with the transform $\varphi_t(s)=Ee^{-sv_t/v_0}$,
which given the model before is a product of three factors. The law of the model before, in mean and variance, is
carried from fit to fit by one matrix on polynomials. Errors are absolute, some $10^{-12}$, below $10^{-10}$ throughout.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_law_reference
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_inversion import quantile_of_log_variance
from theory.claims.gaussian.real_share_law import REAL_SHARE_LAW, bindings, joint_law_of_one_fit, readings
from theory.claims.gaussian.weighted_log_law import log_from_transform
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, its transform, and Frullani's integral over it."""
    d = Derivation(
        "Mean and variance of a model are one Markov chain: given model t, the squares of both batches and the "
        "distance of their means are independent, and the transform of the next variance is a product."
    )
    joint_law_of_one_fit(d)
    mean = log_from_transform(d)
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. Takes some 0.3 s for a new setting, 1.5 s with scheme "iid", then 0.05 s for each t."""
    return math.log(scenario.source.variance) + readings(scenario, lambda law, t: law.mean_log(t), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of up to three fits."""
    unit = mpmath.log(mpf(repr(scenario.source.variance)))
    return unit + real_share_law_reference.mean(real_share_law_reference.LOG, scenario, generation)


CLAIM = Claim(
    id="gaussian-real-share-log-variance",
    title="A share of real points, fresh or kept, holds the expected log-variance: an integral over a transform that "
    "is a mean over the model before",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=REAL_SHARE_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_log_variance,
    tolerance=1e-9,
    examples=(
        Example(setting("fixed", 50, "mle", real=10), t=(1,)),
        Example(setting("fixed", 50, "mle", real=10), t=(2,), algebra=False),
        Example(setting("fixed", 60, "mle", real=55), t=(2,), algebra=False, simulate=False),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2)),
        Example(setting("stratified", 50, "mle", real=5), t=(0, 3), algebra=False, simulate=False),
        Example(setting("iid", 20, "unbiased", share=0.5), t=(1, 2), algebra=False),
        Example(setting("stratified", 20, "offset", offset=0.5, real=8), t=(2,), algebra=False, simulate=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
