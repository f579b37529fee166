r"""Fresh real points, however few, keep the log-determinant above a recursion of one number, and every direction alive.

$E\log\det\Sigma_t\ge\log\det\Sigma_0+d\,\Lambda_f(t)$: $\Lambda_f(1)$ is exact, and $\Lambda_f(t+1)$ is the mean of
$\frac1d\log\det$ of the scatter over L of n points $N(0,I)$ and m points $N(0,e^{\Lambda_f(t)}I)$, of the squares
between both not less than a share. What is left out is how the eigenvalues of a model spread, over chains and from
each other. Where all data are kept the bound is that of the last row of each batch, and loses what is of order $1/k^3$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, SEVERAL_DIMENSIONS
from theory.claims.gaussian.accumulate_log_variance import TWO_REAL_POINTS
from theory.claims.gaussian.bounded_log import straying_adds, sums_of_exponentials
from theory.claims.gaussian.kept_data import keeps_all
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.determinant_reference import mean_log_of_two
from theory.claims.vector.distance import ROUND
from theory.claims.vector.joined_reference import mean_log_joined
from theory.claims.vector.log_determinant_upper_bound import reference
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.reference import log_pivots
from theory.claims.vector.source import determinant, determinant0, exact_covariance, log_determinant
from theory.claims.vector.whitened import (
    BY_CHANCE,
    FULL_RANK,
    KEPT,
    STRATIFIED,
    VECTOR_FITS,
    WEIGHTED,
    setting,
    volumes_multiply,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.determinant_fresh import FreshFit, batches, mean_log_of_joining, rows, together
from theory.laws.sums_over_fits import sum_over_fits
from theory.laws.symbols import E, dim, t
from theory.laws.wishart import mean_log_pivots
from theory.laws.wishart_spectrum import MOST_DIMENSIONS
from theory.scenario import Scenario

below = sp.Function("Lambda_f", real=True)
MOST_BY_CHANCE = 20
LAST = 10_000
FRESH = Assumption(
    'the retention policy is "real_share" with fresh real points, "weighted" with a weight above 0, or "accumulate", '
    "with a constant size",
    lambda s: (
        (s.retention.kind == "weighted" and s.retention.weight > 0)
        or (s.retention.kind == "accumulate" and CONSTANT_SIZE.holds(s) and TWO_REAL_POINTS.holds(s))
        or (s.retention.kind == "real_share" and s.retention.scheme != "fixed" and CONSTANT_SIZE.holds(s))
    ),
)
FEW = Assumption(
    f"there are at most {MOST_DIMENSIONS} dimensions, and {MOST_BY_CHANCE} points where they are real by chance",
    lambda s: (
        SEVERAL_DIMENSIONS.holds(s)
        and s.source.dimension <= MOST_DIMENSIONS
        and (getattr(s.retention, "scheme", "") != "iid" or s.sample_size.constant <= MOST_BY_CHANCE)
    ),
)


def derive() -> Derivation:
    """A determinant as a sum of exponentials, Jensen's inequality for its logarithm, and the row between batches."""
    a11, a12, a22, w1, w2, v1, v2 = sp.symbols("a_11 a_12 a_22 w_1 w_2 v_1 v_2", real=True)
    a, b, p, q, y, r, w = sp.symbols("a b p q y r w", positive=True)
    y1, y2 = sp.symbols("y_1 y_2", real=True)
    d = Derivation(
        "Lambda_f(0) = 0 and Lambda_f(1) is exact. A is the scatter of fresh real points, W that of points N(0, I), Q "
        "the covariance of model t, all in coordinates in which the source is N(0, I): Q is independent of both and "
        "no law changes under rotations, so that A + Q^(1/2) W Q^(1/2) and A + W^(1/2) Q W^(1/2) have determinants of "
        "the same law. Where points are real by chance the mean over their number is taken; with weights each batch "
        "has its own divisor and weight and there are no squares between them."
    )
    volumes_multiply(d)
    scatter_is_wishart(d)
    one, other = sp.exp(y1), sp.exp(y2)
    d.algebra(
        (a11 + one * w1**2 + other * v1**2) * (a22 + one * w2**2 + other * v2**2)
        - (a12 + one * w1 * w2 + other * v1 * v2) ** 2,
        (a11 * a22 - a12**2)
        + one * (a22 * w1**2 - 2 * a12 * w1 * w2 + a11 * w2**2)
        + other * (a22 * v1**2 - 2 * a12 * v1 * v2 + a11 * v2**2)
        + sp.exp(y1 + y2) * (w1 * v2 - w2 * v1) ** 2,
        because="in the plane, exp(y_i) the eigenvalues of Q, w and v what W^(1/2) makes of its axes: the determinant "
        "of A + W^(1/2) Q W^(1/2) is a sum of exponentials, with factors that are not negative as A is not",
    )  # fmt: skip
    d.algebra(
        sp.Derivative(sp.log(a * sp.exp(p * y) + b * sp.exp(q * y)), (y, 2)),
        a * b * (p - q) ** 2 * sp.exp((p + q) * y) / (a * sp.exp(p * y) + b * sp.exp(q * y)) ** 2,
        because="positive: its logarithm is convex, at least its value where both y_i are their mean, Lambda_f(t) at "
        "least, as the axes of Q are as likely in either order",
    )  # fmt: skip
    straying_adds(d)
    d.algebra(
        sp.Derivative(sp.log(1 + w * r), (w, 2)), -(r**2) / (1 + w * r) ** 2,
        because="negative: the squares between n and m points are at least those of the error of the real mean "
        "(along one axis after the other), one row of A with the weight w = m/M, and the logarithm of the "
        "determinant, concave in w, is at least 1-w times that without the row and w times that with a whole "
        "one; so it is with all data kept, for w = 1 - M/P",
    )  # fmt: skip
    bound = d.given(
        E(sp.log(determinant)), sp.log(determinant0) + dim * below(t), relation=r"\ge", source="jensen1906fonctions",
        check=numbers_of_one_fit,
        because="and in every number of dimensions (the formula of Cauchy and Binet has the same signs): each bound "
        "leads to the next",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def numbers_of_one_fit() -> list[Verdict]:
    """E log det(W_a + e^y W_b) over eigenvalues beside the route row by row, and sums of exponentials at their mean."""
    cases = ((3, 9, -0.3), (10, 10, -1.0), (6, 1, 0.1))
    both = [agree(2 * rows(a, b, 2)(y), mean_log_of_two(a, b, math.exp(y)), 1e-9) for a, b, y in cases]
    return both + sums_of_exponentials()


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, Lambda_f by its recursion, in the plane row by row."""
    number = sp.Float(_exactly(scenario, int(generation)), 17)
    return {
        t: generation, dim: scenario.source.dimension, determinant0: exact_covariance(scenario).det(),
        below: lambda generation: number,
    }  # fmt: skip


def _exactly(scenario: Scenario, generation: int) -> mpf:
    """Lambda_f(t); after the first fit in the plane alone."""
    if generation == 0:
        return mpf(0)
    d, retention, divide = scenario.source.dimension, scenario.retention, scenario.estimator.divide_by
    if generation == 1:
        return mpmath.fsum(log_pivots(scenario.first_size, float(offset_of(scenario)), d)) / d
    before = _exactly(scenario, generation - 1)
    scale = float(mpmath.exp(before))
    if retention.kind == "weighted":
        own, drawn = retention.weight / divide(retention.real), (1 - retention.weight) / divide(retention.synthetic)
        mean = mean_log_of_two(retention.real - 1, retention.synthetic - 1, drawn / own * scale)
        return mean / 2 + math.log(own)
    M = scenario.sample_size.constant
    if retention.kind == "accumulate":
        P = scenario.first_size + (generation - 1) * M
        w, kept = 1 - M / P, divide(P) - M
        rows_of = ((1 - w, M), (w, M + 1))
        mean = sum(chance * float(mean_log_joined(size, kept, 0.0, 2)) for chance, size in rows_of)
        return before + mean / 2 - math.log(divide(P))
    n = retention.real_points(M)
    w = (M - n) / M
    mean = (1 - w) * mean_log_of_two(n - 1, M - n - 1, scale) + w * mean_log_of_two(n, M - n - 1, scale)
    return mean / 2 - math.log(divide(M))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """log det Sigma_0 + d Lambda_f(t) in nats; t counts fits.

    Takes half a second for a new size and share, and 50 ms for each point where they are real by chance.
    """
    t_, d = np.asarray(generations, dtype=np.float64), scenario.source.dimension
    first, offset = scenario.first_size, float(offset_of(scenario))
    start = float(mean_log_pivots(first, offset, d).sum())
    if keeps_all(scenario):
        M = scenario.sample_size.constant
        if start == -np.inf:
            return np.where(t_ > 0, -np.inf, log_determinant(scenario))
        later = sum_over_fits(
            lambda y: np.array([mean_log_of_joining(M, P, offset, d) for P in y * M]), 2, first / M, t_
        )  # fmt: skip
        return log_determinant(scenario) + np.where(t_ > 0, start + later, 0.0)
    last = int(t_.max(initial=0))
    bounds = _step(scenario).bounds(start / d, last) if last > 1 else np.array([0.0, start / d])
    return log_determinant(scenario) + d * bounds[np.asarray(generations)]


def _step(scenario: Scenario) -> FreshFit:
    """One fit with fresh real points or a weight on them."""
    d, retention, divide = scenario.source.dimension, scenario.retention, scenario.estimator.divide_by
    if retention.kind == "weighted":
        own, drawn = retention.weight / divide(retention.real), (1 - retention.weight) / divide(retention.synthetic)
        drawn_rows = retention.synthetic - 1 if drawn > 0 else 0
        shift = math.log(drawn / own) if drawn > 0 else 0.0
        return together([(1.0, rows(retention.real - 1, drawn_rows, d))], shift, math.log(own))
    M = scenario.sample_size.constant
    chances = {retention.real_points(M): 1.0}
    if retention.scheme == "iid":
        a = retention.share_of(M)
        chances = {n: math.comb(M, n) * a**n * (1 - a) ** (M - n) for n in range(M + 1)}
    parts = [(p * share, fit) for n, p in chances.items() if p > 0 for share, fit in batches(n, M - n, d)]
    return together(parts, 0.0, -math.log(divide(M)))


def limit(scenario: Scenario, at: None = None) -> float:
    """The fixed point of the recursion, or the sum over all fits where all data are kept."""
    if keeps_all(scenario):
        return float(evaluate(scenario, np.array([np.inf]))[0])
    d = scenario.source.dimension
    first = float(mean_log_pivots(scenario.first_size, float(offset_of(scenario)), d).mean())
    return log_determinant(scenario) + d * _step(scenario).limit(first)


CLAIM = Claim(
    id="vector-log-determinant-fresh-lower-bound",
    title="With fresh real points, be it one in every fit, or a weight on them the expected log-determinant is at "
    "least that of the source and d times a recursion with a limit; so it is with all data kept",
    kind=Kind.LOWER_BOUND,
    statistic="log_determinant",
    assumptions=(*VECTOR_FITS, FULL_RANK, FRESH, FEW),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: np.inf if keeps_all(scenario) else LAST,
    tolerance=1e-10,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2)),
        Example(setting(BY_CHANCE, "unbiased", ROUND, 20), t=(0, 1), simulate=False),
        Example(setting(WEIGHTED, "mle", ROUND), t=(1, 2), simulate=False),
        Example(setting(KEPT, "mle", ROUND, 10), t=(1, 2, 5), simulate=False),
        Example(setting(KEPT, "mle", ROUND, 10), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({"kind": "accumulate", "first": 3}, "unbiased", ROUND, 1), t=(2, 4), simulate=False),
    ),
)  # fmt: skip
