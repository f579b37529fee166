r"""A refitted exponential law: $E v_t$ grows as $(1+1/M)^t$ although almost every chain collapses.

The mean is a martingale, its square is not; few chains of huge means carry the expectation, and the logarithm falls.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import EXPONENTIAL_REPLACE
from theory.claims.families.exponential_log_variance import quantile_of_log_variance
from theory.claims.families.scale import bindings, expected, mean_of_points, power_of_scale, setting, variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The law of the mean, its second moment, and a recursion that is solved."""
    d = Derivation("One fit multiplies the mean by the mean of M points of the exponential law with mean 1.")
    solved = power_of_scale(d, mean_of_points(d), 2, (M + 1) / M)
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    with np.errstate(over="ignore"):
        return variance(scenario) * np.exp(generations * np.log1p(1.0 / scenario.sample_size.constant))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def quantile(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which v_t of a single chain lies with probability q."""
    with np.errstate(over="ignore"):
        return np.exp(quantile_of_log_variance(scenario, generations, q))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("variance", scenario, generation)


CLAIM = Claim(
    id="exponential-replace-variance",
    title="The variance of a refitted exponential law grows by the factor 1 + 1/M in the mean, while almost "
    "every chain vanishes",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=EXPONENTIAL_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile,
    examples=(
        Example(setting("exponential", 10), t=(0, 1, 5, 20)),
        Example(setting("exponential", 1, 0.001), t=(1, 3)),
        Example(setting("exponential", 50, 20.0), t=(1, 30)),
        Example(setting("exponential", 1_000_000_000), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting("exponential", 10), t=(300,), simulate=False),
        Example(setting("exponential", 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
