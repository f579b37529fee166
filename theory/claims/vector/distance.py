"""What both bounds of the Wasserstein distance in several dimensions share: its parts, their truth, their examples."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Example
from theory.claims.gaussian.one_fit import mean_factor, mellin, moment_of_factor, powers_of_factor
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.bures import mean_cross_term
from theory.claims.vector.one_fit import distance, projection
from theory.claims.vector.reference import expectations
from theory.claims.vector.source import SHEET, exact_covariance, trace, trace0, vector_setting
from theory.derivation import Derivation
from theory.laws.chi_square import powers_of_mean_factor
from theory.laws.symbols import E, L, M, t
from theory.scenario import Scenario

wasserstein = sp.Symbol("W_t", positive=True)
model_trace = sp.Symbol(r"\operatorname{tr}[\Sigma_t]", positive=True)


def excess_of_parts(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """E of |mu_t - mu_0|^2 + tr Sigma_t - tr Sigma_0; returned with the Mellin transform of a chi-square."""
    projection(d)
    transform = mellin(d)
    moment_of_factor(d, transform, sp.Integer(1), mean_factor, "so the mean factor of one fit is (M-1)/L")
    grown = d.solves(
        E(model_trace), trace0 * mean_factor**t, index=t, next_value=mean_factor * E(model_trace),
        initial=(0, trace0), because="summed over orthogonal directions",
    )  # fmt: skip
    excess = E(distance**2 + model_trace - trace0)
    solved = d.solves(
        excess, trace0 * (M - L) / M * powers_of_factor, index=t, initial=(0, sp.Integer(0)),
        next_value=excess + grown.rhs / M + (mean_factor - 1) * grown.rhs,
        because="one fit adds E tr Sigma_t/M to the squared error of the mean and multiplies E tr Sigma_t by (M-1)/L",
    )  # fmt: skip
    return solved.rhs, transform


def mean_excess(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E of |mu_t - mu_0|^2 + tr Sigma_t - tr Sigma_0; t counts fits."""
    size, offset = size_and_offset(scenario)
    if offset == 1:
        return np.zeros(generations.shape)
    with np.errstate(over="ignore"):
        return trace(scenario) * (1 - offset) / size * powers_of_mean_factor(size, offset, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """tr Sigma_0 [2 + (M-L)(M-1)/(M(L-M+1))] where the divisor exceeds M-1, else infinity: of both bounds, so exact."""
    size, offset = size_and_offset(scenario)
    return trace(scenario) * (2 + (1 - offset) * (size - 1) / (offset * size)) if offset > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """E W_2^2 for a source of rank two: recurrences of the traces, the cross term by backward quadrature."""
    if generation == 0:
        return mpmath.mpf(0)
    with mpmath.workdps(DIGITS):
        whole = exact_covariance(scenario).trace()
        start = mpmath.mpf(int(whole.p)) / int(whole.q)
        if generation == mpmath.inf:  # the cross term vanishes
            return start * (1 + at_infinity(lambda later: _traces(scenario, later)))
        return start * (1 + _traces(scenario, generation)) - 2 * mean_cross_term(scenario, int(generation))


def _traces(scenario: Scenario, generation: int) -> mpmath.mpf:
    later = expectations(scenario, generation, 1)
    return later["length"] + later["spread"]


ROUND = ((4.0, 0.0), (0.0, 4.0))
LONG = ((1.0, 0.0), (0.0, 0.01))
EXAMPLES = (
    Example(vector_setting(10, "unbiased"), t=(0, 1, 2, 5)),
    Example(vector_setting(10, "mle", ROUND), t=(1, 5)),
    Example(vector_setting(30, "offset", SHEET, offset=0.5), t=(1, 3)),
    Example(vector_setting(30, "mle", LONG), t=(1, 2), simulate=False),
    Example(vector_setting(300, "unbiased", ROUND), t=(1, 3), simulate=False),
    Example(vector_setting(2, "mle"), t=(0, 1, 2, 10, 100), algebra=False, simulate=False),
    Example(vector_setting(2, "unbiased", LONG), t=(1, 10), algebra=False, simulate=False),
    Example(vector_setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    Example(vector_setting(10, "offset", offset=0.25), t=(np.inf,), algebra=False, simulate=False),
    Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
)
