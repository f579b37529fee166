r"""The rate of a refitted Poisson law is a martingale: its mean stays, while every chain ends at 0."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import POISSON_REPLACE
from theory.claims.families.poisson import bindings, expected, setting, sums_are_poisson
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """A martingale."""
    d = Derivation(
        "Mean and variance of a Poisson law are its rate, v_t = mu_t, which is fitted as the mean of M points."
    )
    sums_are_poisson(d)
    solved = d.solves(
        E(v(t)), v0, index=t, next_value=E(v(t)), initial=(0, v0), because="given N_t the next sum has the mean N_t"
    )
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t, the rate of the source; t counts fits."""
    return np.full(generations.shape, scenario.source.rate)


def limit(scenario: Scenario, at: None = None) -> float:
    """The rate of the source: the few chains that live make up for all others."""
    return scenario.source.rate


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the first two moments, their coefficients by summation over the points."""
    return expected("variance", scenario, generation)


CLAIM = Claim(
    id="poisson-replace-variance",
    title="The mean variance of a refitted Poisson law stays what it was, although every chain dies out",
    kind=Kind.EXACT,
    statistic="variance",
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
