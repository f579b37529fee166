r"""A window of two batches: the mean precision grows by a factor in every late fit, by the law of shapes.

$E\frac1{v_t}=\frac1{v_0}\cdot\frac{M-1+\delta}{M-3}\,p_s(t)$ with $p_s(t)=E\frac{v_1}{v_t}$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import window_of_two, window_of_two_reference
from theory.claims.gaussian.one_fit import mellin, v
from theory.claims.gaussian.window import setting
from theory.claims.gaussian.window_of_two import (
    INTRODUCTION,
    WINDOW_OF_TWO,
    chain_of,
    does_not_grow,
    first_precision,
    inverse,
    of_first_fit,
    reach,
    shapes,
    shapes_beside_batches,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The chain of shapes, and the mean precision of the first fit."""
    d = Derivation(INTRODUCTION)
    shapes(d)
    first = first_precision(d, mellin(d))
    total = d.given(
        E(1 / v(t)), first * inverse(t) / v0, source="asmussen2003", check=shapes_beside_batches,
        because="v_1/v_t is a product of c'/b along the chain, p_s(t) is its mean, and v_1 independent of it; for t = "
        "inf it is at least the exponential of -E log(v_t/v_1)",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Those of the chain, and v_0."""
    return window_of_two.bindings(scenario, generation) | {v0: exact(scenario.source.variance)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E 1/v_t in one over squared data units; t counts fits. Takes 0.1 s at M = 100, 1 s at M = 8, once."""
    return chain_of(scenario).power(-2, generations) / scenario.source.variance


def limit(scenario: Scenario, at: None = None) -> float:
    """It grows without bound where the mean variance does not."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Batch by batch up to three fits, then polynomials backwards."""
    unit = mpf(repr(scenario.source.variance))
    if generation in (0, np.inf):
        return 1 / unit if generation == 0 else mpmath.inf
    first = of_first_fit(scenario, lambda F: 1 / F)
    return first * window_of_two_reference.power(scenario, int(generation), -1.0) / unit


CLAIM = Claim(
    id="gaussian-window-of-two-mean-precision",
    title="Fitted to the last two batches, the mean precision follows from the Markov chain of the shape of the "
    "window, and grows by a factor in every late fit (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_precision",
    assumptions=WINDOW_OF_TWO,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=does_not_grow,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 2, "mle"), t=(1, 2)),
        Example(setting(20, 2, "mle"), t=(0, 3, np.inf), algebra=False, simulate=False),
        Example(setting(30, 2, "offset", variance=1e-6, offset=-0.5), t=(1, 2, 3), algebra=False, simulate=False),
        Example(setting(400, 2, "unbiased"), t=(3,), algebra=False, simulate=False),
    ),
)  # fmt: skip
