r"""The squared rate of a refitted Poisson law grows linearly in the mean, by $\lambda_0/M$ in every fit."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import POISSON_REPLACE
from theory.claims.families.poisson import bindings, expected, setting, sums_are_poisson
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """What the variance of one fit adds."""
    d = Derivation(
        "Mean and variance of a Poisson law are its rate, v_t = mu_t, which is fitted as the mean of M points."
    )
    sums_are_poisson(d)
    state = E(v(t) ** 2)
    solved = d.solves(
        state, v0**2 + v0 * t / M, index=t, next_value=state + v0 / M, initial=(0, v0**2),
        because="N_{t+1} has the mean and the variance N_t, so that E v_{t+1}^2 = E v_t^2 + E v_t/M, and E v_t = v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(state, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2; t counts fits."""
    return scenario.source.rate**2 + scenario.source.rate * generations / scenario.sample_size.constant


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the first two moments, their coefficients by summation over the points."""
    return expected("variance_second_moment", scenario, generation)


CLAIM = Claim(
    id="poisson-replace-variance-second-moment",
    title="The mean squared variance of a refitted Poisson law grows by v_0/M per fit",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=POISSON_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10), t=(0, 1, 5, 20)),
        Example(setting(1, 0.25), t=(1, 3)),
        Example(setting(100, 40.0), t=(1, 20)),
        Example(setting(1_000_000_000, 1e-6), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting(10), t=(1_000_000,), simulate=False),
        Example(setting(10), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "athreya1972branching", "", "cited", "generations of a Galton-Watson process",
            "the moments of a critical process",
        ),
    ),
)  # fmt: skip
