r"""The error of the mean of a chain that keeps all data has a finite fourth moment for ever.

$E(\mu_t-\mu_0)^4=\sum_k\left[6q_kE(\mu_{k-1}-\mu_0)^2v_{k-1}+3q_k^2Ev_{k-1}^2\right]$. Under forgetting it is bounded
where $E F^2<1$, so under maximum likelihood, and grows exponentially for the unbiased divisor.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import accumulate, factors_reference, forgetting, varying
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    evaluated,
    factors,
    forgets,
    law,
    powers_from_the_transform,
    reach,
    settled,
    solve_error_with_power,
    solve_fourth,
    solve_power,
    sums_settle,
)
from theory.claims.gaussian.factors_transform import bindings
from theory.claims.gaussian.one_fit import mu0, mut
from theory.derivation import Derivation
from theory.laws.symbols import E, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The means of v^2 and of the squared error times v, and the sum that they drive."""
    d = Derivation(INTRODUCTION)
    factors(d)
    powers_from_the_transform(d)
    solve_power(d, sp.Integer(2))
    solve_error_with_power(d, sp.Integer(1))
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), solve_fourth(d, v0**2), evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits."""
    return evaluated(scenario, generations, "fourth_error", 2)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, and where replaced ones grow fast; under forgetting where E F^2 < 1."""
    if not forgets(scenario):
        return settled(scenario, "fourth_error", 2)
    return scenario.source.variance * (scenario.source.variance * law(scenario).limiting_fourth_error)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of moments of (mu - mu_0, sqrt v)."""
    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * factors_reference.value(
        scenario, generation, lambda m: m[7]
    )


CLAIM = Claim(
    id="gaussian-factors-mean-fourth-moment",
    title="With all data kept the fourth moment of the error of the mean stays bounded for every divisor; under "
    "exponential forgetting it is bounded if and only if E F^2 < 1 for the factor F of one fit; "
    "for replaced data with sizes that vary it is the same sum over fits, which ends if 1/M_k has a finite sum",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=sums_settle,
    reach=reach,
    examples=(
        Example(accumulate.setting(100, first=25, divisor="unbiased"), t=(0, 1, 2)),
        Example(forgetting.setting(100, 0.3, "mle", variance=1e-6), t=(1, 3)),
        Example(accumulate.setting(50), t=(1, 2, 5), algebra=False),
        Example(accumulate.setting(5), t=(1, 2, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(1, 2, 5), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2), algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 1000), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(10_000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "unbiased"), t=(100, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10**9, 1e-3, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [60, 30, 100]}, "offset", offset=0.5), t=(1, 2, 3)),
        Example(varying.setting({"kind": "polynomial", "size": 60, "power": 1.0}, "mle"), t=(1, 5), algebra=False),
        Example(varying.setting({"kind": "geometric", "size": 4, "ratio": 1.5}),
                t=(2, 12), algebra=False, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"),
                t=(np.inf,), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150, 3]}, "mle"),
                t=(0, 1, 2, 4), algebra=False, simulate=False),
    ),
)  # fmt: skip
