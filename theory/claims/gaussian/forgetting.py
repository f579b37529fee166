"""What claims about exponential forgetting share: conditions, how a scenario is read, the factor of one fit, a route.

The reference takes moments of the chi-square and of the squared normal error by quadrature, and iterates.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.assumptions import (
    CONSTANT_SIZE,
    FAITHFUL,
    GAUSSIAN,
    MOMENTS,
    UNDISTURBED,
    retains,
    sample_size_at_least,
)
from theory.claims.gaussian.one_fit import cochran
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, chi_square_mean, linear_iterate
from theory.derivation import Derivation
from theory.laws.symbols import L, M, g, t, v0
from theory.scenario import Scenario, parse_scenario

GAUSSIAN_FORGETTING = (
    GAUSSIAN, MOMENTS, retains("forgetting"), CONSTANT_SIZE, sample_size_at_least(2), FAITHFUL, UNDISTURBED,
)  # fmt: skip
ERRATA = (
    "A running average of the first two raw moments is another model: the displacement of the new mean then enters its "
    "variance with g(1-g); there E F = 1 - g^2/M and Var F = 2 g^2 (M-1 + (1-g)^2)/M^2 under maximum likelihood, "
    "where they are 1 - g/M and 2 g^2 (M-1)/M^2 here."
)
X, F = sp.symbols("X F", positive=True)


def factor(d: Derivation) -> sp.Expr:
    """The steps to the factor of one fit in terms of X = chi^2_(M-1)."""
    cochran(d)
    v = sp.Symbol("v_t", positive=True)
    return d.algebra(
        ((1 - g) * v + g * v * X / L) / v, 1 - g + g * X / L,
        because="the factor F of one fit, as model t+1 is the mixture (1-g) model t + g fit; the first model is the "
        "first fit itself",
    ).rhs  # fmt: skip


def read(scenario: Scenario) -> tuple[int, float, float]:
    """M, the offset of the divisor and the rate."""
    return scenario.sample_size.constant, float(offset_of(scenario)), scenario.retention.rate


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits."""
    size, offset, rate = scenario.sample_size.constant, offset_of(scenario), Fraction(repr(scenario.retention.rate))
    exact = {
        M: sp.Integer(size), L: size - 1 + sp.Rational(offset.numerator, offset.denominator),
        g: sp.Rational(rate.numerator, rate.denominator), v0: sp.Rational(repr(scenario.source.variance)),
    }  # fmt: skip
    return {symbol: sp.Float(value, 60) for symbol, value in exact.items()} | {t: generation}


def reference(scenario: Scenario, generation: float, formula: Callable[[list[mpf], mpf], mpf]) -> mpf:
    """A formula in the means of (v, v^2, log v, (mu-mu_0)^2, 1), in units of v_0, and in v_0."""
    matrix, start = _one_fit(
        scenario.sample_size.constant, offset_of(scenario), Fraction(repr(scenario.retention.rate))
    )
    with mpmath.workdps(50):
        unit = mpf(repr(scenario.source.variance))
        if generation == 0:
            return formula([mpf(1), mpf(1), mpf(0), mpf(0), mpf(1)], unit)
        if generation == mpmath.inf:
            return at_infinity(lambda later: formula(linear_iterate(matrix, start, later - 1), unit))
        return formula(linear_iterate(matrix, start, int(generation) - 1), unit)


@cache
def _one_fit(size: int, offset: Fraction, rate: Fraction) -> tuple[mpmath.matrix, list[mpf]]:
    with mpmath.workdps(65):
        divisor = size - 1 + mpf(offset.numerator) / offset.denominator
        weight = mpf(rate.numerator) / rate.denominator

        def moment(function: Callable[[mpf], mpf], part: mpf) -> mpf:
            return chi_square_mean(lambda x: function(1 - part + part * x / divisor), size - 1)

        functions = (lambda x: x, lambda x: x * x, mpmath.log)
        matrix = mpmath.eye(5)
        matrix[0, 0], matrix[1, 1], matrix[2, 4] = (moment(function, weight) for function in functions)
        normal = chi_square_mean(lambda x: x, 1) / size
        matrix[3, 0] = weight**2 * normal
        return matrix, [*(moment(function, mpf(1)) for function in functions), normal, mpf(1)]


def setting(size: int, rate: float, divisor: str, variance: float = 2.25, **offset: float) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "forgetting", "rate": rate},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip
