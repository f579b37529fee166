r"""What claims about a known mean and replaced data share: conditions, the factor of one fit, quadrature.

All $M$ squared distances are taken from the mean of the source: nothing is lost to a fitted one, and a fit multiplies
the variance by $S=\chi^2_M/M$, $E S=1$. The variances of such a chain have the law of those of a chain that fits both
moments, with the unbiased divisor, to one point more.
"""

from collections.abc import Callable

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, UNDISTURBED, retains
from theory.claims.gaussian.one_fit import NORMAL, mellin, order
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean
from theory.derivation import Derivation
from theory.laws.symbols import M, nu, t, v0, z
from theory.scenario import Scenario, parse_scenario

KNOWN_MEAN = Assumption("the mean is known, the variance is estimated", lambda s: s.estimator.kind == "known_mean")
KNOWN_MEAN_REPLACE = (GAUSSIAN, KNOWN_MEAN, retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
INTRODUCTION = (
    "The mean is known to be mu_0; model t is N(mu_0, v_t), and v_(t+1) is the mean square about mu_0 of M draws from "
    "it. S = v_(t+1)/v_t is independent of what was before."
)
mean_log = sp.polygamma(0, M / sp.Integer(2)) + sp.log(2 / M)  # E log S


def factor(d: Derivation) -> sp.Expr:
    """The law of S; returns E S^s."""
    u = sp.Symbol("u", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-u * z**2) * NORMAL, (z, -sp.oo, sp.oo)), (1 + 2 * u) ** sp.Rational(-1, 2),
        because="the transform of one squared distance from mu_0 over v_t; that of the sum of M is its power, "
        "(1 + 2u)^(-M/2)",
    )  # fmt: skip
    x = sp.Symbol("x", positive=True)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-u * x) * density, (x, 0, sp.oo)), (1 + 2 * u) ** (-nu / 2),
        because="that of a chi-square with nu degrees of freedom: M S is one with nu = M, for fits of both moments it "
        "has M - 1",
    )  # fmt: skip
    return mellin(d).subs(nu, M) / M**order


def mean_of_log(d: Derivation, transform: sp.Expr) -> sp.Expr:
    """E log S."""
    return d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), order), order, 0), mean_log,
        because="E log S is the slope at 0 of the logarithm of E S^s",
    ).rhs  # fmt: skip


def moment(d: Derivation, transform: sp.Expr, at: sp.Expr, closed: sp.Expr, words: str) -> sp.Expr:
    """E S^at."""
    return d.algebra(sp.Subs(transform, order, at), closed, because=words).rhs


def power_of_variance(d: Derivation, of_one_fit: sp.Expr, at: sp.Expr, name: sp.Expr) -> sp.Expr:
    """E (v_t/v_0)^at, by one factor a fit."""
    return d.solves(
        name, of_one_fit**t, index=t, initial=(0, sp.Integer(1)), next_value=of_one_fit * name,
        because=f"the mean of (v_t/v_0)^({sp.sstr(at)}): factors are independent",
    ).rhs  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits: an exact half-integer would be expanded into a sum of fractions."""
    size = sp.Float(scenario.sample_size.constant, 60)
    return {M: size, t: generation, v0: exact(scenario.source.variance)}


def mean_over_factor(function: Callable[[mpf], mpf], scenario: Scenario) -> mpf:
    """E f(S), by quadrature against the density of the chi-square."""
    size = scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        return chi_square_mean(lambda x: function(x / size), size)


def by_powers(formula: Callable[[int], mpf], generation: float) -> mpf:
    """A formula in the generation to 50 digits; at inf what it tends to."""
    with mpmath.workdps(DIGITS):
        return at_infinity(formula) if generation == mpmath.inf else formula(int(generation))


def unit(scenario: Scenario) -> mpf:
    return mpf(str(scenario.source.variance))


def setting(size: int, variance: float = 2.25, **retention) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": retention or {"kind": "replace"},
        "estimator": {"kind": "known_mean"},
    })  # fmt: skip


def with_both_moments(scenario: Scenario) -> Scenario:
    """The scenario of one point more, both moments fitted and the unbiased divisor: its variances have the same law."""
    tables = scenario.dump() | {
        "sample_size": {"kind": "constant", "size": scenario.sample_size.constant + 1},
        "estimator": {"kind": "moments", "divisor": "unbiased"},
    }
    return parse_scenario(tables)
