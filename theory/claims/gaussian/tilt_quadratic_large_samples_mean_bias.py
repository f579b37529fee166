r"""Drawn towards a centre c, the mean of a model of many points reaches it, as $1/t$: a weighted mean of $\mu_0$ and c.

$\mu_t\approx\frac{\mu_0+(t-r_1)\beta v_0c}{1+(t-r_1)\beta v_0}$. A finite sample stays behind, by a factor of at most
$\rho^{t-1}$ of the way, $\rho=\frac L{M-3}$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import tilted_fit
from theory.claims.gaussian.drawn_fit import as_mpf, backwards, distance
from theory.claims.gaussian.one_fit import cochran, error
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilt_quadratic_large_samples_variance import MANY_POINTS, REGIME
from theory.claims.gaussian.tilted_fit import beta, numbers, setting, tilt_to_a_centre
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, r1, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario

ahead = sp.Symbol("b_c", real=True)


def derive() -> Derivation:
    """The mean where all factors are 1, and two inequalities of Jensen."""
    d = Derivation(
        "Points are drawn from the model times exp(-beta (x-c)^2/2), those of the first fit too unless it sees real "
        "points, r_1 = 1; as M grows the factors of the fits tend to 1. b_c is c - mu_0."
    )
    tilt_to_a_centre(d)
    cochran(d)
    come, way = sp.Symbol("b_t"), beta * v0 * (t - r1)
    gone = d.solves(
        come, ahead * way / (1 + way), index=t, initial=(1, ahead * way.subs(t, 1) / (1 + way.subs(t, 1))),
        next_value=(come + ahead * beta * v0 / (1 + way)) / (1 + beta * v0 / (1 + way)),
        because="the mean of a draw is that of the model and the centre, weighted by the precision and by beta, and "
        "the variance is v_0/(1 + (t - r_1) beta v_0) (t from 1 on)",
    )  # fmt: skip
    value = d.given(
        E(error), gone.rhs, relation=r"\sim", source="jensen1906fonctions", check=between_two_bounds,
        because="with A the sum of the products of factors before t, the way behind the model is beta v_0 A/(1 + beta "
        "v_0 A): concave in A, whose mean is at most t - r_1, and convex in 1/A, whose mean is at most (L/(M-3))^(t-1) "
        "over t - r_1",
    )  # fmt: skip
    return d.concludes(Asymptotically(value.lhs, value.rhs))


def between_two_bounds() -> list[Verdict]:
    """The true mean at t = 3 against both bounds, for 20 and 200 points."""
    verdicts = []
    for size in (20, 200):
        scenario = setting(size, "unbiased", 0.25, centre=1.0)
        true, value = backwards(scenario, 3).way * distance(scenario), float(evaluate(scenario, np.array([3]))[0])
        verdicts += [at_most(true, value), at_most(value, true * (1 + relative_error(scenario, 3)))]
    return verdicts


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """With the way from the mean of the source to the centre."""
    return {**tilted_fit.bindings(scenario, generation), ahead: exact(distance(scenario))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """(c - mu_0) x/(1 + x), x = (t - r_1) beta v_0, in data units; t counts fits."""
    _, _, variance, strength = numbers(scenario)
    x = strength * variance * np.maximum(generations - real_fits(scenario), 0)
    return distance(scenario) * x / (1 + x)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """At most (L/(M-3))^(t-1) - 1 of the exact value."""
    size, offset = size_and_offset(scenario)
    return float(np.expm1(max(generation - 1, 0) * np.log1p((2 + offset) / (size - 3))))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The exact mean, fit by fit from the last one back."""
    if generation - real_fits(scenario) <= 0:
        return mpf(0)
    return as_mpf(distance(scenario) * backwards(scenario, generation).way)


CLAIM = Claim(
    id="gaussian-tilt-quadratic-large-samples-mean-bias",
    title="Drawn towards a centre, the mean of many points has gone (t - r_1) beta v_0/(1 + (t - r_1) beta v_0) of the "
    "way there, and no less than (L/(M-3))^(1-t) of that",
    kind=Kind.ASYMPTOTIC,
    statistic="mean_bias",
    assumptions=MANY_POINTS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    regime=REGIME,
    examples=(
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(1, 2, 3), simulate=False),
        Example(setting(1000, "mle", 1.0, centre=-3.0), t=(2,), simulate=False),
        Example(setting(100, "unbiased", 0.25, 3.0, 1.0, "biased"), t=(2,), simulate=False),
        Example(setting(14, "mle", 0.25, 3.0, 1.0, "biased"), t=(0, 6), algebra=False, simulate=False),
    ),
)  # fmt: skip
