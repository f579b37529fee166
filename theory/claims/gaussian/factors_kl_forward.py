r"""The divergence of the source from the model is finite if and only if the first fit has four real points or more,
and every fit where data are replaced and sample sizes vary.

$E D_{KL}(p_0\Vert p_t)=\frac12\left[E\frac{v_0+(\mu_t-\mu_0)^2}{v_t}-1+E\log\frac{v_t}{v_0}\right]$. Only the first
factor comes near 0, all later ones are bounded from below, so that $E[1/v_t]$ is infinite for three points or fewer and
finite ever after for four. With all data kept it then has a finite limit; under forgetting it grows without bound.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import accumulate, factors_reference, forgetting, varying, window
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    evaluated,
    factors,
    forgets,
    powers_from_the_transform,
    reach,
    replaces,
    settled,
    solve_error_with_power,
    solve_power,
    sums_settle,
)
from theory.claims.gaussian.factors_kl_reverse import solve_logarithm
from theory.claims.gaussian.factors_transform import bindings
from theory.claims.gaussian.one_fit import divergence_from_source, mellin, order
from theory.claims.gaussian.replace_kl_forward import divergence
from theory.claims.gaussian.replace_kl_forward import reciprocal_moment_exists as moment_exists
from theory.derivation import Derivation
from theory.laws.symbols import E, L, nu, v0
from theory.scenario import Scenario

reciprocal_moment_exists = cache(moment_exists)


def derive() -> Derivation:
    """The divergence as an integral; the means of 1/v_t, of the error over v_t and of log v_t; their sum."""
    d = Derivation(INTRODUCTION)
    divergence_from_source(d)
    factors(d)
    d.algebra(
        sp.Subs(mellin(d) / L**order, order, -1), L / (nu - 2),
        because="the mean of 1/F_1, nu = N_1 - 1: the integral converges if N_1 > 3 and no model has a finite mean "
        "precision otherwise; a later factor is at least (L - M)/L, or 1 - g, or asks the same of its M_k points",
    )  # fmt: skip
    powers_from_the_transform(d)
    logarithm = solve_logarithm(d)
    narrow, strayed = solve_power(d, sp.Integer(-1)), solve_error_with_power(d, sp.Integer(-1))
    total = d.algebra(
        (v0 * narrow + v0 * strayed - v0 + v0 * logarithm) / (2 * v0), (narrow + strayed - 1 + logarithm) / 2,
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits."""
    return evaluated(scenario, generations, "divergence_of_source")


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite for kept data, or replaced ones that grow fast, the first four of them real; infinite otherwise."""
    return settled(scenario, "divergence_of_source") if not forgets(scenario) else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of the means of 1/v, (mu - mu_0)^2/v and log v."""
    latest = int(generation) if np.isfinite(generation) else 1  # sizes that have an end grow
    fits = scenario.sample_size.schedule(latest) if replaces(scenario) else [scenario.first_size]
    if generation > 0 and not all(reciprocal_moment_exists(int(size) - 1) for size in fits):
        return mpf(mpmath.inf)
    return factors_reference.value(scenario, generation, lambda m: (m[8] + m[9] - m[12] + m[10]) / 2)


CLAIM = Claim(
    id="gaussian-factors-kl-forward",
    title="The expected divergence of the source from the model is finite if and only if the first fit, and every fit "
    "if data are replaced, has 4 points or more; with all data kept it then tends to a finite limit, under exponential "
    "forgetting it grows without bound",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=sums_settle,
    reach=reach,
    examples=(
        Example(accumulate.setting(10, first=25, divisor="unbiased", variance=1e-6), t=(0, 1, 3)),
        Example(forgetting.setting(30, 0.3, "mle"), t=(1, 2, 10)),
        Example(forgetting.setting(30, 0.9, "offset", offset=0.5), t=(1, 3)),
        Example(window.setting(8, 3, "unbiased"), t=(2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(1, 4, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=4), t=(1, 2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2, 4), algebra=False, simulate=False),
        Example(forgetting.setting(4, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 100), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(3, 0.3, "mle"), t=(0, 1, 7, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(4, 0.1, "offset", offset=-2.0), t=(100,), algebra=False, simulate=False),
        Example(forgetting.setting(10**9, 1e-3, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5), t=(1, 2, 3)),
        Example(varying.setting({"kind": "polynomial", "size": 30, "power": 1.0}, "mle"), t=(1, 5), algebra=False),
        Example(varying.setting({"kind": "geometric", "size": 4, "ratio": 1.5}),
                t=(2, 12), algebra=False, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"),
                t=(np.inf,), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150, 3]}, "mle"),
                t=(0, 1, 2, 4), algebra=False, simulate=False),
    ),
)  # fmt: skip
