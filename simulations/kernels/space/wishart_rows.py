"""The numbers of every generation of a Gaussian chain in several dimensions: batches, and how they become one model."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from simulations.kernels.kernel import BLOCK
from simulations.kernels.setting import Batches, batches, policy_of, refreshed
from simulations.kernels.space.wishart_batches import VectorLaw, is_boosted, vector_law
from theory.scenario import Scenario
from theory.scenario.estimator import Moments
from theory.scenario.retention import Forgetting, RealShare, Weighted, Window
from theory.scenario.sampler import Scaled

KEEPING = ("accumulate", "forgetting", "pool")
"""Policies whose training set holds what is left of the older ones as one multiple of the model's covariance."""

REAL = ("stratified", "fixed", "iid", "weighted", "pool", "refreshed")
"""Policies that may see real points after the first generation."""


def kind_of(scenario: Scenario) -> str:
    """The policy, "refreshed" for a window that real points join."""
    return "refreshed" if refreshed(scenario) else policy_of(scenario)


class Joining(NamedTuple):
    """How one batch joins what there is: weight of its scatter, of the spread between the two means, and of its mean.

    Both weights are logarithms; the new mean is (1 - share) old + share new.
    """

    log_weight: Float64[Any, "*n"]
    log_between: Float64[Any, "*n"]
    share: Float64[Any, "*n"]


class WishartRow(NamedTuple):
    """Numbers of one generation; None where the policy has no such batch.

    `log_spread` is the log of the sampler's standard deviation in units of the model's, `log_kept` that of the
    covariance that stays of the model before, `older` are the batches of a window from the youngest on.
    """

    first: Bool[Any, "*T"]
    boosted: Bool[Any, "*T"]
    log_spread: Float64[Any, "*T"]
    log_kept: Float64[Any, "*T"]
    synthetic: VectorLaw | None
    joining: Joining
    older: Joining | None
    real: VectorLaw | None
    fresh: Joining | None
    size: Float64[Any, "*T"]
    log_divisor: Float64[Any, "*T"]


def new_points(scenario: Scenario, generations: int) -> Batches:
    """Real and synthetic points of each generation, where first generations count as draws of the source.

    Raises InputError where the sizes end before the run does.
    """
    real, synthetic = batches(scenario, generations)
    policy = kind_of(scenario)
    if policy not in REAL or policy == "iid":
        return Batches(np.zeros_like(real), real + synthetic)
    if policy == "fixed":
        assert isinstance(scenario.retention, RealShare)
        kept = scenario.retention.real_points(int(real[0]))
        return Batches(np.full_like(real, kept), real + synthetic - kept)
    return Batches(real, synthetic)


def wishart_rows(scenario: Scenario, generations: int, dimension: int) -> Callable[[int], WishartRow]:
    """The rows of generations first ... first + 63, for a covered scenario and so many dimensions."""
    assert isinstance(scenario.estimator, Moments)
    estimator, policy, retention = scenario.estimator, kind_of(scenario), scenario.retention
    real, synthetic = new_points(scenario, generations)
    factor = scenario.sampler.variance_factor if isinstance(scenario.sampler, Scaled) else 1.0

    def divide_by(n: Int64[np.ndarray, "*T"]) -> np.ndarray:
        """The divisor of n points; 1 where there are none, whose scatter is 0 whatever divides it."""
        return np.array([estimator.divide_by(int(k)) if k > 0 else 1.0 for k in n.ravel()]).reshape(n.shape)

    def rows(first: int) -> WishartRow:
        t = np.minimum(np.arange(first, first + BLOCK), generations)
        n, m = real[t - 1], synthetic[t - 1]
        pool = (
            np.array([(real[: s - 1] + synthetic[: s - 1]).sum() for s in t])
            if policy in ("accumulate", "pool")
            else 0 * n
        )
        joining = _pooled(pool, m)
        fresh = _pooled(pool + m, n) if policy in REAL and policy != "iid" else None
        log_kept = _log(np.where(pool > 0, divide_by(pool), 0.0))
        older, size = None, pool + m + n
        log_divisor = _log(divide_by(size))
        if isinstance(retention, Weighted):
            weight = np.where(m > 0, retention.weight, 1.0)
            joining = Joining(_log((1.0 - weight) / divide_by(m)), 0.0 * weight, 0.0 * weight + 1.0)
            fresh = Joining(_log(weight / divide_by(n)), np.full(len(t), -np.inf), weight)
        elif isinstance(retention, Forgetting):
            rate = np.where(t == 1, 1.0, retention.rate)
            joining = Joining(_log(rate / divide_by(m)), np.full(len(t), -np.inf), rate)
            log_kept = _log(1.0 - rate)
        if isinstance(retention, Weighted | Forgetting):
            log_divisor = 0.0 * log_divisor
        if isinstance(retention, Window):
            ages = np.arange(1, retention.length)
            before = np.where(t[:, None] > ages, (real + synthetic)[np.maximum(t[:, None] - ages, 1) - 1], 0)
            counted = np.cumsum(np.concatenate([(m + n)[:, None], before], axis=1), axis=1)
            older, size = _pooled(counted[:, :-1], before), counted[:, -1]
            log_divisor = _log(divide_by(size))
        laws = [
            vector_law(counts, dimension) if used else None
            for counts, used in ((m, policy != "iid"), (n, policy in REAL and policy != "iid"))
        ]
        boosted = np.any([is_boosted(law.gamma) for law in laws if law is not None] or [t < 0], axis=0)
        log_spread = np.where(t < scenario.biased_from, 0.0, 0.5 * np.log(factor))
        return WishartRow(
            t == 1,
            boosted,
            log_spread,
            log_kept,
            laws[0],
            joining,
            older,
            laws[1],
            fresh,
            size.astype(float),
            log_divisor,
        )

    return rows


def _pooled(there: np.ndarray, joining: np.ndarray) -> Joining:
    """Points that join others with equal weights: Chan's formula."""
    total = np.maximum(there + joining, 1)
    return Joining(np.zeros(joining.shape), _log(there * (joining / total)), joining / total)


def _log(x: np.ndarray) -> np.ndarray:
    return np.log(x, out=np.full(np.shape(x), -np.inf), where=np.asarray(x) > 0)
