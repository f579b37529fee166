r"""With a ridge and one design that is labelled again the risk is a mean over one eigenvalue, taken at the end.

The eigenvectors of $S=X'X$ stay, and with them what is lost in each direction: $(1-a^t)^2$ of the squared coefficient,
$a=\ell/(\ell+\lambda)$. The noise ends at $\frac{\sigma^2}\lambda E\frac{\ell}{2\ell+\lambda}$ in each direction, below
$\sigma^2/(2\lambda)$ however many rows there are.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.regression.least_squares import design_is, dimension, risk, sigma
from theory.claims.regression.ridge import (
    FEW_COEFFICIENTS,
    REPLACED_WITH_RIDGE,
    along_an_eigenvector,
    bindings,
    directions_are_alike,
    kept,
    mean_over_pairs,
    noise_along,
    noise_kept,
    numbers,
    part,
    setting,
    shaken_along,
    signal,
)
from theory.derivation import Derivation
from theory.laws.ridge import risk_on_one_design
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """What stays of a coefficient and of noise in one direction, and the mean over directions."""
    d = Derivation(
        "S = X'X is the Gram matrix of the M rows that every generation labels, w_(t+1) = (S + lambda I)^(-1) (S w_t + "
        "X' epsilon) with new noise."
    )
    along_an_eigenvector(d)
    spread, along = sp.symbols("sigma_w m_w", positive=True)
    d.solves(
        spread, sigma**2 * noise_along().subs(part, kept), index=t, initial=(0, sp.Integer(0)),
        next_value=kept**2 * spread + sigma**2 * noise_kept,
        because="the variance of the coefficient in that direction",
    )  # fmt: skip
    d.solves(
        along, part**t, index=t, initial=(0, sp.Integer(1)), next_value=part * along,
        because="its mean in units of the true one, a = l/(l+lambda)",
    )  # fmt: skip
    directions_are_alike(d)
    d.define(part, kept, "what a fit keeps along an eigenvector")
    d.define(shaken_along, noise_along(), "the variance of the coefficient along it, at sigma = 1")
    bias = signal * E((1 - part**t) ** 2)
    total = d.algebra(
        dimension * (bias / dimension + sigma**2 * E(shaken_along)), bias + sigma**2 * dimension * E(shaken_along),
        because="the squared bias and the variance in d directions, w* having no special one",
    ).rhs  # fmt: skip
    return d.concludes(sp.Eq(E(risk), total, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients, right to 1e-11; t counts fits."""
    size, d, level, length, noise = numbers(scenario)
    return risk_on_one_design(size, d, level, length, noise * d, generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """|w*|^2 and the noise that is kept, below sigma^2 d/(2 lambda)."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence in every direction, averaged by the joint density of two eigenvalues, or by that of one."""
    size, d, level, length, noise = numbers(scenario)
    if d > 2:
        raise ValueError(f"the recurrence is averaged in one and two dimensions, got {d}")

    def risk_along(x: np.ndarray) -> np.ndarray:
        keeps = x / (x + level)
        if np.isinf(generation):
            return length + noise * d * x / (x + level) ** 2 / (1 - keeps**2)
        bias, spread = np.full_like(x, 1.0), np.zeros_like(x)
        for _ in range(int(generation)):
            bias, spread = keeps * bias, keeps**2 * spread + x / (x + level) ** 2
        return length * (1 - bias) ** 2 + noise * d * spread

    if d == 1:
        nodes, weights = np.polynomial.legendre.leggauss(600)
        y = (nodes + 1) * (np.sqrt(size) + 10) / 2
        mass = weights * np.exp((size - 1) * np.log(y) - y**2 / 2 - size * np.log(size) / 2)
        return mpf(float((mass * risk_along(y**2)).sum() / mass.sum()))
    return mpf(mean_over_pairs(size, risk_along))


CLAIM = Claim(
    id="regression-ridge-one-design-excess-risk",
    title="With a ridge lambda and one design that every generation labels again, the excess risk is a mean over an "
    "eigenvalue of the Gram matrix: it ends below the squared length of the true coefficients and sigma^2 d/(2 lambda)",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*REPLACED_WITH_RIDGE, design_is("reused"), FEW_COEFFICIENTS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(12, 2, 5.0, "reused"), t=(1, 2, 6)),
        Example(setting(4, 1, 3.0, "reused", noise=1.0), t=(1, 2, 50), simulate=False),
        Example(setting(2, 2, 0.5, "reused", length=0.0), t=(1, 10), simulate=False),
        Example(setting(300, 2, 20.0, "reused", noise=0.0), t=(1, 30), simulate=False),
        Example(setting(12, 2, 5.0, "reused"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(3, 2, 900.0, "reused"), t=(1, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
