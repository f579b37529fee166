r"""The distance in several dimensions is at least the trace of the source's covariance times that on the line.

$E W_2^2\ge\operatorname{tr}[\Sigma_0]\,w_1(t)$ with $w_1$ the expected squared distance on the line for a source of
variance 1, or what bounds it from below there, whatever the policy: that of the projections on the principal directions
of the source. What is missing is that models turn, of the order of the square of d over the size.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.vector.distance import ROUND, wasserstein
from theory.claims.vector.distance import reference as of_replacement
from theory.claims.vector.near_the_source import first_distances
from theory.claims.vector.one_fit import projection
from theory.claims.vector.replace_wasserstein_lower_bound import projections_are_nearer
from theory.claims.vector.source import PLANE, SHEET, exact_covariance, trace, trace0
from theory.claims.vector.two_fits import knows, squared_distances
from theory.claims.vector.whitened import (
    KEPT,
    POOL,
    STRATIFIED,
    VARYING,
    VECTOR_FITS,
    WEIGHTED,
    bound_reach,
    bound_settles,
    bounding_claim,
    bounding_values,
    is_bounded,
    line,
    setting,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, dim, i, t
from theory.scenario import Scenario

DISTANCE = "wasserstein2_squared"
on_the_line = sp.Function("w_1", nonnegative=True)


KNOWN = Assumption(
    "an exact claim or a lower bound covers wasserstein2_squared on the line",
    lambda s: VARYING.holds(s) and is_bounded(line(s), DISTANCE, Kind.LOWER_BOUND),
)


def derive() -> Derivation:
    """Any coupling couples the coordinates; their distances are those on the line; the sum over directions."""
    l1, l2, w = sp.symbols("lambda_1 lambda_2 w", positive=True)
    along = sp.Symbol(r"W_{t,i}", positive=True)
    d = Derivation(
        "w_1(t) is E W_2^2 on the line with the same policy, sizes and divisor and a source of variance 1, or what "
        "bounds it from below there."
    )
    d.given(
        wasserstein**2, sp.Sum(along**2, (i, 1, dim)), relation=r"\ge", source="villani2003",
        check=projections_are_nearer,
        because="W_(t,i) is the distance of the laws of the i-th coordinate along the principal directions of the "
        "source: the optimal coupling of the vectors is one of the coordinates too",
    )  # fmt: skip
    projection(d)
    d.algebra(
        (sp.sqrt(l1) * sp.sqrt(w)) ** 2 + (sp.sqrt(l2) * sp.sqrt(w)) ** 2, (l1 + l2) * w,
        because="lengths along the i-th direction are the root of its variance lambda_i times those of a source of "
        "variance 1: for two directions, squares add up to the sum of the variances times one square",
    )  # fmt: skip
    bound = d.given(
        E(wasserstein**2), trace0 * on_the_line(t), relation=r"\ge", source="villani2003",
        check=projections_are_nearer, because="so over all directions the trace appears",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    known = bounding_claim(line(scenario), DISTANCE, Kind.LOWER_BOUND, generation)
    number = sp.Float(known.algebra_value(line(scenario), int(generation)), 40) if generation else 0
    return {t: generation, trace0: exact_covariance(scenario).trace(), on_the_line: lambda generation: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """tr Sigma_0 w_1(t) in squared data units; t counts fits."""
    t_ = np.asarray(generations, dtype=np.float64)
    return trace(scenario) * bounding_values(line(scenario), DISTANCE, Kind.LOWER_BOUND, t_)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Of one fit by quadrature, of two by a lattice, under replacement of any number; for a source of rank two."""
    if generation == 0:
        return mpmath.mpf(0)
    if generation == 1:
        return mpf(first_distances(scenario)[0])
    if generation == 2 and scenario.retention.kind != "replace" and knows(scenario):
        return mpf(float(squared_distances(scenario).mean()))
    if scenario.retention.kind != "replace":
        raise ValueError(f"the true value is known after one fit, or two in the plane, got t = {generation}")
    return of_replacement(scenario, generation)


CLAIM = Claim(
    id="vector-wasserstein2-lower-bound",
    title="In several dimensions the expected squared Wasserstein distance is at least the trace of the source's "
    "covariance times that on the line for variance 1, whatever the policy",
    kind=Kind.LOWER_BOUND,
    statistic=DISTANCE,
    assumptions=(*VECTOR_FITS, KNOWN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=lambda scenario, at=None: float(evaluate(scenario, np.array([np.inf]))[0]),  # type: ignore[arg-type]
    settles=lambda scenario: bound_settles(line(scenario), DISTANCE, Kind.LOWER_BOUND),
    reach=lambda scenario: bound_reach(line(scenario), DISTANCE, Kind.LOWER_BOUND),
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
