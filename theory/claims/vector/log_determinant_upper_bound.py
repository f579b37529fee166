r"""The log-determinant is at most the sum of the log-variances along the principal directions of the source.

$E\log\det\Sigma_t\le\log\det\Sigma_0+d\,E\log v_t$ with $v_t$ the variance of the chain on the line, whatever the
policy: what is missing is that models turn, about $d(d-1)/2$ times what one fit loses along a line for each $1/M$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.vector.distance import ROUND
from theory.claims.vector.one_fit import projection
from theory.claims.vector.reference import exact_log_determinant
from theory.claims.vector.source import SPACE, determinant, determinant0, exact_covariance, log_determinant
from theory.claims.vector.whitened import (
    BY_CHANCE,
    FULL_RANK,
    KEPT,
    STRATIFIED,
    VECTOR_FITS,
    WEIGHTED,
    bound_reach,
    bound_settles,
    bounding_claim,
    bounding_values,
    is_bounded,
    line,
    mean_log_volume,
    setting,
    volumes_multiply,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, dim, t
from theory.scenario import Scenario

LOG = "log_variance"
along = sp.Function("Lambda_1", real=True)


KNOWN = Assumption(
    "an exact claim or an upper bound covers log_variance on the line",
    lambda s: VECTOR_FITS[0].holds(s) and is_bounded(line(s), LOG, Kind.UPPER_BOUND),
)


def derive() -> Derivation:
    """A determinant is at most the product of the diagonal; each entry of it is a chain on the line."""
    d = Derivation(
        "Lambda_1(t) is E log v_t on the line with the same policy, sizes and divisor and a source of variance 1, or "
        "what bounds it from above there. Q_t is the covariance of model t in coordinates in which the source is "
        "N(0, I)."
    )
    volumes_multiply(d)
    a, b, c = sp.symbols("a b c", positive=True)
    d.algebra(
        a * (b - c**2 / a), a * b - c**2,
        because="the determinant of two rows as a product of pivots, the second of which is at most the entry b",
    )  # fmt: skip
    projection(d)
    bound = d.given(
        E(sp.log(determinant)), sp.log(determinant0) + dim * along(t), relation=r"\le", source="muirhead1982",
        check=determinants_of_matrices,
        because="so it is in every number of dimensions: log det Q_t is at most the sum of the logarithms of its d "
        "diagonal entries (Hadamard's inequality), each of which is v_t of a chain on the line with a source of "
        "variance 1, whatever the policy",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def determinants_of_matrices() -> list[Verdict]:
    """Random covariances in four dimensions."""
    rng = np.random.default_rng(0)
    grams = [factor @ factor.T for factor in rng.normal(size=(4, 4, 6))]
    return [at_most(np.linalg.slogdet(gram)[1], np.log(np.diag(gram)).sum()) for gram in grams]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    claim = bounding_claim(line(scenario), LOG, Kind.UPPER_BOUND, generation)
    number = sp.Float(claim.algebra_value(line(scenario), int(generation)), 30) if generation else sp.Integer(0)
    return {
        t: generation, dim: scenario.source.dimension, determinant0: exact_covariance(scenario).det(),
        along: lambda generation: number,
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """log det Sigma_0 + d Lambda_1(t) in nats; t counts fits. Takes as long as E log v_t, up to 4 s with real data."""
    values = bounding_values(line(scenario), LOG, Kind.UPPER_BOUND, np.asarray(generations, dtype=np.float64))
    return log_determinant(scenario) + scenario.source.dimension * values


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E log det Sigma_t, of one fit or by an exact claim."""
    return exact_log_determinant(scenario) + mean_log_volume(scenario, generation)


def limit(scenario: Scenario, at: None = None) -> float:
    """The same function of the limit on the line."""
    return float(evaluate(scenario, np.array([np.inf]))[0])  # type: ignore[arg-type]


CLAIM = Claim(
    id="vector-log-determinant-upper-bound",
    title="The expected log-determinant is at most that of the source and d times the expected log-variance on the "
    "line, whatever the policy",
    kind=Kind.UPPER_BOUND,
    statistic="log_determinant",
    tolerance=1e-11,
    assumptions=(*VECTOR_FITS, FULL_RANK, KNOWN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: bound_settles(line(scenario), LOG, Kind.UPPER_BOUND),
    reach=lambda scenario: bound_reach(line(scenario), LOG, Kind.UPPER_BOUND),
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2)),
        Example(setting(BY_CHANCE, "unbiased", ROUND, 20), t=(1,), simulate=False),
        Example(setting({"kind": "window", "length": 3}, "mle", ROUND, 10), t=(1, 2, 3), simulate=False),
        Example(setting(WEIGHTED, "mle", SPACE), t=(1,), simulate=False),
        Example(setting(KEPT, "mle", ROUND, 10), t=(0, 2, 5), simulate=False),
        Example(setting(KEPT, "unbiased", ROUND, 5), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "forgetting", "rate": 0.5}, "unbiased", SPACE, 7), t=(1, 5), simulate=False),
        Example(setting({"kind": "replace"}, "mle", SPACE, 10), t=(3, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
