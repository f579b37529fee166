r"""The mean of a kernel density with relative bandwidth moves with the variance: bounded below $c=1/\sqrt M$ only."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.families.kernel_density import (
    COMMON,
    RELATIVE,
    bindings,
    excess,
    expected,
    growth,
    setting,
    variance_with_relative_bandwidth,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean variance, and a martingale with steps of this size."""
    d = Derivation("A model on M points has the mean of the points and the variance s^2 + h^2.")
    variance = variance_with_relative_bandwidth(d)
    error = E(squared_error)
    solved = d.solves(
        error, v0 * (growth**t - 1) / (M * (growth - 1)), index=t, initial=(0, sp.Integer(0)),
        next_value=error + variance.rhs / M,
        because="the mean of the model is that of M independent points of the model before: a martingale, whose "
        "step has the variance v_t/M",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    gain, size = excess(scenario), scenario.sample_size.constant
    with np.errstate(over="ignore"):
        steps = generations if gain == 0 else np.expm1(generations * np.log1p(gain)) / gain
        return scenario.source.variance * steps / size


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0/(1 - M c_s^2) below c_s = 1/sqrt(M), infinity from there on."""
    gain, size = excess(scenario), scenario.sample_size.constant
    return scenario.source.variance / size / -gain if gain < 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the products of points, two of which may be copies of one."""
    return expected("mean_squared_error", scenario, generation)


CLAIM = Claim(
    id="kernel-relative-replace-mean-squared-error",
    title="The error of the mean of a kernel density with bandwidth c standard deviations is a geometric sum:"
    " bounded exactly if c < 1/sqrt(M), or 1/sqrt(M-1) in standard deviations by maximum likelihood",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*COMMON, RELATIVE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, relative=0.3), t=(1, 5, 15)),
        Example(setting(2, 1e-6, relative=0.1), t=(1, 4)),
        Example(setting(5, relative=0.6, sd="mle"), t=(1, 3)),
        Example(setting(5, relative=0.3, sd="model"), t=(1, 2, 3)),
        Example(setting(50, relative=0.1), t=(1, 10)),
        Example(setting(4, relative=0.5), t=(1, 6), algebra=False, simulate=False),
        Example(setting(20, relative=0.3), t=(0, 300, np.inf), algebra=False, simulate=False),
        Example(setting(20, relative=0.1), t=(0, 300, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, relative=1e-3), t=(1, 1000, 1_000_000), algebra=False, simulate=False),
    ),
)  # fmt: skip
