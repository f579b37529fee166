r"""Drawn towards a centre, the mean precision obeys a linear recursion, and the mean variance is above its inverse.

The precision $1/v_t$ goes to $(1/v_t+\beta)/S$ with $S$ the factor of a fit: its mean is exact at every sample size
above 3, and Jensen's inequality makes it a bound for the variance.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import divisor_is, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, v
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import (
    COMMON,
    TO_A_CENTRE,
    beta,
    bindings,
    numbers,
    rho,
    setting,
    tilt_to_a_centre,
)
from theory.claims.gaussian.tilted_variance import expected_variance
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, k, nu, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tilt, the mean of one over a factor, the mean precision, and the inequality of Jensen."""
    d = Derivation(
        "Points are drawn from the model times exp(-beta (x-c)^2/2), those of the first fit too unless it sees real "
        "points, r_1 = 1: their variance is V/(1 + beta V), whatever the centre c."
    )
    tilt_to_a_centre(d)
    cochran(d)
    x = sp.Symbol("x", positive=True)
    h = nu / 2 + 1
    d.algebra(
        sp.Integral(x ** (h - 1) * sp.exp(-x / 2) / (2**h * sp.gamma(h)) / x, (x, 0, sp.oo)), 1 / nu,
        because="the mean of one over a chi-square with nu + 2 degrees of freedom; with nu = M - 3 one fit "
        "multiplies the mean precision by rho = L/(M-3)",
    )  # fmt: skip
    precision = E(1 / v(t))
    solved = d.solves(
        precision, rho**t * (1 + beta * v0 * (1 - r1 + sp.Sum(rho ** (1 - k), (k, 2, t)))) / v0, index=t,
        initial=(1, rho / v0 + (1 - r1) * rho * beta), next_value=rho * (precision + beta),
        because="the tilt adds beta to the precision, the fit divides it by an independent factor; a first fit to real "
        "points has no tilt",
    )  # fmt: skip
    bound = d.given(
        E(v(t)), 1 / solved.rhs, relation=r"\ge", source="jensen1906fonctions", check=crossed_by_no_example,
        because="the mean of a positive variable is at least one over the mean of its inverse",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def crossed_by_no_example() -> list[Verdict]:
    """The mean of v_3 by quadrature over the chi-squares of all fits, M = 5 and M = 20."""
    verdicts = []
    for size in (5, 20):
        scenario = setting(size, "unbiased", 0.25, centre=1.0)
        truth, value = expected_variance(scenario, 3), evaluate(scenario, np.array([3]))[0]
        verdicts.append(at_most(value, truth))
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound in squared data units; t counts fits."""
    size, offset, variance, strength = numbers(scenario)
    rate = np.log1p((2 + offset) / (size - 3))
    with np.errstate(over="ignore"):
        grown = np.exp(generations * rate)
        fits = np.maximum(generations - real_fits(scenario), 0)
        pulled = np.expm1(fits * rate) * (1 + (size - 3) / (2 + offset))
        return variance / (grown + strength * variance * pulled)


def limit(scenario: Scenario, at: None = None) -> float:
    """0: no more than that is said of the end."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """E v_t by quadrature over the chi-squares of all fits, up to three of them."""
    return expected_variance(scenario, generation)


CLAIM = Claim(
    id="gaussian-tilt-quadratic-replace-variance-lower-bound",
    title="Drawn towards a centre, the expected variance is at least v_0/(r^t + beta v_0 (r + ... + "
    "r^(t - r_1))), r = L/(M-3)",
    kind=Kind.LOWER_BOUND,
    statistic="variance",
    assumptions=(*COMMON, TO_A_CENTRE, divisor_is("mle", "unbiased"), sample_size_at_least(4)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(1, 2, 3)),
        Example(setting(20, "unbiased", 0.25, centre=1.0), t=(0,), algebra=False, simulate=False),
        Example(setting(10, "mle", 1.0, centre=-3.0), t=(1, 2)),
        Example(setting(20, "unbiased", 0.25, 1.0, first_fit="biased"), t=(1, 2), simulate=False),
        Example(setting(50, "unbiased", 0.01, centre=0.0), t=(1, 3)),
        Example(setting(5, "mle", 4.0, centre=0.0), t=(1, 2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
