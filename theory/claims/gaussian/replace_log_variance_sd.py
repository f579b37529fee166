r"""Chains drift apart: the standard deviation of $\log v_t$ over chains grows as $\sqrt t$, whatever the divisor.

The divisor only shifts the logarithm, so each fit adds the variance of $\log\chi^2_{M-1}$, which is the trigamma
function $\psi'\left(\tfrac{M-1}2\right)\approx 2/M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.replace import bindings, expected, setting
from theory.derivation import Derivation
from theory.laws.chi_square import log_factor_variance
from theory.laws.symbols import L, M, nu, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Var log v_t from the second derivative of the log-Mellin transform at 0, then its square root."""
    variance, deviation = sp.Function("Var"), sp.Symbol(r"\operatorname{sd}[\log v_t]")
    d = Derivation(
        "Independent terms add their variances; that of one term is the curvature of its cumulant generating function."
    )
    cochran(d)
    transform = mellin(d)
    curvature = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), (order, 2)), order, 0), sp.polygamma(1, nu / 2),
        because="Var log X is the second derivative of log E X^s at s = 0",
    )  # fmt: skip
    d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform / L**order), (order, 2)), order, 0), curvature.rhs,
        because="the divisor takes part in it nowhere",
    )  # fmt: skip
    one_fit = curvature.rhs.subs(nu, M - 1)
    solved = d.solves(
        variance(sp.log(v(t))), t * one_fit, index=t, initial=(0, sp.Integer(0)),
        next_value=variance(sp.log(v(t))) + one_fit,
        because="the terms of different fits are independent, and v_0 is not random",
    )  # fmt: skip
    root = d.algebra(
        sp.Pow(solved.rhs, sp.Rational(1, 2), evaluate=False), sp.sqrt(t) * sp.sqrt(one_fit),
        because="the standard deviation is its root",
    )  # fmt: skip
    return d.concludes(sp.Eq(deviation, root.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits."""
    return np.sqrt(generations * log_factor_variance(scenario.sample_size.constant))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity, for every sample size and divisor."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrences of E log v and E (log v)^2, both moments of log chi-square by quadrature."""
    return expected(lambda state: mpmath.sqrt(abs(state["log_square"] - state["log"] ** 2)), scenario, generation)


CLAIM = Claim(
    id="gaussian-replace-log-variance-sd",
    title="The standard deviation of the log-variance over chains is sqrt(t psi'((M-1)/2)), whatever the divisor",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased"), t=(0, 1, 5, 100)),
        Example(setting(10, "mle"), t=(1, 20)),
        Example(setting(2, "mle", variance=1e-6), t=(1, 10)),
        Example(setting(3, "offset", offset=0.5), t=(1, 50)),
        Example(setting(1000, "unbiased", variance=1.0), t=(1, 300)),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)
