"""How many points of which kind every generation draws and is fitted to, where points are really drawn.

A chain starts at the source itself, so that the real points of generation 1 are draws of the model that precedes it;
only "stratified", "fixed" and "weighted" draw real points apart from the others there too.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from simulations.kernels.setting import batches, policy_of
from simulations.kernels.shape import padded
from theory.scenario import InputError, Scenario
from theory.scenario.retention import AccumulateSubsample, Pool, RealShare, Window
from theory.scenario.sampler import BestOf

LARGEST_CHAIN = 2**26
"""Points that one chain may hold."""

LARGEST_REWARD_DRAWS = 2**28
"""Draws of one generation from which the points nearest to a centre are chosen."""

APART = ("stratified", "fixed", "weighted")
"""Policies that draw real points apart from the others in generation 1 too."""

POOLS = ("accumulate", "pool", "accumulate_subsample")
"""Policies that train on old points, however old."""


class PointCounts(NamedTuple):
    """Points of generations 1 ... T: new real and synthetic ones, all of the pool before, those that are fitted."""

    real: Int64[np.ndarray, "T"]
    synthetic: Int64[np.ndarray, "T"]
    before: Int64[np.ndarray, "T"]
    fitted: Int64[np.ndarray, "T"]


POINTS_IN_LANE = 2**16
"""Points that one lane draws in a generation: they stay in a core's cache."""


def run_counts(scenario: Scenario, generations: int) -> PointCounts:
    """The counts of a run.

    Raises InputError where the sizes end before the run does.
    """
    policy, retention = policy_of(scenario), scenario.retention
    real, synthetic = (part.copy() for part in batches(scenario, generations))
    if isinstance(retention, RealShare) and retention.scheme in APART:
        first = retention.real_points(int(real[0]))
        real[0], synthetic[0] = first, real[0] - first
    elif policy not in APART:
        real[0], synthetic[0] = 0, real[0]
    joined = real + synthetic
    before = np.cumsum(joined) - joined
    fitted = joined.copy()
    if policy in ("accumulate", "pool"):
        fitted = before + joined
    if isinstance(retention, Window):
        left = np.concatenate([np.zeros(retention.length, np.int64), np.cumsum(joined)])
        fitted = before + joined - left[: len(joined)]
    if isinstance(retention, Pool) and retention.budget is not None:
        fitted[1:] = retention.budget
    return PointCounts(real, synthetic, before, fitted)


def point_counts(scenario: Scenario, generations: int) -> PointCounts:
    """The counts of a run that holds its points.

    Raises InputError where the sizes end before the run does, one chain would hold more than 2^26 points, or draw
    more than 2^28 from which the nearest are chosen.
    """
    counts = run_counts(scenario, generations)
    joined = counts.real + counts.synthetic
    held = int((counts.before + joined if policy_of(scenario) in POOLS else joined).max())
    held = max(held, int(counts.fitted.max()) if replaces(scenario) is not None else 0)
    if held > LARGEST_CHAIN:
        raise InputError(
            f"a chain of points must hold at most {LARGEST_CHAIN} points, got {held} within {generations} generations"
        )
    sampler = scenario.sampler
    if isinstance(sampler, BestOf) and sampler.reward == "quadratic":
        draws = sampler.k * padded(int(counts.synthetic.max()))
        if draws > LARGEST_REWARD_DRAWS:
            raise InputError(
                f"a chain of points must choose the nearest among at most {LARGEST_REWARD_DRAWS} draws in one "
                f"generation, got {draws}: lower sampler.k or sample_size"
            )
    return counts


def replaces(scenario: Scenario) -> bool | None:
    """Whether a training set is drawn from the pool with replacement, or without; None where it is not drawn."""
    if isinstance(scenario.retention, AccumulateSubsample):
        return scenario.retention.replacement
    return True if isinstance(scenario.retention, Pool) and scenario.retention.budget is not None else None


def lane_width(points: int) -> int:
    """Chains in a lane, by the points that one of them draws in its first generation."""
    return min(4096, max(2, 1 << max(1, POINTS_IN_LANE // max(8, points)).bit_length() - 1))
