r"""A regression refitted to its own labels moves by the error of one fit in each generation: the risk grows linearly.

$w_{t+1}-w_t=(X'X)^{-1}X'\epsilon$ has mean 0 whatever came before, also where all generations have one design: the
noise is new. So the squared errors add up, each $\sigma^2 d/(M-d-1)$ in the mean over designs.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS, iterate
from theory.claims.regression.least_squares import (
    COMMON,
    bindings,
    inverse_gram,
    inverse_trace,
    numbers,
    one_fit,
    risk,
    setting,
    sum_of_steps,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The law of one fit, and a sum of equal terms."""
    d = Derivation(
        "Given the design X, one fit adds (X'X)^(-1) X' epsilon to the coefficients: mean 0, covariance "
        "sigma^2 (X'X)^(-1)."
    )
    inverse_gram(d)
    solved = sum_of_steps(
        d, one_fit * t, one_fit,
        "the noise is independent of the design and of all models before, so that the mixed term has mean 0 and each "
        "fit adds sigma^2 E trace (X'X)^(-1), whether or not the rows are those of the generation before",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    return noise * d * generations / (size - d - 1)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity, unless the labels have no noise."""
    return np.inf if scenario.source.noise_variance else 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, what one fit adds by Bartlett's triangle."""
    size, d, noise = numbers(scenario)
    if generation == mpmath.inf:
        return mpmath.inf if noise else mpmath.mpf(0)
    with mpmath.workdps(DIGITS):
        added = mpmath.mpf(str(noise)) * inverse_trace(size, d)
        if generation > 1000:
            return generation * added
        return iterate(lambda state, _: (state[0] + added,), (mpmath.mpf(0),), int(generation))[0]


CLAIM = Claim(
    id="regression-replace-excess-risk",
    title="Least squares on its own labels: the excess risk grows by sigma^2 d/(M-d-1) with every fit, on one "
    "design as "
    "on new ones",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("replace")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 5, "replace"), t=(0, 1, 2, 6)),
        Example(setting(20, 5, "replace", "reused"), t=(1, 6)),
        Example(setting(10, 1, "replace", noise=1e-4), t=(1, 10)),
        Example(setting(12, 3, "replace", noise=0.0), t=(1, 4, np.inf), algebra=False, simulate=False),
        Example(setting(3, 1, "replace"), t=(1, 5), simulate=False),
        Example(setting(102, 100, "replace"), t=(1, 1_000_000), simulate=False),
        Example(setting(1_000_000_000, 7, "replace"), t=(1, 1_000_000), simulate=False),
        Example(setting(20, 5, "replace"), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "gerstgrasser2024inevitable", "Section 3.2", "reported", "its n is t",
            "the same for one design that every generation labels again",
        ),
        Source("dohmatob2024demystified", "", "cited", "not compared", "an error that is linear in the generations"),
    ),
)  # fmt: skip
