r"""The mean trace of the squared covariance bounds the expected squared Wasserstein distance from above.

$E W_2^2\le\operatorname{tr}[\Sigma_0]\left[U_1+D_1+1-2\sqrt{U_1^3/R_d}\right]$ with
$R_d=\frac1dE\operatorname{tr}Q_t^2$, $Q_t$ the covariance in coordinates in which the source is N(0, I), by Hölder's
inequality: whatever the policy, without a log-determinant.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.gaussian.bounded_wasserstein_upper import moments_are_log_convex
from theory.claims.vector.distance import ROUND, model_trace, wasserstein
from theory.claims.vector.kept_divergence import LINES, MOMENTS_OF_THE_LINE, mean_variance, strayed
from theory.claims.vector.near_the_source import number
from theory.claims.vector.one_fit import distance, projection
from theory.claims.vector.source import PLANE, exact_covariance, rank, trace, trace0
from theory.claims.vector.wasserstein_lower import DISTANCE, reference
from theory.claims.vector.wasserstein_upper import cross_terms, means_over_rotations
from theory.claims.vector.whitened import KEPT, POOL, STRATIFIED, SUBSAMPLE, VARYING, WEIGHTED, line, setting, whitened
from theory.derivation import Derivation
from theory.laws.symbols import E, dim, t
from theory.scenario import Scenario

SQUARE = "trace_of_square"
mean_square = sp.Function("R_d", positive=True)
SQUARES = Assumption(
    "an exact claim covers trace_of_square", lambda s: VARYING.holds(s) and exact_claim(whitened(s), SQUARE) is not None
)


def derive() -> Derivation:
    """The cross term as a sum of singular values, its mean by symmetry, and the least mean of a root."""
    a, b = sp.symbols("a b", positive=True)
    cross = sp.Symbol("X_t", nonnegative=True)
    root = sp.Symbol(r"\operatorname{tr}[Q_t^{1/2}]", positive=True)
    d = Derivation(
        "Sigma_t is Sigma_0^(1/2) Q_t Sigma_0^(1/2), Q_t the covariance of the model in coordinates in which the "
        "source is N(0, I): its law does not change under rotations. R_d(t) is E tr Q_t^2 over d."
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
        (a**4 + b**4) * (a + b) ** 2 - (a**2 + b**2) ** 3,
        2 * a * b * (a - b) ** 2 * (a**2 + a * b + b**2),
        because="positive: for two roots a and b, (tr Q)^3 is at most tr Q^2 times the squared trace of the root",
    )  # fmt: skip
    total = d.given(
        E(wasserstein**2),
        trace0 * (mean_variance(t) + strayed(t) + 1 - 2 * sp.sqrt(mean_variance(t) ** 3 / mean_square(t))),
        relation=r"\le", source="hardy1952inequalities", check=moments_are_log_convex,
        because="so it is for the mean over the d roots and over chains (Hölder's inequality): U_1^3 is at most R_d "
        "times the square of E tr Q_t^(1/2) over d",
    )  # fmt: skip
    return d.concludes(sp.Le(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement: the numbers of the statements of the claims that know them."""
    values = {
        f: number(scenario, generation, name)
        for f, name in zip((mean_variance, strayed), MOMENTS_OF_THE_LINE, strict=True)
    }
    square, white = sp.Integer(1), whitened(scenario)
    if generation:
        square = sp.Float(exact_claim(white, SQUARE).algebra_value(white, int(generation)), 40) / rank(scenario)
    values[mean_square] = square
    given = {t: generation, trace0: exact_covariance(scenario).trace()}
    return given | {f: lambda _, one=one: one for f, one in values.items()}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """tr Sigma_0 [U_1 + D_1 + 1 - 2 sqrt(U_1^3/R_d)] in squared data units; t counts fits."""
    t_, one, white = np.asarray(generations, dtype=np.float64), line(scenario), whitened(scenario)
    U, D = (exact_claim(one, name).value(one, t_) for name in MOMENTS_OF_THE_LINE)
    square = exact_claim(white, SQUARE).value(white, t_) / rank(scenario)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.where((square > 0) & np.isfinite(U), U**2 / square, 0.0)
        root = np.where(relative > 0, np.sqrt(U * relative), 0.0)
    return trace(scenario) * (U + D + 1 - 2 * root)


def _settles(scenario: Scenario) -> bool:
    return settles(*MOMENTS_OF_THE_LINE)(line(scenario)) and settles(SQUARE)(whitened(scenario))


CLAIM = Claim(
    id="vector-wasserstein2-upper-bound-by-trace-of-square",
    title="In several dimensions the expected squared Wasserstein distance is at most tr Sigma_0 times U_1 + D_1 + 1 - "
    "2 sqrt(U_1^3/R_d), R_d the mean trace of the squared covariance over d",
    kind=Kind.UPPER_BOUND,
    statistic=DISTANCE,
    assumptions=(*LINES, SQUARES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=lambda scenario, at=None: float(evaluate(scenario, np.array([np.inf]))[0]),  # type: ignore[arg-type]
    settles=_settles,
    reach=lambda s: min(reach_of(*MOMENTS_OF_THE_LINE)(line(s)), reach_of(SQUARE)(whitened(s))),
    tolerance=1e-9,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(0, 1, 2)),
        Example(setting(WEIGHTED | {"real": 10}, "mle", PLANE), t=(1, 2), algebra=False, simulate=False),
        Example(setting(POOL, "mle", PLANE), t=(1, 2), algebra=False, simulate=False),
        Example(setting(KEPT, "unbiased", PLANE, 30), t=(1, 2), simulate=False),
        Example(setting(SUBSAMPLE, "mle", PLANE, 20), t=(1,), simulate=False),
        Example(setting({"kind": "replace"}, "mle", PLANE, 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
