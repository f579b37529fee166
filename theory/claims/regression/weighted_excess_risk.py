r"""Weights on real and synthetic rows, exactly: what a fit keeps of its error, and adds, at every number of rows.

With $G=wS_1/n+(1-w)S_2/m$ a fit keeps $\frac{1-w}mG^{-1}S_2=S^{-1/2}h(U)S^{1/2}$ of the error, where $S=S_1+S_2$ and
$U=S^{-1/2}S_2S^{-1/2}$ is independent of $S$. The mean over $S$ needs two moments of $h(U)$ alone, the mean of the
square of its trace and that of the trace of its square.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.regression.least_squares import dimension, inverse_gram, one_fit, risk, sigma
from theory.claims.regression.one_design import FEW_DIMENSIONS
from theory.claims.regression.real_share import parts_of_a_square
from theory.claims.regression.weighted_leading_order import (
    WEIGHTED_ROWS,
    kept_and_added_by_quadrature,
    numbers,
    reference,
    setting,
)
from theory.derivation import Derivation
from theory.laws.geometric import geometric_sum, power
from theory.laws.symbols import E, M, n, t
from theory.laws.weighted_rows import kept_and_added
from theory.scenario import Scenario

kept, added = sp.symbols("b_w a_w", positive=True)


def derive() -> Derivation:
    """What S does to h(U) on average, and the sum over the fits."""
    d = Derivation(
        "S_1 and S_2 are the Gram matrices of n real and m synthetic rows, S is their sum, N = n + m, and G = w S_1/n "
        "+ (1-w) S_2/m. The fit errs by G^(-1) ((1-w)/m S_2 e_t + w/n X_1' epsilon + (1-w)/m X_2' epsilon). With "
        "S_2 = S^(1/2) U S^(1/2) all of it is S^(-1/2) times a function of U times a power of S^(1/2)."
    )
    inverse_gram(d)
    rows, square, trace = sp.symbols("N h_2 h_1", positive=True)
    d.given(
        sp.Symbol("S_{11} [S^{-1}]_{11} - 1"), sp.Symbol(r"\chi^2_{d-1}/\chi^2_{N-d+1}"), relation=r"\sim",
        source="cochran1934", check=parts_of_a_square,
        because="the square of the first column, over what the others leave of it: two independent chi-squares; S is "
        "independent of U, and its law the same in the basis of eigenvectors of U",
    )  # fmt: skip
    equal = d.algebra(
        1 + (dimension - 1) / (rows - dimension - 1), (rows - 2) / (rows - dimension - 1),
        because="so the mean of S_11 S^11",
    ).rhs  # fmt: skip
    apart = d.algebra(
        (1 - equal) / (dimension - 1), -1 / (rows - dimension - 1),
        because="and that of S_12 S^12: a row of S times a column of its inverse is 1",
    ).rhs  # fmt: skip
    d.algebra(
        (square * equal + (trace - square) * apart) / dimension,
        ((rows - 1) * square - trace) / (dimension * (rows - dimension - 1)),
        because="b_w, the mean of trace S h S^(-1) h over d, with h_2 = E tr h(U)^2 and h_1 = E (tr h(U))^2",
    )  # fmt: skip
    first = one_fit.subs(M, n)
    solved = d.solves(
        E(risk), first * kept ** (t - 1) + sigma**2 * added * (1 - kept ** (t - 1)) / (1 - kept), index=t,
        initial=(1, first), next_value=kept * E(risk) + sigma**2 * added,
        because="new rows in every generation: no direction of the old error is special, and the noise of the labels "
        "adds sigma^2 a_w; the first fit sees n real rows",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    weight, real, synthetic, d, noise = numbers(scenario)
    part, step = kept_and_added_by_quadrature(weight, d, real, synthetic)
    return {n: real, dimension: d, sigma: sp.sqrt(exact(noise)), t: generation, kept: part, added: step}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    weight, real, synthetic, d, noise = numbers(scenario)
    part, step = kept_and_added(weight, d, real, synthetic)
    rate, later = float(np.log(part)), np.maximum(generations - 1, 0)
    value = noise * d / (real - d - 1) * power(rate, later) + noise * step * geometric_sum(rate, later)
    return np.where(generations > 0, value, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 a_w/(1 - b_w), infinite where a fit keeps all of the error or more; right to 1e-14/(1 - b_w)."""
    weight, real, synthetic, d, noise = numbers(scenario)
    part, step = kept_and_added(weight, d, real, synthetic)
    return noise * step / (1 - part) if part < 1 else np.inf if noise else 0.0


CLAIM = Claim(
    id="regression-weighted-excess-risk",
    title="Weight w on n new real rows and 1 - w on m synthetic ones: a fit keeps b_w of the excess risk and adds "
    "sigma^2 a_w, means over the eigenvalues of the synthetic part of the rows (t from 1 on)",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*WEIGHTED_ROWS, FEW_DIMENSIONS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(0.6, 12, 20), t=(1, 2, 5), simulate=False),
        Example(setting(0.3, 10, 8, 2), t=(1, 2, 20), simulate=False),
        Example(setting(0.6, 15, 20, 3), t=(1, 2, 5)),
        Example(setting(0.05, 30, 300), t=(1, 2, 30), simulate=False),
        Example(setting(0.5, 5, 5, 3), t=(1, 3), simulate=False),
        Example(setting(0.05, 30, 300, 2), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(0.02, 5, 5, 3), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "garg2025mixing", "", "cited", "not compared",
            "the golden ratio as the optimal share of real data in min-norm interpolation",
        ),
    ),
)  # fmt: skip
