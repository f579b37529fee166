r"""The expected log-variance is at most $\log E v_t$, under every policy whose expected variance is known.

The gap is about half the squared relative spread of $v_t$ over chains: $0.01$ where a share of real data holds the
variance within a seventh, as wide as the log-variance itself where the mean is carried by rare chains.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import accumulate, pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_reference import mean_log
from theory.claims.gaussian.moment_bounds import (
    GAUSSIAN_FITS,
    MEAN_VARIANCE,
    VARIANCE,
    U,
    at_infinity,
    bindings,
    log_of_mean,
    moment,
)
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tangent of the logarithm at the mean."""
    d = Derivation("Only the mean of v_t is used, so that the policy does not matter: U(t) is what is known of it.")
    bound = log_of_mean(d)
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """log E v_t; t counts fits. Minus infinity where the mean vanishes."""
    with np.errstate(divide="ignore"):
        return np.log(moment(scenario, VARIANCE, generations))


CLAIM = Claim(
    id="gaussian-log-variance-upper-bound",
    title="The expected log-variance is at most the logarithm of the expected variance, whatever the policy",
    kind=Kind.UPPER_BOUND,
    statistic="log_variance",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE),
    derive=derive,
    bindings=bindings(U),
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: mean_log(scenario, t),
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE),
    reach=reach_of(VARIANCE),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1, 2)),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2)),
        Example(pool.setting(*pool.SMALL, "mle"), t=(1, 2)),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,)),
        Example(replace.setting(10, "mle"), t=(0, 5, 100), simulate=False),
        Example(accumulate.setting(10, divisor="mle"), t=(3, 40), simulate=False),
        Example(replace.setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
