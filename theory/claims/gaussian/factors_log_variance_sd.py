r"""Chains that keep all data drift apart by a finite amount: the standard deviation of $\log v_t$ has a limit.

$\operatorname{Var}\log v_t=\psi'\left(\frac{N_1-1}2\right)+\sum_{k=2}^t\operatorname{Var}\log F_k$, whose terms are
about $2M/P_k^2$: for large equal batches the sum ends at $\frac{\pi^2}6$ times its first term. Under forgetting every
later fit adds the same, about $2g^2/M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.gaussian import accumulate, factors_reference, forgetting, window
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    evaluated,
    factors,
    replaces,
    settled,
    u,
)
from theory.claims.gaussian.factors_transform import bindings, frullani, squared_frullani
from theory.claims.gaussian.kept_data import keeps_all, keeps_for_ever, until_full
from theory.claims.gaussian.one_fit import mellin, order
from theory.derivation import Derivation
from theory.laws.symbols import k, nu, s, t
from theory.scenario import Scenario

NOT_REPLACED = Assumption('the retention policy is not "replace"', lambda s: not replaces(s))


def derive() -> Derivation:
    """Var log F_k from the transform, and the sum over fits."""
    deviation, F = sp.Symbol(r"\operatorname{sd}[\log v_t]"), sp.Symbol("F", positive=True)
    d = Derivation(INTRODUCTION)
    factors(d)
    d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d)), (order, 2)), order, 0), sp.polygamma(1, nu / 2),
        because="the first fit: Var log X is the second derivative of log E X^s at s = 0, whatever the divisor",
    )  # fmt: skip
    d.given(
        sp.log(F), sp.Integral((sp.exp(-s) - sp.exp(-s * F)) / s, (s, 0, sp.oo)), source="dlmf", check=frullani,
        because="later ones: Frullani's integral, whose mean over F is one over the transform",
    )  # fmt: skip
    d.given(
        sp.log(F) ** 2,
        -2 * sp.Integral((sp.exp(-s) - sp.exp(-s * F)) * (sp.log(s) + sp.EulerGamma) / s, (s, 0, sp.oo)),
        source="dlmf", check=squared_frullani,
        because="and the slope over r at 0 of the integral of s^(r-1) (exp(-s) - exp(-s F)), which is "
        "Gamma(r) (1 - F^(-r)): the mean square less the squared mean is u_k = Var log F_k",
    )  # fmt: skip
    solved = d.solves(
        deviation, sp.sqrt(sp.Sum(u(k), (k, 1, t))), index=t, initial=(0, sp.Integer(0)),
        next_value=sp.sqrt(deviation**2 + u(t + 1)),
        because="the terms of different fits are independent, their variances add up, and v_0 is not random",
    )  # fmt: skip
    return d.concludes(sp.Eq(deviation, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits."""
    return evaluated(scenario, generations, "log_sd")


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, infinite under forgetting."""
    return settled(scenario, "log_sd") if keeps_all(scenario) else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the means of log v and its square."""
    return factors_reference.value(scenario, generation, lambda m: mpmath.sqrt(m[11] - m[10] ** 2))


CLAIM = Claim(
    id="gaussian-factors-log-variance-sd",
    title="With all data kept the standard deviation of the log-variance over chains tends to a finite limit; under "
    "exponential forgetting it grows as the root of t",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=(*INDEPENDENT_FACTORS, NOT_REPLACED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=keeps_for_ever,
    reach=until_full,
    examples=(
        Example(accumulate.setting(5), t=(0, 1, 2)),
        Example(accumulate.setting(10, first=25, divisor="unbiased", variance=1e-6), t=(1, 3)),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 2, 10, 50)),
        Example(window.setting(8, 3, "unbiased"), t=(2, 3)),
        Example(forgetting.setting(5, 0.9, "offset", offset=0.5), t=(1, 3, 12)),
        Example(accumulate.setting(2, first=3), t=(1, 2, 5), algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(101, 1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(1, 2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000, first=2), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 1000), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10**9, 1e-3, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
    ),
)  # fmt: skip
