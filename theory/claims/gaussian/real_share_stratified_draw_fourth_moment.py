r"""With fresh real points values drawn from a model have a fourth moment that settles where that of its mean does.

$E(X_t-\mu_0)^4=E d_t^4+6\,E v_td_t^2+3\,E v_t^2$, $d_t=\mu_t-\mu_0$: three of the six means that close under a fit.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_fourth, real_share_squares
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.real_share import gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_stratified_mean_fourth_moment import CLAIM as MEAN
from theory.claims.gaussian.real_share_stratified_variance_second_moment import one_fit
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import stratified_step
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; the mean over a draw."""
    fourth = MEAN.derivation
    d = Derivation(fourth.introduction)
    d.steps += fourth.steps
    return by_means(d)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share_squares.bindings(one_fit, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits, and model 0 is the source."""
    return real_share_fourth.evaluated_draw(stratified_step, scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1. Share 0 is replacement."""
    return real_share_fourth.settled_draw(stratified_step, scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature."""
    return real_share_fourth.reference_of_draw(scenario, generation)


CLAIM = Claim(
    id="gaussian-stratified-real-share-draw-fourth-moment",
    title="With fresh real points the fourth moment of a value drawn from model t follows the linear recursion of six "
    "means, and settles if its spectral radius is below 1",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=gaussian_with_real_share("stratified"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("stratified", 100, "unbiased", share=0.1), t=(0, 2)),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2, 40), simulate=False),
        Example(setting("stratified", 20, "offset", offset=0.444, real=4), t=(1, 8), simulate=False),
        Example(setting("stratified", 50, "unbiased", real=5), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 4, "unbiased", real=1), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 2, "mle", real=1), t=(1, 2, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "mle", real=0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10**6, "unbiased", real=100), t=(1, 999, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
