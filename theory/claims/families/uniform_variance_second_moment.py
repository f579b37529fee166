r"""The second moment of a refitted uniform law: $E v_t^2=v_0^2(M/(M+4))^t$."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import bindings, expected, maximum, power_of_scale, setting, variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The law of the maximum, its fourth moment, and a recursion that is solved."""
    d = Derivation("One fit multiplies the bound by the maximum of M points, uniform on [0, 1].")
    solved = power_of_scale(d, maximum(d), 4, M / (M + 4))
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2; t counts fits."""
    return variance(scenario) ** 2 * np.exp(-generations * np.log1p(4.0 / scenario.sample_size.constant))


def limit(scenario: Scenario, at: None = None) -> float:
    """0."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("variance_second_moment", scenario, generation)


CLAIM = Claim(
    id="uniform-replace-variance-second-moment",
    title="The squared variance of a uniform law refitted to its maximum falls by the factor M/(M+4) in the mean",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=UNIFORM_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("uniform", 10), t=(0, 1, 5, 20)),
        Example(setting("uniform", 1, 0.001), t=(1, 3)),
        Example(setting("uniform", 50, 20.0), t=(1, 30)),
        Example(setting("uniform", 1_000_000_000), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting("uniform", 10), t=(300,), simulate=False),
        Example(setting("uniform", 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
