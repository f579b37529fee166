r"""How far apart chains are in their squared distance from the source, for many points and in several dimensions.

$\operatorname{Var}W_2^2\approx2D_1^2\operatorname{tr}[\Sigma_0^2]+\frac{\omega_1^2}4\left[\sum_{i,j}
\left(\frac{\lambda_i\lambda_j}{\lambda_i+\lambda_j}\right)^2+\frac14\operatorname{tr}[\Sigma_0^2]\right]$ under any
policy, with the squared error $D_1$ and the squared relative spread $\omega_1$ of the variance on the line. The
distance itself grows with the square of d and its standard deviation with d: relative to it chains come together.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian.nearly_normal import Var
from theory.claims.vector.distance import wasserstein
from theory.claims.vector.kept_divergence import strayed
from theory.claims.vector.near_the_source import (
    NEAR,
    REGIME,
    distances,
    entries_of_a_fit,
    number,
    of_the_source,
    on_the_line,
    promised,
    spread,
)
from theory.claims.vector.one_fit import distance, projection
from theory.claims.vector.replace_wasserstein_leading_order import near_covariances
from theory.claims.vector.source import PLANE, eigenvalues, lam, square0
from theory.claims.vector.wasserstein_leading_order import MOMENTS
from theory.claims.vector.whitened import KEPT, STRATIFIED, WEIGHTED, line, setting
from theory.derivation import Derivation
from theory.laws.symbols import dim, i, j, t
from theory.notation import Asymptotically
from theory.scenario import Scenario

squares = sp.Sum((lam[i] * lam[j] / (lam[i] + lam[j])) ** 2, (i, 1, dim), (j, 1, dim))
total = 2 * strayed(t) ** 2 * square0 + spread(t) ** 2 / 4 * (squares + square0 / 4)


def derive() -> Derivation:
    """A quadratic form in independent normal errors, the variance of one square, and the sum over pairs."""
    x = sp.Symbol("x", real=True)
    q, w, l1, l2 = sp.symbols("q omega lambda_1 lambda_2", positive=True)
    entry = sp.IndexedBase("H")
    d = Derivation(
        "Q_t is 1 + H, the covariance of the model in coordinates in which the source is N(0, I), H of the order of "
        "one over the root of the sizes. To first order the entries of H and the d errors of the mean are "
        "independent and normal: H_ii of variance omega_1, H_ij of half of that, each error of variance D_1."
    )
    projection(d)
    d.given(
        wasserstein**2, distance**2 + sp.Sum(
            lam[i] * lam[j] / (lam[i] + lam[j]) * entry[i, j] ** 2, (i, 1, dim), (j, 1, dim)
        ) / 2, relation=r"\sim", source="gelbrich1990", check=near_covariances,
        because="to second order, in the principal directions",
    )  # fmt: skip
    normal = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    d.algebra(
        sp.Integral((q * x**2) ** 2 * normal, (x, -sp.oo, sp.oo)) - q**2, 2 * q**2,
        because="the variance of a square of mean q: 2 D_1^2 lambda_i^2 for each error of the mean",
    )  # fmt: skip
    d.algebra(
        2 * (l1 * w / 4) ** 2 + 2 * (l2 * w / 4) ** 2 + 2 * (l1 * l2 / (l1 + l2) * w / 2) ** 2,
        w**2 / 4 * ((l1 / 2) ** 2 + (l2 / 2) ** 2 + 2 * (l1 * l2 / (l1 + l2)) ** 2 + (l1**2 + l2**2) / 4),
        because="the same of the entries of H, in two directions: a diagonal entry has the mean lambda_i omega_1/4, "
        "one apart, which stands twice in the sum, lambda_i lambda_j/(lambda_i + lambda_j) omega_1/2; the sum over all "
        "pairs, and a quarter of tr Sigma_0^2",
    )  # fmt: skip
    d.given(
        Var(wasserstein**2), total, relation=r"\sim", source="cramer1946", check=entries_of_a_fit,
        because="added up; what is left out is of higher order, as the fits are smooth functions of means over many "
        "points",
    )  # fmt: skip
    return d.concludes(Asymptotically(Var(wasserstein**2), total))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement: the spectrum of the source, and the numbers of the line's own statements."""
    U, R, D = (number(scenario, generation, name) for name in MOMENTS)
    values = {strayed: D, spread: R / U**2 - 1}
    given = of_the_source(scenario, lam, dim, square0) | {t: generation}
    return given | {f: lambda _, one=one: one for f, one in values.items()}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The leading terms of Var W_2^2(model t, source) in data units to the fourth; t counts fits."""
    U, R, D = (on_the_line(scenario, generations, name) for name in MOMENTS)
    spectrum = eigenvalues(scenario)
    both = ((np.outer(spectrum, spectrum) / (spectrum[:, None] + spectrum)) ** 2).sum()
    own = (spectrum**2).sum()
    with np.errstate(over="ignore", invalid="ignore"):
        relative = np.maximum(R / U / U - 1, 0.0)
        value = 2 * D**2 * own + relative**2 / 4 * (both + own / 4)
    return np.where(np.isnan(value), np.inf, value)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The variance for a source of rank two, of one fit or by a lattice of two."""
    return mpmath.mpf(distances(scenario, generation)[1]) if generation else mpf(0)


CLAIM = Claim(
    id="vector-wasserstein2-variance-leading-order",
    title="For many points the squared Wasserstein distance in several dimensions varies over chains by 2 D_1^2 "
    "tr Sigma_0^2 and a sum over pairs of eigenvalues times the squared relative variance on the line",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared_variance",
    assumptions=NEAR,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: reach_of(*MOMENTS)(line(scenario)),
    error=promised(0.5),
    regime=REGIME,
    tolerance=1e-10,
    examples=(
        Example(setting(STRATIFIED | {"real": 10}, "mle", PLANE, 50), t=(1, 2), simulate=False),
        Example(setting(KEPT, "unbiased", PLANE, 100), t=(1, 2), simulate=False),
        Example(setting({"kind": "replace"}, "mle", PLANE, 100), t=(1, 2), simulate=False),
        Example(setting(WEIGHTED | {"real": 60, "synthetic": 40}, "mle", PLANE), t=(2,), simulate=False),
    ),
)  # fmt: skip
