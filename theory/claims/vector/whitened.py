"""What claims about every policy in several dimensions share: the source made round, which claims know it, the truth.

In coordinates in which the source is N(0, I) every chain has the same law for every source of the same rank, and along
a direction it is the chain on the line with a source of variance 1.
"""

from functools import lru_cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Assumption, Claim, Kind
from theory.claims import claims
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.exact_claims import exact_claim, exact_claims
from theory.claims.exact_claims import knows as answers
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import DIGITS
from theory.claims.vector.projected_mean_squared_error import LINE
from theory.claims.vector.reference import log_pivots
from theory.claims.vector.source import rank
from theory.claims.vector.two_fits import knows, second_fit
from theory.derivation import Derivation
from theory.scenario import InputError, Scenario, parse_scenario
from theory.scenario.source import GaussianSource

VARYING = Assumption(
    "the source varies in at least two directions", lambda s: SEVERAL_DIMENSIONS.holds(s) and rank(s) >= 2
)
FULL_RANK = Assumption(
    "the source varies in every direction", lambda s: SEVERAL_DIMENSIONS.holds(s) and rank(s) == s.source.dimension
)
VECTOR_FITS = (SEVERAL_DIMENSIONS, VARYING, MOMENTS, FAITHFUL, UNDISTURBED)
LOG_DETERMINANT = "log_determinant"
STRATIFIED = {"kind": "real_share", "scheme": "stratified", "real": 4}
BY_CHANCE = {"kind": "real_share", "scheme": "iid", "share": 0.2}
FIXED = {"kind": "real_share", "scheme": "fixed", "real": 5}
WEIGHTED = {"kind": "weighted", "weight": 0.3, "real": 8, "synthetic": 12}
POOL = {"kind": "pool", "real": [10, 5, 1], "synthetic": [0, 5, 2]}
KEPT = {"kind": "accumulate"}
SUBSAMPLE = {"kind": "accumulate_subsample", "replacement": False}


def line(scenario: Scenario) -> Scenario:
    """The same policy, sizes and estimator on the line, for a source of variance 1."""
    return scenario.model_copy(update={"source": LINE})


@lru_cache(maxsize=256)
def whitened(scenario: Scenario) -> Scenario:
    """The same policy, sizes and estimator for the source N(0, I) in the directions in which the source varies."""
    d = rank(scenario)
    identity = tuple(tuple(float(row == column) for column in range(d)) for row in range(d))
    source = GaussianSource(kind="gaussian", mean=(0.0,) * d, covariance=identity)
    return scenario.model_copy(update={"source": source})


def is_bounded(scenario: Scenario, statistic: str, side: Kind) -> bool:
    """Whether an exact claim or a bound of this side covers the statistic."""
    return exact_claim(scenario, statistic) is not None or bool(_bounds(scenario, statistic, side))


def bounding_claim(scenario: Scenario, statistic: str, side: Kind, t: float) -> Claim | None:
    """What says most at t: an exact claim, or else the tightest bound of this side, or the one that reaches far."""
    return next((claim for claim in _choices(scenario, statistic, side) if answers(claim, scenario, t)), None)


@lru_cache(maxsize=256)
def _choices(scenario: Scenario, statistic: str, side: Kind) -> tuple[Claim, ...]:
    bounds = (_tightest(scenario, statistic, side), farthest_claim(scenario, statistic, side))
    return (*exact_claims(scenario, statistic), *(claim for claim in bounds if claim is not None))


@lru_cache(maxsize=256)
def farthest_claim(scenario: Scenario, statistic: str, side: Kind) -> Claim | None:
    """The exact claim, unless a bound of this side that knows the limit, if one does, reaches farther."""
    exact = exact_claim(scenario, statistic)
    found = [*([exact] if exact is not None else []), *_bounds(scenario, statistic, side)]
    return max(found, key=lambda claim: (claim.knows_limit(scenario), reach(claim, scenario)), default=None)


def bounding_values(
    scenario: Scenario, statistic: str, side: Kind, t: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """Exact ones as far as they are known, then those of the tightest bound, and of the one that reaches farthest."""
    values, left = np.empty(len(t)), np.ones(len(t), dtype=bool)
    for one in _choices(scenario, statistic, side):
        if left.any():
            within = left & np.where(np.isinf(t), one.knows_limit(scenario), t <= reach(one, scenario))
            left &= ~within
            if within.any():
                values[within] = one.value(scenario, t[within])
    return values


@lru_cache(maxsize=256)
def _tightest(scenario: Scenario, statistic: str, side: Kind) -> Claim | None:
    """Of the bounds of this side, after two fits, or the first that no exact claim knows."""
    found, exact = _bounds(scenario, statistic, side), exact_claim(scenario, statistic)
    sign = 1.0 if side is Kind.LOWER_BOUND else -1.0
    known = 0.0 if exact is None or np.isinf(reach(exact, scenario)) else reach(exact, scenario)

    def tightness(claim: Claim) -> float:
        try:
            fits = min(max(2.0, known + 1), reach(claim, scenario))
            return sign * float(claim.value(scenario, np.array([fits]))[0])
        except InputError:  # a schedule that ends before
            return -np.inf

    return found[0] if len(found) == 1 else max(found, key=tightness, default=None)


def bound_reach(scenario: Scenario, statistic: str, side: Kind) -> float:
    """The largest finite t at which the bounding claim answers."""
    return reach(farthest_claim(scenario, statistic, side), scenario)


def bound_settles(scenario: Scenario, statistic: str, side: Kind) -> bool:
    """Whether the bounding claim knows the limit."""
    return farthest_claim(scenario, statistic, side).knows_limit(scenario)


@lru_cache(maxsize=256)
def _bounds(scenario: Scenario, statistic: str, side: Kind) -> list[Claim]:
    return [
        claim
        for claim in claims().values()
        if claim.statistic == statistic and claim.kind is side and claim.covers(scenario)
    ]


def reach(claim: Claim | None, scenario: Scenario) -> float:
    """The largest finite t at which the claim answers."""
    return np.inf if claim is None or claim.reach is None else claim.reach(scenario)


def mean_log_volume(scenario: Scenario, generation: float) -> mpf:
    """E log det Q_t: an exact claim's reference, or that of two fits."""
    white = whitened(scenario)
    claim = exact_claim(white, LOG_DETERMINANT)
    if generation == 0:
        return mpf(0)
    if claim is not None and generation <= reach(claim, white):
        return claim.reference(white, generation, None)
    if generation == 2 and knows(scenario):
        return mpf(float(np.log(np.linalg.det(second_fit(scenario)[0])).mean()))
    if generation != 1:
        raise ValueError(f"the true value is known after one fit here, got t = {generation}")
    with mpmath.workdps(DIGITS):
        return mpmath.fsum(log_pivots(scenario.first_size, float(offset_of(scenario)), white.source.dimension))


def volumes_multiply(d: Derivation) -> None:
    """log det Sigma_t = log det Sigma_0 + log det Q_t, in the plane."""
    p, q, r, a, b, c = sp.symbols("p q r a b c", positive=True)
    d.algebra(
        p**2 * a * (q**2 * a + 2 * q * r * c + r**2 * b) - (p * q * a + p * r * c) ** 2,
        (p * r) ** 2 * (a * b - c**2),
        because="Sigma_t is N Q_t N' with Sigma_0 = N N': in the plane N has the rows (p, 0) and (q, r), Q_t the "
        "entries a, b and c; determinants multiply, and log det Sigma_t = log det Sigma_0 + log det Q_t",
    )  # fmt: skip


def setting(
    retention: dict, divisor: str, covariance: tuple[tuple[float, ...], ...], size: int = 0, **offset: float
) -> Scenario:
    """A scenario of the examples, around a mean that is not zero; of no size where the policy says its own."""
    sized = {"sample_size": {"kind": "constant", "size": size}} if size else {}
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": [0.5 - i for i in range(len(covariance))], "covariance": covariance},
        "retention": retention,
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
        **sized,
    })  # fmt: skip
