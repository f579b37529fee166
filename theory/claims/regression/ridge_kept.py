r"""What claims about a ridge and data that are all kept share: what a fit to all labels adds, and their settings."""

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, RIDGE, UNDISTURBED, retains
from theory.claims.regression.least_squares import dimension, sigma
from theory.claims.regression.ridge import FEW_COEFFICIENTS, eigenvalue, ridge, signal
from theory.claims.regression.ridge import setting as replaced
from theory.derivation import Derivation
from theory.laws.symbols import t
from theory.scenario import Scenario, parse_scenario

KEPT_WITH_RIDGE = (RIDGE, retains("accumulate"), CONSTANT_SIZE, FEW_COEFFICIENTS, FAITHFUL, UNDISTURBED)
shrunk = sp.Symbol("k_0", positive=True)
away = ridge / (eigenvalue + ridge)  # what a fit loses along an eigenvector


def numbers(scenario: Scenario) -> tuple[int, int, int, float, float, float]:
    """Rows of the first and of later batches, d, the ridge, |w*|^2 and the variance of the noise."""
    source, first, size = scenario.source, scenario.first_size, scenario.sample_size.constant
    return first, size, source.dimension, scenario.estimator.ridge, source.signal, source.noise_variance


def given(scenario: Scenario, generation: int) -> dict:
    """The symbols that a scenario says."""
    *_, d, level, length, noise = numbers(scenario)
    return {
        dimension: d, sigma: sp.sqrt(exact(noise)), ridge: exact(level), signal: exact(length), t: generation
    }  # fmt: skip


def step_of_all_data(d: Derivation) -> None:
    """The fit to all labels, by that before it."""
    S, x, w, noise = sp.symbols("S x w z", positive=True)
    d.algebra(
        ((S - x + ridge) * w + x * w + noise) / (S + ridge), w + noise / (S + ridge),
        because="(S_t + lambda I) w_t is the sum of X'y over all batches: that before, (S_(t-1) + lambda I) w_(t-1), "
        "and that of the last, X'X w_(t-1) + X' epsilon. Written for d = 1; matrices stand in the same order. The "
        "ridge shrinks in the first fit alone",
    )  # fmt: skip
    d.algebra(
        eigenvalue / (eigenvalue + ridge) - 1, -away,
        because="which takes the part lambda/(l + lambda) off a coefficient along an eigenvector of S_1",
    )  # fmt: skip


def kept(
    rows: int, d: int, level: float, design: str = "fresh", noise: float = 2.25, length: float = 4.0, **first: int
) -> Scenario:
    """A scenario for the examples."""
    tables = replaced(rows, d, level, design, noise, length).dump()
    return parse_scenario(tables | {"retention": {"kind": "accumulate", **first}})


def noise_of_rows(lost: mpf, square: mpf, level: float) -> mpf:
    """E l/(l + lambda)^2 from the means of lambda/(l + lambda) and of its square."""
    return (lost - square) / mpmath.mpf(level)
