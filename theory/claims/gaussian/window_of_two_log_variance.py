r"""A window of two batches: every late fit takes the same from the mean log-variance, 4/9 of what replacement takes.

$E\log v_t=\log v_0+\psi\left(\frac{M-1}2\right)-\log\frac{M-1+\delta}2+\ell_s(t)$,
$\ell_s(t)=E\log\frac{v_t}{v_1}$, a mean over paths of the shape of the window.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import window_of_two
from theory.claims.gaussian.one_fit import mellin, v
from theory.claims.gaussian.window import setting
from theory.claims.gaussian.window_of_two import (
    INTRODUCTION,
    WINDOW_OF_TWO,
    chain_of,
    does_not_grow,
    first_logarithm,
    log_mean,
    log_reference,
    reach,
    shapes,
    shapes_beside_batches,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The chain of shapes, the first fit, and their sum."""
    d = Derivation(INTRODUCTION)
    shapes(d)
    first = first_logarithm(d, mellin(d))
    total = d.given(
        E(sp.log(v(t))), sp.log(v0) + first + log_mean(t), source="asmussen2003", check=shapes_beside_batches,
        because="the logarithm of v_t/v_1 is a sum of log b - log c' along the chain; l_s(t) is its mean",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Those of the chain, and v_0."""
    return window_of_two.bindings(scenario, generation) | {v0: exact(scenario.source.variance)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. Takes 0.1 s at M = 100, 1 s at M = 8, once."""
    return math.log(scenario.source.variance) + chain_of(scenario).log_mean(generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Every late fit takes the same, as the mean variance does not grow and its logarithm is concave."""
    return -np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Batch by batch up to three fits, then polynomials backwards."""
    start = mpmath.log(mpf(repr(scenario.source.variance)))
    if generation == np.inf:
        return mpf("-inf")
    return start + log_reference(scenario, int(generation)) if generation else start


CLAIM = Claim(
    id="gaussian-window-of-two-log-variance",
    title="Fitted to the last two batches, the mean log-variance is that of a Markov chain of the shape of the window, "
    "and falls without end if the divisor does not let the mean variance grow (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance",
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
        Example(setting(400, 2, "unbiased"), t=(8,), algebra=False),
    ),
)  # fmt: skip
