r"""Over chains that keep all data the squared Wasserstein distance has a finite variance for ever.

In $d=\mu_t-\mu_0$ and $s=\sqrt{v_t}$ it is a sum of moments up to the fourth order, all of them sums and products over
independent factors, as odd powers of what a fit adds to the mean have none. Under forgetting it is bounded where
$E F^2<1$, so under maximum likelihood, and grows exponentially for the unbiased divisor.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, numeric_value
from theory.claims.gaussian import accumulate, factors_reference, forgetting, varying
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    error_with_power,
    evaluated,
    factors,
    forgets,
    fourth_error,
    half,
    law,
    powers_from_the_transform,
    reach,
    settled,
    solve_error,
    solve_error_with_power,
    solve_fourth,
    solve_power,
    strayed,
    sums_settle,
)
from theory.claims.gaussian.factors_transform import bindings as functions
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.claims.gaussian.replace_wasserstein_variance import A, B, C, Q
from theory.derivation import Derivation
from theory.laws.symbols import v0
from theory.scenario import Scenario

one, two = sp.Integer(1), sp.Integer(2)
SUMS = {A: strayed(), B: error_with_power(one), C: error_with_power(half), Q: fourth_error()}


def derive() -> Derivation:
    """The square of the distance in d and s, the moments of both together, and their sum."""
    d = Derivation(INTRODUCTION)
    s, e = sp.symbols("s d", real=True)
    d.given(
        distance**2 / v0, e**2 + (s - 1) ** 2, source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles; in units of v_0",
    )  # fmt: skip
    d.algebra(
        (e**2 + (s - 1) ** 2) ** 2, e**4 + 2 * e**2 * (s**2 - 2 * s + 1) + s**4 - 4 * s**3 + 6 * s**2 - 4 * s + 1,
        because="so moments of s up to the fourth are wanted, and those of d^2, d^2 s, d^2 s^2, d^4",
    )  # fmt: skip
    factors(d)
    powers_from_the_transform(d)
    root, mean, cubed, square = (solve_power(d, p) for p in (half, one, 3 * half, two))
    solve_error(d)
    d.define(A, SUMS[A], "E d^2")
    solve_error_with_power(d, one)
    d.define(B, SUMS[B], "E d^2 s^2")
    solve_error_with_power(d, half)
    d.define(C, SUMS[C], "E d^2 s")
    d.define(Q, solve_fourth(d), "E d^4")
    width = square - 4 * cubed + 6 * mean - 4 * root + 1
    total = d.algebra(
        v0**2 * (Q + 2 * B - 4 * C + 2 * A + width) - (v0 * (A + mean - 2 * root + 1)) ** 2,
        v0**2 * (Q + 2 * (B - 2 * C + A) + width - (A + mean - 2 * root + 1) ** 2),
        because="the mean square less the squared mean",
    )  # fmt: skip
    return d.concludes(sp.Eq(sp.Function("Var")(distance**2), total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The functions of a statement, and the sums as the derivation defines them."""
    given = functions(scenario, generation)
    return given | {symbol: sp.Float(numeric_value(value, given), 30) for symbol, value in SUMS.items()}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Var W_2^2(model t, source) over chains in data units to the fourth; t counts fits."""
    return evaluated(scenario, generations, "distance_variance", 2)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, and where replaced ones grow fast; under forgetting where E F^2 < 1."""
    if not forgets(scenario):
        return settled(scenario, "distance_variance", 2)
    return scenario.source.variance * (scenario.source.variance * law(scenario).limiting_distance_variance)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of eight moments of (mu - mu_0, sqrt v)."""

    def spread(m: list[mpmath.mpf]) -> mpmath.mpf:
        square = m[7] + 2 * (m[6] - 2 * m[5] + m[4]) + m[3] - 4 * m[2] + 6 * m[1] - 4 * m[0] + m[12]
        return square - (m[4] + m[1] - 2 * m[0] + m[12]) ** 2

    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * factors_reference.value(scenario, generation, spread)


CLAIM = Claim(
    id="gaussian-factors-wasserstein2-squared-variance",
    title="The variance over chains of the squared Wasserstein distance stays bounded with all data kept; under "
    "exponential forgetting it is bounded if and only if E F^2 < 1 for the factor F of one fit; "
    "for replaced data with sizes that vary it is the same sum over fits, which ends if 1/M_k has a finite sum",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared_variance",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=sums_settle,
    reach=reach,
    examples=(
        Example(accumulate.setting(100, first=25, divisor="unbiased"), t=(1, 2)),
        Example(forgetting.setting(100, 0.3, "mle", variance=1e-6), t=(0, 1, 3)),
        Example(accumulate.setting(50), t=(1, 2, 5), algebra=False),
        Example(forgetting.setting(100, 0.9, "offset", offset=0.5), t=(1, 5), algebra=False),
        Example(accumulate.setting(5), t=(1, 2, 4, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(1, 2, 5), algebra=False, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(1, 2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000, first=2), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 1000), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 10, 10_000, np.inf), algebra=False, simulate=False),
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
