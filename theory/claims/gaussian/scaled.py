"""What claims about a sampler that scales the variance of its model share: conditions, readings, a route by itself."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Int
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import (
    CONSTANT_SIZE,
    GAUSSIAN,
    MOMENTS,
    UNDISTURBED,
    retains,
    sample_size_at_least,
)
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, chi_square_mean, linear_iterate
from theory.laws.symbols import L, M, c, r1, t, v0
from theory.scenario import Scenario, parse_scenario

SCALED = Assumption(
    "the sampler scales the variance of the model",
    lambda s: s.sampler.kind == "scaled",
)
FIRST_AND_LATER = (
    "points of model t have the variance c v_t; those of the first fit v_0 where they are real, r_1 = 1, and c v_0 "
    "where they are biased too, r_1 = 0"
)
GAUSSIAN_SCALED = (
    GAUSSIAN, MOMENTS, retains("replace"), CONSTANT_SIZE, sample_size_at_least(2), SCALED, UNDISTURBED,
)  # fmt: skip


def read(scenario: Scenario) -> tuple[int, float, float]:
    """M, the offset of the divisor and log c, exact for the decimal number that was written."""
    size, offset, factor = rationals(scenario)
    return size, float(offset), math.log1p(float(factor - 1)) if abs(factor - 1) < 0.5 else math.log(factor)


def rationals(scenario: Scenario) -> tuple[int, Fraction, Fraction]:
    """M, the offset of the divisor and c, as the numbers that were written."""
    factor = Fraction(repr(scenario.sampler.variance_factor))
    return scenario.sample_size.constant, offset_of(scenario), factor


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits."""
    size, offset, factor = rationals(scenario)
    exact = {
        M: sp.Integer(size), L: size - 1 + sp.Rational(offset.numerator, offset.denominator),
        c: sp.Rational(factor.numerator, factor.denominator), v0: sp.Rational(repr(scenario.source.variance)),
    }  # fmt: skip
    return {symbol: sp.Float(value, 60) for symbol, value in exact.items()} | {t: generation, r1: real_fits(scenario)}


def real_fits(scenario: Scenario) -> int:
    """r_1: 1 where the first fit sees real points, 0 where it sees biased ones."""
    return scenario.biased_from - 1


def biased_fits(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Int[np.ndarray, " T"]:
    """How many of so many fits see points that the sampler wrote."""
    return np.maximum(generations - real_fits(scenario), 0)


def reference(scenario: Scenario, generation: float, formula: Callable[[list[mpf], mpf], mpf]) -> mpf:
    """A formula in the means of (v, v^2, log v, (mu-mu_0)^2, 1, log^2 v), in units of v_0, and in v_0: quadrature."""
    matrix, after_real_points = _one_fit(*rationals(scenario))
    with mpmath.workdps(50):
        unit = mpf(repr(scenario.source.variance))
        source = [mpf(1), mpf(1), mpf(0), mpf(0), mpf(1), mpf(0)]

        def after(fits: int) -> mpf:
            if scenario.sampler.first_fit == "biased" or fits == 0:
                return formula(linear_iterate(matrix, source, fits), unit)
            return formula(linear_iterate(matrix, after_real_points, fits - 1), unit)

        return at_infinity(after) if generation == mpmath.inf else after(int(generation))


@cache
def _one_fit(size: int, offset: Fraction, factor: Fraction) -> tuple[mpmath.matrix, list[mpf]]:
    with mpmath.workdps(65):
        divisor = size - 1 + mpf(offset.numerator) / offset.denominator
        drawn = mpf(factor.numerator) / factor.denominator  # variance of the points over that of the model

        def moments(scale: mpf) -> list[mpf]:
            functions = (lambda x: x, lambda x: x * x, mpmath.log, lambda x: mpmath.log(x) ** 2)
            return [chi_square_mean(lambda x, f=f: f(scale * x / divisor), size - 1) for f in functions]

        normal = chi_square_mean(lambda x: x, 1) / size
        matrix = mpmath.eye(6)
        matrix[0, 0], matrix[1, 1], matrix[2, 4], matrix[5, 4] = moments(drawn)
        matrix[3, 0], matrix[5, 2] = drawn * normal, 2 * matrix[2, 4]
        *first, log_squared = moments(mpf(1))
        return matrix, [*first, normal, mpf(1), log_squared]


def setting(
    size: int, factor: float, divisor: str, variance: float = 2.25, first_fit: str = "real", **offset: float
) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
        "sampler": {"kind": "scaled", "variance_factor": factor, "first_fit": first_fit},
    })  # fmt: skip
