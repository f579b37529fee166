"""How a Gaussian source in several dimensions is read, in float64 and exactly; what claims about it bind and try."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float

from theory.claim import exact
from theory.claims.gaussian.replace import size_and_offset
from theory.laws.symbols import L, M, dim, t
from theory.scenario import Scenario, parse_scenario

LEAST_EIGENVALUE = 1e-12
"""Of the correlation matrix: directions with less do not vary."""

trace0 = sp.Symbol(r"\operatorname{tr}[\Sigma_0]", positive=True)
square0 = sp.Symbol(r"\operatorname{tr}[\Sigma_0^2]", positive=True)
determinant0 = sp.Symbol(r"\det \Sigma_0", positive=True)
determinant = sp.Symbol(r"\det \Sigma_t", positive=True)

lam = sp.IndexedBase("lambda")  # eigenvalues of the covariance of the source, the largest first

PLANE = ((2.0, 0.9), (0.9, 1.0))
SPACE = ((1.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 0.0, 3.0))
SHEET = ((1.0, 1.0, 0.0), (1.0, 1.0, 0.0), (0.0, 0.0, 4.0))  # of rank 2 in three dimensions


def rank(scenario: Scenario) -> int:
    """The number of dimensions in which the source varies."""
    covariance = scenario.source.covariance_matrix()
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    inverse = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 0)
    return int((np.linalg.eigvalsh(covariance * inverse[:, None] * inverse) > LEAST_EIGENVALUE).sum())


def trace(scenario: Scenario) -> float:
    """tr Sigma_0."""
    return float(np.trace(scenario.source.covariance_matrix()))


def square_and_minors(scenario: Scenario) -> tuple[float, float, float]:
    """tr Sigma_0^2, and (tr Sigma_0)^2 - tr Sigma_0^2 as the sum over i != j of the principal minors of two rows.

    Both in squares of a unit, the last number, a power of two that keeps them in the range of float64.
    """
    unit = float(np.exp2(np.floor(np.log2(np.max(np.diag(scenario.source.covariance_matrix()))))))
    covariance: Float[np.ndarray, "d d"] = scenario.source.covariance_matrix() / unit
    variances = np.diag(covariance)
    minors = np.outer(variances, variances) - covariance**2
    np.fill_diagonal(minors, 0.0)
    return float((covariance**2).sum()), max(float(minors.sum()), 0.0), unit


def log_determinant(scenario: Scenario) -> float:
    """log det Sigma_0; -inf for a singular source."""
    covariance = scenario.source.covariance_matrix()
    if rank(scenario) < len(covariance):
        return -np.inf
    return float(np.linalg.slogdet(covariance)[1])


def eigenvalues(scenario: Scenario) -> Float[np.ndarray, " r"]:
    """Those of the source's covariance in directions in which it varies, the largest first."""
    return np.linalg.eigvalsh(scenario.source.covariance_matrix())[::-1][: rank(scenario)]


def exact_covariance(scenario: Scenario) -> sp.Matrix:
    """The covariance in rational numbers, as they were written."""
    return sp.Matrix([[exact(entry) for entry in row] for row in scenario.source.covariance])


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """The symbols of a statement, exact or to 60 digits; infinity for t leaves it unbound."""
    size, offset = size_and_offset(scenario)
    covariance = exact_covariance(scenario)
    with mpmath.workdps(60):
        rows = mpmath.matrix(
            [[mpmath.mpf(int(x.p)) / int(x.q) for x in covariance.row(k)] for k in range(covariance.rows)]
        )
        spectrum = sorted(mpmath.eigsy(rows, eigvals_only=True), reverse=True)
    bound = {
        lam: [sp.Float(value, 60) for value in spectrum],
        M: sp.Float(size, 60), L: sp.Float(size - 1 + exact(offset), 60), dim: rank(scenario),
        trace0: covariance.trace(), square0: (covariance * covariance).trace(), determinant0: covariance.det(),
    }  # fmt: skip
    return bound if generation == mpmath.inf else bound | {t: int(generation)}


def vector_setting(
    size: int, divisor: str, covariance: tuple[tuple[float, ...], ...] = PLANE, **offset: float
) -> Scenario:
    """A scenario of replaced data for the examples, around a mean that is not zero."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": [0.5 - i for i in range(len(covariance))], "covariance": covariance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip
