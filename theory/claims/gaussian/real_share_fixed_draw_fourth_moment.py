r"""With the same $n$ real points kept the fourth moment of a draw holds what their own error adds to it.

With $d=\mu_t-k$, $k$ the mean of the kept points and $\kappa=k-\mu_0$, it is
$E(d+\kappa)^4+6\,E v_t(d+\kappa)^2+3\,E v_t^2$: multiplied out, moments about the kept mean and means with $\kappa$,
each of which follows a linear recursion.
"""

from fractions import Fraction

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_fixed_mean_fourth_moment as fourths
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.mixed_fit import b
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import gaussian_with_real_share, offset_of, setting, share_of
from theory.claims.gaussian.real_share_fixed_fourth import draw_fourth_moment
from theory.claims.gaussian.real_share_fixed_mean_fourth_moment import B1, B2, MEMORY, Q1, U2, kappa
from theory.claims.gaussian.real_share_fixed_variance_second_moment import MEANS, n
from theory.claims.gaussian.real_share_squares import dev
from theory.derivation import Derivation
from theory.laws.kept_points_fourth import kept_draw, settled_kept_draw
from theory.laws.symbols import t, v0
from theory.scenario import Scenario

JOINT, FOURTH = MEANS[3], MEANS[4]  # of v d^2 and d^4 about the kept mean


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; v times its square; the mean over a draw."""
    fourth = fourths.CLAIM.derivation
    d = Derivation(fourth.introduction)
    d.steps += fourth.steps
    d.algebra(
        v(t) * (dev + kappa) ** 2, v(t) * dev**2 + 2 * kappa * v(t) * dev + kappa**2 * v(t),
        because="the error of the model squared, times its variance: the means Q_k, Q_1 and U_2",
    )  # fmt: skip
    d.algebra(
        3 * v0**2 / n**2 - 4 * MEMORY, 3 * v0**2 / n**2 * (1 - 4 * b**t),
        because="and of the fourth power, beside B_k, 4 B_1 and 6 B_2: E kappa^4 and 4 E kappa^3 d",
    )  # fmt: skip
    joint = JOINT(t) + 2 * Q1(t) + U2(t)
    return by_means(d, joint, FOURTH(t) + 4 * B1(t) + 6 * B2(t) + 3 * v0**2 / n**2 * (1 - 4 * b**t))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means after fit t by iterating their equations."""
    return fourths.bindings(scenario, generation + 1) | {t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth, averaged over the kept points too; t counts fits."""
    return scenario.source.variance**2 * kept_draw(*_numbers(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1, or for one kept point at most 1."""
    return scenario.source.variance**2 * float(settled_kept_draw(*_numbers(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """All products of fourth order, multiplied out in standard variables, whose moments are taken by quadrature."""
    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * draw_fourth_moment(*_numbers(scenario), generation)


def _numbers(scenario: Scenario) -> tuple[int, int, Fraction]:
    size = scenario.sample_size.constant
    return size, int(share_of(scenario) * size), Fraction(offset_of(scenario))


CLAIM = Claim(
    id="gaussian-fixed-real-share-draw-fourth-moment",
    title="With the same real points kept the fourth moment of a value drawn from model t follows linear recursions of "
    "the moments about theirs, and settles where that of the variance does",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=gaussian_with_real_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("fixed", 200, "unbiased", share=0.5), t=(1, 2, 3)),
        Example(setting("fixed", 6, "mle", real=2), t=(1, 2, 12), simulate=False),
        Example(setting("fixed", 20, "offset", offset=0.444, real=4), t=(1, 3), simulate=False),
        Example(setting("fixed", 50, "mle", real=5), t=(1, 40, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 20, "unbiased", real=2), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("fixed", 4, "offset", offset=-0.4, real=2), t=(20, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 10, "mle", real=1), t=(1, 3, 12, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 2, "unbiased", real=1), t=(1, 2, 5), simulate=False),
        Example(setting("fixed", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 6, "mle", real=2), t=(0,), algebra=False, simulate=False),
        Example(setting("fixed", 10**9, "unbiased", real=1), t=(1, 10**6), algebra=False, simulate=False),
    ),
)  # fmt: skip
