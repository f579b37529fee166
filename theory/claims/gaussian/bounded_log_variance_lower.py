r"""The expected log-variance is at least what a convex recursion of one number gives, with real data, windows or pools.

$\Lambda(1)=E\log v_1$, and $\Lambda(t+1)$ is the mean logarithm of the next variance if the synthetic points were
drawn with variance $e^{\Lambda(t)}$ about the mean of the source. Nothing is lost where no real points come after the
first fit and none leave; otherwise what the means stray and the spread of $\log v_t$: stratified shares settle $0.30$
above the bound at M = 10 with 2 real points, $0.17$ at M = 50 with 5 (unbiased).
"""

import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import fresh_window, pool, real_share, weighted, window
from theory.claims.gaussian.bounded_log import GAUSSIAN_BATCHES, below, bindings, evaluate, limit, reach, settles
from theory.claims.gaussian.bounded_reference import mean_log
from theory.derivation import Derivation


def derive() -> Derivation:
    """The squares of a training set, the convexity of their logarithm, and the recursion."""
    d = Derivation(
        "Lambda(0) = log v_0; Lambda(1) = E log v_1, a fit to real points; then Lambda(t+1) = E log of the centred "
        "squares, over L, of a training set whose real points have variance v_0 and whose new synthetic ones have "
        "exp Lambda(t), about one mean. Older points count as fixed: kept real ones and the batches of a window with "
        "exp of the mean logarithm of their squares, a pool with its divisor times exp Lambda(t). With weights the "
        "variances of the two batches are mixed."
    )
    bound = below(d)
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


CLAIM = Claim(
    id="gaussian-log-variance-lower-bound",
    title="E log v_t >= Lambda(t), a convex recursion of one number, for real shares, weights, windows and pools: "
    "real data hold the log-variance",
    kind=Kind.LOWER_BOUND,
    statistic="log_variance",
    assumptions=GAUSSIAN_BATCHES,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: mean_log(scenario, t),
    limit=limit,
    settles=settles,
    reach=reach,
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(1, 2), simulate=False),
        Example(real_share.setting("stratified", 5, "offset", offset=-0.6, real=1), t=(1, 2), simulate=False),
        Example(real_share.setting("stratified", 8, "mle", real=8), t=(1,), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 3, 4)),
        Example(fresh_window.setting(10, 3, "mle", real=2), t=(1, 2)),
        Example(pool.setting([4, 30], [0, 0], "unbiased"), t=(2,), simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(weighted.setting(40, 30, 0.05, "unbiased"), t=(3,), simulate=False),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1, 2)),
    ),
)  # fmt: skip
