r"""With a known variance the squared Wasserstein-2 distance from the source is that of means, whatever data are kept.

The widths are one: real points, weights, windows and draws from a pool act on the mean alone.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Kind
from theory.claims.gaussian.known_variance_error import (
    EXAMPLES,
    INTRODUCTION,
    ON_THE_ERROR,
    D,
    bindings,
    by_reference,
    known_limit,
    reach,
    settled,
    squared_error,
)
from theory.claims.gaussian.one_fit import NORMAL
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0, z
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance of two normal laws of one width; its mean."""
    d = Derivation(INTRODUCTION)
    y, w = sp.symbols("y w", real=True)
    d.algebra(
        sp.Integral((y + sp.sqrt(v0) * z - (w + sp.sqrt(v0) * z)) ** 2 * NORMAL, (z, -sp.oo, sp.oo)), (y - w) ** 2,
        because="the best coupling of N(y, v_0) and N(w, v_0) moves every point by y - w",
    )  # fmt: skip
    distance = E(sp.Symbol("W_t", real=True) ** 2)
    said = d.solves(
        distance, D(t), index=t, initial=(0, D(0)), next_value=distance + D(t + 1) - D(t),
        because="its mean over chains",
    )  # fmt: skip
    return d.concludes(sp.Eq(distance, said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2 in squared data units; t counts fits."""
    return squared_error(scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Its limit."""
    return settled(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The squared error by the route that checks it."""
    return by_reference(scenario, generation)


CLAIM = Claim(
    id="gaussian-known-variance-mixed-wasserstein2-squared",
    title="With a known variance and mixed data the squared Wasserstein-2 distance from the source is the squared "
    "error of the mean",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=ON_THE_ERROR,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=known_limit,
    reach=reach,
    examples=EXAMPLES,
)
