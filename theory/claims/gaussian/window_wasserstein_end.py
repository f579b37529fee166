r"""A window of batches ends at a point: the expected squared Wasserstein distance at $v_0$ and the error of the mean.

$E W_2^2\to v_0+E(\mu_\infty-\mu_0)^2$ for every divisor above $WM-\frac{2W}{W+1}$: $2v_0$ under maximum likelihood.
With $\Phi_W$ and $m_W$ the mean square of a point of the first full window, and of their mean, about $\mu_0$, weights
falling with the age of a batch, the error ends at $m_W+\frac{2W(\Phi_W-m_W)}{(W+1)(\delta-1)+2W}$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.gaussian import window_limit
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import squared_distance
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import ERROR, GAUSSIAN_WINDOW, VARIANCE, setting
from theory.claims.gaussian.window_limit import first_window_exactly, long_run
from theory.claims.gaussian.window_variance_ever_above_upper import m2, phi
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, M, W, delta, t, v0
from theory.laws.window_limit import room, window_limits
from theory.scenario import Scenario

VANISHES = Assumption(
    "the divisor is greater than the one that keeps the mean variance of the window, 2 W/(W+1) less than its points, "
    "and there are at least 2 points",
    lambda s: s.retention.kind == "window" and s.estimator.kind == "moments" and (s.sample_size.constant or 0) >= 2
    and room(s.retention.length, offset_of(s)) > 0,
)  # fmt: skip
above = delta - 1 + 2 * W / (W + 1)


def derive() -> Derivation:
    """Where both moments end, the root that vanishes, and the distance that is left."""
    d = Derivation("At the end nothing is left of the variance, and the mean has come to rest.")
    long_run(d)
    total = sp.Symbol("S", positive=True)
    found = M * W * (W + 1) * (phi - m2) / (2 * above)
    error = d.algebra(
        m2 + (4 / (W + 1) ** 2 / M * total).subs(total, found), m2 + 2 * W / (W + 1) * (phi - m2) / above,
        because="where D ends, as Phi_W - m_W, the difference at the first full window, is the sum S times what it "
        "takes from it: U ends at 0",
    ).rhs  # fmt: skip
    squared_distance(d)
    d.given(
        E(sp.sqrt(v(t))), sp.sqrt(E(v(t))), relation=r"\le", source="jensen1906fonctions", check=roots_lie_below,
        because="a root is concave: where E v_t ends at 0 so does the mean standard deviation",
    )  # fmt: skip
    left = d.algebra(v0 + error, v0 + m2 + 2 * W * (phi - m2) / ((W + 1) * (delta - 1) + 2 * W), because="v_0 and D")
    return d.concludes(sp.Eq(W2, left.rhs, evaluate=False))


def roots_lie_below() -> list[Verdict]:
    """The mean root of two-point laws beside the root of the mean."""
    return [at_most((a**0.5 + b**0.5) / 2, ((a + b) / 2) ** 0.5) for a, b in ((0.0, 2.0), (1.0, 5.0))]


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """The symbols of the statement, exactly."""
    offset, length, unit = offset_of(scenario), scenario.retention.length, exact(scenario.source.variance)
    square, mean = first_window_exactly(scenario.sample_size.constant, length, offset)
    shift = sp.Rational(offset.numerator, offset.denominator)
    return {W: length, delta: shift, v0: unit, phi: unit * square, m2: unit * mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """0 for the source, of which no fit has been made: all that is asked."""
    return np.where(generations == 0, 0.0, np.nan)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 and the error of the mean that came to rest, in squared data units."""
    last = window_limits(scenario.sample_size.constant, scenario.retention.length, offset_of(scenario))
    return scenario.source.variance * (1 + last[ERROR])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Squares and products of points, iterated: both moments, without a mean standard deviation if v_t vanishes."""
    if generation == 0:
        return mpf(0)
    variance, error = (window_limit.reference(scenario, which) for which in (VARIANCE, ERROR))
    return mpf(repr(scenario.source.variance)) + variance + error


CLAIM = Claim(
    id="gaussian-window-wasserstein2-squared-end",
    title="Fitted to the last W batches, the expected squared Wasserstein distance ends at v_0 and the final error of "
    "the mean, if the divisor lets the mean variance vanish: at 2 v_0 under maximum likelihood (t = inf)",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=(*GAUSSIAN_WINDOW, VANISHES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0,
    examples=(
        Example(setting(10, 2, "mle"), t=(np.inf,), simulate=False),
        Example(setting(5, 3, "unbiased"), t=(np.inf,), simulate=False),
        Example(setting(4, 3, "offset", offset=-0.25), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
