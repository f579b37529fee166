r"""A window with fresh real points in every batch: the fourth moment of a value drawn from the model.

$E(X_t-\mu_0)^4=E d_t^4+6\,E v_td_t^2+3\,E v_t^2$, $d_t=\mu_t-\mu_0$: all three are means of polynomials in the sums of
squares and the means of the batches, and settle together.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import fresh_window_mean_fourth_moment as fourth
from theory.claims.gaussian import fresh_window_variance_second_moment as square
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.fresh_window import FRESH_WINDOW, real_points, setting
from theory.claims.gaussian.fresh_window_squares import FOURTH, JOINT, SQUARE, moment_of_model
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import B, Q, R
from theory.derivation import Derivation
from theory.laws.symbols import M, W, t
from theory.scenario import Scenario

PLACE = 2


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; v times its square; the mean over a draw."""
    d = Derivation(square.INTRODUCTION)
    d.steps += fourth.CLAIM.derivation.steps
    S, A, mean, L = sp.symbols("S A d L", real=True)
    b = sp.Symbol("b", positive=True)
    d.algebra(
        (S + M * (A - b * mean**2)) / L * mean**2, (S * mean**2 + M * A * mean**2 - M * b * mean**4) / L,
        because="v_t times the squared error of the mean d of b batches, S the sum of their squares and A that of the "
        "squares of their errors: a mean of the same products of batches. R, Q and B are the means of v_t^2, of this "
        "and of d^4",
    )  # fmt: skip
    return by_means(d)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by following each kind of points to its model."""
    unit, size, length = exact(scenario.source.variance) ** 2, scenario.sample_size.constant, scenario.retention.length
    real, offset = real_points(scenario), offset_of(scenario)

    def mean(moments):
        return lambda fit: unit * moment_of_model(size, length, real, offset, int(fit), moments)

    return {W: length, t: generation} | {name: mean(of) for name, of in ((R, SQUARE), (Q, JOINT), (B, FOURTH))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits. Takes 50 ms at t = 10^4 if W = 4, 1 s if W = 6."""
    return square.values_of(scenario, generations, PLACE)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, infinite unless the largest eigenvalue of the recursion is below 1."""
    return square.limit_of(scenario, PLACE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums and sums of squares of single points of both kinds about mu_0; at t = inf those of late fits."""
    return square.by_points(scenario, generation, PLACE)


CLAIM = Claim(
    id="gaussian-fresh-window-draw-fourth-moment",
    title="With fresh real points in every batch of a window the fourth moment of a value drawn from model t is the "
    "mean of a polynomial in squares and means of batches, whose products obey a linear recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=FRESH_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=square.settles,
    reach=square.reach,
    examples=(
        Example(setting(40, 3, "mle", real=8), t=(2, 3, 4)),
        Example(setting(5, 3, "mle", real=1), t=(1, 2, 3, 4), simulate=False),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5, real=2), t=(1, 3, 6), simulate=False),
        Example(setting(10, 1, "mle", real=3), t=(1, 2, 8), simulate=False),
        Example(setting(3, 2, "unbiased", real=0), t=(1, 3), simulate=False),
        Example(setting(6, 3, "mle", real=2), t=(0, 7), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "unbiased", real=1), t=(1, 2, 5), algebra=False, simulate=False),
        Example(setting(5, 1, "unbiased", real=4), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 1, "unbiased", real=1), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
