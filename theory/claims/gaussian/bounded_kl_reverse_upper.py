r"""A log-variance that is bounded below bounds the divergence of the model from the source from above.

$\frac12[(U+D)/v_0-1-\Lambda(t)+\log v_0]$ with $U=E v_t$, $D=E(\mu_t-\mu_0)^2$ and the recursion
$\Lambda(t)\le E\log v_t$; too large by half of what that loses.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian import bounded_log, fresh_window, pool, real_share, window
from theory.claims.gaussian.bounded_kl_reverse_lower import KL
from theory.claims.gaussian.bounded_log import GAUSSIAN_BATCHES, Lambda, below
from theory.claims.gaussian.bounded_reference import divergence
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    MEAN_ERROR,
    MEAN_VARIANCE,
    VARIANCE,
    D,
    U,
    bindings,
    divergence_of_model,
    moment,
)
from theory.derivation import Derivation
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of the log-variance, and the divergence in three means."""
    d = Derivation("The mean log-variance enters with a minus sign: its lower bound leads to an upper one.")
    least = below(d)
    in_means = divergence_of_model(d)
    bound = d.algebra(
        in_means.subs(least.lhs, least.rhs), ((U(t) + D(t) - v0) / v0 - Lambda(t) + sp.log(v0)) / 2,
        because="so the mean divergence is at most this",
    )  # fmt: skip
    return d.concludes(sp.Le(KL, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[(U + D)/v_0 - 1 - Lambda + log v_0]/2 in nats; t counts fits. Takes up to 2 s at t = 10^4 (Lambda)."""
    return _bound(scenario, generations, bounded_log.evaluate(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The same of the limits; infinite where a moment is, or where the log-variance is not bounded below."""
    return float(_bound(scenario, np.array([np.inf]), np.array([bounded_log.limit(scenario)]))[0])


def _bound(
    scenario: Scenario, generations: Float[np.ndarray, " T"], log_variance: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    unit = scenario.source.variance
    known = (moment(scenario, VARIANCE, generations) + moment(scenario, ERROR, generations)) / unit - 1
    narrow = np.where(np.isposinf(log_variance), 0.0, log_variance - np.log(unit))
    return np.where(np.isinf(known), np.inf, (known - narrow) / 2)


CLAIM = Claim(
    id="gaussian-kl-reverse-upper-bound",
    title="The divergence of the model from the source is at most [(U + D)/v_0 - 1 - Lambda + log v_0]/2, Lambda <= E "
    "log v_t",
    kind=Kind.UPPER_BOUND,
    statistic="kl_reverse",
    assumptions=(*GAUSSIAN_BATCHES, MEAN_VARIANCE, MEAN_ERROR),
    derive=derive,
    bindings=lambda scenario, t, at=None: {**bindings(U, D)(scenario, t), **bounded_log.bindings(scenario, t)},
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: divergence(scenario, t),
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
