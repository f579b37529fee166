r"""A log-variance that is bounded below bounds the expected squared Wasserstein distance from above.

$E\sqrt{v_t}\ge e^{\Lambda(t)/2}$ with the recursion $\Lambda$ of the log-variance, so that the distance is bounded
also where the second moment of $v_t$ is unknown or infinite.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian import bounded_log, fresh_window, pool, real_share, window
from theory.claims.gaussian.bounded_log import GAUSSIAN_BATCHES, Lambda, below
from theory.claims.gaussian.bounded_reference import distance
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    MEAN_ERROR,
    MEAN_VARIANCE,
    VARIANCE,
    D,
    U,
    bindings,
    moment,
    squared_distance,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of the log-variance, the distance in three means, and the exponential of a mean."""
    d = Derivation("The mean standard deviation is at least the exponential of half the mean log-variance.")
    below(d)
    squared_distance(d)
    bound = d.given(
        W2, D(t) + U(t) + v0 - 2 * sp.sqrt(v0) * sp.exp(Lambda(t) / 2), relation=r"\le",
        source="jensen1906fonctions", check=exponentials_are_convex,
        because="E sqrt(v_t) = E exp(log(v_t)/2) >= exp(E log(v_t)/2)",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def exponentials_are_convex() -> list[Verdict]:
    """The exponential of the mean of two numbers against the mean of their exponentials."""
    return [at_most(np.exp((a + b) / 2), (np.exp(a) + np.exp(b)) / 2) for a in (-9.0, 0.0) for b in (-1.0, 0.1, 3.0)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """D + U + v_0 - 2 sqrt(v_0) exp(Lambda/2) in squared data units; t counts fits. Takes up to 2 s at t = 10^4."""
    return _bound(scenario, generations, bounded_log.evaluate(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The same of the limits."""
    return float(_bound(scenario, np.array([np.inf]), np.array([bounded_log.limit(scenario)]))[0])


def _bound(
    scenario: Scenario, generations: Float[np.ndarray, " T"], log_variance: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    unit = scenario.source.variance
    known = moment(scenario, VARIANCE, generations) + moment(scenario, ERROR, generations)
    root = np.exp(np.where(np.isinf(known), 0.0, log_variance) / 2)
    return known + unit - 2 * np.sqrt(unit) * root


CLAIM = Claim(
    id="gaussian-wasserstein2-squared-upper-bound-by-log-variance",
    title="The expected squared Wasserstein distance is at most D + U + v_0 - 2 sqrt(v_0) exp(Lambda/2), Lambda "
    "<= E log v_t",
    kind=Kind.UPPER_BOUND,
    statistic="wasserstein2_squared",
    assumptions=(*GAUSSIAN_BATCHES, MEAN_VARIANCE, MEAN_ERROR),
    derive=derive,
    bindings=lambda scenario, t, at=None: {**bindings(U, D)(scenario, t), **bounded_log.bindings(scenario, t)},
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: distance(scenario, t),
    limit=limit,
    settles=bounded_log.settles,
    reach=lambda scenario: min(reach_of(VARIANCE, ERROR)(scenario), bounded_log.reach(scenario)),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(1, 2), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2)),
        Example(fresh_window.setting(10, 3, "mle", real=2), t=(1, 2), simulate=False),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1, 2)),
    ),
)  # fmt: skip
