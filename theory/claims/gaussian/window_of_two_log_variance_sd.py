r"""A window of two batches: the log-variances of chains drift apart like the root of t, by the law of shapes.

$\operatorname{Var}\log v_t=\psi'\left(\frac{M-1}2\right)+V_s(t)$ with $V_s(t)=\operatorname{Var}\log\frac{v_t}{v_1}$,
to which every late fit adds the same.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import window_of_two_reference
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.weighted_log_law import deviation
from theory.claims.gaussian.window import setting
from theory.claims.gaussian.window_of_two import (
    INTRODUCTION,
    WINDOW_OF_TWO,
    b,
    b2,
    bindings,
    c2,
    chain_of,
    log_spread,
    of_first_fit,
    reach,
    shapes,
    shapes_beside_batches,
)
from theory.derivation import Derivation
from theory.laws.symbols import M, nu, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The chain of shapes; the spread of the first fit and that of all later ones."""
    d = Derivation(INTRODUCTION)
    shapes(d)
    first = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d)), (order, 2)), order, 0), sp.polygamma(1, nu / 2),
        because="the first fit: Var log X is the second derivative of log E X^s at s = 0, whatever the divisor",
    ).rhs.subs(nu, M - 1)  # fmt: skip
    c3 = sp.Symbol("c''", positive=True)
    d.algebra(
        sp.log(b / c2) + sp.log(b2 / c3), sp.log(b / c3) + sp.log(b2 / c2),
        because="what two fits add. Given the shapes of every other window the terms log(b'/c') of those between are "
        "independent, each with a density: their variances add up, and for t = inf without end",
    )  # fmt: skip
    total = d.given(
        deviation, sp.sqrt(first + log_spread(t)), source="asmussen2003", check=shapes_beside_batches,
        because="v_t/v_1 does not depend on the first fit: the variances of both logarithms add up, V_s(t) that of "
        "v_t/v_1, a sum of log b - log c' along the chain",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits. Takes 0.1 s at M = 100, 1 s at M = 8, once."""
    return chain_of(scenario).log_sd(generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """It grows as the root of t."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Batch by batch up to three fits, then polynomials backwards."""
    if generation in (0, np.inf):
        return mpf(generation)
    first = of_first_fit(scenario, lambda F: mpmath.log(F) ** 2) - of_first_fit(scenario, mpmath.log) ** 2
    return mpmath.sqrt(first + window_of_two_reference.logarithm(scenario, int(generation))[1])


CLAIM = Claim(
    id="gaussian-window-of-two-log-variance-sd",
    title="Fitted to the last two batches, chains drift apart: the standard deviation of the log-variance follows from "
    "the Markov chain of the shape of the window, and grows as the root of t (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=WINDOW_OF_TWO,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 2, "mle"), t=(1, 2)),
        Example(setting(20, 2, "mle"), t=(0, 3, np.inf), algebra=False, simulate=False),
        Example(setting(30, 2, "offset", variance=1e-6, offset=-0.5), t=(1, 2, 3), algebra=False, simulate=False),
        Example(setting(400, 2, "unbiased"), t=(8,), algebra=False),
    ),
)  # fmt: skip
