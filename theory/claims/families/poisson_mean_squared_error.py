r"""The mean of a refitted Poisson law walks at random: its squared error is $v_0t/M$ for every $t$.

This is the law of all exponential families, $\sum_kE v_k/M$, with a mean variance that does not change.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import POISSON_REPLACE
from theory.claims.families.poisson import bindings, expected, setting, sums_are_poisson
from theory.claims.gaussian.one_fit import squared_error, v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, k, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """A martingale, and the sum of the variances of its steps."""
    d = Derivation(
        "Mean and variance of a Poisson law are its rate, v_t = mu_t, which is fitted as the mean of M points."
    )
    sums_are_poisson(d)
    error = E(squared_error)
    d.solves(
        error, sp.Sum(E(v(k - 1)), (k, 1, t)) / M, index=t, next_value=error + E(v(t)) / M, initial=(0, sp.Integer(0)),
        because="in an exponential family fitted by maximum likelihood the mean of the model is that of its M "
        "points: a "
        "martingale, whose step has the variance v_t/M given model t",
    )  # fmt: skip
    solved = d.solves(
        error, v0 * t / M, index=t, next_value=error + v0 / M, initial=(0, sp.Integer(0)),
        because="with E v_t = v_0, as the rate is the mean, which is a martingale",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2; t counts fits."""
    return scenario.source.rate * generations / scenario.sample_size.constant


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the first two moments, their coefficients by summation over the points."""
    return expected("mean_squared_error", scenario, generation)


CLAIM = Claim(
    id="poisson-replace-mean-squared-error",
    title="The squared error of the mean of a refitted Poisson law grows by v_0/M per fit, for ever",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=POISSON_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10), t=(0, 1, 2, 5, 20)),
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
