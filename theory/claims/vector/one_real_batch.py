"""Where all data are kept and only the first batch is real: equal batches, a window until it is full, or any pool."""

from functools import lru_cache

import numpy as np

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, MOMENTS
from theory.claims.gaussian.kept_data import KEPT, UNTIL_FULL, keeps_for_ever, until_full
from theory.claims.gaussian.real_share import offset_of
from theory.laws.accumulated_covariance import AccumulatedCovariance, PooledCovariance, accumulated_covariance
from theory.scenario import Scenario
from theory.scenario.sample_size import Explicit

LAST = 2_000  # of the fits to a pool of unequal batches
POOL = 'or all data but the first batch are synthetic ("pool" without a budget, its real points listed)'


def pooled(scenario: Scenario) -> bool:
    """Whether batches are unequal."""
    return scenario.retention.kind == "pool"


def _one_real_batch(scenario: Scenario) -> bool:
    retention = scenario.retention
    if retention.kind != "pool" or retention.budget is not None:
        return False
    listed = retention.real.sizes if isinstance(retention.real, Explicit) else retention.real
    return isinstance(listed, tuple) and not any(listed[1:])


ONE_REAL_BATCH = Assumption(
    f'the retention policy is "accumulate", {UNTIL_FULL}, {POOL}', lambda s: KEPT.holds(s) or _one_real_batch(s)
)
SIZES = Assumption(
    "the sample size is the same in every generation, where the policy does not say it",
    lambda s: pooled(s) or CONSTANT_SIZE.holds(s),
)
SEVERAL_REAL_POINTS = Assumption(
    "the first batch has at least 2 points",
    lambda s: (s.sample_size is not None or pooled(s)) and s.first_size >= 2,
)
WIDE_ENOUGH = Assumption(
    "the divisor of the first fit is at least 1 where all data are kept",
    lambda s: not ONE_REAL_BATCH.holds(s) or (MOMENTS.holds(s) and s.estimator.divide_by(s.first_size) >= 1),
)


def batch(scenario: Scenario, fit: float) -> tuple[float, float]:
    """The points that join at fit k >= 2, and those in the pool with them; between whole k too for equal batches."""
    if not pooled(scenario):
        size = scenario.sample_size.constant
        return size, scenario.first_size + (fit - 1) * size
    joining = _joining(scenario, int(fit))
    return joining[-1], scenario.first_size + sum(joining)


def reach(scenario: Scenario) -> float:
    """The last fit to all data, or one that takes seconds."""
    return LAST if pooled(scenario) else until_full(scenario)


def settles(scenario: Scenario) -> bool:
    """Whether the limit is known."""
    return not pooled(scenario) and keeps_for_ever(scenario)


def chain(scenario: Scenario, d: int, last: int) -> AccumulatedCovariance | PooledCovariance:
    """What is known of the models 1 to ``last`` in d dimensions."""
    first, offset = scenario.first_size, float(offset_of(scenario))
    if not pooled(scenario):
        return accumulated_covariance(scenario.sample_size.constant, first, offset, d)
    return _pooled(first, _joining(scenario, last), offset, d)


def _joining(scenario: Scenario, last: int) -> tuple[int, ...]:
    """The batches of fits 2 to ``last``; an error that says so where the lists end before."""
    pool = scenario.retention
    return tuple(pool.real_points(fit) + pool.synthetic_points(fit) for fit in range(2, last + 1))


@lru_cache(maxsize=16)
def _pooled(first: int, joining: tuple[int, ...], offset: float, d: int) -> PooledCovariance:
    """Remembered, as one scenario is asked for both statistics."""
    return PooledCovariance(first, np.array(joining, dtype=np.int64), offset, d)
