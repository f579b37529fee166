r"""With a known mean the law of the variance after $t$ fits is that of a product of $t$ chi-squares over $M$.

$P(v_t\le x)=K_t(xM^t/v_0)$: their Mellin transform is a power of a Gamma quotient, inverted by one integral.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import replace_variance_cdf
from theory.claims.gaussian.known_mean import (
    INTRODUCTION,
    KNOWN_MEAN_REPLACE,
    factor,
    setting,
    unit,
    with_both_moments,
)
from theory.claims.gaussian.known_mean import bindings as known_mean_bindings
from theory.claims.gaussian.one_fit import order, v
from theory.claims.gaussian.replace_variance_cdf import DIGITS, inverted_cdf
from theory.derivation import Derivation, Verdict, agree
from theory.laws.log_chi_square_sum import log_sum_cdf
from theory.laws.symbols import E, M, t, v0, x
from theory.scenario import Scenario

P, product_cdf = sp.Function("P"), sp.Function("K_t")
level = M**t * x / v0


def derive() -> Derivation:
    """The transform of one fit, its power, and the inversion of that."""
    u = sp.Symbol("u", positive=True)
    d = Derivation(INTRODUCTION)
    one_fit = factor(d)
    power = d.solves(
        E(v(t) ** order), v0**order * one_fit**t, index=t, initial=(0, v0**order),
        next_value=one_fit * E(v(t) ** order), because="the factor of a fit is independent of those before it",
    )  # fmt: skip
    at_level = (power.rhs / x**order).subs(order, sp.I * u)
    inverted = d.given(
        product_cdf(level), sp.Rational(1, 2) - sp.Integral(sp.im(at_level) / u, (u, 0, sp.oo)) / sp.pi,
        source="gilpelaez1951", check=inversion_of_one_chi_square,
        because="the distribution function at 0 of log(v_t/x), whose characteristic function is the transform on the "
        "imaginary axis; v_t is at most x where the product of the chi-squares is at most M^t x/v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(P(sp.Le(v(t), x)), inverted.lhs, evaluate=False))


def inversion_of_one_chi_square() -> list[Verdict]:
    """An incomplete Gamma function."""
    with mpmath.workdps(DIGITS):
        return [agree(inverted_cdf(mpmath.log(6), 4, 1), mpmath.gammainc(2, 0, 3, regularized=True))]


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The symbols of a statement; the chance by the inversion of the transform in 70 digits."""

    def product_of_chi_squares(z: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS + 20):
            at_level = mpmath.log(sp.N(z, DIGITS + 20)._to_mpmath(DIGITS + 20))
            return sp.Float(inverted_cdf(at_level, scenario.sample_size.constant, generation))

    return {**known_mean_bindings(scenario, generation), x: exact(at), product_cdf: product_of_chi_squares}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at), relatively accurate down to the least positive float; t counts fits."""
    v_ = scenario.source.variance
    if at <= 0:
        return np.zeros(generations.shape)
    relative = math.log1p((at - v_) / v_) if v_ / 2 <= at <= 2 * v_ else math.log(at) - math.log(v_)
    size = scenario.sample_size.constant
    return np.array([log_sum_cdf(relative, size, int(t)) if t else float(at >= v_) for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """1: almost every chain vanishes."""
    return float(at > 0)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """One fit: the incomplete Gamma function. More: the density of the logarithm of such a factor with itself."""
    size = scenario.sample_size.constant
    if generation == 1 and at > 0:
        with mpmath.workdps(DIGITS):
            half = mpmath.mpf(size) / 2
            return mpmath.gammainc(half, 0, half * mpmath.mpf(str(at)) / unit(scenario), regularized=True)
    return replace_variance_cdf.reference(with_both_moments(scenario), generation, at)


CLAIM = Claim(
    id="gaussian-known-mean-variance-cdf",
    title="With a known mean the variance of model t is at most x if a product of t chi-squares with M degrees of "
    "freedom is at most M^t x/v_0",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10), t=(1, 2), at=1.5),
        Example(setting(1), t=(1,), at=0.1, algebra=False, simulate=False),
        Example(setting(10), t=(0, np.inf), at=0.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
