r"""Where everything is kept, in batches of any sizes, the fourth moment of a draw follows from five means.

$E(X_t-\mu_0)^4=E d_t^4+6\,E v_td_t^2+3\,E v_t^2$, $d_t=\mu_t-\mu_0$, by the recursion whose coefficients change with
the pool.
"""

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool, pool_limit, pool_variance_second_moment
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.pool import GAUSSIAN_POOL, RUNNING_OUT, SMALL, constant, growing, setting
from theory.claims.gaussian.pool_mean_fourth_moment import CLAIM as MEAN
from theory.claims.gaussian.pool_squares import DIGITS, after_fits
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import FOURTH, JOINT, SQUARE
from theory.derivation import Derivation
from theory.laws.growing_pool_squares import pool_draws
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; the mean over a draw."""
    fourth = MEAN.derivation
    d = Derivation(fourth.introduction)
    d.steps += fourth.steps
    return by_means(d)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by iterating the five equations."""
    return pool_variance_second_moment.bindings(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits. Steps through all of them: 40 ms for 10 000."""
    retention = scenario.retention

    def batches(k: int) -> tuple[int, int]:
        return retention.real_points(k), retention.synthetic_points(k)

    values = pool_draws(batches, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance**2 * values[generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature, and iterated.

    At t = inf whether the values approach it with each doubling of t.
    """
    with mpmath.workdps(DIGITS):
        unit = mpmath.mpf(repr(scenario.source.variance)) ** 2

        def value(fit: int) -> mpmath.mpf:
            means = after_fits(scenario, fit)
            return unit * (means[FOURTH] + 6 * means[JOINT] + 3 * means[SQUARE])

        return pool_limit.settled(scenario, 3 * unit, value) if generation == np.inf else value(int(generation))


def limit(scenario: Scenario, at: None = None) -> float:
    """3 v_0^2 where real points keep pulling the pool back, else what early models left."""
    return pool_limit.end(scenario, 3 * scenario.source.variance**2, lambda t_: evaluate(scenario, t_))


CLAIM = Claim(
    id="gaussian-pool-draw-fourth-moment",
    title="With everything kept in unequal batches, the fourth moment of a value drawn from model t obeys a linear "
    "recursion of five means (t from 1 on)",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=GAUSSIAN_POOL,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.ends,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting(*RUNNING_OUT, "mle"), t=(1, 2, 6, 10)),
        Example(setting(*SMALL, "unbiased", variance=1e-6), t=(2, 5), simulate=False),
        Example(setting(*SMALL, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(setting(constant(5), constant(10), "mle"), t=(2, 10), simulate=False),
        Example(setting(*SMALL, "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], "unbiased"), t=(2, 3), simulate=False),
        Example(setting([1, 1, 1], [0, 1, 1], "mle"), t=(2, 3), simulate=False),
        Example(setting(constant(20), constant(5), "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(5), growing(900, 1e4), "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
