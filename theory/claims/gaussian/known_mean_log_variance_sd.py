r"""With a known mean the log-variances of chains spread as $\sqrt{t\,\psi'(M/2)}$.

A random walk: its steps are the logarithms of chi-squares with $M$ degrees of freedom over $M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean import (
    INTRODUCTION,
    KNOWN_MEAN_REPLACE,
    bindings,
    by_powers,
    factor,
    mean_over_factor,
    setting,
)
from theory.claims.gaussian.one_fit import order, v
from theory.derivation import Derivation
from theory.laws.chi_square import log_factor_variance
from theory.laws.symbols import M, t
from theory.scenario import Scenario

variance, deviation = sp.Function("Var"), sp.Symbol(r"\operatorname{sd}[\log v_t]")


def derive() -> Derivation:
    """Var log S, t times, and its root."""
    d = Derivation(INTRODUCTION)
    curvature = d.algebra(
        sp.Subs(sp.Derivative(sp.log(factor(d)), (order, 2)), order, 0), sp.polygamma(1, M / sp.Integer(2)),
        because="Var log S is the second derivative of log E S^s at s = 0",
    ).rhs  # fmt: skip
    solved = d.solves(
        variance(sp.log(v(t))), t * curvature, index=t, initial=(0, sp.Integer(0)),
        next_value=variance(sp.log(v(t))) + curvature, because="the factors are independent",
    )  # fmt: skip
    root = d.algebra(
        sp.Pow(solved.rhs, sp.Rational(1, 2), evaluate=False), sp.sqrt(t) * sp.sqrt(curvature),
        because="the standard deviation is its root",
    )  # fmt: skip
    return d.concludes(sp.Eq(deviation, root.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits."""
    return np.sqrt(generations * log_factor_variance(scenario.sample_size.constant + 1))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean and mean square of the logarithm of the factor by quadrature."""
    spread = mean_over_factor(lambda s: mpmath.log(s) ** 2, scenario) - mean_over_factor(mpmath.log, scenario) ** 2
    return by_powers(lambda fits: mpmath.sqrt(fits * spread), generation)


CLAIM = Claim(
    id="gaussian-known-mean-log-variance-sd",
    title="With a known mean the standard deviation of the log-variance over chains is sqrt(t psi'(M/2))",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10), t=(0, 1, 5, 40)),
        Example(setting(1), t=(1, 50), simulate=False),
        Example(setting(10**9), t=(1, 10**6), simulate=False),
        Example(setting(10), t=(10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
