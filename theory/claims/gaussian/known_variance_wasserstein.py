r"""With a known variance the squared Wasserstein-2 distance from the source is the squared error of the mean.

The widths are one: $E W_2^2=v_0\sum_kq_k$, with no part that a falling variance would add.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import known_variance
from theory.claims.gaussian.known_variance import (
    FORGOTTEN,
    GAUSSIAN_KNOWN_VARIANCE,
    GROWING,
    INTRODUCTION,
    KEPT,
    LISTED,
    MOST_FITS,
    bindings,
    setting,
    settles,
    walk,
)
from theory.claims.gaussian.one_fit import NORMAL
from theory.derivation import Derivation
from theory.laws.symbols import E, v0, z
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance of two normal laws of one width; the walk of the mean."""
    d = Derivation(INTRODUCTION)
    error = walk(d)
    y, w = sp.symbols("y w", real=True)
    d.algebra(
        sp.Integral((y + sp.sqrt(v0) * z - (w + sp.sqrt(v0) * z)) ** 2 * NORMAL, (z, -sp.oo, sp.oo)), (y - w) ** 2,
        because="the best coupling of N(y, v_0) and N(w, v_0) moves every point by y - w",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.Symbol("W_t", real=True) ** 2), error, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2 in squared data units; t counts fits."""
    return scenario.source.variance * known_variance.squared_error(scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, and where sum 1/M_k is."""
    return scenario.source.variance * known_variance.settled(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Each fit a weighted mean of batches, whose errors are independent."""
    return mpmath.mpf(str(scenario.source.variance)) * known_variance.reference(scenario, generation)


CLAIM = Claim(
    id="gaussian-known-variance-wasserstein2-squared",
    title="With a known variance the squared Wasserstein-2 distance from the source is the squared error of the mean, "
    "t v_0/M where data are replaced",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=GAUSSIAN_KNOWN_VARIANCE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20), t=(0, 1, 5)),
        Example(setting(8, **KEPT, first=3), t=(1, 2, 9)),
        Example(setting(10, **FORGOTTEN), t=(1, 6), simulate=False),
        Example(setting(LISTED), t=(3,), simulate=False),
        Example(setting(8, **KEPT), t=(100_000, np.inf), algebra=False, simulate=False),
        Example(setting(GROWING), t=(2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
