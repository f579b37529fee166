r"""The mean of a refitted exponential law is a martingale, with steps as wide as itself over $\sqrt M$.

Its squared error is what all steps add up to, $\sum E v_k/M=v_0((1+1/M)^t-1)$: it starts as $v_0t/M$, as in every
exponential family, and grows without bound.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import EXPONENTIAL_REPLACE
from theory.claims.families.scale import (
    bindings,
    expected,
    martingale,
    mean_of_points,
    power_of_scale,
    setting,
    variance,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean variance, and a martingale with steps of this size."""
    d = Derivation("One fit multiplies the mean by the mean of M points of the exponential law with mean 1.")
    growth = power_of_scale(d, mean_of_points(d), 2, (M + 1) / M)
    solved = martingale(d, E(squared_error), v0 * (((M + 1) / M) ** t - 1), growth.rhs)
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    with np.errstate(over="ignore"):
        return variance(scenario) * np.expm1(generations * np.log1p(1.0 / scenario.sample_size.constant))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("mean_squared_error", scenario, generation)


CLAIM = Claim(
    id="exponential-replace-mean-squared-error",
    title="The squared error of the mean of a refitted exponential law is v_0 ((1+1/M)^t - 1): no expectation "
    "moves, and all of them spread",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=EXPONENTIAL_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("exponential", 10), t=(0, 1, 5, 20)),
        Example(setting("exponential", 1, 0.001), t=(1, 3)),
        Example(setting("exponential", 50, 20.0), t=(1, 30)),
        Example(setting("exponential", 1_000_000_000), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting("exponential", 10), t=(300,), simulate=False),
        Example(setting("exponential", 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
