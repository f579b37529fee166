r"""A mean variance below the source's bounds the divergence of the source from the model from below.

$E D_{KL}(p_0\Vert p_t)\ge\frac12[v_0/u-1+\log(u/v_0)]$, $u=\min(E v_t,v_0)$: the divergence of a narrower model with
the right mean. The spread of $v_t$ over chains and the error of the mean come on top.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import pool, real_share, replace, subsample, window
from theory.claims.gaussian.bounded_forward_reference import divergence_of_source
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
from theory.claims.gaussian.one_fit import divergence_from_source
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, t, v0, y
from theory.scenario import Scenario

KL = E(sp.Symbol(r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)"))
least = sp.Min(U(t), v0)


def derive() -> Derivation:
    """The divergence as an integral; the part without the mean is convex in log v_t, and falls below v_0."""
    d = Derivation(
        "Half of exp(-y) + y - 1, y = log(v_t/v_0), and of (mu_t - mu_0)^2/v_t: only the first part is used."
    )
    divergence_from_source(d)
    d.algebra(
        sp.Derivative(sp.exp(-y) + y, y), 1 - sp.exp(-y), because="falling for y < 0, and convex: its slope grows"
    )  # fmt: skip
    log_of_mean(d)
    bound = d.given(
        KL, (v0 / least - 1 + sp.log(least / v0)) / 2, relation=r"\ge", source="jensen1906fonctions",
        check=narrow_laws,
        because="the mean of a convex function is at least its value at E y, which is at most log(U/v_0)",
    )  # fmt: skip
    return d.concludes(sp.Ge(KL, bound.rhs, evaluate=False))


def narrow_laws() -> list[Verdict]:
    """1/v + log v for two-point laws of mean below 1."""
    pairs = [(0.1, 1.2), (0.5, 0.9), (0.01, 1.9)]
    return [at_most(2 / (a + b) + np.log((a + b) / 2), (1 / a + np.log(a) + 1 / b + np.log(b)) / 2) for a, b in pairs]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[v_0/u - 1 + log(u/v_0)]/2 in nats, u = min(U, v_0); t counts fits."""
    short = np.minimum(moment(scenario, VARIANCE, generations) / scenario.source.variance - 1, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (-short / (1 + short) + np.log1p(short)) / 2
    return np.where(short <= -1, np.inf, value)


CLAIM = Claim(
    id="gaussian-kl-forward-lower-bound",
    title="The divergence of the source from the model is at least [v_0/u - 1 + log(u/v_0)]/2, u = min(E v_t, v_0)",
    kind=Kind.LOWER_BOUND,
    statistic="kl_forward",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE),
    derive=derive,
    bindings=bindings(U),
    evaluate=evaluate,
    reference=divergence_of_source,
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE),
    reach=reach_of(VARIANCE),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(1,), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1,), simulate=False),
        Example(window.setting(10, 4, "mle"), t=(1,), simulate=False),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1,), simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,), simulate=False),
        Example(replace.setting(10, "mle"), t=(1, 5, 100), simulate=False),
        Example(replace.setting(50, "offset", offset=20.0), t=(1, 3)),
        Example(replace.setting(10, "unbiased"), t=(0, 5, np.inf), algebra=False, simulate=False),
        Example(replace.setting(10, "mle"), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
