r"""The distance in several dimensions is at most that of the coupling by triangular factors.

$E W_2^2\le\operatorname{tr}\Sigma_0\,\frac{M-L}M\sum_{k\le t}r^k+2\sum_i\lambda_i\,(1-c_i^t)$ with $r=\frac{M-1}L$ and
$c_i=E\sqrt{\chi^2_{M-i}/L}$, $\lambda_i$ the eigenvalues of the source's covariance, the largest first. To first order
in $t/M$ an isotropic source has $d(d+5)/4$ times $v_0t/M$, this bound $d(d+2)/2$ and the lower one $3d/2$; as $t$
grows both bounds have the same limit.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Kind, Source
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import order
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.distance import (
    EXAMPLES,
    excess_of_parts,
    limit,
    mean_excess,
    model_trace,
    reference,
    wasserstein,
)
from theory.claims.vector.one_fit import distance, triangular_factor
from theory.claims.vector.source import bindings, eigenvalues, lam, trace0
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.symbols import E, L, M, dim, i, nu, t
from theory.laws.wishart import log_mean_pivot_roots
from theory.scenario import Scenario


def derive() -> Derivation:
    """The cross term as a sum of singular values, which is at least a trace, whose mean is a sum of powers."""
    pivot = sp.Function("R")
    d = Derivation(
        "In the principal directions of the source its covariance is diagonal, with entries lambda_i, and that of the "
        "model is F N N'F', where F is diagonal and N is a product of triangular matrices, one for each fit. The cross "
        "term of the distance is the sum of the singular values of F F N, at least its trace."
    )
    excess, transform = excess_of_parts(d)
    triangular_factor(d)
    cross = sp.Symbol(r"X_t", nonnegative=True)
    d.given(
        wasserstein**2, distance**2 + model_trace + trace0 - 2 * cross, source="gelbrich1990",
        check=cross_terms_of_matrices,
        because="X_t is the trace of the root of A Sigma_t A with A the root of Sigma_0: the sum of the singular "
        "values of F F N, which no rotation of a matrix changes, and by which its trace, the sum of "
        "lambda_i N_(i,i), is bounded",
    )  # fmt: skip
    c = d.algebra(
        sp.Subs(transform.subs(nu, M - i) / L**order, order, sp.Rational(1, 2)),
        sp.sqrt(2 / L) * sp.gamma((M - i + 1) / sp.Integer(2)) / sp.gamma((M - i) / sp.Integer(2)),
        because="the mean of the i-th pivot of one fit, 0 from i = M on",
    ).rhs  # fmt: skip
    diagonal = d.solves(
        E(pivot(t)), c**t, index=t, next_value=c * E(pivot(t)), initial=(0, sp.Integer(1)),
        because="diagonal entries of triangular matrices multiply, and the fits are independent: R_t is the i-th "
        "diagonal entry of N",
    )  # fmt: skip
    lost = sp.Sum(lam[i] * (1 - diagonal.rhs), (i, 1, dim))
    total = d.algebra(
        excess + 2 * sp.Sum(lam[i], (i, 1, dim)) - 2 * sp.Sum(lam[i] * diagonal.rhs, (i, 1, dim)), excess + 2 * lost,
        because="put together, with tr Sigma_0 as the sum of the eigenvalues",
    )  # fmt: skip
    return d.concludes(sp.Le(E(wasserstein**2), total.rhs, evaluate=False))


def cross_terms_of_matrices() -> list[Verdict]:
    """Random matrices in three dimensions: the trace of the root is the sum of singular values, and above the trace."""
    rng = np.random.default_rng(0)
    verdicts = []
    for _ in range(3):
        scale, N = np.diag(rng.uniform(0.5, 2.0, 3)), np.tril(rng.normal(size=(3, 3)))
        covariance = scale @ N @ N.T @ scale
        roots = np.sqrt(np.linalg.eigvals(scale @ covariance @ scale).real).sum()
        singular = np.linalg.svd(scale @ scale @ N, compute_uv=False).sum()
        verdicts += [agree(roots, singular, 1e-9), at_most(np.trace(scale @ scale @ N), singular)]
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The upper bound of E W_2^2(model t, source) in squared data units; t counts fits."""
    spectrum = eigenvalues(scenario)
    roots = log_mean_pivot_roots(*size_and_offset(scenario), len(spectrum))
    with np.errstate(over="ignore", invalid="ignore"):
        lost_roots = np.where(generations[:, None] > 0, -np.expm1(np.maximum(generations, 1)[:, None] * roots), 0.0)
        excess = mean_excess(scenario, generations)
        return np.where(excess == np.inf, np.inf, excess + 2 * lost_roots @ spectrum)


CLAIM = Claim(
    id="vector-replace-wasserstein2-upper-bound",
    title="In several dimensions the expected squared Wasserstein distance is at most that of the coupling by "
    "triangular factors",
    kind=Kind.UPPER_BOUND,
    statistic="wasserstein2_squared",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=EXAMPLES,
    sources=(Source("gelbrich1990", "", "cited", "not about refitting", "the distance of two Gaussian laws"),),
)
