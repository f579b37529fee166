r"""Choosing the nearest of k to the mean of the source takes at most the factor $w_k$ off the variance: from below.

A model whose mean has strayed by $\delta$ standard deviations keeps at least $w_k-\delta^2$: a factor of 0.36 for
k = 2 and of 0.19 for k = 3 in every fit, far more than the same reward takes as a soft preference.
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
    low,
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
        E(v(t)), v0 * low(t), relation=r"\ge", source="anderson1955integral", check=nearest_of_several,
        because="so a fit leads from the bounds of one model to those of the next, with f = (M-1)/L",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound in squared data units; t counts fits."""
    return scenario.source.variance * bounds(scenario, int(generations.max(initial=0)))[generations, 1]


CLAIM = Claim(
    id="gaussian-nearest-replace-variance-lower-bound",
    title="The hard choice of the nearest to the mean of the source takes no more than the factor w_k = E min Z^2 off "
    "the variance, but for how far fits have strayed: a lower bound fit by fit",
    kind=Kind.LOWER_BOUND,
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
