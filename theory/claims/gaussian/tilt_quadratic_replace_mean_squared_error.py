r"""Drawn towards a centre, the squared error of the mean is that of its way and the noise that is left on it.

The noise of each fit is pulled towards the centre with everything else: it stays below what replacement without a
preference adds, $v_0t/M$ if unbiased, and settles. Towards the mean of the source itself it is all there is.
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
    J_d,
    after,
    as_mpf,
    backwards,
    bindings,
    distance,
    means_of_three_fits,
    noise,
    path,
    reach,
    way,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.tilted_fit import setting
from theory.derivation import Derivation
from theory.laws.drawn_to_a_centre import Drawn
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean given the factors, its noise, and the mean of both."""
    d = Derivation(INTRODUCTION)
    path(d)
    way(d)
    noise(d)
    mean = d.given(
        E(squared_error), J_d(t), source="cochran1934", check=means_of_three_fits,
        because="the square of the way and the variance of the noise, means over independent chi-squares",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units, to 10 digits and more; t counts fits.

    Takes up to 0.3 s for hundreds of fits.
    """
    return _error(scenario, after(scenario, generations))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Fit by fit from the last one back."""
    return as_mpf(_error(scenario, backwards(scenario, generation)))


def _error(scenario: Scenario, found: Drawn) -> Float[np.ndarray, " T"]:
    return distance(scenario) ** 2 * found.way_squared + scenario.source.variance * found.noise


CLAIM = Claim(
    id="gaussian-tilt-quadratic-replace-mean-squared-error",
    title="Drawn towards a centre, the squared error of the mean is the mean square of its way there and the noise of "
    "all fits, of which each keeps what the later ones leave",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=DRAWN,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    tolerance=TOLERANCE,
    examples=(
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(1, 2, 3)),
        Example(setting(5, "mle", 4.0, centre=0.0), t=(1, 3), simulate=False),
        Example(setting(14, "unbiased", 0.25, 3.0, 1.0, "biased"), t=(1, 2, 3), simulate=False),
        Example(setting(14, "unbiased", 0.25, 3.0, 1.0, "biased"), t=(0, 6), algebra=False, simulate=False),
        Example(setting(20, "mle", 1.0, centre=0.5), t=(1, 2), simulate=False),
        Example(setting(100, "mle", 0.1, centre=-2.0), t=(3,), simulate=False),
    ),
)  # fmt: skip
