r"""A value drawn from model $t$ keeps a finite fourth moment for ever where all data are kept.

$E(X_t-\mu_0)^4=E d_t^4+6\,E d_t^2v_t+3\,E v_t^2$, $d_t=\mu_t-\mu_0$, each in closed form through the moments of the
independent factors. Under forgetting it is bounded where $E F^2<1$, so under maximum likelihood, and grows
exponentially for the unbiased divisor.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import accumulate, factors_reference, forgetting, varying
from theory.claims.gaussian.draw_fourth import FOURTH_OF_DRAW, of_a_draw
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    error_with_power,
    evaluated,
    factors,
    forgets,
    fourth_error,
    law,
    mean_power,
    powers_from_the_transform,
    reach,
    settled,
    solve_error_with_power,
    solve_fourth,
    solve_power,
    sums_settle,
)
from theory.claims.gaussian.factors_transform import bindings
from theory.derivation import Derivation
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The means of v^2, of the squared error times v and of its fourth power, as a draw takes them."""
    d = Derivation(INTRODUCTION)
    factors(d)
    powers_from_the_transform(d)
    square = solve_power(d, sp.Integer(2))
    joint = solve_error_with_power(d, sp.Integer(1))
    fourth = solve_fourth(d)
    of_a_draw(d)
    said = sp.Add(
        v0**2 * fourth_error(), 6 * v0**2 * error_with_power(sp.Integer(1)), 3 * v0**2 * mean_power(sp.Integer(2), t)
    )
    d.algebra(v0**2 * (fourth + 6 * joint + 3 * square), said, because="the three put in, in data units")
    return d.concludes(sp.Eq(FOURTH_OF_DRAW, said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits, and model 0 is the source."""
    source = 3 * scenario.source.variance**2
    return np.where(generations > 0, evaluated(scenario, generations, "fourth_of_draw", 2), source)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite for kept data, or replaced ones that grow fast; else that of the error of the mean, if E F^2 < 1."""
    if not forgets(scenario):
        return settled(scenario, "fourth_of_draw", 2)
    return scenario.source.variance * (scenario.source.variance * law(scenario).limiting_fourth_error)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of moments of (mu - mu_0, sqrt v)."""
    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * factors_reference.value(
        scenario, generation, lambda m: m[7] + 6 * m[6] + 3 * m[3]
    )


CLAIM = Claim(
    id="gaussian-factors-draw-fourth-moment",
    title="With all data kept the fourth moment of a value drawn from model t stays bounded for every divisor; under "
    "exponential forgetting it is bounded if and only if E F^2 < 1 for the factor F of one fit; "
    "for replaced data with sizes that vary it is the same sum over fits, which ends if 1/M_k has a finite sum",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
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
        Example(accumulate.setting(5), t=(1, 2, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(1, 2, 5), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2), algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 1000), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(0, 10_000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "unbiased"), t=(100, np.inf), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [60, 30, 100]}, "offset", offset=0.5), t=(1, 2, 3)),
        Example(varying.setting({"kind": "geometric", "size": 4, "ratio": 1.5}),
                t=(2, 12), algebra=False, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"),
                t=(np.inf,), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150, 3]}, "mle"),
                t=(0, 1, 2, 4), algebra=False, simulate=False),
    ),
)  # fmt: skip
