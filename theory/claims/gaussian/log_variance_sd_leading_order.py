r"""For many points the standard deviation of $\log v_t$ over chains is $\sqrt{R/U^2-1}$, whatever the policy.

$U=E v_t$ and $R=E v_t^2$ are known of every policy but a pool with a budget. A stratified share of a fifth of a hundred
points settles at 0.240, where 0.234 is true (maximum likelihood).
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian import accumulate, forgetting, pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.moment_bounds import SQUARE, VARIANCE, R, U, at_infinity, bindings
from theory.claims.gaussian.nearly_normal import (
    NEARLY_NORMAL,
    NO_COPIES,
    REGIME,
    lasting,
    promised,
    spread,
    spread_of_logarithm,
    squared_spread,
)
from theory.claims.gaussian.nearly_normal_reference import log_spread
from theory.derivation import Derivation
from theory.laws.symbols import t
from theory.notation import Asymptotically
from theory.scenario import Scenario

deviation = sp.Symbol(r"\operatorname{sd}[\log v_t]")


def derive() -> Derivation:
    """The logarithm about the mean, and what its first term leaves out."""
    d = Derivation("Chains lie close together after few fits to many points: a logarithm is nearly a straight line.")
    spread_of_logarithm(d)
    root = d.algebra(
        sp.sqrt((R(t) - U(t) ** 2) / U(t) ** 2), sp.sqrt(spread), because="the standard deviation is its root"
    )
    return d.concludes(Asymptotically(deviation, root.rhs))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """(R/U^2 - 1)^(1/2); t counts fits.

    Takes 0.3 s at t = 10^4 in a window of 8 batches, milliseconds elsewhere.
    """
    return np.sqrt(squared_spread(scenario, generations))


CLAIM = Claim(
    id="gaussian-log-variance-sd-leading-order",
    title="For many points the standard deviation of the log-variance over chains is the relative one of the variance, "
    "whatever the policy",
    kind=Kind.ASYMPTOTIC,
    statistic="log_variance_sd",
    assumptions=(*NEARLY_NORMAL, NO_COPIES),
    derive=derive,
    bindings=bindings(U, R),
    evaluate=evaluate,
    reference=log_spread,
    limit=at_infinity(evaluate),
    settles=lasting(),
    reach=reach_of(VARIANCE, SQUARE),
    error=promised(1.0),
    regime=REGIME,
    tolerance=1e-10,
    examples=(
        Example(real_share.setting("stratified", 50, "mle", real=5), t=(1, 2), algebra=False),
        Example(real_share.setting("stratified", 10**5, "mle", share=0.1), t=(1, 2), algebra=False, simulate=False),
        Example(real_share.setting("iid", 12, "unbiased", share=0.4), t=(0, 1, 2), algebra=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), algebra=False, simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2), algebra=False),
        Example(pool.setting(pool.constant(5), pool.constant(10), "mle"), t=(1, 2), algebra=False),
        Example(subsample.setting(8, False, "unbiased"), t=(0, 1), algebra=False, simulate=False),
        Example(weighted.setting(20, 80, 0.39, "unbiased"), t=(1, 2, 10)),
        Example(weighted.setting(100, 100, 0.05, "mle"), t=(5, 200, np.inf), algebra=False, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(2, np.inf), algebra=False, simulate=False),
        Example(replace.setting(100, "mle"), t=(1, 10, 100), algebra=False, simulate=False),
        Example(accumulate.setting(50), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(100, 0.3, "mle"), t=(1, 20), algebra=False, simulate=False),
    ),
)  # fmt: skip
