r"""The distance in several dimensions is bounded above by three means, one of them of the log-determinant.

$E W_2^2\le\operatorname{tr}[\Sigma_0]\left[U_1+D_1+1-2\,e^{\Delta_d/(2d)}\right]$ with $U_1$ and $D_1$ the mean
variance and squared error on the line and $\Delta_d$ at most $E\log\det Q_t$. Fresh real points keep it far from the
$\operatorname{tr}[\Sigma_0](U_1+D_1+1)$ of a model that has collapsed.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import exact_claim
from theory.claims.vector import kept_divergence
from theory.claims.vector.distance import ROUND, model_trace, wasserstein
from theory.claims.vector.kept_divergence import (
    LINES,
    MOMENTS_OF_THE_LINE,
    knows_volume,
    mean_variance,
    strayed,
    volume,
    volume_values,
)
from theory.claims.vector.one_fit import distance, projection
from theory.claims.vector.source import PLANE, SHEET, exact_covariance, rank, trace, trace0
from theory.claims.vector.wasserstein_lower import DISTANCE, reference
from theory.claims.vector.whitened import KEPT, POOL, STRATIFIED, WEIGHTED, line, setting
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.symbols import E, dim, t
from theory.scenario import Scenario

BELOW = Kind.LOWER_BOUND


def derive() -> Derivation:
    """The cross term as a sum of singular values, its mean by symmetry, and the mean of a root by its logarithm."""
    a, b, x = sp.symbols("a b x", positive=True)
    cross = sp.Symbol("X_t", nonnegative=True)
    root = sp.Symbol(r"\operatorname{tr}[Q_t^{1/2}]", positive=True)
    d = Derivation(
        "Sigma_t is Sigma_0^(1/2) Q_t Sigma_0^(1/2), Q_t the covariance of the model in coordinates in which the "
        "source is N(0, I): its law does not change under rotations. Delta_d(t) is E log det Q_t or what bounds it "
        "from below."
    )
    d.given(
        wasserstein**2, distance**2 + model_trace + trace0 - 2 * cross, source="gelbrich1990", check=cross_terms,
        because="X_t, the trace of the root of Sigma_0^(1/2) Sigma_t Sigma_0^(1/2), is the sum of the singular values "
        "of Sigma_0 Q_t^(1/2), at least its trace",
    )  # fmt: skip
    projection(d)
    d.given(
        E(cross), trace0 / dim * E(root), relation=r"\ge", source="muirhead1982", check=means_over_rotations,
        because="the mean of Q_t^(1/2) over rotations is a multiple of the identity",
    )  # fmt: skip
    d.algebra(
        (a + b) / 2 - sp.sqrt(a) * sp.sqrt(b), (sp.sqrt(a) - sp.sqrt(b)) ** 2 / 2,
        because="positive: the mean of two numbers, and so of d, is at least the root of their product: tr Q_t^(1/2) "
        "is at least d exp(log det Q_t/(2d))",
    )  # fmt: skip
    d.algebra(
        sp.Derivative(sp.exp(x / (2 * dim)), (x, 2)), sp.exp(x / (2 * dim)) / (4 * dim**2),
        because="positive too: the mean of this exponential is at least that of the mean logarithm",
    )  # fmt: skip
    total = d.given(
        E(wasserstein**2), trace0 * (mean_variance(t) + strayed(t) + 1 - 2 * sp.exp(volume(t) / (2 * dim))),
        relation=r"\le", source="jensen1906fonctions", check=cross_terms,
        because="put together: along every direction mean variance and squared error are those of the line, times the "
        "source's variance there",
    )  # fmt: skip
    return d.concludes(sp.Le(total.lhs, total.rhs, evaluate=False))


def cross_terms() -> list[Verdict]:
    """Random matrices in three dimensions: the trace of the root is the sum of singular values, and above the trace."""
    rng = np.random.default_rng(1)
    verdicts = []
    for _ in range(3):
        root = np.diag(rng.uniform(0.5, 2.0, 3))
        values, axes = np.linalg.eigh(np.cov(rng.normal(size=(3, 7))))
        Q, half = axes @ np.diag(values) @ axes.T, axes @ np.diag(np.sqrt(values)) @ axes.T
        roots = np.sqrt(np.linalg.eigvals(root @ root @ Q @ root @ root).real).sum()
        singular = np.linalg.svd(root @ root @ half, compute_uv=False).sum()
        mean = np.linalg.det(Q) ** (1 / 6)
        verdicts += [agree(roots, singular, 1e-9), at_most(np.trace(root @ root @ half), singular)]
        verdicts.append(at_most(3 * mean, np.trace(half)))
    return verdicts


def means_over_rotations() -> list[Verdict]:
    """The mean of tr(A R B R') over rotations R of the plane by an even grid: tr A tr B/2."""
    angle = np.arange(8) * np.pi / 8
    turns = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)
    A, B = np.diag([1.0, 3.0]), np.array([[2.0, 0.7], [0.7, 0.5]])
    return [agree(np.mean([np.trace(A @ R @ B @ R.T) for R in turns]), 4.0 * 2.5 / 2)]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement: the numbers of the statements of the claims that know them."""
    return kept_divergence.bindings(BELOW)(scenario, generation) | {trace0: exact_covariance(scenario).trace()}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """tr Sigma_0 [U_1 + D_1 + 1 - 2 exp(Delta_d/(2d))] in squared data units; t counts fits. Takes up to 60 ms."""
    t_, one = np.asarray(generations, dtype=np.float64), line(scenario)
    U, D = (exact_claim(one, name).value(one, t_) for name in MOMENTS_OF_THE_LINE)
    half = volume_values(scenario, BELOW, t_) / (2 * rank(scenario))
    with np.errstate(over="ignore", invalid="ignore"):
        value = trace(scenario) * (U - 1 + D - 2 * np.expm1(half))
    return np.where(np.isnan(value), np.inf, value)


CLAIM = Claim(
    id="vector-wasserstein2-upper-bound",
    title="In several dimensions the expected squared Wasserstein distance is at most tr Sigma_0 times U_1 + D_1 + 1 - "
    "2 exp(Delta_d/(2d)), where a lower bound Delta_d of the mean log-determinant is known",
    kind=Kind.UPPER_BOUND,
    statistic=DISTANCE,
    assumptions=(*LINES, knows_volume(BELOW)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=lambda scenario, at=None: float(evaluate(scenario, np.array([np.inf]))[0]),  # type: ignore[arg-type]
    settles=kept_divergence.settles(BELOW),
    reach=kept_divergence.reach_of(BELOW),
    tolerance=1e-9,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(0, 1, 2)),
        Example(setting({"kind": "window", "length": 3}, "mle", SHEET, 10), t=(1,), simulate=False),
        Example(setting(WEIGHTED | {"real": 10}, "mle", PLANE), t=(1, 2), simulate=False),
        Example(setting(POOL, "mle", PLANE), t=(1, 2), simulate=False),
        Example(setting(KEPT, "unbiased", PLANE, 30), t=(1,), simulate=False),
        Example(setting({"kind": "forgetting", "rate": 0.5}, "unbiased", PLANE, 20), t=(1,), simulate=False),
        Example(setting({"kind": "replace"}, "mle", PLANE, 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
