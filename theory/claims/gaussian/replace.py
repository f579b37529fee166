"""What claims about replaced Gaussian data share: how a scenario is read, and the recurrence that checks them."""

from collections.abc import Callable, Mapping
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.laws.symbols import L, M, t, v0
from theory.scenario import Scenario, parse_scenario


def size_and_offset(scenario: Scenario) -> tuple[int, float]:
    """M, and the offset of the divisor from M-1: 1 for "mle", 0 for "unbiased"."""
    named = {"mle": 1.0, "unbiased": 0.0}
    return scenario.sample_size.constant, named.get(scenario.estimator.divisor, scenario.estimator.offset)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits: an exact half-integer would be expanded into a sum of M/2 fractions."""
    size, offset = size_and_offset(scenario)
    divisor = sp.Float(size - 1 + exact(offset), 60)
    return {M: sp.Float(size, 60), t: generation, v0: exact(scenario.source.variance), L: divisor}


def expected(formula: Callable[[Mapping[str, mpf]], mpf], scenario: Scenario, generation: float) -> mpf:
    """A formula in ``expectations`` after so many fits, to 50 digits; at inf the limit of the recurrence."""
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: formula(expectations(scenario, later)))
        return formula(expectations(scenario, generation))


def expectations(scenario: Scenario, generation: int) -> dict[str, mpf]:
    """E of v, sqrt v, v^2, log(v/v_0), its square and (mu - mu_0)^2 after so many fits, from the recurrence alone.

    One fit is v' = v X/L and mu' = mu + sqrt(v/M) Z, with X chi-square and Z normal: each expectation is linear in
    those before it, with coefficients that are moments of X and Z by quadrature.
    """
    return _after(*size_and_offset(scenario), str(scenario.source.variance), int(generation))


@cache
def _after(size: int, offset: float, variance: str, generation: int) -> dict[str, mpf]:
    with mpmath.workdps(DIGITS + 15):
        v = mpf(variance)
        start = [v, mpmath.sqrt(v), v**2, mpf(0), mpf(0), mpf(0), mpf(1)]
        state = linear_iterate(_one_fit(size, offset), start, generation)
        return dict(zip(("v", "root", "square", "log", "log_square", "error"), state, strict=False))


@cache
def _one_fit(size: int, offset: float) -> mpmath.matrix:
    """The linear map, in expectation, of (v, sqrt v, v^2, log(v/v_0), its square, (mu - mu_0)^2, 1)."""
    divisor = size - 1 + mpf(str(offset))

    def moment(function, nu: int = size - 1) -> mpf:
        return chi_square_mean(function, nu)

    log_factor = moment(mpmath.log) - mpmath.log(divisor)
    log_factor_squared = moment(_log_squared) - 2 * mpmath.log(divisor) * moment(mpmath.log) + mpmath.log(divisor) ** 2
    matrix = mpmath.eye(7)
    matrix[0, 0] = moment(identity) / divisor
    matrix[1, 1] = moment(mpmath.sqrt) / mpmath.sqrt(divisor)
    matrix[2, 2] = moment(_squared) / divisor**2
    matrix[3, 6] = log_factor
    matrix[4, 3], matrix[4, 6] = 2 * log_factor, log_factor_squared
    matrix[5, 0] = moment(identity, 1) / size  # Z^2 is chi-square with one degree of freedom
    return matrix


def _squared(x: mpf) -> mpf:
    return x * x


def _log_squared(x: mpf) -> mpf:
    return mpmath.log(x) ** 2


def setting(size: int, divisor: str, variance: float = 2.25, **offset: float) -> Scenario:
    """A scenario of replaced data for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip
