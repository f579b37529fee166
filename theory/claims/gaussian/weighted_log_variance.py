r"""With weight on fresh real points the expected log-variance settles; it is an integral over a transform.

$\varphi_t(s)=E e^{-sv_t/v_0}$ obeys $\varphi_{t+1}(s)=(1+2ws/(n-1+\delta))^{-(n-1)/2}\,E\,\varphi_t((1-w)sB)$ with $B$
the fit to $m$ points of variance 1, and $E\log(v_t/v_0)=I_{\log}(t)=\int_0^\infty(e^{-s}-\varphi_t(s))\,ds/s$. The
error is some $10^{-15}$, from two real points to $10^5$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.weighted import setting
from theory.claims.gaussian.weighted_chain_law import quantile_of_log_variance
from theory.claims.gaussian.weighted_log_law import (
    WEIGHTED_LAW,
    bindings,
    log_from_transform,
    readings,
    transform_of_one_fit,
)
from theory.claims.gaussian.weighted_log_reference import expected
from theory.derivation import Derivation
from theory.laws.weighted_transform import mean_log
from theory.scenario import Scenario


def derive() -> Derivation:
    """The transform of one fit and Frullani's integral over it."""
    d = Derivation(
        "The variance of a fit is a mixture of two chi-squares, so that its Laplace transform is a product: one factor "
        "in closed form, one a mean of the transform before."
    )
    transform_of_one_fit(d)
    mean = log_from_transform(d)
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. Takes up to 0.3 s at t = 10^4, where w is small. The error is relative to 1."""
    return math.log(scenario.source.variance) + readings(scenario, mean_log, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Nested quadrature of up to two fits, then the recurrence backwards."""
    return mpmath.log(mpf(repr(scenario.source.variance))) + expected(np.log, scenario, generation)


CLAIM = Claim(
    id="gaussian-weighted-log-variance",
    title="Weight on fresh real points holds the expected log-variance, an integral over a transform that each fit "
    "multiplies and averages",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=WEIGHTED_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_log_variance,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2), algebra=False),
        Example(setting(10, 40, 0.39, "unbiased"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(setting(40, 30, 0.05, "unbiased"), t=(0, 3, 20), algebra=False),
        Example(setting(30, 25, 0.7, "mle"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(2, 2, 0.5, "mle", variance=1e-6), t=(1,), simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1,), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1,), simulate=False),
        Example(setting(1000, 1000, 0.3, "mle"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(100_000, 1_000_000_000, 0.01, "unbiased"), t=(1,), algebra=False, simulate=False),
    ),
)  # fmt: skip
