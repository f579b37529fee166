r"""Drawn towards a centre, the expected variance of a refitted Gaussian, exactly: the mean of $P_t/(1+\beta v_0A_t)$.

Without fluctuations it is $v_0/(1+(t-r_1)\beta v_0)$ under the unbiased divisor, a fall as $1/t$ that no centre alters:
curation by a quadratic reward. The noise of the fits makes it fall faster, exponentially in the end.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.drawn_fit import (
    DRAWN,
    INTRODUCTION,
    TOLERANCE,
    J_v,
    after,
    as_mpf,
    backwards,
    bindings,
    means_of_three_fits,
    path,
    reach,
)
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.tilted_fit import setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The precision given the factors, and its mean."""
    d = Derivation(INTRODUCTION)
    path(d)
    mean = d.given(
        E(v(t)), v0 * J_v(t), source="cochran1934", check=means_of_three_fits,
        because="the mean of P_t/Q_t over independent chi-squares",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units, to 10 digits and more; t counts fits. Takes up to 0.3 s for hundreds of fits."""
    return scenario.source.variance * after(scenario, generations).variance


def limit(scenario: Scenario, at: None = None) -> float:
    """0, for the unbiased divisor and above."""
    return 0.0


def settles(scenario: Scenario) -> bool:
    """Whether the divisor is at least M - 1."""
    return size_and_offset(scenario)[1] >= 0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Fit by fit from the last one back."""
    if np.isinf(generation):
        return mpf(0)
    return as_mpf(scenario.source.variance * backwards(scenario, generation).variance)


CLAIM = Claim(
    id="gaussian-tilt-quadratic-replace-variance",
    title="Drawn towards a centre, the expected variance is the mean of v_0 P_t/(1 + beta v_0 A_t), P_k the product of "
    "the factors of k fits and A_t their sum before t",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=DRAWN,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    tolerance=TOLERANCE,
    examples=(
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(1, 2, 3)),
        Example(setting(5, "mle", 4.0, centre=0.0), t=(1, 3), simulate=False),
        Example(setting(14, "unbiased", 0.25, 0.0, 1.0, "biased"), t=(1, 2, 3), simulate=False),
        Example(setting(14, "unbiased", 0.25, 0.0, 1.0, "biased"), t=(0, 6, np.inf), algebra=False, simulate=False),
        Example(setting(100, "mle", 0.1, centre=0.5), t=(3,), simulate=False),
    ),
)  # fmt: skip
