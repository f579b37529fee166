"""What claims for many points share in several dimensions: moments of the line, and the truth after one fit or two."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float
from scipy import special

from theory.claim import Assumption
from theory.claims.exact_claims import exact_claim, known
from theory.claims.gaussian.nearly_normal import NEARLY_NORMAL, spread_at
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.source import bindings, eigenvalues, rank
from theory.claims.vector.two_fits import knows, squared_distances
from theory.claims.vector.whitened import VARYING, VECTOR_FITS, line
from theory.derivation import Verdict, agree
from theory.scenario import Scenario
from theory.scenario.retention import Replace
from theory.scenario.sample_size import Constant

ERROR = "mean_squared_error"
spread = sp.Function("omega_1", positive=True)  # R/U^2 - 1 on the line
LINE_NEARLY_NORMAL = Assumption(
    "on the line variance, variance_second_moment and mean_squared_error are known, and the first fit has at least two "
    "points",
    lambda s: VARYING.holds(s) and all(one.holds(line(s)) for one in (*NEARLY_NORMAL, known(ERROR))),
)
NEAR = (*VECTOR_FITS, LINE_NEARLY_NORMAL)
REGIME = "the numbers of points grow in proportion and t stays fixed"


def on_the_line(scenario: Scenario, generations: Float[np.ndarray, " T"], statistic: str) -> Float[np.ndarray, " T"]:
    """A moment of the chain on the line for a source of variance 1."""
    return exact_claim(line(scenario), statistic).value(line(scenario), np.asarray(generations, dtype=np.float64))


def promised(factor: float) -> Callable[..., float]:
    """A relative error of at most so many times the squared relative spread on the line, for each direction more."""

    def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
        return factor * rank(scenario) * spread_at(line(scenario), generation)

    return relative_error


def number(scenario: Scenario, generation: int, statistic: str) -> sp.Float | sp.Integer:
    """The same moment by the statement of the claim that knows it."""
    if not generation:
        return sp.Integer(0 if statistic == ERROR else 1)
    return sp.Float(exact_claim(line(scenario), statistic).algebra_value(line(scenario), int(generation)), 40)


def of_the_source(scenario: Scenario, *symbols: sp.Basic) -> dict:
    """What these symbols of the source are bound to, by the numbers of a replaced chain."""
    first = Constant(kind="constant", size=scenario.first_size)
    given = bindings(scenario.model_copy(update={"retention": Replace(), "sample_size": first}), 1)
    return {symbol: given[symbol] for symbol in symbols}


def entries_of_a_fit() -> list[Verdict]:
    """Squares of entries of W/nu - 1 in the plane over those of one direction: 1, and 1/2 off the diagonal."""
    nu = 7
    x, p = _gauss(nu)
    y, q = _gauss(nu - 1)
    z, r = np.polynomial.hermite_e.hermegauss(12)
    chance = np.einsum("i,j,k->ijk", p, q, r / r.sum())
    first, low, cross = x[:, None, None], y[None, :, None] + z**2, np.sqrt(x)[:, None, None] * z
    one = (chance * (first / nu - 1) ** 2).sum()
    two = (chance * (low / nu - 1) ** 2).sum()
    return [agree(two, one, 1e-9), agree(2 * (chance * (cross / nu) ** 2).sum(), one, 1e-9)]


@cache
def first_distances(scenario: Scenario) -> tuple[float, float]:
    """E and Var of W_2^2 after one fit for a source of rank two, by quadrature over its triangular factor."""
    M, (first, second) = scenario.first_size, eigenvalues(scenario)
    (x, p), (y, q) = _gauss(M - 1), _gauss(M - 2)
    z, r = np.polynomial.hermite_e.hermegauss(24)
    chance = np.einsum("i,j,k->ijk", p, q, r / r.sum())
    L = M - 1 + float(offset_of(scenario))
    own, low = x[:, None, None] / L, (y[None, :, None] + z**2) / L
    root = math.sqrt(1 / L) * np.sqrt(y)[None, :, None] * np.sqrt(own)
    both = np.sqrt(first**2 * own + second**2 * low + 2 * first * second * root)
    apart = first * own + second * low + first + second - 2 * both
    mean = float((chance * apart).sum())
    variance = float((chance * (apart - mean) ** 2).sum())
    return mean + (first + second) / M, variance + 2 * (first**2 + second**2) / M**2


def _gauss(nu: int) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Points and weights for means over a chi-square; for many degrees of freedom by the rule in its logarithm."""
    if nu <= 60:
        nodes, weights = special.roots_genlaguerre(48, nu / 2 - 1)
        return 2 * nodes, weights / weights.sum()
    y = 0.4 * math.sqrt(2 / nu) * np.arange(-24, 25)
    weights = np.exp(nu / 2 * (y - np.expm1(y)))
    return nu * np.exp(y), weights / weights.sum()


def distances(scenario: Scenario, generation: float) -> tuple[float, float]:
    """E and Var of W_2^2 for a source of rank two: after one fit, or by a lattice after two."""
    if generation == 1:
        return first_distances(scenario)
    if generation != 2 or not knows(scenario):
        raise ValueError(f"the true value is known after one fit, or after two in the plane, got t = {generation}")
    found = squared_distances(scenario)
    return float(found.mean()), float(found.var())
