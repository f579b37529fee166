r"""No direction is lost where real data stay in the training sets: all Lyapunov exponents are 0.

$\frac1t\log\lambda_j(\Sigma_t)\to0$ almost surely for every $j$ up to the rank r of the source: with more than r fresh
or kept real points in every fit, with weights on more than r, with points that are real by chance among more than 2r,
and where all data are kept, the first batch of more than r. Under replacement each exponent is negative.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.exact_claims import exact_claim
from theory.claims.vector.log_determinant_lower_bound import determinants_of_sums
from theory.claims.vector.replace_lyapunov_exponents import eigenvalue, pivots_follow_their_rates
from theory.claims.vector.source import PLANE, SHEET, SPACE, rank
from theory.claims.vector.whitened import (
    BY_CHANCE,
    FIXED,
    KEPT,
    LOG_DETERMINANT,
    STRATIFIED,
    VARYING,
    WEIGHTED,
    farthest_claim,
    line,
    setting,
    whitened,
)
from theory.derivation import Derivation
from theory.laws.symbols import j, t
from theory.scenario import Scenario

smallest = sp.Symbol(r"\lambda_{t,d}", positive=True)


def _real_enough(scenario: Scenario) -> bool:
    """More real points in every fit than directions, or so many points that one kind of them always is."""
    retention, r = scenario.retention, rank(scenario)
    if retention.kind == "weighted":
        return retention.weight > 0 and retention.real > r
    if not CONSTANT_SIZE.holds(scenario):
        return False
    M = scenario.sample_size.constant
    if retention.kind == "accumulate":
        return scenario.first_size > r
    if retention.kind != "real_share":
        return False
    return 2 * r < M and retention.share_of(M) > 0 if retention.scheme == "iid" else retention.real_points(M) > r


REAL = Assumption(
    'more real points than directions are in every fit ("real_share", "weighted") or in the first ("accumulate"), or '
    "by chance among more than twice as many points",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and _real_enough(s),
)


def _settles(scenario: Scenario) -> bool:
    claim = exact_claim(line(scenario), "variance")
    return claim is not None and claim.knows_limit(line(scenario)) and np.isfinite(claim.limit(line(scenario), None))


BOUNDED = Assumption(
    "the mean variance on the line has a finite limit", lambda s: SEVERAL_DIMENSIONS.holds(s) and _settles(s)
)


def derive() -> Derivation:
    """The largest eigenvalue by its mean, the smallest by the determinant of the real part of the training set."""
    c, b = sp.symbols("c b", positive=True)
    l1, l2 = sp.symbols("lambda_1 lambda_2", positive=True)
    d = Derivation(
        "In coordinates of the source. From above: the mean trace is bounded. From below: the scatter of a training "
        "set is at least that of its real points, or its determinant at least that of the drawn ones."
    )
    d.algebra(
        c + b * c / (1 - b), c / (1 - b),
        because="Markov: the trace exceeds b^(-t) with a chance of at most c b^t, c the largest mean trace and b < 1; "
        "the chances add up to this number, so that (Borel and Cantelli) it happens finitely often for every b: no "
        "rate is positive",
    )  # fmt: skip
    d.algebra(
        sp.log(l1 * l2) - sp.log(l1 + l2), sp.log(l2) - sp.log(1 + l2 / l1),
        because="two directions, l_2 the smaller: its logarithm is that of the determinant over the trace, and log 2 "
        "more at most; for d directions a power of the trace: its rate is at least that of the determinant",
    )  # fmt: skip
    d.given(
        sp.Limit(sp.log(smallest) / t, t, sp.oo), sp.Limit(sp.log(c) / t, t, sp.oo), relation=r"\ge",
        source="kolmogorov1933", check=lambda: [*pivots_follow_their_rates(), *determinants_of_sums()],
        because="with more real points than directions Q_t is at least their scatter over L, kept or independent from "
        "fit to fit, with a mean logarithm of the determinant, whose terms are o(t). With points that are real by "
        "chance the d-th root of det is at least that of either part (Minkowski): since the last fit with more real "
        "points than directions o(t) independent logarithms of drawn parts were added. With all data kept the "
        "logarithms of the determinants of F_k are independent, of mean and variance of order 1/k^2: the sum converges",
    )  # fmt: skip
    zero = d.algebra(
        sp.Limit(sp.log(c) / t, t, sp.oo), sp.Integer(0),
        because="so both rates, and all between, are that of a constant",
    )  # fmt: skip
    return d.concludes(sp.Eq(sp.Limit(sp.log(eigenvalue) / t, t, sp.oo), zero.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    """One value for each direction."""
    return {j: range(1, scenario.source.dimension + 1)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, "T d"]:
    """Not a number: the exponents belong to the whole chain."""
    return np.full((*generations.shape, scenario.source.dimension), np.nan)


def limit(scenario: Scenario, at: None = None) -> Float[np.ndarray, " d"]:
    """0 in nats per generation; -inf for directions that the source lacks."""
    return np.where(np.arange(scenario.source.dimension) < rank(scenario), 0.0, -np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> list[mpf]:
    """The mean rates: 0 where both bounds of the mean log-determinant stay finite."""
    white, ends = whitened(scenario), []
    for side in (Kind.LOWER_BOUND, Kind.UPPER_BOUND):
        claim = farthest_claim(white, LOG_DETERMINANT, side)
        ends.append(float(claim.limit(white, None)))
    rate = mpf(0) if np.isfinite(ends).all() else mpmath.nan
    r = rank(scenario)
    return [rate] * r + [mpf("-inf")] * (scenario.source.dimension - r)


CLAIM = Claim(
    id="vector-lyapunov-exponents-zero",
    title="Where more real points than directions stay in every fit, or all data are kept, every Lyapunov exponent is "
    "0: no direction is lost",
    kind=Kind.EXACT,
    statistic="lyapunov_exponents",
    assumptions=(SEVERAL_DIMENSIONS, VARYING, MOMENTS, FAITHFUL, UNDISTURBED, REAL, BOUNDED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(STRATIFIED, "mle", SPACE, 12), t=(np.inf,)),
        Example(setting(FIXED, "unbiased", SPACE, 12), t=(np.inf,)),
        Example(setting(BY_CHANCE, "mle", PLANE, 12), t=(np.inf,)),
        Example(setting(WEIGHTED, "mle", SHEET), t=(np.inf,), algebra=False),
        Example(setting(KEPT, "unbiased", PLANE, 10), t=(np.inf,)),
    ),
)  # fmt: skip
