r"""With a ridge and one design whose labels are all kept the risk is a mean of trigamma functions of an eigenvalue.

$E R_t=|w_*|^2E\frac{\lambda^2}{(\ell+\lambda)^2}+\sigma^2d\,E\sum_{k\le t}\frac\ell{(k\ell+\lambda)^2}$: fit k sees
$k$ times the same rows, shrinks no further than the first one did and adds the noise of its own labels.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind
from theory.claims.regression.accumulate_reused_excess_risk import EQUAL_BATCHES
from theory.claims.regression.least_squares import design_is, dimension, risk, sigma
from theory.claims.regression.ridge import (
    directions_are_alike,
    eigenvalue,
    mean_over_pairs,
    ridge,
    shaken_along,
    signal,
)
from theory.claims.regression.ridge_kept import KEPT_WITH_RIDGE, away, given, kept, numbers, step_of_all_data
from theory.derivation import Derivation
from theory.laws.ridge_kept import first_shrinkage, noise_on_one_design
from theory.laws.symbols import E, k, t
from theory.laws.wishart_spectrum import gram_spectrum
from theory.scenario import Scenario

noise_along = sp.Sum(eigenvalue / (k * eigenvalue + ridge) ** 2, (k, 1, t))


def derive() -> Derivation:
    """The step of a fit to all labels, along an eigenvector of the one Gram matrix, and the mean over it."""
    d = Derivation("S = X'X is the Gram matrix of the M rows of the one design; S_t = t S.")
    step_of_all_data(d)
    spread, r = sp.symbols("sigma_w r", positive=True)
    d.algebra(
        eigenvalue / ((t + 1) * eigenvalue + r * eigenvalue) ** 2, 1 / (eigenvalue * (t + 1 + r) ** 2),
        because="the variance that fit t + 1 adds along an eigenvector at sigma = 1, l over ((t + 1) l + lambda)^2, "
        "with lambda = r l",
    )  # fmt: skip
    d.solves(
        spread, (sp.polygamma(1, 1 + r) - sp.polygamma(1, t + 1 + r)) / eigenvalue, index=t,
        initial=(0, sp.Integer(0)), next_value=spread + 1 / (eigenvalue * (t + 1 + r) ** 2),
        because="their sum V_w in closed form",
    )  # fmt: skip
    directions_are_alike(d)
    d.define(shaken_along, noise_along, "the variance of the coefficient along it, at sigma = 1")
    bias = signal * E(away**2)
    total = d.algebra(
        dimension * (bias / dimension + sigma**2 * E(shaken_along)), bias + sigma**2 * dimension * E(shaken_along),
        because="the squared bias and the variance in d directions, w* having no special one",
    ).rhs  # fmt: skip
    return d.concludes(sp.Eq(E(risk), total, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """E is the mean of an expression in an eigenvalue over all."""
    _, size, d, level, *_ = numbers(scenario)

    def mean(expression: sp.Expr) -> sp.Float:
        x, weight = gram_spectrum(size, d)
        terms = [noise_along.function.subs(k, fit) for fit in range(1, int(generation) + 1)]
        along = expression.subs(shaken_along, sp.Add(*terms)).subs(ridge, level)
        return sp.Float(float(weight @ (sp.lambdify(eigenvalue, along)(x) * np.ones_like(x))), 20)

    return given(scenario, generation) | {E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients, right to 1e-11; t counts fits."""
    return _risk(scenario, generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """What the first fit has shrunk, and the noise of all fits."""
    return float(_risk(scenario, np.array([np.inf]))[0])


def _risk(scenario: Scenario, t_: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    _, size, d, level, length, noise = numbers(scenario)
    added = noise_on_one_design(size, d, level, t_)
    return np.where(t_ > 0, length * first_shrinkage(size, d, level) + noise * d * added, 0.0)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The sum over fits, averaged by the joint density of one or two eigenvalues; late ones by Euler and Maclaurin."""
    _, size, d, level, length, noise = numbers(scenario)
    if d > 2:
        raise ValueError(f"the sum is averaged in one and two dimensions, got {d}")
    if generation == 0:
        return mpf(0)
    last = 20 if np.isinf(generation) else int(generation)

    def risk_along(x: np.ndarray) -> np.ndarray:
        spread = sum((x / (fit * x + level) ** 2 for fit in range(1, last + 1)), np.zeros_like(x))
        if np.isinf(generation):
            positive = np.maximum(x, 1e-290)
            y = np.minimum(last + level / positive, 1e30)
            tail = 1 / y - 1 / (2 * y**2) + 1 / (6 * y**3) - 1 / (30 * y**5) + 1 / (42 * y**7) - 1 / (30 * y**9)
            spread = spread + tail / positive
        return length * (level / (x + level)) ** 2 + noise * d * spread

    if d == 1:
        nodes, weights = np.polynomial.legendre.leggauss(300)
        y = (nodes + 1) * (np.sqrt(size) + 10) / 2
        mass = weights * np.exp(special.xlogy(size - 1, y) - y**2 / 2 - size * np.log(size) / 2)
        return mpf(float((mass * risk_along(y**2)).sum() / mass.sum()))
    return mpf(mean_over_pairs(size, risk_along))


CLAIM = Claim(
    id="regression-ridge-accumulate-one-design-excess-risk",
    title="With a ridge lambda and one design whose labels are all kept the true coefficients are shrunk in the first "
    "fit alone, and fit k adds noise as if the ridge were lambda/k (t from 1 on)",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*KEPT_WITH_RIDGE, EQUAL_BATCHES, design_is("reused")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(kept(12, 2, 5.0, "reused"), t=(1, 2, 6), simulate=False),
        Example(kept(4, 1, 3.0, "reused", noise=1.0), t=(1, 2, 50), simulate=False),
        Example(kept(3, 2, 0.5, "reused", length=0.0), t=(1, 4), simulate=False),
        Example(kept(12, 2, 5.0, "reused"), t=(0, np.inf), algebra=False, simulate=False),
        Example(kept(6, 1, 20.0, "reused"), t=(40, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
