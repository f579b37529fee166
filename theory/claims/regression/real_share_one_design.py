r"""New labels for the same real rows on one design: the risk is that of one fit times a mean over an eigenvalue.

What fit t adds is kept by later fits in the part $u^{2k}$ along an eigenvector of $S^{-1}S_2$, so that
$E R_t=\frac{\sigma^2d}{M-d-1}\,E\frac{1-u^{2t}}{1-u^2}$. The eigenvalues are those of the matrix Beta law, and in the
end the mean is finite exactly with $d+2$ real rows or more.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.regression.kept_rows import real_rows
from theory.claims.regression.least_squares import dimension, numbers, risk, sigma
from theory.claims.regression.one_design import (
    FEW_DIMENSIONS,
    ONE_DESIGN,
    mean_over_spectrum,
    reference,
    risk_as_a_mean,
    setting,
    sum_over_fits,
    summed,
)
from theory.derivation import Derivation
from theory.laws.one_design import relabelled
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The sum over fits along an eigenvector, and its mean."""
    d = Derivation(
        "S is the Gram matrix of all M rows, S_2 that of the m rows that models label; both stay. The error is "
        "e_(t+1) = S^(-1) (S_2 e_t + X' epsilon), the noise new in every label."
    )
    sum_over_fits(d)
    law = risk_as_a_mean(d, summed, "the risk is the trace of the covariance of the error")
    return d.concludes(sp.Eq(E(risk), law.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, d, noise = numbers(scenario)
    mean = mean_over_spectrum(size, d, real_rows(scenario))
    return {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), t: generation, E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    return noise * d / (size - d - 1) * relabelled(size, d, real_rows(scenario), generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinite with fewer than d + 2 real rows among synthetic ones, but for labels without noise."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    if noise == 0:
        return 0.0
    return (
        np.inf
        if n < min(d + 2, size)
        else noise * d / (size - d - 1) * float(relabelled(size, d, n, np.array([np.inf]))[0])
    )


CLAIM = Claim(
    id="regression-one-design-real-share-excess-risk",
    title="New labels for the same n real rows among M of one design: the excess risk is that of one fit times the "
    "mean of (1-u^(2t))/(1-u^2), u an eigenvalue of the synthetic part of the rows",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*ONE_DESIGN, FEW_DIMENSIONS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(12, 2, 5), t=(1, 2, 5)),
        Example(setting(30, 3, 9), t=(1, 2, 5, 100), simulate=False),
        Example(setting(41, 2, 17), t=(1, 5, 1000), simulate=False),
        Example(setting(9, 1, 3), t=(1, 2, 10), simulate=False),
        Example(setting(9, 1, 9), t=(0, 1, 10), algebra=False, simulate=False),
        Example(setting(12, 2, 5), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(9, 3, 5), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(9, 3, 4), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
