"""What claims about weighted real and synthetic Gaussian data share: conditions, how scenarios are read, the reference.

The reference looks at single training points. Real ones are independent of everything; synthetic ones are exchangeable,
and two second moments, of a point with itself and with another one, say everything about the fit.
"""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.laws.symbols import delta, m, n, t, v0, w
from theory.laws.weighted_mixing import WeightedFit
from theory.scenario import Scenario, parse_scenario

VARIANCE, ERROR = 0, 1
DIGITS = 80

NOT_BELOW_UNBIASED = Assumption(
    "the divisor is at least the number of points less one",
    lambda s: s.estimator.kind == "moments" and offset_of(s) >= 0,
)
GAUSSIAN_WEIGHTED = (GAUSSIAN, MOMENTS, retains("weighted"), NOT_BELOW_UNBIASED, FAITHFUL, UNDISTURBED)

v_bar, D_bar, beta = sp.symbols("vbar Dbar D_v", real=True)
v1, rho, q = sp.symbols("v_1 rho_v rho_D", nonnegative=True)
first_variance = v0 * (n - 1) / (n - 1 + delta)
synthetic_rate = (1 - w) * (m - 1) / (m - 1 + delta)
error_rate = (1 - w) ** 2
fixed_variance = w * first_variance / (1 - synthetic_rate)
fixed_error = (w**2 * v0 / n + q * v_bar / m) / (1 - q)
part_of_variance = q * (v1 - v_bar) / (m * (rho - q))


def fit_of(scenario: Scenario) -> WeightedFit:
    """The law of one fit."""
    retention = scenario.retention
    return WeightedFit(retention.weight, retention.real, retention.synthetic, float(offset_of(scenario)))


def numbers(scenario: Scenario) -> tuple[Fraction, int, int, Fraction]:
    """w, n, m and delta as the rationals that were written."""
    retention = scenario.retention
    return Fraction(repr(retention.weight)), retention.real, retention.synthetic, offset_of(scenario)


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """The symbols of a statement to 60 digits, what the derivations define included."""
    weight, real, synthetic, offset = numbers(scenario)
    given = {
        w: sp.Rational(weight.numerator, weight.denominator), n: sp.Integer(real), m: sp.Integer(synthetic),
        delta: sp.Rational(offset.numerator, offset.denominator), v0: sp.Rational(repr(scenario.source.variance)),
    }  # fmt: skip
    defined = {v1: first_variance.subs(given), rho: synthetic_rate.subs(given), q: error_rate.subs(given)}
    defined[v_bar] = fixed_variance.subs(given) if weight else sp.Integer(0)
    exact = given | defined
    if exact[q] != 1:
        exact[D_bar] = fixed_error.subs(exact)
    if exact[q] != exact[rho]:
        exact[beta] = part_of_variance.subs(exact)
    return {symbol: sp.Float(sp.N(value, 60), 60) for symbol, value in exact.items()} | {t: generation}


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the second moments of single training points; ``generation`` may be inf."""
    step, readings = _bookkeeping(*numbers(scenario))
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))

        def value(t: int) -> mpf:
            if t == 0:
                return mpf(1 - which)
            real, synthetic, error_of_first = readings
            if t == 1:
                return mpf(real) if which == VARIANCE else error_of_first
            state = linear_iterate(step, [mpf(1), real + error_of_first, error_of_first], t - 2)
            return mpmath.fdot(synthetic[which], state)

        if np.isinf(generation):
            return unit * at_infinity(lambda t: mpmath.chop(value(t), tol=mpf(10) ** (-DIGITS // 2)))
        return unit * value(int(generation))


@cache
def _bookkeeping(weight: Fraction, real: int, synthetic: int, offset: Fraction):
    """The map of (1, E y^2, E y y') of the synthetic points, in units of v_0, and readings of the model fitted to them.

    Readings: E v_1, the rows (E v, E(mu - mu_0)^2) for a later fit, and E(mu_1 - mu_0)^2.
    """
    with mpmath.workdps(DIGITS):
        a = mpf(weight.numerator) / weight.denominator
        b, N, K = 1 - a, mpf(real), mpf(synthetic)
        shift = mpf(offset.numerator) / offset.denominator
        of_mean = [a**2 / N, b**2 / K, b**2 * (K - 1) / K]
        squares = (N - N / N) / (N - 1 + shift)  # a sum of n squares less n times the square of the mean
        own, other = K - K / K, -(K * (K - 1)) / K  # the same of synthetic points: their squares, their pairs
        of_variance = [a * squares, b * own / (K - 1 + shift), b * other / (K - 1 + shift)]
        step = mpmath.matrix(3, 3)
        step[0, 0] = 1
        for column in range(3):
            step[1, column] = of_mean[column] + of_variance[column]
            step[2, column] = of_mean[column]
        return step, (squares, (of_variance, of_mean), 1 / N)


def setting(
    real: int, synthetic: int, weight: float, divisor: str, variance: float = 2.25, **offset: float
) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "retention": {"kind": "weighted", "weight": weight, "real": real, "synthetic": synthetic},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip
