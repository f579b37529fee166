r"""With weight on fresh real points chains stay together: the spread of $\log v_t$ over them settles.

$\varphi_t(s)=E e^{-sv_t/v_0}$ is the chance that $\log G-\log(v_t/v_0)$ exceeds $\log s$, $G$ exponential: the variance
of that difference, an integral over $\varphi_t$, is the variance of $\log v_t$ and $\pi^2/6$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.weighted import setting
from theory.claims.gaussian.weighted_log_law import (
    WEIGHTED_LAW,
    bindings,
    readings,
    square_from_transform,
    transform_of_one_fit,
)
from theory.claims.gaussian.weighted_log_reference import log_spread
from theory.derivation import Derivation
from theory.laws.weighted_transform import log_variance
from theory.scenario import Scenario


def derive() -> Derivation:
    """The transform of one fit, the survival function that it is, and the variance read off it."""
    d = Derivation("A Laplace transform is a survival function: that of the logarithm of an exponential less log v_t.")
    transform_of_one_fit(d)
    spread = square_from_transform(d)
    return d.concludes(sp.Eq(spread.lhs, spread.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits. Takes up to 0.3 s at t = 10^4, where w is small."""
    return np.sqrt(readings(scenario, log_variance, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: int, at: None = None) -> mpf:
    """Nested quadrature of one or two fits."""
    return log_spread(scenario, int(generation))


CLAIM = Claim(
    id="gaussian-weighted-log-variance-sd",
    title="Weight on fresh real points keeps chains together: the standard deviation of the log-variance settles",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=WEIGHTED_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2), algebra=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(setting(40, 30, 0.05, "unbiased"), t=(0, 2), algebra=False, simulate=False),
        Example(setting(2, 2, 0.5, "mle", variance=1e-6), t=(1,), simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1,), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1,), simulate=False),
        Example(setting(1000, 1000, 0.3, "mle"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(100_000, 1_000_000_000, 0.01, "unbiased"), t=(1,), algebra=False, simulate=False),
    ),
)  # fmt: skip
