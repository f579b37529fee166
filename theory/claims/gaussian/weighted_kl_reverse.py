r"""With weight on fresh real points the divergence of the model from the source settles at a known value.

$E D_{KL}(p_t\Vert p_0)=\frac12[(U+D)/v_0-1-I_{\log}(t)]$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$ in closed form, and the
mean logarithm of $v_t/v_0$ an integral over the transform of $v_t$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, weighted_log_law
from theory.claims.gaussian.bounded_kl_reverse_lower import KL
from theory.claims.gaussian.moment_bounds import D, U, divergence_of_model
from theory.claims.gaussian.weighted import ERROR, VARIANCE, fit_of, setting
from theory.claims.gaussian.weighted import reference as moments
from theory.claims.gaussian.weighted_log_law import (
    WEIGHTED_LAW,
    I_log,
    log_from_transform,
    readings,
    transform_of_one_fit,
)
from theory.claims.gaussian.weighted_log_reference import expected
from theory.derivation import Derivation
from theory.laws.symbols import t, v0
from theory.laws.weighted_transform import mean_log
from theory.scenario import Scenario


def derive() -> Derivation:
    """The transform of one fit, the mean logarithm as an integral over it, and the divergence in three means."""
    d = Derivation("U(t) and D(t) are closed forms of their own; the mean log-variance is an integral.")
    transform_of_one_fit(d)
    log = log_from_transform(d)
    total = d.algebra(
        divergence_of_model(d).subs(log.lhs, log.rhs), ((U(t) + D(t) - v0) / v0 - I_log(t)) / 2, because="put together"
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    both = moment_bounds.bindings(U, D)(scenario, generation)
    return weighted_log_law.bindings(scenario, generation) | both


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits. Takes up to 0.3 s at t = 10^4, where w is small."""
    fit = fit_of(scenario)
    excess = fit.variance(generations) - 1 + fit.mean_squared_error(generations)
    return (excess - readings(scenario, mean_log, generations)) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Second moments of single training points; the logarithm by nested quadrature, then the recurrence backwards."""
    unit = mpf(repr(scenario.source.variance))
    both = moments(scenario, generation, VARIANCE) + moments(scenario, generation, ERROR)
    return (both / unit - 1 - expected(np.log, scenario, generation)) / 2


CLAIM = Claim(
    id="gaussian-weighted-kl-reverse",
    title="Weight on fresh real points holds the divergence of the model from the source: two closed forms and an "
    "integral",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=WEIGHTED_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2), algebra=False),
        Example(setting(10, 40, 0.39, "unbiased"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1,), simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(2,), algebra=False, simulate=False),
        Example(setting(40, 30, 0.05, "unbiased"), t=(0, 3, 20), algebra=False),
        Example(setting(30, 25, 0.7, "mle"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(2, 2, 0.5, "mle", variance=1e-6), t=(1,), simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1,), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1,), simulate=False),
        Example(setting(1000, 1000, 0.3, "mle"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(100_000, 1_000_000_000, 0.01, "unbiased"), t=(1,), algebra=False, simulate=False),
    ),
)  # fmt: skip
