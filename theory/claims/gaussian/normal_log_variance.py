"""What the normal approximations of the law of a variance share: cumulants of one fit, the standardised level."""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claim import exact
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.replace_variance_cdf import CLAIM as EXACT
from theory.derivation import Derivation
from theory.laws.chi_square import log_factor_variance, mean_log_factor
from theory.laws.symbols import L, M, nu, t, v0, x
from theory.scenario import Scenario

mean, spread, skew, away = sp.symbols("l k_2 k_3 z", real=True)
at_most_x = sp.Le(v(t), x)
Phi = (1 + sp.erf(away / sp.sqrt(2))) / 2
phi = sp.exp(-(away**2) / 2) / sp.sqrt(2 * sp.pi)
reference = EXACT.reference
HALF = (M - 1) / sp.Integer(2)
CUMULANTS = {mean: sp.polygamma(0, HALF) - sp.log(L / 2), spread: sp.polygamma(1, HALF), skew: sp.polygamma(2, HALF)}


def standardised(d: Derivation, count: int) -> None:
    """The first cumulants of the logarithm of one factor, and the level in standard deviations of their sum."""
    cochran(d)
    cumulants = sp.log(mellin(d).subs(nu, M - 1) / L**order)
    names = ("the mean of log S", "the variance of log S", "the third cumulant of log S")
    for n, (symbol, closed) in list(enumerate(CUMULANTS.items(), start=1))[:count]:
        d.algebra(sp.Subs(sp.Derivative(cumulants, (order, n)), order, 0), closed, because=names[n - 1])
        d.define(symbol, closed, f"{names[n - 1]}, S the factor of the variance in one fit")
    d.define(
        away, (sp.log(x / v0) - t * mean) / sp.sqrt(t * spread),
        "the level in standard deviations of log v_t from its mean",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """With the cumulants and the standardised level, to 40 digits."""
    known = replace_bindings(scenario, generation)
    with mpmath.workdps(50):
        values = {symbol: sp.N(closed.subs({M: known[M], L: known[L]}), 45) for symbol, closed in CUMULANTS.items()}
    level = sp.log(exact(at) / known[v0]) - generation * values[mean]
    return {**known, **values, x: exact(at), away: sp.N(level / sp.sqrt(generation * values[spread]), 45)}


def standard_level(scenario: Scenario, generations: Float[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """z for each t >= 1, at > 0."""
    size, offset = size_and_offset(scenario)
    level = math.log(at / scenario.source.variance)
    return (level - generations * mean_log_factor(size, offset)) / np.sqrt(generations * log_factor_variance(size))


def standard_cumulants(size: int) -> tuple[float, float]:
    """Skewness and excess kurtosis of log S."""
    spread_, third, fourth = (float(special.polygamma(n, (size - 1) / 2)) for n in (1, 2, 3))
    return third / spread_**1.5, fourth / spread_**2


def at_the_ends(scenario: Scenario, generations: np.ndarray, at: float, inner: np.ndarray) -> Float[np.ndarray, " T"]:
    """``inner`` where t >= 1 and at > 0; the source at t = 0."""
    source = float(at >= scenario.source.variance)
    return np.where(generations == 0, source, inner) if at > 0 else np.zeros(generations.shape)


def limit(scenario: Scenario, at: float) -> float:
    """That of the law itself: 1 where almost every chain vanishes."""
    return EXACT.limit(scenario, at)  # type: ignore[misc]


def truth(scenario: Scenario, generation: float, at: float) -> mpf:
    """The exact probability, as a float."""
    return mpf(float(EXACT.value(scenario, np.array([float(generation)]), at)[0]))
