r"""With a share of real points the divergence of the model from the source settles at a known value.

$E D_{KL}(p_t\Vert p_0)=\frac12[(U+D)/v_0-1-I_{\log}(t)]$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$ in closed form, and the
mean logarithm of $v_t/v_0$ an integral over the transform of $v_t$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, real_share_law
from theory.claims.gaussian.bounded_kl_reverse_lower import KL
from theory.claims.gaussian.bounded_reference import second_moments
from theory.claims.gaussian.moment_bounds import D, U, divergence_of_model
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_law import REAL_SHARE_LAW, excess, joint_law_of_one_fit, readings
from theory.claims.gaussian.real_share_law_reference import LOG, mean
from theory.claims.gaussian.weighted_log_law import I_log, log_from_transform
from theory.derivation import Derivation
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, the mean logarithm as an integral over its transform, the divergence in three means."""
    d = Derivation("U(t) and D(t) are closed forms of their own; the mean log-variance is an integral.")
    joint_law_of_one_fit(d)
    log = log_from_transform(d)
    total = d.algebra(
        divergence_of_model(d).subs(log.lhs, log.rhs), ((U(t) + D(t) - v0) / v0 - I_log(t)) / 2, because="put together"
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    both = moment_bounds.bindings(U, D)(scenario, generation)
    return real_share_law.bindings(scenario, generation) | both


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits. Takes some 0.3 s for a new setting, 1.5 s with scheme "iid"."""
    logs = readings(scenario, lambda law, t: law.mean_log(t), generations)
    return (excess(scenario, generations) - logs) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Second moments of single training points; the logarithm by plain quadrature of up to three fits."""
    moments = second_moments(scenario, generation) / mpf(repr(scenario.source.variance))
    return (moments - 1 - mean(LOG, scenario, generation)) / 2


CLAIM = Claim(
    id="gaussian-real-share-kl-reverse",
    title="A share of real points, fresh or kept, holds the divergence of the model from the source: two closed forms "
    "and an integral",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=REAL_SHARE_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting("fixed", 50, "mle", real=10), t=(1,)),
        Example(setting("fixed", 50, "mle", real=10), t=(2,), algebra=False),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2)),
        Example(setting("stratified", 50, "mle", real=5), t=(0, 3), algebra=False, simulate=False),
        Example(setting("iid", 20, "unbiased", share=0.5), t=(1, 2), algebra=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
