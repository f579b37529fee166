r"""With a known mean the log-variance falls by about $1/M$ per fit: models collapse as with the unbiased divisor.

$E\log v_t=\log v_0+t\left(\psi(M/2)+\log\frac2M\right)$: one degree of freedom more is all that the known mean gives.
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
    mean_of_log,
    mean_over_factor,
    setting,
    unit,
    with_both_moments,
)
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.replace_log_variance import quantile_of_log_variance
from theory.derivation import Derivation
from theory.laws.chi_square import mean_log_chi_square
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """E log S, t times."""
    d = Derivation(INTRODUCTION)
    rate = mean_of_log(d, factor(d))
    solved = d.solves(
        E(sp.log(v(t))), sp.log(v0) + t * rate, index=t, initial=(0, sp.log(v0)),
        next_value=E(sp.log(v(t))) + rate, because="the logarithms of the factors add up from log v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. The error is relative to |log v_0| + |t rate|."""
    return np.log(scenario.source.variance) + generations * mean_log_chi_square(scenario.sample_size.constant)


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity."""
    return -np.inf


def quantile(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q: that of the same law of variances."""
    return quantile_of_log_variance(with_both_moments(scenario), generations, q)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The mean logarithm of the factor by quadrature."""
    rate = mean_over_factor(mpmath.log, scenario)
    return by_powers(lambda fits: mpmath.log(unit(scenario)) + fits * rate, generation)


CLAIM = Claim(
    id="gaussian-known-mean-log-variance",
    title="With a known mean the expected log-variance falls by log(M/2) - psi(M/2), about 1/M, in every fit",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile,
    examples=(
        Example(setting(10), t=(0, 1, 5, 40)),
        Example(setting(1, 1e-6), t=(1, 50), simulate=False),
        Example(setting(10**9), t=(1, 10**6), simulate=False),
        Example(setting(10), t=(10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
