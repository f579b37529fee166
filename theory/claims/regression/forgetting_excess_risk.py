r"""Exponential forgetting takes only $g^2$ of the error of a fit into a refitted regression.

The coefficients move by $g$ times the error of the fit, on new rows as on the same ones: the risk still grows for ever,
$g^2$ times as fast as that of a regression that is replaced, from the risk of the first fit on.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS, iterate
from theory.claims.regression import least_squares
from theory.claims.regression.least_squares import COMMON, inverse_gram, inverse_trace, numbers, one_fit, risk
from theory.derivation import Derivation
from theory.laws.symbols import E, g, t
from theory.scenario import Scenario, parse_scenario


def derive() -> Derivation:
    """The law of one fit, the part of it that is taken, and a sum of equal terms."""
    d = Derivation(
        "The fit to labels of model t errs from it by (X'X)^(-1) X' epsilon; model t + 1 is (1-g) model t + g fit."
    )
    inverse_gram(d)
    w, fit = sp.symbols("w_t fit")
    d.algebra(
        (1 - g) * w + g * fit - w, g * (fit - w), because="the coefficients move by g times the error of the fit"
    )  # fmt: skip
    solved = d.solves(
        E(risk), one_fit * (1 + g**2 * (t - 1)), index=t, initial=(1, one_fit), next_value=E(risk) + g**2 * one_fit,
        because="the first model is a fit to real rows; the noise of later labels is independent of all before, so "
        "that squared errors add up",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return least_squares.bindings(scenario, generation) | {g: exact(scenario.retention.rate)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits, and the source has no error."""
    size, d, noise = numbers(scenario)
    fits = np.where(generations >= 1, 1 + scenario.retention.rate**2 * (generations - 1), 0.0)
    return noise * d / (size - d - 1) * fits


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity, unless the labels have no noise."""
    return np.inf if scenario.source.noise_variance else 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the model's error and its product with the fit's, what one fit adds by Bartlett's triangle."""
    size, d, noise = numbers(scenario)
    if generation == mpmath.inf:
        return mpmath.inf if noise else mpmath.mpf(0)
    with mpmath.workdps(DIGITS):
        added = mpmath.mpf(repr(noise)) * inverse_trace(size, d)
        rate = mpmath.mpf(repr(scenario.retention.rate))
        if generation > 1000:
            return added + (generation - 1) * rate**2 * added

        def fit(state: tuple[mpmath.mpf, ...], count: int) -> tuple[mpmath.mpf, ...]:
            (e,) = state
            part = rate if count > 1 else mpmath.mpf(1)
            return ((1 - part) ** 2 * e + part**2 * (e + added) + 2 * part * (1 - part) * e,)

        return iterate(fit, (mpmath.mpf(0),), int(generation))[0]


def setting(rows: int, d: int, rate: float, design: str = "fresh", noise: float = 2.25) -> Scenario:
    """A scenario for the examples."""
    replaced = least_squares.setting(rows, d, "replace", design, noise).dump()
    return parse_scenario({**replaced, "retention": {"kind": "forgetting", "rate": rate}})


CLAIM = Claim(
    id="regression-forgetting-excess-risk",
    title="With exponential forgetting each fit after the first adds g^2 sigma^2 d/(M-d-1) to the excess risk (t from 1"
    " on)",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("forgetting")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 3, 0.5), t=(1, 2, 8)),
        Example(setting(10, 2, 0.8, "reused", noise=1e-4), t=(1, 4), simulate=False),
        Example(setting(3, 1, 1.0), t=(1, 5, 1_000_000), simulate=False),
        Example(setting(10**9, 7, 1e-4), t=(1, 1_000_000), simulate=False),
        Example(setting(10, 3, 0.5), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(10, 3, 0.5, noise=0.0), t=(3, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
