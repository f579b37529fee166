"""The numbers of each generation of chains whose points are drawn, as compiled steps read them."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt64

from simulations.kernels.kernel import BLOCK
from simulations.kernels.points.points_counts import PointCounts
from simulations.kernels.points.points_draw import SamplerRow, sampler_rows
from theory.scenario import Scenario
from theory.scenario.estimator import Moments
from theory.scenario.retention import Forgetting, RealShare, Weighted


class PointRow(NamedTuple):
    """Numbers of one generation: counts, share * 2^63 of real points by coin, logs of divisors, weights, sampler."""

    first: Bool[Any, "*T"]
    real: Int64[Any, "*T"]
    synthetic: Int64[Any, "*T"]
    before: Int64[Any, "*T"]
    fitted: Int64[Any, "*T"]
    previous: Int64[Any, "*T"]
    share: UInt64[Any, "*T"]
    log_divisor: Float64[Any, "*T"]
    log_real_divisor: Float64[Any, "*T"]
    weight: Float64[Any, "*T"]
    sampler: SamplerRow


def point_rows(scenario: Scenario, counts: PointCounts, first: int) -> PointRow:
    """Generations first ... first + 63; beyond the last one it is repeated."""
    t = np.minimum(np.arange(first, first + BLOCK), len(counts.real))
    real, synthetic, before, fitted = (count[t - 1] for count in counts)
    retention, share, weight = scenario.retention, np.zeros(BLOCK), np.ones(BLOCK)
    if isinstance(retention, RealShare) and retention.scheme == "iid":
        share = np.array([0.0 if u == 1 else retention.share_of(int(M)) for u, M in zip(t, synthetic, strict=True)])
    if isinstance(retention, Weighted):
        weight = np.where(t == 1, 1.0, retention.weight)
    if isinstance(retention, Forgetting):
        weight = np.where(t == 1, 1.0, retention.rate)
    return PointRow(
        t == 1,
        real,
        synthetic,
        before,
        fitted,
        counts.fitted[np.maximum(t - 2, 0)],
        np.array([int(a * 2.0**63) for a in share], np.uint64),
        _log_divisors(scenario, synthetic if isinstance(retention, Weighted) else fitted),
        _log_divisors(scenario, real),
        weight,
        sampler_rows(scenario.sampler, t >= scenario.biased_from),
    )


def _log_divisors(scenario: Scenario, counts: Int64[np.ndarray, "T"]) -> Float64[np.ndarray, "T"]:
    if not isinstance(scenario.estimator, Moments):
        return np.zeros(len(counts))
    divide_by = scenario.estimator.divide_by
    return np.log([max(divide_by(int(n)), 0.0) or 1.0 for n in counts])
