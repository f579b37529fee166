r"""Choosing the nearest of k to the mean of the source, a model of many points keeps $w_k=E\min Z_j^2$ of its variance.

$w_2=1-\frac2\pi=0.363$, $w_3=0.193$: the fall is exponential, $v_t\approx v_0w_k^{t-r_1}$, where the same reward as a
soft preference lets the variance fall as $1/t$. What is left out is of the order of $1/M$, as means stray.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import divisor_is
from theory.claims.gaussian.nearest_fit import (
    INTRODUCTION,
    LAST,
    NEAREST,
    bindings,
    bounds,
    nearest_of_k,
    nearest_of_several,
    setting,
    true_variance,
    w_k,
)
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation
from theory.laws.nearest_draw import nearest_square
from theory.laws.symbols import E, r1, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """One fit, and what is left of it as M grows."""
    d = Derivation(INTRODUCTION)
    nearest_of_k(d)
    V = sp.Function("V")(t)
    solved = d.solves(
        V, v0 * w_k ** (t - r1), index=t, initial=(1, v0 * w_k ** (1 - r1)), next_value=w_k * V,
        because="the variance of a chain whose mean stays where it is (t from 1 on)",
    )  # fmt: skip
    value = d.given(
        E(v(t)), solved.rhs, relation=r"\sim", source="anderson1955integral", check=nearest_of_several,
        because="both bounds of the mean variance tend to this one, as means stray by an order of 1/M",
    )  # fmt: skip
    return d.concludes(Asymptotically(value.lhs, value.rhs))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """v_0 w_k^(t - r_1) in squared data units; t counts fits."""
    w = nearest_square(scenario.sampler.k)
    return scenario.source.variance * w ** np.maximum(generations - real_fits(scenario), 0)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """How far the bounds of the exact value are from this one, relative to them; infinite where the lower one is 0."""
    upper, lower, _ = bounds(scenario, int(generation))[int(generation)]
    value = nearest_square(scenario.sampler.k) ** max(int(generation) - real_fits(scenario), 0)
    return float(max(1 - value / upper, value / lower - 1)) if lower > 0 else np.inf


CLAIM = Claim(
    id="gaussian-nearest-large-samples-variance",
    title="The hard choice of the nearest of k to the mean of the source leaves many points the variance v_0 w_k^(t - "
    "r_1), w_k = E min Z^2",
    kind=Kind.ASYMPTOTIC,
    statistic="variance",
    assumptions=(*NEAREST, divisor_is("mle", "unbiased")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=true_variance,
    reach=lambda scenario: LAST,
    error=relative_error,
    regime="M grows and t stays fixed",
    examples=(
        Example(setting(20, "unbiased", 2), t=(1, 2), simulate=False),
        Example(setting(1000, "mle", 3, 1e-6), t=(1, 2), simulate=False),
        Example(setting(100, "mle", 10, 1.0, "biased"), t=(0, 1), simulate=False),
    ),
)  # fmt: skip
