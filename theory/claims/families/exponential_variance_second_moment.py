r"""The second moment of a refitted exponential law grows by $(M+1)(M+2)(M+3)/M^3$, about $1+6/M$, in every fit."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import EXPONENTIAL_REPLACE
from theory.claims.families.scale import bindings, expected, mean_of_points, power_of_scale, setting, variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The law of the mean, its fourth moment, and a recursion that is solved."""
    d = Derivation("One fit multiplies the mean by the mean of M points of the exponential law with mean 1.")
    solved = power_of_scale(d, mean_of_points(d), 4, (M + 1) * (M + 2) * (M + 3) / M**3)
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2; t counts fits."""
    rate = float(np.sum(np.log1p(np.arange(1.0, 4.0) / scenario.sample_size.constant)))
    with np.errstate(over="ignore"):
        return variance(scenario) ** 2 * np.exp(generations * rate)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("variance_second_moment", scenario, generation)


CLAIM = Claim(
    id="exponential-replace-variance-second-moment",
    title="The squared variance of a refitted exponential law grows by the factor (M+1)(M+2)(M+3)/M^3 in the mean",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=EXPONENTIAL_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("exponential", 10), t=(0, 1, 5, 20)),
        Example(setting("exponential", 1, 0.001), t=(1, 3), simulate=False),
        Example(setting("exponential", 50, 20.0), t=(1, 30)),
        Example(setting("exponential", 1_000_000_000), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting("exponential", 10), t=(300,), simulate=False),
        Example(setting("exponential", 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
