r"""The mean precision is a product over fits, and finite if and only if no fit can lose nearly all of the variance.

$E[1/v_t]=v_0^{-1}\prod_kE[1/F_k]$: with all data kept it tends to a finite limit, under forgetting it grows without
bound, though models with a wide variance keep the mean of $v_t$ up. Three real points at first make it infinite.
"""

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
    mean_power,
    phi,
    powers_from_the_transform,
    reach,
    replaces,
    settled,
    sums_settle,
)
from theory.claims.gaussian.factors_kl_forward import reciprocal_moment_exists
from theory.claims.gaussian.factors_transform import bindings as moments
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.derivation import Derivation
from theory.laws.symbols import E, L, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean of one over a factor, by its transform, and the product of all."""
    d = Derivation(INTRODUCTION)
    factors(d)
    d.algebra(
        sp.Subs(mellin(d) / L**order, order, -1), L / (nu - 2),
        because="the mean of 1/F_1, nu = N_1 - 1: the integral converges if N_1 > 3 and no model has a finite mean "
        "precision otherwise; a later factor is at least (L - M)/L, or 1 - g, or asks the same of its M_k points",
    )  # fmt: skip
    powers_from_the_transform(d)
    precision, once = E(1 / v(t)), sp.Integer(-1)
    solved = d.solves(
        precision, mean_power(once) / v0, index=t, initial=(0, 1 / v0), next_value=phi(once, t + 1) * precision,
        because="means of independent factors multiply",
    )  # fmt: skip
    return d.concludes(sp.Eq(precision, solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The moments of the factors, and v_0."""
    return {**moments(scenario, generation), v0: sp.Rational(repr(scenario.source.variance))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E 1/v_t in one over squared data units; t counts fits."""
    found = np.where(np.asarray(generations) > 0, evaluated(scenario, generations, "precision"), 1.0)
    return found / scenario.source.variance


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite for kept data, or replaced ones that grow fast, the first four of them real; infinite otherwise."""
    return settled(scenario, "precision") / scenario.source.variance if not forgets(scenario) else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of the mean of 1/v."""
    latest = int(generation) if np.isfinite(generation) else 1  # sizes that have an end grow
    fits = scenario.sample_size.schedule(latest) if replaces(scenario) else [scenario.first_size]
    if generation > 0 and not all(reciprocal_moment_exists(int(size) - 1) for size in fits):
        return mpf(mpmath.inf)
    unit = mpf(repr(scenario.source.variance))
    return factors_reference.value(scenario, generation, lambda m: m[8] / unit)


CLAIM = Claim(
    id="gaussian-factors-mean-precision",
    title="The mean precision of the model is the product of what single fits make of it, finite if and only if the "
    "first fit, and every fit if data are replaced, has 4 points or more",
    kind=Kind.EXACT,
    statistic="mean_precision",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=sums_settle,
    reach=reach,
    examples=(
        Example(accumulate.setting(10, first=25, divisor="unbiased", variance=1e-6), t=(0, 1, 3), simulate=False),
        Example(forgetting.setting(30, 0.3, "mle"), t=(1, 2, 10)),
        Example(window.setting(8, 3, "unbiased"), t=(2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(1, 4, 101, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 100), algebra=False, simulate=False),
        Example(forgetting.setting(3, 0.3, "mle"), t=(0, 1, 7, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1000, np.inf), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5), t=(1, 2, 3)),
        Example(varying.setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"),
                t=(np.inf,), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150, 3]}, "mle"),
                t=(0, 1, 2, 4), algebra=False, simulate=False),
    ),
)  # fmt: skip
