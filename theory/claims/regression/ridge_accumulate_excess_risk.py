r"""With a ridge and all data kept the true coefficients are shrunk once, in the first fit, and never again.

$w_t=w_{t-1}+(S_t+\lambda I)^{-1}X_t'\epsilon_t$: labels of models that were shrunk pull later fits to these models as
much as the ridge pulls them to 0. So the risk is $|w_*|^2E\frac{\lambda^2}{(\ell+\lambda)^2}$ of the first rows and a
convergent sum of noise, where replaced data forget the source.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.reference import DIGITS
from theory.claims.regression.least_squares import design_is, dimension, risk, sigma
from theory.claims.regression.ridge import directions_are_alike, means_by_two_vectors, signal
from theory.claims.regression.ridge_kept import (
    KEPT_WITH_RIDGE,
    given,
    kept,
    noise_of_rows,
    numbers,
    shrunk,
    step_of_all_data,
)
from theory.derivation import Derivation
from theory.laws.ridge_kept import first_shrinkage, many, noise_on_new_rows
from theory.laws.symbols import E, k, t
from theory.laws.wishart_spectrum import gram_spectrum
from theory.scenario import Scenario

DIRECT, LAST = 100, 100_000
noise_of = sp.Function("a_N", positive=True)


def derive() -> Derivation:
    """One step of the fit to all data, the noise of its last rows, and the sum."""
    d = Derivation(
        "S_t is the Gram matrix of all rows so far. a_N(k) is E l/(l + lambda)^2, l an eigenvalue of S_k, times M_k/"
        "N_k, M_k of its N_k rows being new."
    )
    step_of_all_data(d)
    directions_are_alike(d)
    said = d.solves(
        E(risk), signal * shrunk + sigma**2 * dimension * sp.Sum(noise_of(k), (k, 1, t)), index=t,
        initial=(1, signal * shrunk + sigma**2 * dimension * noise_of(1)),
        next_value=E(risk) + sigma**2 * dimension * noise_of(t + 1),
        because="noise of labels is independent of all before: its square is added in d directions. Rows are alike, so "
        "that of the trace of (S + lambda I)^(-2) S, a sum over all rows, the new ones have their share. k_0 is the "
        "mean over l of lambda^2/(l + lambda)^2 for the rows of the first fit",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement; means over the spectrum of each number of rows."""
    first, size, d, level, *_ = numbers(scenario)

    def noise(fit: sp.Expr) -> sp.Float:
        joined, rows = (size if fit > 1 else first), first + (int(fit) - 1) * size
        x, weight = gram_spectrum(rows, d)
        return sp.Float(joined / rows * float(weight @ (x / (x + level) ** 2)), 20)

    return given(scenario, generation) | {shrunk: sp.Float(first_shrinkage(first, d, level), 20), noise_of: noise}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients, right to 1e-11; t counts fits.

    Takes 0.02 s for each of the first fits, to fewer than 40 (d+1) + 4 lambda rows.
    """
    first, size, d, level, length, noise = numbers(scenario)
    added = noise_on_new_rows(first, size, d, level, int(generations.max(initial=0)))[generations]
    return np.where(generations > 0, length * first_shrinkage(first, d, level) + noise * d * added, 0.0)


def reach(scenario: Scenario) -> float:
    """As far as only so many fits are to few rows."""
    first, size, d, level, *_ = numbers(scenario)
    return LAST if first + DIRECT * size >= many(d, level) else DIRECT


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Means of every fit by integrals over two vectors, which know no eigenvalue."""
    first, size, d, level, length, noise = numbers(scenario)
    with mpmath.workdps(DIGITS):
        if generation == 0:
            return mpf(0)
        total = mpf(0)
        for fit in range(1, int(generation) + 1):
            rows = first + (fit - 1) * size
            total += mpf(size if fit > 1 else first) / rows * noise_of_rows(*_means(rows, d, level), level)
        return mpf(length) * _means(first, d, level)[1] + mpf(noise) * d * total


@cache
def _means(rows: int, d: int, level: float) -> tuple[mpf, mpf]:
    return means_by_two_vectors(rows, d, level)


CLAIM = Claim(
    id="regression-ridge-accumulate-excess-risk",
    title="With a ridge lambda and all data kept the true coefficients are shrunk in the first fit alone, and the "
    "noise of new rows adds up to a bounded risk (t from 1 on)",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*KEPT_WITH_RIDGE, design_is("fresh")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(kept(8, 3, 4.0), t=(1, 2, 4), simulate=False),
        Example(kept(4, 2, 1.0, first=7, length=0.0), t=(1, 3), simulate=False),
        Example(kept(20, 1, 0.5, noise=0.0), t=(0, 1, 5), algebra=False, simulate=False),
        Example(kept(40, 2, 3.0), t=(2, 12), algebra=False, simulate=False),
    ),
)  # fmt: skip
