r"""Choosing the nearest of k to the mean of the source takes the factor $w_k$ off the variance: from above.

A model whose mean has strayed by $\delta$ standard deviations keeps up to $\delta^2$ more. With $D_w$ a bound of the
squared error of the mean, $E v_{t+1}\leq f(w_kE v_t+D_w)$, $f=\frac{M-1}L$: the bound stops at the order of $1/M$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.nearest_fit import (
    INTRODUCTION,
    LAST,
    NEAREST,
    bindings,
    bounds,
    high,
    nearest_of_k,
    nearest_of_several,
    setting,
    true_variance,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """One fit, and the recursion of the bounds."""
    d = Derivation(INTRODUCTION)
    nearest_of_k(d)
    bound = d.given(
        E(v(t)), v0 * high(t), relation=r"\le", source="anderson1955integral", check=nearest_of_several,
        because="so a fit leads from the bounds of one model to those of the next, with f = (M-1)/L",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound in squared data units; t counts fits."""
    return scenario.source.variance * bounds(scenario, int(generations.max(initial=0)))[generations, 0]


CLAIM = Claim(
    id="gaussian-nearest-replace-variance-upper-bound",
    title="The hard choice of the nearest to the mean of the source takes the factor w_k = E min Z^2 off the variance, "
    "less only by how far fits have strayed: an upper bound fit by fit",
    kind=Kind.UPPER_BOUND,
    statistic="variance",
    assumptions=NEAREST,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=true_variance,
    reach=lambda scenario: LAST,
    examples=(
        Example(setting(20, "unbiased", 2), t=(1, 2), simulate=False),
        Example(setting(50, "mle", 3), t=(1, 2), simulate=False),
        Example(setting(1000, "unbiased", 10, 1e-6), t=(1, 2), simulate=False),
        Example(setting(2, "offset", 2, offset=0.5), t=(1, 2), simulate=False),
        Example(setting(20, "unbiased", 2, 1.0, "biased"), t=(0, 1), simulate=False),
    ),
)  # fmt: skip
