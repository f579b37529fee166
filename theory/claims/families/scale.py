r"""What claims about refitted uniform and exponential laws share: models differ in scale alone, and scales multiply.

One fit to $M$ points multiplies the scale by $F$, whose law is that of the source at scale 1: the maximum of $M$
uniform points, or the mean of $M$ exponential ones. Everything is read off $EF^s$. The recurrence takes the moments
of $F$ by quadrature.
"""

from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, linear_iterate
from theory.derivation import Derivation, Step
from theory.laws.symbols import E, M, k, t, v0
from theory.scenario import Scenario, parse_scenario

order = sp.Symbol("s", positive=True)  # of a moment


def maximum(d: Derivation) -> sp.Expr:
    """E F^s of the maximum of M points, uniform on [0, 1]; returns the closed form."""
    u = sp.Symbol("u", positive=True)
    return d.algebra(
        sp.Integral(u**order * sp.Derivative(u**M, u), (u, 0, 1)), M / (M + order),
        because="maximum likelihood takes the largest of M points, which is at most u times the old bound with "
        "probability u^M; the moment of order s of that factor, integrated from its density",
    ).rhs  # fmt: skip


def mean_of_points(d: Derivation) -> sp.Expr:
    """E F^s of the mean of M points of the exponential law with mean 1; returns the closed form."""
    x, y = sp.symbols("x y", positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    d.algebra(
        sp.Integral(x ** (n - 1) * sp.exp(-x) / sp.gamma(n) * sp.exp(-(y - x)), (x, 0, y)),
        y**n * sp.exp(-y) / sp.gamma(n + 1),
        because="one more exponential point joins a sum of n: the sum of M has the density y^(M-1) exp(-y)/Gamma(M), "
        "by "
        "induction, and maximum likelihood takes its mean",
    )  # fmt: skip
    return d.algebra(
        sp.Integral(y**order * y ** (M - 1) * sp.exp(-y) / sp.gamma(M), (y, 0, sp.oo)) / M**order,
        sp.gamma(M + order) / (sp.gamma(M) * M**order),
        because="the moment of order s of the mean of M points in units of the old mean",
    ).rhs  # fmt: skip


def power_of_scale(d: Derivation, transform: sp.Expr, power: int, factor: sp.Expr) -> Step:
    """E v_t^(power/2), a power of the moment of this order of one factor."""
    d.algebra(
        sp.Subs(transform, order, power), factor,
        because=f"the variance is the square of the scale; here the moment of order {power} of one factor",
    )  # fmt: skip
    start, state = v0 ** (power // 2), E(v(t) ** (power // 2))
    return d.solves(
        state, start * factor**t, index=t, next_value=factor * state, initial=(0, start),
        because="the factor is independent of the models before, so the means multiply",
    )  # fmt: skip


def mean_of_logarithm(d: Derivation, transform: sp.Expr, rate: sp.Expr) -> Step:
    """E log v_t: twice the slope at 0 of the logarithm of the transform, t times."""
    d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), order), order, 0), rate,
        because="E log F is the derivative of log E F^s at s = 0",
    )  # fmt: skip
    state = E(sp.log(v(t)))
    return d.solves(
        state, sp.log(v0) + 2 * t * rate, index=t, next_value=state + 2 * rate, initial=(0, sp.log(v0)),
        because="log v_t - log v_0 is twice a sum of t independent terms of this mean, so that almost every chain has"
        " "
        "this rate",
    )  # fmt: skip


def spread_of_logarithm(d: Derivation, transform: sp.Expr, curvature: sp.Expr) -> Step:
    """Var log v_t: four times the curvature at 0 of the logarithm of the transform, t times."""
    d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), (order, 2)), order, 0), curvature,
        because="Var log F is the second derivative of log E F^s at s = 0",
    )  # fmt: skip
    state = sp.Function("Var")(sp.log(v(t)))
    return d.solves(
        state, 4 * t * curvature, index=t, next_value=state + 4 * curvature, initial=(0, sp.Integer(0)),
        because="the terms are independent, so their variances add up",
    )  # fmt: skip


def martingale(d: Derivation, unknown: sp.Expr, closed: sp.Expr, variance: sp.Expr) -> Step:
    """E (mu_t - mu_0)^2 where the mean of the points is the mean of the model that is fitted to them."""
    d.solves(
        unknown, sp.Sum(E(v(k - 1)), (k, 1, t)) / M, index=t, next_value=unknown + E(v(t)) / M,
        initial=(0, sp.Integer(0)),
        because="in an exponential family fitted by maximum likelihood the mean of the model is that of its M points:"
        " a "
        "martingale, whose step has the variance v_t/M given model t",
    )  # fmt: skip
    return d.solves(
        unknown, closed, index=t, next_value=unknown + variance / M, initial=(0, sp.Integer(0)),
        because="with the mean variance of this family",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits."""
    return {M: sp.Float(scenario.sample_size.constant, 60), t: generation, v0: variance_of(scenario)}


def variance_of(scenario: Scenario) -> sp.Rational:
    """v_0 of the source, exactly."""
    source = scenario.source
    return exact(source.upper) ** 2 / 12 if scenario.family == "uniform" else exact(source.mean) ** 2


def variance(scenario: Scenario) -> float:
    """v_0 of the source."""
    source = scenario.source
    return source.upper**2 / 12.0 if scenario.family == "uniform" else source.mean**2


def expected(quantity: str, scenario: Scenario, generation: float) -> mpf:
    """A mean over chains after so many fits, from the recurrence; at inf its limit."""
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: expected(quantity, scenario, later))
        start = mpf(str(sp.N(variance_of(scenario), DIGITS)))
        one, two, four, log, square, _ = _after(scenario.family, scenario.sample_size.constant, int(generation))
        if quantity == "mean_squared_error":
            return (3 if scenario.family == "uniform" else 1) * start * (1 - 2 * one + two)
        return {
            "variance": start * two,
            "variance_second_moment": start**2 * four,
            "log_variance": mpmath.log(start) + 2 * log,
            "log_variance_sd": 2 * mpmath.sqrt(abs(square - log**2)),
        }[quantity]


@cache
def _after(family: str, size: int, generation: int) -> list[mpf]:
    """E of r, r^2, r^4, log r and its square, and 1, for r the scale in units of the source's."""
    with mpmath.workdps(DIGITS + 15):
        matrix = mpmath.eye(6)
        for place, function in enumerate((_first, _second, _fourth)):
            matrix[place, place] = factor_mean(family, size, function)
        log, square = factor_mean(family, size, mpmath.log), factor_mean(family, size, _log_squared)
        matrix[3, 5], matrix[4, 3], matrix[4, 5] = log, 2 * log, square
        return linear_iterate(matrix, [mpf(1), mpf(1), mpf(1), mpf(0), mpf(0), mpf(1)], generation)


@cache
def factor_mean(family: str, size: int, function) -> mpf:
    """E f(F) by quadrature: of the maximum from its distribution function, of the mean from a chi-square."""
    with mpmath.workdps(DIGITS + 15):
        if family == "exponential":
            return chi_square_mean(_of_mean(function, size), 2 * size)
        return mpmath.quad(
            lambda w: function(mpmath.exp(-w / size)) * mpmath.exp(-w), [0, 1, 4, 16, 64, 160]
        )  # fmt: skip


@cache
def _of_mean(function, size: int):
    return lambda x: function(x / (2 * size))


def _first(r: mpf) -> mpf:
    return r


def _second(r: mpf) -> mpf:
    return r**2


def _fourth(r: mpf) -> mpf:
    return r**4


def _log_squared(r: mpf) -> mpf:
    return mpmath.log(r) ** 2


def setting(family: str, size: int, scale: float = 1.5) -> Scenario:
    """A scenario of replaced data for the examples: a uniform law on [0, scale], or an exponential one of this mean."""
    return parse_scenario({
        "source": {"kind": family, {"uniform": "upper", "exponential": "mean"}[family]: scale},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
    })  # fmt: skip
