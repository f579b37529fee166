r"""With each point real by its own coin values drawn from a model have a fourth moment that six means give.

$E(X_t-\mu_0)^4=E d_t^4+6\,E v_td_t^2+3\,E v_t^2$, $d_t=\mu_t-\mu_0$: the draw is normal given its model, though the
points of a fit are a sample of a mixture.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_fourth, real_share_squares
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.real_share import gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_iid_mean_fourth_moment import CLAIM as MEAN
from theory.claims.gaussian.real_share_iid_variance_second_moment import one_fit
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import iid_step
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
    return real_share_fourth.evaluated_draw(iid_step, scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1. Share 0 is replacement."""
    return real_share_fourth.settled_draw(iid_step, scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """That of fits with fixed numbers of real points, by quadrature, averaged over the coins of each generation."""
    return real_share_fourth.reference_of_draw(scenario, generation)


CLAIM = Claim(
    id="gaussian-iid-real-share-draw-fourth-moment",
    title="With each point real by chance the fourth moment of a value drawn from model t follows the linear recursion "
    "of six means, and settles if its spectral radius is below 1",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=gaussian_with_real_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("iid", 12, "unbiased", share=0.4), t=(0, 1, 2)),
        Example(setting("iid", 6, "mle", share=0.25), t=(1, 2, 5, 20), simulate=False),
        Example(setting("iid", 8, "offset", offset=0.5, share=0.5), t=(1, 8), simulate=False),
        Example(setting("iid", 20, "mle", share=0.1), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 10, "unbiased", share=0.05), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 2, "mle", share=0.5), t=(1, 2, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 1, "mle", share=0.25), t=(1, 2, 9, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 5, "mle", share=0.0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 1, "mle", share=0.0), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 5, "unbiased", share=1.0), t=(1, 2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
