r"""The mean of a kernel density of fixed bandwidth walks for ever, with what the kernels add and is not kept.

$E v_t+E(\mu_t-\mu_0)^2=v_0+th^2$ exactly, and the variance stays bounded.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.families.kernel_density import (
    COMMON,
    FIXED,
    bindings,
    expected,
    lost_in_all,
    setting,
    variance_with_fixed_bandwidth,
    width,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean variance, and a martingale with steps of this size."""
    d = Derivation("A model on M points has the mean of the points and the variance s^2 + h^2.")
    variance = variance_with_fixed_bandwidth(d)
    error = E(squared_error)
    solved = d.solves(
        error, width**2 * t + (v0 - M * width**2) * (1 - (1 - 1 / M) ** t), index=t, initial=(0, sp.Integer(0)),
        next_value=error + variance.rhs / M,
        because="the mean of the model is that of M independent points of the model before: a martingale, whose "
        "step has the variance v_t/M",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 as two terms that are not negative; t counts fits."""
    size, h = scenario.sample_size.constant, scenario.estimator.bandwidth
    if size == 1:
        return np.where(generations > 0, scenario.source.variance + h**2 * np.maximum(generations - 1, 0), 0.0)
    lost = -np.expm1(generations * np.log1p(-1.0 / size))
    return scenario.source.variance * lost + h**2 * lost_in_all(size, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the products of points, two of which may be copies of one."""
    return expected("mean_squared_error", scenario, generation)


CLAIM = Claim(
    id="kernel-fixed-replace-mean-squared-error",
    title="The error of the mean of a kernel density of bandwidth h is v_0 + t h^2 less the mean variance: it"
    " grows by h^2 per fit in the long run",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*COMMON, FIXED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, bandwidth=0.3), t=(1, 5, 15)),
        Example(setting(2, 1e-6, bandwidth=0.01), t=(1, 4)),
        Example(setting(50, bandwidth=2.0), t=(1, 10)),
        Example(setting(20, bandwidth=0.3), t=(0, 1000, 100_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, bandwidth=1e-4), t=(1, 1000, 1_000_000), algebra=False, simulate=False),
        Example(setting(1, bandwidth=0.5), t=(0, 1, 7), algebra=False, simulate=False),
    ),
)  # fmt: skip
