r"""Drawn towards a centre, a model of many points loses its variance as $1/t$: the precision grows by $\beta$ in a fit.

$v_t\approx v_0/(1+(t-r_1)\beta v_0)$, whatever the centre: not exponential, as under the hard choice of the best. The
expected variance falls short of it by a factor of at most $\rho^t$, $\rho=\frac L{M-3}$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import divisor_is, sample_size_at_least
from theory.claims.gaussian.drawn_fit import DRAWN, as_mpf, backwards
from theory.claims.gaussian.one_fit import cochran, v
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import beta, bindings, numbers, setting, tilt_to_a_centre
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, r1, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario

MANY_POINTS = (*DRAWN, divisor_is("mle", "unbiased"), sample_size_at_least(4))
REGIME = "M grows and t stays fixed"


def derive() -> Derivation:
    """The precision where all factors are 1, and two inequalities of Jensen."""
    d = Derivation(
        "Points are drawn from the model times exp(-beta (x-c)^2/2), those of the first fit too unless it sees real "
        "points, r_1 = 1; as M grows the factors of the fits tend to 1."
    )
    tilt_to_a_centre(d)
    cochran(d)
    Y = sp.Function("Y")
    grown = d.solves(
        Y(t), 1 / v0 + (t - r1) * beta, index=t, initial=(1, 1 / v0 + (1 - r1) * beta), next_value=Y(t) + beta,
        because="the precision of a chain whose factors are all 1 (t from 1 on)",
    )  # fmt: skip
    path = d.algebra(1 / grown.rhs, v0 / (1 + beta * v0 * (t - r1)), because="and its variance").rhs
    value = d.given(
        E(v(t)), path, relation=r"\sim", source="jensen1906fonctions", check=between_two_bounds,
        because="the mean variance is at most this one, as V/(1 + beta V) is concave and no factor has a mean above 1, "
        "and at least one over the mean precision, which is at most (L/(M-3))^t times that of this chain",
    )  # fmt: skip
    return d.concludes(Asymptotically(value.lhs, value.rhs))


def between_two_bounds() -> list[Verdict]:
    """The true mean at t = 3 against both bounds, for 20 and 200 points."""
    verdicts = []
    for size in (20, 200):
        scenario = setting(size, "unbiased", 0.25, centre=1.0)
        true, value = (
            backwards(scenario, 3).variance * scenario.source.variance,
            float(evaluate(scenario, np.array([3]))[0]),
        )
        verdicts += [at_most(true, value), at_most(value, true * (1 + relative_error(scenario, 3)))]
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """v_0/(1 + (t - r_1) beta v_0) in squared data units; t counts fits."""
    _, _, variance, strength = numbers(scenario)
    return variance / (1 + strength * variance * np.maximum(generations - real_fits(scenario), 0))


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """At most (L/(M-3))^t - 1 of the exact value."""
    size, offset = size_and_offset(scenario)
    return float(np.expm1(generation * np.log1p((2 + offset) / (size - 3))))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The exact mean, fit by fit from the last one back."""
    return as_mpf(scenario.source.variance * backwards(scenario, generation).variance)


CLAIM = Claim(
    id="gaussian-tilt-quadratic-large-samples-variance",
    title="Drawn towards a centre, many points leave the variance v_0/(1 + (t - r_1) beta v_0): it falls as 1/t, and "
    "no more than (L/(M-3))^t below",
    kind=Kind.ASYMPTOTIC,
    statistic="variance",
    assumptions=MANY_POINTS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    regime=REGIME,
    examples=(
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(1, 2, 3), simulate=False),
        Example(setting(1000, "mle", 1.0, centre=-3.0), t=(1, 2), simulate=False),
        Example(setting(100, "unbiased", 0.25, 0.0, 1.0, "biased"), t=(1, 2), simulate=False),
        Example(setting(14, "mle", 0.25, 0.0, 1.0, "biased"), t=(0, 6), algebra=False, simulate=False),
    ),
)  # fmt: skip
