r"""For many points the expected squared distance adds up what each pair of principal directions contributes.

$E W_2^2\approx\operatorname{tr}[\Sigma_0]\left[D_1+(\sqrt{U_1}-1)^2\right]+\frac14\sqrt{U_1}\,\omega_1
\left[\sum_{i,j}\frac{\lambda_i\lambda_j}{\lambda_i+\lambda_j}+\frac12\operatorname{tr}[\Sigma_0]\right]$ under any
policy, $\omega_1$ the squared relative spread of the variance on the line: d(d+1)/8 times $v_0\omega_1$ for an
isotropic source, where d directions by themselves have d/4 of it.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.vector.distance import wasserstein
from theory.claims.vector.kept_divergence import mean_variance, strayed
from theory.claims.vector.near_the_source import (
    ERROR,
    NEAR,
    REGIME,
    entries_of_a_fit,
    number,
    of_the_source,
    on_the_line,
    promised,
    spread,
)
from theory.claims.vector.one_fit import projection
from theory.claims.vector.replace_wasserstein_leading_order import near_covariances, pairs
from theory.claims.vector.source import PLANE, eigenvalues, lam, trace0
from theory.claims.vector.wasserstein_lower import reference
from theory.claims.vector.whitened import KEPT, STRATIFIED, WEIGHTED, line, setting
from theory.derivation import Derivation
from theory.laws.symbols import E, dim, i, j, t
from theory.notation import Asymptotically
from theory.scenario import Scenario

MOMENTS = ("variance", "variance_second_moment", ERROR)
total = trace0 * (strayed(t) + (sp.sqrt(mean_variance(t)) - 1) ** 2) + sp.sqrt(mean_variance(t)) * spread(t) / 4 * (
    pairs + trace0 / 2
)


def derive() -> Derivation:
    """The root of a matrix near a multiple of the source, the squares of its entries, and their means."""
    u, tr, p, w = sp.symbols("u T P omega", positive=True)
    entry = sp.IndexedBase("H")
    cross = sp.Symbol("X_t", nonnegative=True)
    d = Derivation(
        "Q_t is U_1 (1 + H), the covariance of the model in coordinates in which the source is N(0, I), H of mean 0 "
        "and of the order of one over the root of the sizes. Its law does not change under rotations, and along "
        "orthogonal directions variances are independent to first order: H_ii has the variance omega_1, H_ij half of "
        "that, as a scatter of many points has them."
    )
    projection(d)
    d.given(
        cross, sp.sqrt(mean_variance(t)) * (
            trace0 + sp.Sum(lam[i] * entry[i, i], (i, 1, dim)) / 2
            - sp.Sum(lam[i] * lam[j] / (lam[i] + lam[j]) * entry[i, j] ** 2, (i, 1, dim), (j, 1, dim)) / 4
        ), relation=r"\sim", source="gelbrich1990", check=near_covariances,
        because="to second order: the trace of the root of Sigma_0^(1/2) Sigma_t Sigma_0^(1/2) in the principal "
        "directions; W_t^2 is |mu_t - mu_0|^2 + tr Sigma_t + tr Sigma_0 less twice this",
    )  # fmt: skip
    d.given(
        E(entry[i, j] ** 2), spread(t) / 2, relation=r"\sim", source="muirhead1982", check=entries_of_a_fit,
        because="for i and j apart, and twice that for i = j",
    )  # fmt: skip
    d.algebra(
        tr * (1 + u**2) - 2 * u * tr + u * (p * w / 2 + tr / 2 * w / 2) / 2,
        tr * (u - 1) ** 2 + u * w / 4 * (p + tr / 2),
        because="with u the root of U_1, T the trace of the source and P the sum over pairs, in which the diagonal "
        "terms, twice as large, add half of T",
    )  # fmt: skip
    d.given(
        E(wasserstein**2), total, relation=r"\sim", source="cramer1946", check=near_covariances,
        because="and T D_1 for the error of the mean; what is left out is of higher order, as the fits are smooth "
        "functions of means over many points",
    )  # fmt: skip
    return d.concludes(Asymptotically(E(wasserstein**2), total))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement: the spectrum of the source, and the numbers of the line's own statements."""
    U, R, D = (number(scenario, generation, name) for name in MOMENTS)
    given = of_the_source(scenario, lam, dim, trace0)
    values = {mean_variance: U, strayed: D, spread: R / U**2 - 1}
    return given | {t: generation} | {f: lambda _, one=one: one for f, one in values.items()}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The leading terms of E W_2^2(model t, source) in squared data units; t counts fits."""
    U, R, D = (on_the_line(scenario, generations, name) for name in MOMENTS)
    spectrum = eigenvalues(scenario)
    whole, root = spectrum.sum(), np.sqrt(U)
    both = (np.outer(spectrum, spectrum) / (spectrum[:, None] + spectrum)).sum() + whole / 2
    with np.errstate(over="ignore", invalid="ignore"):
        relative = np.maximum(R / U / U - 1, 0.0)
        value = whole * (D + (root - 1) ** 2) + root * relative / 4 * both
    return np.where(np.isnan(value), np.inf, value)


CLAIM = Claim(
    id="vector-wasserstein2-leading-order",
    title="For many points the expected squared Wasserstein distance in several dimensions is that of the means and "
    "a sum over pairs of eigenvalues times the relative variance on the line, whatever the policy",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared",
    assumptions=NEAR,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: reach_of(*MOMENTS)(line(scenario)),
    error=promised(0.3),
    regime=REGIME,
    tolerance=1e-10,
    examples=(
        Example(setting(STRATIFIED | {"real": 10}, "mle", PLANE, 50), t=(1, 2), simulate=False),
        Example(setting(KEPT, "unbiased", PLANE, 100), t=(1, 2), simulate=False),
        Example(setting({"kind": "replace"}, "mle", PLANE, 100), t=(1,), simulate=False),
        Example(setting(WEIGHTED | {"real": 60, "synthetic": 40}, "mle", PLANE), t=(2,), simulate=False),
    ),
)  # fmt: skip
