r"""Weights on real and synthetic rows: what a regression keeps of its error, and adds, for few coefficients.

Each fit keeps $(1-w)^2$ of the squared error and adds $\sigma^2d\left(w^2/n+(1-w)^2/m\right)$: the recursion of the
mean of a Gaussian with a variance that stays. So the weight of the least floor is that of the Gaussian too,
$w^*=\frac12(\sqrt{c^2+4c}-c)$ with $c=n/m$, golden at $n=m$, and the least floor is about $w^*\sigma^2d/n$.
"""

from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import FAITHFUL, REGRESSION, UNDISTURBED, retains
from theory.claims.gaussian.weighted import error_rate, q
from theory.claims.regression.kept_rows import chi_square_grid, eigenvalues
from theory.claims.regression.least_squares import (
    design_is,
    dimension,
    inverse_gram,
    inverse_trace,
    one_fit,
    risk,
    sigma,
)
from theory.derivation import Derivation
from theory.laws.geometric import geometric_sum, power
from theory.laws.symbols import E, M, m, n, t, w
from theory.laws.weighted_rows import added
from theory.notation import Asymptotically
from theory.scenario import Scenario, parse_scenario

ENOUGH_WEIGHTED = Assumption(
    "there are at least d + 2 real and d + 2 synthetic rows in d dimensions",
    lambda s: (
        s.family == "regression"
        and s.retention.kind == "weighted"
        and min(s.retention.real, s.retention.synthetic) >= s.source.dimension + 2
    ),
)
SOME_WEIGHT = Assumption(
    "both weights are greater than 0", lambda s: s.retention.kind == "weighted" and 0 < s.retention.weight < 1
)
WEIGHTED_ROWS = (
    REGRESSION, retains("weighted"), SOME_WEIGHT, ENOUGH_WEIGHTED, design_is("fresh"), FAITHFUL, UNDISTURBED,
)  # fmt: skip
settled = sp.Symbol("Rbar", positive=True)
floor = sigma**2 * dimension * (w**2 / n + (1 - w) ** 2 / m) / (1 - error_rate)


def derive() -> Derivation:
    """The first fit, what later ones keep and add, and the sum."""
    d = Derivation(
        "S_1 and S_2 are the Gram matrices of n real and m synthetic rows, G = w S_1/n + (1-w) S_2/m. The fit errs by "
        "G^(-1) ((1-w)/m S_2 e_t + w/n X_1' epsilon + (1-w)/m X_2' epsilon); as n and m grow S_1/n, S_2/m and G tend "
        "to the identity."
    )
    inverse_gram(d)
    noise, first = sigma**2 * (w**2 / n + (1 - w) ** 2 / m), one_fit.subs(M, n)
    d.algebra(
        error_rate * floor + dimension * noise, floor,
        because="the risk that a fit leaves as it is: it keeps the part 1-w of the old error, and the noise of the "
        "labels adds sigma^2 (w^2/n + (1-w)^2/m) in each of d directions",
    )  # fmt: skip
    d.algebra(
        floor.subs(m, n * (1 - w) / w**2), sigma**2 * dimension * w / n,
        because="at the weight that solves w^2 m = (1-w) n, where the slope of the floor in w vanishes: the risk of "
        "n/w real rows",
    )  # fmt: skip
    solved = d.solves(
        E(risk), settled + (first - settled) * q ** (t - 1), index=t, initial=(1, first),
        next_value=q * E(risk) + (1 - q) * settled,
        because="from a fit to n real rows; the part 1-w of the old error is kept",
    )  # fmt: skip
    d.define(q, error_rate, "what one fit keeps of the squared error")
    d.define(settled, floor, "the floor of the risk")
    return d.concludes(Asymptotically(E(risk), solved.rhs))


def numbers(scenario: Scenario) -> tuple[float, int, int, int, float]:
    """w, n, m, d and the variance of the noise."""
    retention, source = scenario.retention, scenario.source
    return retention.weight, retention.real, retention.synthetic, source.dimension, source.noise_variance


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    weight, real, synthetic, d, noise = numbers(scenario)
    share = sp.Float(exact(weight), 60)
    given = {w: share, n: real, m: synthetic, dimension: d, sigma: sp.sqrt(exact(noise)), t: generation}
    return given | {q: (1 - share) ** 2, settled: floor.subs(given)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t for many rows in squared units of the coefficients; t counts fits."""
    weight, real, synthetic, d, noise = numbers(scenario)
    rate, later = 2 * float(np.log1p(-weight)), np.maximum(generations - 1, 0)
    step = added(weight, d, real, synthetic, (noise, noise))
    value = noise * d / (real - d - 1) * power(rate, later) + step * geometric_sum(rate, later)
    return np.where(generations > 0, value, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 d (w^2/n + (1-w)^2/m)/(w (2-w))."""
    weight, real, synthetic, d, noise = numbers(scenario)
    return added(weight, d, real, synthetic, (noise, noise)) / (weight * (2 - weight))


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """3/2 (d+1) over the smaller number of rows: what is left out are powers of d/n and d/m."""
    _, real, synthetic, d, _ = numbers(scenario)
    return 1.5 * (d + 1) / min(real, synthetic)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence, what a fit keeps and adds by quadrature: over sums of squares for d = 1, eigenvalues to d = 3."""
    weight, real, synthetic, d, noise = numbers(scenario)
    if generation == 0:
        return mpf(0)
    kept, step = kept_and_added_by_quadrature(weight, d, real, synthetic)
    first = float(inverse_trace(real, d))
    if np.isinf(generation):
        return mpf(noise * step / (1 - kept)) if kept < 1 else mpf("inf")
    value = first
    for _ in range(int(generation) - 1):
        value = kept * value + step
    return mpf(noise * value)


@cache
def kept_and_added_by_quadrature(weight: float, d: int, real: int, synthetic: int) -> tuple[float, float]:
    """The part of the squared error that is kept, and what is added at noise 1; errors as ``eigenvalues`` raises."""
    a, b, rows = weight / real, (1 - weight) / synthetic, real + synthetic
    if d == 1:
        (s, chance), (c, other) = chi_square_grid(real), chi_square_grid(synthetic)
        whole = a * s[:, None] + b * c
        kept = chance @ (b * c / whole) ** 2 @ other
        return float(kept), float(chance @ ((a**2 * s[:, None] + b**2 * c) / whole**2) @ other)
    u, chance = eigenvalues(synthetic, real, d)
    h = b * u / (a * (1 - u) + b * u)
    square, squared_trace = float((h**2).sum(0) @ chance), float(h.sum(0) ** 2 @ chance)
    # E h_ij h_kl = p d_ij d_kl + q (d_ik d_jl + d_il d_jk), d_ij one where i = j and else zero
    p, q = np.linalg.solve([[d, d * (d + 1)], [d * d, 2 * d]], [square, squared_trace])
    noise = float(((a**2 * (1 - u) + b**2 * u) / (a * (1 - u) + b * u) ** 2).sum(0) @ chance)
    return float(p + q + q * (rows * d - 2) / (rows - d - 1)), noise / d * float(inverse_trace(rows, d))


def setting(weight: float, real: int, synthetic: int, d: int = 1, noise: float = 2.25) -> Scenario:
    """A scenario for the examples."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": "fresh"},
        "retention": {"kind": "weighted", "weight": weight, "real": real, "synthetic": synthetic},
    })  # fmt: skip


CLAIM = Claim(
    id="regression-weighted-excess-risk-leading-order",
    title="With weight w on n real rows and 1 - w on m synthetic ones, both many, the excess risk tends to "
    "sigma^2 d (w^2/n + (1-w)^2/m)/(w(2-w)) (t from 1 on)",
    kind=Kind.ASYMPTOTIC,
    statistic="excess_risk",
    assumptions=WEIGHTED_ROWS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=relative_error,
    regime="n and m grow, while d and t stay fixed",
    examples=(
        Example(setting(0.6, 60, 90), t=(1, 2, 5)),
        Example(setting(0.6, 40, 60, 2), t=(1, 5, np.inf), algebra=False, simulate=False),
        Example(setting(0.05, 30, 300), t=(1, 2, 30), simulate=False),
        Example(setting(0.9, 300, 20), t=(1, 5), simulate=False),
        Example(setting(0.3, 10**6, 10**5), t=(1, 3, 100), simulate=False),
        Example(setting(0.05, 30, 300), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(0.618, 10**6, 10**6, noise=1e-4), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "garg2025mixing", "", "cited", "not compared",
            "the golden ratio as the optimal share of real data in min-norm interpolation",
        ),
    ),
)  # fmt: skip
