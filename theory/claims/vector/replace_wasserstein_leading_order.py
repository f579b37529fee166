r"""For $t\ll M$ the distance in several dimensions adds up what each pair of principal directions contributes.

$E W_2^2\sim\frac tM\left[\frac54\operatorname{tr}\Sigma_0
+\frac12\sum_{i,j}\frac{\lambda_i\lambda_j}{\lambda_i+\lambda_j}\right]$ under both usual divisors, $\lambda_i$ the
eigenvalues of the source's covariance: $d(d+5)/4$ times $v_0t/M$ for an isotropic source, and $\frac32v_0t/M$ on the
line. The square of $d$ is that of the entries of a covariance, each of which is estimated.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, divisor_is, sample_size_at_least
from theory.claims.gaussian.one_fit import mellin, moment_of_factor
from theory.claims.vector.distance import LONG, ROUND, reference, wasserstein
from theory.claims.vector.one_fit import distance, scatter_is_wishart
from theory.claims.vector.source import SHEET, bindings, eigenvalues, lam, rank, trace0, vector_setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, L, M, dim, i, j, t
from theory.notation import Asymptotically
from theory.scenario import Scenario

pairs = sp.Sum(lam[i] * lam[j] / (lam[i] + lam[j]), (i, 1, dim), (j, 1, dim))


def derive() -> Derivation:
    """The distance of near covariances, the squared entries of what a fit changes, and their sum over fits."""
    d = Derivation(
        "To first order in 1/M the fits change the covariance independently, each by a matrix H of variances of order "
        "1/M, and the squared distance is a quadratic form in the changes of mean and covariance."
    )
    scatter_is_wishart(d)
    near = sp.Symbol(r"B^2(\Sigma_0, \Sigma_0 + H)", nonnegative=True)
    entry = sp.IndexedBase("H")
    d.given(
        near, sp.Sum(entry[i, j] ** 2 / (lam[i] + lam[j]), (i, 1, dim), (j, 1, dim)) / 2, relation=r"\sim",
        source="gelbrich1990", check=near_covariances,
        because="the part of the squared distance that the covariances have, for a small H, in the principal "
        "directions of Sigma_0",
    )  # fmt: skip
    square = moment_of_factor(
        d, mellin(d), sp.Integer(2), (M**2 - 1) / L**2, "the second moment of a diagonal entry after one fit, over "
        "lambda_i^2",
    )  # fmt: skip
    size = sp.Symbol("M", positive=True)
    for divisor, name in ((M - 1, "unbiased"), (M, "under maximum likelihood")):
        change = ((square - 2 * (M - 1) / L + 1) * M).subs(L, divisor).subs(M, size)
        d.algebra(
            sp.Limit(change, size, sp.oo), sp.Integer(2),
            because=f"so a diagonal entry changes by 2 lambda_i^2/M in mean square, {name}; one between i and j by "
            "lambda_i lambda_j (M-1)/L^2",
        )  # fmt: skip
    d.given(
        E(distance**2), t * trace0 / M, relation=r"\sim", source="cochran1934",
        check=lambda: [agree(1_000_000 * (1 - (1 - 1e-6) ** 3), 3, 1e-5)],
        because="the error of the mean: exact for the unbiased divisor, and to first order under maximum likelihood",
    )  # fmt: skip
    total = d.algebra(
        t * trace0 / M + t / M * (pairs + trace0 / 2) / 2, t / M * (5 * trace0 / 4 + pairs / 2),
        because="t fits add up: half of the sum over pairs, in which the diagonal terms, twice as large, add half of "
        "the trace, and the error of the mean",
    )  # fmt: skip
    return d.concludes(Asymptotically(E(wasserstein**2), total.rhs))


def near_covariances() -> list[Verdict]:
    """The exact distance of diag(1, 2, 5) and its neighbours beside the quadratic form, at two sizes of H."""
    spectrum = np.array([1.0, 2.0, 5.0])
    H = np.array([[0.3, -0.2, 0.5], [-0.2, 0.1, 0.4], [0.5, 0.4, -0.6]])
    form = (H**2 / (spectrum[:, None] + spectrum)).sum() / 2
    verdicts = []
    with mpmath.workdps(40):
        for size in (mpmath.mpf("1e-4"), mpmath.mpf("1e-6")):
            root = mpmath.diag([mpmath.sqrt(x) for x in spectrum])
            other = mpmath.diag([mpmath.mpf(x) for x in spectrum]) + size * mpmath.matrix(H.tolist())
            inner = mpmath.eigsy(root * other * root, eigvals_only=True)
            traces = sum(spectrum) + sum(other[k, k] for k in range(3))
            exact = traces - 2 * mpmath.fsum(mpmath.sqrt(x) for x in inner)
            verdicts.append(agree(exact / size**2, form, 10 * size))
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The leading term of E W_2^2(model t, source) in squared data units; t counts fits."""
    spectrum = eigenvalues(scenario)
    both = np.outer(spectrum, spectrum) / (spectrum[:, None] + spectrum)
    return (1.25 * spectrum.sum() + both.sum() / 2) * generations / scenario.sample_size.constant


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """At most (d+1)/2 t/M: what every example keeps, d the rank of the source."""
    return (rank(scenario) + 1) / 2 * generation / scenario.sample_size.constant


CLAIM = Claim(
    id="vector-replace-wasserstein2-leading-order",
    title="For t far below M the expected squared Wasserstein distance in several dimensions is t/M times 5/4 of the "
    "trace and a sum over pairs of eigenvalues",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared",
    assumptions=(*VECTOR_REPLACE, divisor_is("mle", "unbiased"), sample_size_at_least(10)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    regime="M grows and t stays fixed",
    examples=(
        Example(vector_setting(10, "unbiased"), t=(1, 2), simulate=False),
        Example(vector_setting(30, "mle", ROUND), t=(1, 5), simulate=False),
        Example(vector_setting(100, "unbiased", SHEET), t=(1, 3), simulate=False),
        Example(vector_setting(300, "mle", LONG), t=(1, 3), simulate=False),
        Example(vector_setting(3000, "unbiased", ROUND), t=(1, 3), simulate=False),
        Example(vector_setting(30_000, "mle"), t=(1, 2), simulate=False),
    ),
)
