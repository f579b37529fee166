r"""On one design, all labels kept: the risk stays below $\pi^2/6$ times that of one fit, and tends to it.

With the same rows in every batch the fit to all labels is the mean of the fits to each, so that generation $t$ moves
the model by $1/t$ of the error of one fit.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS, iterate
from theory.claims.regression.least_squares import (
    COMMON,
    EQUAL_BATCHES,
    bindings,
    design_is,
    inverse_batches_by_quadrature,
    inverse_gram,
    inverse_trace,
    numbers,
    one_fit,
    risk,
    setting,
    sum_of_steps,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.least_squares import inverse_batches
from theory.laws.symbols import E, k, t
from theory.scenario import Scenario

STEPS = 1_000  # generations up to which the recurrence is iterated


def derive() -> Derivation:
    """What generation t adds, the sum of all, its closed form and its limit."""
    d = Derivation(
        "With one design X the fit to t batches of labels is the mean of t fits, so w_t - w_(t-1) = (X'X)^(-1) X' "
        "epsilon_t / t."
    )
    inverse_gram(d)
    added = one_fit / (t + 1) ** 2
    sum_of_steps(
        d, one_fit * sp.Sum(1 / k**2, (k, 1, t)), added,
        "the noise of a batch is independent of all before, so that the squares add up; model t weighs the t models "
        "before it, the source first, equally",
    )  # fmt: skip
    solved = sum_of_steps(
        d, one_fit * (sp.pi**2 / 6 - sp.polygamma(1, t + 1)), added,
        "the same in closed form, as psi'(t+1) - psi'(t+2) = 1/(t+1)^2 and psi'(1) = pi^2/6",
    )  # fmt: skip
    z = sp.Symbol("z", positive=True)
    d.given(
        sp.Limit(sp.polygamma(1, z), z, sp.oo), sp.Integer(0), source="dlmf", check=trigamma_vanishes,
        because="so the risk tends to pi^2/6 times that of one fit",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def trigamma_vanishes() -> list[Verdict]:
    """psi'(z) is 1/z to first order."""
    with mpmath.workdps(40):
        return [agree(mpmath.psi(1, z) * z, 1, 1 / mpmath.mpf(z)) for z in (10**6, 10**12)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    return noise * d / (size - d - 1) * inverse_batches(1, 0, generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """pi^2/6 times the risk of one fit."""
    size, d, noise = numbers(scenario)
    return noise * d / (size - d - 1) * np.pi**2 / 6


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence: model t is the mean of the fits to t batches, each centred at the model that labelled it."""
    size, d, noise = numbers(scenario)
    with mpmath.workdps(DIGITS):
        one = inverse_trace(size, d)
        if generation > STEPS:
            return mpmath.mpf(str(noise)) * one * inverse_batches_by_quadrature(1, 0, generation)

        def fit(state: tuple[mpmath.mpf, ...], count: int) -> tuple[mpmath.mpf, ...]:
            # the mean of count - 1 fits has the error e; one more is centred there: weights (count - 1, 1)/count
            (e,) = state
            old = mpmath.mpf(count - 1) / count
            return (old**2 * e + (1 - old) ** 2 * (e + one) + 2 * old * (1 - old) * e,)

        unit = iterate(fit, (mpmath.mpf(0),), int(generation))[0]
        return mpmath.mpf(str(noise)) * unit


CLAIM = Claim(
    id="regression-accumulate-reused-excess-risk",
    title="Least squares on all labels of one design: the excess risk tends to pi^2/6 times that of one fit",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("accumulate"), EQUAL_BATCHES, design_is("reused")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 5, "accumulate", "reused"), t=(1, 2, 6)),
        Example(setting(20, 5, "accumulate", "reused"), t=(0,), algebra=False, simulate=False),
        Example(setting(12, 2, "accumulate", "reused", noise=1e-4), t=(1, 8)),
        Example(setting(3, 1, "accumulate", "reused"), t=(9, 10, 11), simulate=False),
        Example(setting(10**9, 7, "accumulate", "reused"), t=(1, 1_000_000), simulate=False),
        Example(setting(20, 5, "accumulate", "reused"), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "gerstgrasser2024inevitable", "Section 3.2, Theorem 2", "reported", "its n is t",
            "this sum and its bound pi^2/6, for a design that every generation labels again",
        ),
    ),
)  # fmt: skip
