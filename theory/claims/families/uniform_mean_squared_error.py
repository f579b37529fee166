r"""The mean of a refitted uniform law shrinks with its bound, of which $r$ is left: $\mu_0^2E(1-r)^2$.

With $\mu_0^2=3v_0$ it is $3v_0(1-2(M/(M+1))^t+(M/(M+2))^t)$, of second order in $t/M$: a bias, not drift.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import bindings, expected, maximum, order, setting, variance
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The first two moments of the bound, and the square of what is lost."""
    d = Derivation("With r the bound of model t over that of the source, mu_t = mu_0 r, and mu_0^2 = 3 v_0.")
    transform = maximum(d)
    r = sp.Function("r")(t)
    moments = []
    for power in (1, 2):
        factor = d.algebra(
            sp.Subs(transform, order, power), M / (M + power), because=f"the moment of order {power} of one factor"
        ).rhs
        moments.append(
            d.solves(
                E(r**power), factor**t, index=t, next_value=factor * E(r**power), initial=(0, sp.Integer(1)),
                because="factors of different fits are independent",
            ).rhs
        )  # fmt: skip
    error = d.algebra(
        3 * v0 - 6 * v0 * moments[0] + 3 * v0 * moments[1], 3 * v0 * (1 - 2 * moments[0] + moments[1]),
        because="the mean of mu_0^2 (1-r)^2",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), error.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 = 3 v_0 ((1-a)^2 + b - a^2) for a = E r, b = E r^2: nothing cancels."""
    size = float(scenario.sample_size.constant)
    log_mean = -generations * np.log1p(1.0 / size)
    gap = generations * np.log1p(1.0 / (size * (size + 2.0)))
    spread = np.exp(2.0 * log_mean + gap) * -np.expm1(-gap)
    return 3.0 * variance(scenario) * (np.expm1(log_mean) ** 2 + spread)


def limit(scenario: Scenario, at: None = None) -> float:
    """mu_0^2 = 3 v_0, as the law shrinks to the point 0."""
    return 3.0 * variance(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("mean_squared_error", scenario, generation)


CLAIM = Claim(
    id="uniform-replace-mean-squared-error",
    title="The mean of a uniform law refitted to its maximum moves to 0, and no further: its squared error "
    "tends to that of the constant 0",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
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
