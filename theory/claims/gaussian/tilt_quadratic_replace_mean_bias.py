r"""Drawn towards a centre c, the mean of a refitted Gaussian goes part of the way from $\mu_0$ to c and then stops.

Behind it lies the mean of $\beta v_0A_t/(1+\beta v_0A_t)$ of the way. An infinite sample would arrive,
$\frac{(t-r_1)\beta v_0}{1+(t-r_1)\beta v_0}$; as the variance of a finite one is lost, so is its hold on the mean: of
M = 10 points drawn with $\beta v_0=1$ the model stops about a fifth of the way short under maximum likelihood.
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
    J_g,
    after,
    as_mpf,
    backwards,
    bindings,
    distance,
    means_of_three_fits,
    path,
    reach,
    way,
)
from theory.claims.gaussian.one_fit import error
from theory.claims.gaussian.tilted_fit import setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean given the factors, and how far it has come."""
    d = Derivation(INTRODUCTION)
    path(d)
    way(d)
    mean = d.given(
        E(error), J_g(t), source="cochran1934", check=means_of_three_fits,
        because="the mean over independent chi-squares; the noise of the fits has mean 0 given the factors",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E mu_t - mu_0 in data units, to 10 digits and more; t counts fits. Takes up to 0.3 s for hundreds of fits."""
    return distance(scenario) * after(scenario, generations).way


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Fit by fit from the last one back; 1 less what is left."""
    if generation <= 1:
        return _first(scenario, generation)
    return as_mpf(distance(scenario) * backwards(scenario, generation).way)


def _first(scenario: Scenario, generation: float) -> mpf:
    """After one fit or none: nothing of the way, or what a tilt of the source itself takes."""
    if generation == 0 or scenario.biased_from > 1:
        return mpf(0)
    pull = mpf(str(scenario.sampler.strength)) * mpf(str(scenario.source.variance))
    return mpf(str(distance(scenario))) * pull / (1 + pull)


CLAIM = Claim(
    id="gaussian-tilt-quadratic-replace-mean-bias",
    title="Drawn towards a centre, the expected mean has gone the mean of beta v_0 A_t/(1 + beta v_0 A_t) of the way "
    "there, A_t the sum of the products of factors before t",
    kind=Kind.EXACT,
    statistic="mean_bias",
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
