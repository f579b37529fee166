r"""Choosing the nearest of k to the mean of the source, a model strays no farther than its variance lasts.

A fit adds an M-th of $w_kE v_t$, at most: with what is lost of the variance the sum stays near
$\frac{v_0}M\left(1+\frac{w_k}{1-w_k}\right)$ for many points, and without a preference it would be $v_0t/M$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.nearest_fit import (
    INTRODUCTION,
    LAST,
    NEAREST,
    bindings,
    bounds,
    far,
    least_square,
    nearest_of_k,
    nearest_of_several,
    setting,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """One fit, and the recursion of the bounds."""
    d = Derivation(INTRODUCTION)
    nearest_of_k(d)
    bound = d.given(
        E(squared_error), v0 * far(t), relation=r"\le", source="anderson1955integral", check=nearest_of_several,
        because="so a fit leads from the bounds of one model to those of the next",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound in squared data units; t counts fits."""
    return scenario.source.variance * bounds(scenario, int(generations.max(initial=0)))[generations, 2]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E (mu_t - mu_0)^2 after one fit: an M-th of the variance of a point."""
    if generation == 0:
        return mpf(0)
    if generation > 1:
        raise ValueError(f"the true value is known after one fit, got t = {generation}")
    drawn = 1 if scenario.biased_from > 1 else least_square(scenario.sampler.k)
    return mpf(repr(scenario.source.variance)) * drawn / scenario.sample_size.constant


CLAIM = Claim(
    id="gaussian-nearest-replace-mean-squared-error-upper-bound",
    title="The hard choice of the nearest of k to the mean of the source keeps the squared error of the mean below the "
    "sum of an M-th of w_k times the bounds of the variance",
    kind=Kind.UPPER_BOUND,
    statistic="mean_squared_error",
    assumptions=NEAREST,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: LAST,
    examples=(
        Example(setting(20, "unbiased", 2), t=(1,), simulate=False),
        Example(setting(50, "mle", 3), t=(1,), simulate=False),
        Example(setting(20, "unbiased", 2, 1.0, "biased"), t=(0, 1), simulate=False),
    ),
)  # fmt: skip
