r"""With all data kept the squared Wasserstein distance has a finite mean for ever; forgetting only slows its growth.

$E W_t^2=E(\mu_t-\mu_0)^2+E(\sqrt{v_t}-\sqrt{v_0})^2$, sums and products over independent factors. For a large sample it
tends to $\frac{\pi^2}6\cdot\frac{3v_0}{2M}$ with equal batches kept: that of one fit, times the constant of every
accumulation.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import accumulate, factors_reference, forgetting, varying, window
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    evaluated,
    factors,
    forgets,
    half,
    law,
    powers_from_the_transform,
    reach,
    settled,
    solve_error,
    solve_power,
    sums_settle,
)
from theory.claims.gaussian.factors_transform import bindings
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.derivation import Derivation
from theory.laws.symbols import E, v0, z
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance as a coupling of quantiles, its three means, and their sum."""
    d = Derivation(INTRODUCTION)
    root = sp.Symbol("s_t", positive=True)  # sqrt v_t
    coupled = d.given(
        distance**2, sp.Integral((mut + root * z - mu0 - sp.sqrt(v0) * z) ** 2 * NORMAL, (z, -sp.oo, sp.oo)),
        source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles: one z serves both laws",
    )  # fmt: skip
    d.algebra(
        coupled.rhs, (mu0 - mut) ** 2 + root**2 + v0 - 2 * sp.sqrt(v0) * root,
        because="the integral, arranged by what has a known expectation",
    )  # fmt: skip
    factors(d)
    powers_from_the_transform(d)
    error, mean, mean_root = solve_error(d), solve_power(d, sp.Integer(1)), solve_power(d, half)
    total = d.algebra(
        v0 * error + v0 * mean + v0 - 2 * sp.sqrt(v0) * sp.sqrt(v0) * mean_root,
        v0 * (1 + mean + error - 2 * mean_root),
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(distance**2), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units; t counts fits."""
    return evaluated(scenario, generations, "distance", 1)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite for kept data, or replaced ones that grow fast; under forgetting for a divisor above M - 1 alone."""
    if not forgets(scenario):
        return settled(scenario, "distance", 1)
    return scenario.source.variance * law(scenario).limiting_distance


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the means of sqrt v, v and (mu - mu_0)^2."""
    unit = mpmath.mpf(repr(scenario.source.variance))
    return unit * factors_reference.value(scenario, generation, lambda m: m[4] + m[1] - 2 * m[0] + m[12])


CLAIM = Claim(
    id="gaussian-factors-wasserstein2-squared",
    title="With all data kept the expected squared Wasserstein distance stays bounded for every divisor; under "
    "exponential forgetting it is bounded for divisors above M - 1 alone; "
    "for replaced data with sizes that vary it is the same sum over fits, which ends if 1/M_k has a finite sum",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=sums_settle,
    reach=reach,
    examples=(
        Example(accumulate.setting(5), t=(0, 1, 2)),
        Example(accumulate.setting(10, first=25, divisor="unbiased", variance=1e-6), t=(1, 3)),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 2, 10, 50)),
        Example(forgetting.setting(5, 0.9, "offset", offset=0.5), t=(1, 3, 12)),
        Example(window.setting(8, 3, "unbiased"), t=(2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(1, 2, 5), algebra=False),
        Example(accumulate.setting(5), t=(101, 1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(1, 2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000, first=2), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "unbiased"), t=(1000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(4, 0.1, "offset", offset=-2.0), t=(100, np.inf), algebra=False, simulate=False),
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
