r"""A window of batches: the fourth moment of a value drawn from the model, from products of batch squares and means.

$E(X_t-\mu_0)^4=E d_t^4+6\,E v_td_t^2+3\,E v_t^2$, $d_t=\mu_t-\mu_0$: the mean and the variance of a model are
polynomials in the sums of squares and the means of the batches of its window.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import window_mean_fourth_moment
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import B, Q, R
from theory.claims.gaussian.window import GAUSSIAN_WINDOW, setting
from theory.claims.gaussian.window_mean_fourth_moment import reach
from theory.claims.gaussian.window_squares import draw_from_points, means_of_fourth_order
from theory.derivation import Derivation
from theory.laws.symbols import M, W, t
from theory.laws.window_squares import window_draws
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; v times its square; the mean over a draw."""
    fourth = window_mean_fourth_moment.CLAIM.derivation
    d = Derivation(fourth.introduction)
    d.steps += fourth.steps
    S1, S2, d1, d2, L = sp.symbols("S_1 S_2 d_1 d_2 L", real=True)
    centre = (d1 + d2) / 2
    d.algebra(
        (S1 + S2 + M * (d1 - centre) ** 2 + M * (d2 - centre) ** 2) / L * centre**2,
        (S1 + S2 + M * (d1 - d2) ** 2 / 2) / L * (d1 + d2) ** 2 / 4,
        because="v_t times the squared error, for a window of two batches with the sums of squares S_1 and S_2 and "
        "means that are off by d_1 and d_2: as of v_t^2 and of the fourth power, a polynomial in the batches, whose "
        "products with the newest one are products of earlier ones. R, Q, B are the means of the three",
    )  # fmt: skip
    return by_means(d)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by following each batch to the model that it was drawn from."""
    unit, size = exact(scenario.source.variance) ** 2, scenario.sample_size.constant
    length, offset = scenario.retention.length, offset_of(scenario)

    def mean(place: int):
        return lambda fit: unit * means_of_fourth_order(size, length, offset, int(fit))[place]

    return {W: length, t: generation} | {name: mean(place) for place, name in enumerate((R, Q, B))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits. At t = 10^4 0.1 s for W = 4, 2 s for W = 8."""
    retention, size = scenario.retention, scenario.sample_size.constant
    values = window_draws(size, retention.length, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance**2 * values[generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums and sums of squares of single points about mu_0, without a law of the sample variance.

    At t = inf draws agree with the mean of their model, or have no fourth moment.
    """
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == 0:
        return 3 * unit
    if generation == np.inf:
        return window_mean_fourth_moment.reference(scenario, generation)
    size, length = scenario.sample_size.constant, scenario.retention.length
    return unit * draw_from_points(size, length, offset_of(scenario), int(generation))


CLAIM = Claim(
    id="gaussian-window-draw-fourth-moment",
    title="Fitted to the last W batches, the fourth moment of a value drawn from model t is the mean of a polynomial "
    "in squares and means of batches, whose products obey a linear recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=GAUSSIAN_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=window_mean_fourth_moment.limit,
    settles=window_mean_fourth_moment.settles,
    reach=reach,
    examples=(
        Example(setting(40, 4, "mle"), t=(2, 3, 4)),
        Example(setting(5, 3, "mle"), t=(1, 2, 3, 4, 7), simulate=False),
        Example(setting(10, 4, "unbiased"), t=(1, 2, 5), simulate=False),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5), t=(1, 3, 10), simulate=False),
        Example(setting(10, 1, "mle"), t=(1, 2, 8), simulate=False),
        Example(setting(1, 3, "mle"), t=(1, 2, 6), simulate=False),
        Example(setting(6, 3, "mle"), t=(40,), algebra=False, simulate=False),
        Example(setting(6, 8, "mle"), t=(5,), algebra=False, simulate=False),
        Example(setting(2, 2, "mle"), t=(0, 60), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "mle"), t=(1, 2, 20), algebra=False, simulate=False),
        Example(setting(2, 2, "offset", offset=40.0), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
