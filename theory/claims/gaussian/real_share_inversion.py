r"""What claims on the law of the variance with a share of real points share: where it is resolved, its inversion.

The statement's numbers are sums of Gil-Pelaez's integrals, after one fit over the transform in closed form, after two
over its mean with the first variance.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from jaxtyping import Complex, Float

from theory.claim import Assumption, exact
from theory.claims.gaussian import real_share_law
from theory.claims.gaussian.real_share import setting, share_of
from theory.claims.gaussian.real_share_cdf_reference import BELOW, DENSITY, law
from theory.claims.gaussian.real_share_law import REAL_SHARE_LAW, chain_of, joint_law_of_one_fit
from theory.claims.gaussian.weighted_log_law import nodes
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.fresh_chain import FreshChain
from theory.laws.fresh_variance_law import FreshVarianceLaw
from theory.laws.kept_variance_law import KeptVarianceLaw, kept_variance
from theory.laws.symbols import t, v0, x
from theory.scenario import InputError, Scenario

LEAST = {
    "stratified": (Fraction(1, 20), 10, 0, 1), "iid": (Fraction(1, 4), 10, 0, 1),
    "fixed": (Fraction(1, 5), 25, 16, Fraction(4, 5)),
}  # fmt: skip
SHARP = Assumption(
    "at least 10 points are real, or expected to be, under scheme iid also a quarter; under scheme fixed 25, 16 are "
    "not, and their share lies between a fifth and four fifths",
    lambda s: s.retention.kind == "real_share" and _resolved(s),
)
VARIANCE_LAW = (*REAL_SHARE_LAW, SHARP)
phi_t, y = sp.Function("phi_t"), sp.Symbol("y", positive=True)
NARROWEST, STEPS = 60.0, 40_000  # sums: P(|v - x| > that) is left out; terms at most


def _resolved(scenario: Scenario) -> bool:
    size = scenario.sample_size.constant if scenario.sample_size is not None else None
    if size is None:
        return False
    share, (least, real, synthetic, most) = share_of(scenario), LEAST[scenario.retention.scheme]
    return least <= share <= most and share * size >= real and (1 - share) * size >= synthetic


def characteristic_function(d: Derivation) -> sp.Expr:
    """The joint law of one fit, and E exp(iy(v_t - x)/v_0) on the imaginary axis."""
    joint_law_of_one_fit(d)
    level = sp.Symbol("v", positive=True)
    d.algebra(
        sp.exp(-sp.Symbol("s") * level).subs(sp.Symbol("s"), -sp.I * y) * sp.exp(-sp.I * y * x / v0),
        sp.exp(sp.I * y * (level - x / v0)),
        because="on the imaginary axis phi_t is the characteristic function of v_t/v_0: analytic, as the product of "
        "three factors is wherever Re s > 0 and beyond",
    )  # fmt: skip
    return phi_t(-sp.I * y) * sp.exp(-sp.I * y * x / v0)


def distribution_of_variance(d: Derivation, product_cdf: sp.Expr) -> Step:
    """P(v_t <= x) by Gil-Pelaez's integral."""
    integrand = sp.im(characteristic_function(d)) / y
    return d.given(
        product_cdf, sp.Rational(1, 2) - sp.Integral(integrand, (y, 0, sp.oo)) / sp.pi,
        source="gilpelaez1951", check=lambda: laws_of_two_fits(BELOW),
        because="the distribution function at x/v_0 of v_t/v_0",
    )  # fmt: skip


def density_of_variance(d: Derivation, product_density: sp.Expr) -> Step:
    """The slope of that."""
    transform = characteristic_function(d)
    return d.given(
        product_density / v0, sp.Integral(sp.re(transform), (y, 0, sp.oo)) / (sp.pi * v0),
        source="gilpelaez1951", check=lambda: laws_of_two_fits(DENSITY),
        because="the density at x of v_t, the slope of its distribution function: Fourier's inversion",
    )  # fmt: skip


def laws_of_two_fits(which: int) -> list[Verdict]:
    """The sum of the integral beside two fits by quadrature."""
    cases = setting("stratified", 20, "mle", real=12), setting("iid", 24, "unbiased", share=0.5)
    return [agree(inverted(which, scenario, 2, 0.8), law(which, scenario, 2, 0.8), 1e-9) for scenario in cases]


def bindings(which: int, function: Any) -> Callable[..., dict]:
    """The law at a level by the integral of the derivation."""

    def of_scenario(scenario: Scenario, generation: int, at: float) -> dict:
        def at_level(level: sp.Expr) -> sp.Float:
            return sp.Float(inverted(which, scenario, generation, float(level)), 30)

        return {t: generation, v0: exact(scenario.source.variance), x: exact(at), function: at_level}

    return of_scenario


def inverted(which: int, scenario: Scenario, generation: int, level: float) -> float:
    """Gil-Pelaez's integral, or its slope, by the rule of midpoints; t is 1 or 2, the points at least 20."""
    step = 2 * math.pi / NARROWEST
    frequencies = step * (np.arange(STEPS) + 0.5)
    total = 0.0
    for part in np.array_split(frequencies, 400):
        values = _characteristic(scenario, generation, part) * np.exp(-1j * part * level)
        total += float(np.sum(values.real if which == DENSITY else values.imag / part)) * step / math.pi
        if np.abs(values).max() < 1e-17:
            break
    return total if which == DENSITY else 0.5 - total


def _characteristic(
    scenario: Scenario, generation: int, frequencies: Float[np.ndarray, " F"]
) -> Complex[np.ndarray, " F"]:
    """phi_t(-iy), t = 1 or 2."""
    if generation not in (1, 2):
        raise ValueError(f"the statement is evaluated after one fit or two, got t = {generation}")
    size, divisor = scenario.sample_size.constant, float(real_share_law.divisor_of(scenario))
    r = -1j * frequencies / divisor
    if generation == 1:
        return (1 + 2 * r) ** ((1 - size) / 2)
    X, weight = (np.array([float(pair[i]) for pair in nodes(size - 1)])[:, None] for i in (0, 1))
    total = np.zeros(len(r), dtype=complex)
    for real, chance in real_share_law.chances_of(scenario):
        drawn, first = size - real, X / divisor
        wide = 1 + 2 * r * (drawn + real * first + real * drawn / size) / size
        both = (1 + 2 * r) ** ((1 - real) / 2) * (1 + 2 * r * first) ** ((1 - drawn) / 2)
        total += float(chance) * np.sum(weight * both / np.sqrt(wide), axis=0)
    return total


def reading(which: int, scenario: Scenario, generation: float, level: float) -> float:
    """P(v_t <= level), or the density there, in units of the source, t >= 1."""
    return law_of(scenario).both(generation, level)[which]


def law_of(scenario: Scenario) -> FreshVarianceLaw | KeptVarianceLaw:
    """The law of the variance in units of the source."""
    chain = chain_of(scenario)
    return FreshVarianceLaw(chain) if isinstance(chain, FreshChain) else kept_variance(chain)


def quantile_of_log_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q, some 1e-9 of the chances off.

    Takes 0.3 s for each. Raises InputError where the law is not resolved.
    """
    failing = [assumption.name for assumption in VARIANCE_LAW if not assumption.holds(scenario)]
    if failing:
        raise InputError(f"quantiles are known in this scenario where {failing[0]}")
    known, start = law_of(scenario), math.log(scenario.source.variance)
    rows = [[known.quantile(float(t), float(p)) if t else 0.0 for p in q] for t in generations]
    return start + np.array(rows)


def quantile_of_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The same of v_t."""
    return np.exp(quantile_of_log_variance(scenario, generations, q))
