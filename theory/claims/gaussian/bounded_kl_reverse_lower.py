r"""The divergence of the model from the source is at least that of a model with the mean variance and the mean error.

$\frac12[(U+D)/v_0-1-\log(U/v_0)]$ with $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$: what is missing is half of
$\log U-E\log v_t$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_reference import divergence
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    GAUSSIAN_FITS,
    MEAN_ERROR,
    MEAN_VARIANCE,
    VARIANCE,
    D,
    U,
    at_infinity,
    bindings,
    divergence_of_model,
    log_of_mean,
    moment,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

KL = E(sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)"))


def derive() -> Derivation:
    """The divergence in three means, and the largest value of one of them."""
    d = Derivation("The mean log-variance is the only part that the policy's known moments leave open.")
    in_means = divergence_of_model(d)
    largest = log_of_mean(d)
    bound = d.algebra(
        in_means.subs(largest.lhs, largest.rhs), ((U(t) + D(t) - v0) / v0 - sp.log(U(t)) + sp.log(v0)) / 2,
        because="so the mean divergence is at least this",
    )  # fmt: skip
    return d.concludes(sp.Ge(KL, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[(U + D)/v_0 - 1 - log(U/v_0)]/2 in nats, never negative; t counts fits."""
    unit = scenario.source.variance
    excess = moment(scenario, VARIANCE, generations) / unit - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.where(np.isinf(excess), np.inf, excess - np.log1p(excess))
    return (moment(scenario, ERROR, generations) / unit + width) / 2


CLAIM = Claim(
    id="gaussian-kl-reverse-lower-bound",
    title="The divergence of the model from the source is at least [(U + D)/v_0 - 1 - log(U/v_0)]/2, U = E v_t, D = "
    "E(mu_t - mu_0)^2",
    kind=Kind.LOWER_BOUND,
    statistic="kl_reverse",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE, MEAN_ERROR),
    derive=derive,
    bindings=bindings(U, D),
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: divergence(scenario, t),
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE, ERROR),
    reach=reach_of(VARIANCE, ERROR),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(1, 2), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2)),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1, 2)),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,), simulate=False),
        Example(replace.setting(10, "unbiased"), t=(5, 100), simulate=False),
        Example(replace.setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
