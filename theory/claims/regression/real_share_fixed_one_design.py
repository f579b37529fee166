r"""The same real rows and labels for ever, on one design: the risk is that of one fit times a mean over an eigenvalue.

Along an eigenvector of $S^{-1}S_2$ with the eigenvalue u the error of the real rows alone comes in with the part
$1-u^t$, and the noise of synthetic labels adds up to $u\frac{1-u^{2t}}{1-u^2}$. In the end the first is all of the risk
of the real rows, and the second on top of it.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.regression.kept_rows import KEPT_ROWS, real_rows, reference
from theory.claims.regression.kept_rows import setting as any_design
from theory.claims.regression.least_squares import design_is, dimension, inverse_gram, numbers, risk, sigma
from theory.claims.regression.one_design import FEW_DIMENSIONS, mean_over_spectrum, risk_as_a_mean, u
from theory.derivation import Derivation
from theory.laws.one_design import kept
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The error of the real rows, the noise of the synthetic ones, and the mean of both over the spectrum."""
    d = Derivation(
        "f is the error of a fit to the real rows alone, S_1 and S_2 the Gram matrices of the real and of the "
        "synthetic rows, which stay, S their sum. The error is e_(t+1) = S^(-1) (S_1 f + S_2 e_t + X_2' epsilon)."
    )
    inverse_gram(d)
    part, noise = sp.symbols("c_t s_t")
    taken = d.solves(
        part, 1 - u**t, index=t, initial=(0, sp.Integer(0)), next_value=u * part + 1 - u,
        because="the part of f in the error, along an eigenvector of S^(-1) S_2 with the eigenvalue u",
    ).rhs  # fmt: skip
    added = d.solves(
        noise, u * (1 - u ** (2 * t)) / (1 - u**2), index=t, initial=(0, sp.Integer(0)), next_value=u**2 * noise + u,
        because="the square of what the noise of synthetic labels leaves there, in units of sigma^2 S^(-1): of all "
        "labels these are the part u",
    ).rhs  # fmt: skip
    law = risk_as_a_mean(
        d, taken**2 / (1 - u) + added,
        "the risk is the trace of the covariance of the error; that of f is sigma^2 S_1^(-1), 1/(1-u) in these units, "
        "and f is independent of the later noise",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), law.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, d, noise = numbers(scenario)
    mean = mean_over_spectrum(size, d, real_rows(scenario))
    return {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), t: generation, E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    return noise * d / (size - d - 1) * kept(size, d, real_rows(scenario), generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """The risk of the real rows alone, sigma^2 d/(n-d-1), and the mean of u/(1-u^2) of that of one fit."""
    size, d, noise = numbers(scenario)
    return noise * d / (size - d - 1) * float(kept(size, d, real_rows(scenario), np.array([np.inf]))[0])


def setting(rows: int, d: int, real: int) -> Scenario:
    """A scenario for the examples."""
    return any_design(rows, d, real, "reused")


CLAIM = Claim(
    id="regression-fixed-real-share-one-design-excess-risk",
    title="The same n real rows and labels for ever on one design: the excess risk is that of one fit times the mean "
    "of (1-u^t)^2/(1-u) + u (1-u^(2t))/(1-u^2), u an eigenvalue of the synthetic part of the rows",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*KEPT_ROWS, design_is("reused"), FEW_DIMENSIONS),
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
    ),
)  # fmt: skip
