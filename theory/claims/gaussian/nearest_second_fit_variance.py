r"""The variance after one choice of the nearest of k, exactly: what the strayed mean of the first fit gives back.

The second model has $w_k$ of the first one's variance and a little more, as that one's mean is off the centre by
$\delta=T\sqrt{L/(M(M+1))}$ of its standard deviations, T a Student variable. Later fits see models that are not normal
fits to normal points: only bounds are known there.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import nearest_fit
from theory.claims.gaussian.nearest_fit import (
    INTRODUCTION,
    NEAREST,
    nearest_of_k,
    nearest_of_several,
    setting,
    true_variance,
)
from theory.claims.gaussian.one_fit import cochran, v
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation
from theory.laws.nearest_draw import nearest_square, second_fit
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

left = sp.Function("J_w", positive=True)


def derive() -> Derivation:
    """One fit, the law of where the first model lies, and the mean over it."""
    d = Derivation(INTRODUCTION)
    nearest_of_k(d)
    cochran(d)
    mean = d.given(
        E(v(t)), v0 * left(t), source="cochran1934", check=nearest_of_several,
        because="up to one fit to chosen points: given a first fit to real points the variance of a point of the "
        "second is that of the nearest of k, with mean and variance of the first independent",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The mean over the first fit, by the density of a draw."""
    unit = scenario.source.variance
    known = nearest_fit.bindings(scenario, 0)
    return known | {left: lambda k: sp.Float(true_variance(scenario, int(k)), 30) / sp.Float(unit, 30), t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units, to 11 digits; t counts fits, up to one to chosen points."""
    size, offset = size_and_offset(scenario)
    k, f = scenario.sampler.k, (size - 1) / (size - 1 + offset)
    values = [1.0, f, second_fit(size, offset, k)] if real_fits(scenario) else [1.0, f * nearest_square(k)]
    return scenario.source.variance * np.array(values)[generations]


CLAIM = Claim(
    id="gaussian-nearest-replace-second-fit-variance",
    title="After one choice of the nearest of k to the mean of the source the expected variance is known, up to t = 2, "
    "by how far a first fit strays",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=NEAREST,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=true_variance,
    reach=lambda scenario: scenario.biased_from,
    tolerance=1e-11,
    examples=(
        Example(setting(20, "unbiased", 2), t=(1, 2)),
        Example(setting(5, "mle", 3), t=(0, 1, 2), simulate=False),
        Example(setting(2, "offset", 2, offset=0.5), t=(2,), simulate=False),
        Example(setting(1000, "unbiased", 10, 1e-6), t=(1, 2), simulate=False),
        Example(setting(20, "unbiased", 2, 1.0, "biased"), t=(0, 1), simulate=False),
        Example(setting(30, "unbiased", 1), t=(2,), simulate=False),
    ),
)  # fmt: skip
