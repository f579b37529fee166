r"""Weight on fresh real points holds the fourth moment of a draw where it holds the second moment of the variance.

$E(X_t-\mu_0)^4=E d_t^4+6\,E v_td_t^2+3\,E v_t^2$, $d_t=\mu_t-\mu_0$: finite for ever if $(1-w)^2\,E B^2<1$, $B$ the
variance of a fit to $m$ standard normal points.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import weighted_mean_fourth_moment
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.real_share_squares import FOURTH, JOINT, SQUARE
from theory.claims.gaussian.weighted import GAUSSIAN_WEIGHTED, numbers, setting
from theory.claims.gaussian.weighted_fourth import DIGITS, fourth_moment
from theory.derivation import Derivation
from theory.laws.symbols import t
from theory.laws.weighted_fourth import weighted_draw, weighted_draw_limit
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; the mean over a draw."""
    fourth = weighted_mean_fourth_moment.CLAIM.derivation
    d = Derivation(fourth.introduction)
    d.steps += fourth.steps
    return by_means(d)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means after fit t by iterating the equations of one fit."""
    return weighted_mean_fourth_moment.bindings(scenario, generation + 1) | {t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits, and model 0 is the source."""
    return scenario.source.variance**2 * weighted_draw(*numbers(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where (1-w)^2 E B^2 < 1, and for a single real point."""
    return scenario.source.variance**2 * float(weighted_draw_limit(*numbers(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature, and iterated."""
    with mpmath.workdps(DIGITS):
        fourth, joint, square = (
            fourth_moment(*numbers(scenario), generation, place) for place in (FOURTH, JOINT, SQUARE)
        )
        return mpmath.mpf(repr(scenario.source.variance)) ** 2 * (fourth + 6 * joint + 3 * square)


CLAIM = Claim(
    id="gaussian-weighted-draw-fourth-moment",
    title="Weight w on fresh real points keeps the fourth moment of a value drawn from model t finite for ever if and "
    "only if (1-w)^2 (m^2-1)/(m-1+delta)^2 < 1, for two real points or more (t from 1 on)",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=GAUSSIAN_WEIGHTED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2, 20)),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(2, 3, 12), simulate=False),
        Example(setting(20, 20, 0.6, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(5, 3, 0.2, "unbiased"), t=(2, 30), simulate=False),
        Example(setting(5, 3, 0.2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(2, 1, 0.5, "mle"), t=(1, 2, 5, np.inf), algebra=False, simulate=False),
        Example(setting(1, 5, 0.1, "offset", offset=0.2), t=(1, 9, np.inf), algebra=False, simulate=False),
        Example(setting(1, 5, 0.0, "mle"), t=(1, 9, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(10, 7, 0.0, "mle"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "unbiased"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10**6, 10**6, 3e-6, "unbiased"), t=(2, 100_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
