r"""The spread of the log-variance of a refitted uniform law is $2\sqrt t/M$, its fall divided by $\sqrt t$."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import bindings, expected, maximum, setting, spread_of_logarithm
from theory.derivation import Derivation
from theory.laws.symbols import M, t
from theory.scenario import Scenario

spread = sp.Symbol(r"\operatorname{sd}[\log v_t]")


def derive() -> Derivation:
    """The curvature of the transform of one factor at 0, a sum of equal terms, and its root."""
    d = Derivation("One fit multiplies the bound by the maximum of M points, uniform on [0, 1].")
    total = spread_of_logarithm(d, maximum(d), 1 / M**2)
    root = d.algebra(
        sp.Pow(total.rhs, sp.Rational(1, 2), evaluate=False),
        2 * sp.sqrt(t) / M,
        because="the standard deviation is its root",
    )  # fmt: skip
    return d.concludes(sp.Eq(spread, root.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t; t counts fits."""
    return 2.0 * np.sqrt(generations) / scenario.sample_size.constant


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("log_variance_sd", scenario, generation)


CLAIM = Claim(
    id="uniform-replace-log-variance-sd",
    title="The log-variance of a uniform law refitted to its maximum varies over chains by 2 sqrt(t)/M",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
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
