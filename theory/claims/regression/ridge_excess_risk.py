r"""With a ridge in every fit to new rows the risk of a replaced regression stays bounded, and the source is forgotten.

A fit keeps the part $\ell/(\ell+\lambda)$ of the old coefficients along an eigenvector of $S=X'X$, so that the true
ones fade out of all models while the noise of the labels reaches a balance: the risk tends to
$|w_*|^2+\sigma^2d\,E\frac{\ell}{(\ell+\lambda)^2}\big/\big(1-E\frac{\ell^2}{(\ell+\lambda)^2}\big)$, about
$|w_*|^2+\sigma^2d/(2\lambda)$ for many rows. Without a ridge it grows by $\sigma^2d/(M-d-1)$ with every fit.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian.reference import DIGITS
from theory.claims.regression.least_squares import design_is, risk
from theory.claims.regression.ridge import (
    FEW_COEFFICIENTS,
    REPLACED_WITH_RIDGE,
    added,
    along_an_eigenvector,
    bindings,
    directions_are_alike,
    kept,
    means_by_two_vectors,
    noise_kept,
    numbers,
    once,
    risk_by_two_means,
    setting,
    twice,
)
from theory.derivation import Derivation
from theory.laws.ridge import one_ridge_fit, risk_on_new_rows
from theory.laws.symbols import E
from theory.scenario import Scenario

STEP_BY_STEP = 1000


def derive() -> Derivation:
    """Two linear recursions, of the squared length of the coefficients and of their product with the true ones."""
    d = Derivation(
        "S = X'X is the Gram matrix of the M new rows of a fit, w_(t+1) = (S + lambda I)^(-1) (S w_t + X' epsilon). It "
        "is independent of w_t."
    )
    along_an_eigenvector(d)
    directions_are_alike(d)
    d.define(once, E(kept), "the mean of what a fit keeps")
    d.define(twice, E(kept**2), "the mean of its square")
    d.define(added, E(noise_kept), "the mean of the noise that a fit adds, at sigma = 1")
    return d.concludes(sp.Eq(E(risk), risk_by_two_means(d), evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients, right to 1e-11; t counts fits."""
    size, d, level, length, noise = numbers(scenario)
    return risk_on_new_rows(one_ridge_fit(size, d, level), length, noise * d, generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """|w*|^2, all of which is lost, and the noise that is kept."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Both recurrences, what a fit keeps by integrals over two vectors."""
    size, d, level, length, noise = numbers(scenario)
    lost, square = means_by_two_vectors(size, d, level)
    with mpmath.workdps(DIGITS):
        keeps, squared = 1 - lost, 1 - 2 * lost + square
        noise_added, start = mpf(noise) * d * (lost - square) / mpf(level), mpf(length)
        if np.isinf(generation):
            return start + noise_added / (1 - squared)
        if generation > STEP_BY_STEP:
            step = mpmath.matrix([[squared, 1], [0, 1]]) ** int(generation)
            return step[0, 0] * start + step[0, 1] * noise_added + start - 2 * start * keeps ** int(generation)
        own = along = start
        for _ in range(int(generation)):
            own, along = squared * own + noise_added, keeps * along
        return own - 2 * along + start


CLAIM = Claim(
    id="regression-ridge-excess-risk",
    title="With a ridge lambda in every fit to new rows the excess risk of a replaced regression ends: at the squared "
    "length of the true coefficients, which are forgotten, and about sigma^2 d/(2 lambda) for many rows",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*REPLACED_WITH_RIDGE, design_is("fresh"), FEW_COEFFICIENTS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 5, 10.0), t=(1, 2, 6)),
        Example(setting(6, 1, 3.0, noise=1.0), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.01), t=(1, 20), simulate=False),
        Example(setting(3, 2, 1e-6, length=0.0), t=(1, 100), simulate=False),
        Example(setting(1000, 3, 50.0, noise=0.0), t=(1, 100, 5000), simulate=False),
        Example(setting(20, 5, 4.0), t=(50, 1_000_000), algebra=False, simulate=False),
        Example(setting(10**9, 7, 1e6), t=(1, 10_000), algebra=False, simulate=False),
        Example(setting(20, 5, 10.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(4, 4, 2000.0), t=(1, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "dohmatob2024demystified", "Abstract", "read", "not compared",
            "a test error that is linear in the generations, regularisation included: of a ridge in the last fit alone",
        ),
    ),
)  # fmt: skip
