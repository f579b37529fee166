"""Sizes that a Gaussian chain on the line needs, for its cost and its program; nothing here starts JAX."""

import numpy as np

from simulations.kernels.setting import policy_of
from simulations.kernels.shape import GAUSSIAN_LANE, padded
from theory.scenario import Scenario
from theory.scenario.retention import RealShare, Window

LARGEST_SPLIT = 2**14
"""Likely numbers of real points of one size: with a share of one half reached near M = 2.6 million."""

LARGEST_SPLITS = 2**23
"""Likely numbers of all sizes of a run together."""

LARGEST_TABLE_BYTES = 9_000_000
"""The table of chi-squares at its longest."""


def slots(scenario: Scenario, generations: int) -> int:
    """Batches that a chain holds."""
    retention = scenario.retention
    if isinstance(retention, Window):
        return padded(min(retention.length, generations)) if retention.length > 8 else retention.length
    return int(policy_of(scenario) == "fixed")


def lane_width(scenario: Scenario) -> int:
    """Chains in a lane: fewer where each holds many batches, whatever the length of the run."""
    length = scenario.retention.length if isinstance(scenario.retention, Window) else 1
    return max(64, min(GAUSSIAN_LANE, 2**18 >> (length - 1).bit_length()))


def likely(M: int, share: float) -> tuple[int, int]:
    """The least and the greatest number that 64 bits can reach of real points, each of M real with this probability."""
    mean = M * share
    reach = 10.0 * np.sqrt(mean * (1.0 - share)) + 60.0 if 0.0 < share < 1.0 else 0.0
    return max(0, int(mean - reach)), min(M, int(np.ceil(mean + reach)))


def split_numbers(scenario: Scenario, generations: int) -> dict[int, int]:
    """By sample size, how many numbers of real points are likely under scheme "iid"; empty under other policies."""
    retention, sizes = scenario.retention, scenario.sample_size
    if not isinstance(retention, RealShare) or retention.scheme != "iid" or sizes is None:
        return {}
    distinct = {sizes.constant} if sizes.constant else {sizes.at(t) for t in range(1, generations + 1)}
    ranges = {M: likely(M, retention.share_of(M)) for M in distinct}
    return {M: most - least + 1 for M, (least, most) in ranges.items()}


def too_many_numbers(scenario: Scenario, generations: int) -> str | None:
    """What of scheme "iid" makes larger tables than there may be, in the words of `Method.problem`."""
    numbers, retention = split_numbers(scenario, generations), scenario.retention
    M = max(numbers, key=numbers.__getitem__, default=0)
    if not isinstance(retention, RealShare) or not M:
        return None
    if numbers[M] <= LARGEST_SPLIT and numbers[M] * len(numbers) <= LARGEST_SPLITS:
        return None
    return (
        f'{M} points with scheme "iid" and share {retention.share_of(M):g} for a gaussian source; covered: sizes whose '
        f"number of real points has at most {LARGEST_SPLIT} likely values, and {LARGEST_SPLITS} in all generations"
    )


def table_bytes(scenario: Scenario, generations: int) -> int:
    """Bytes of the tables of scheme "iid", padded."""
    numbers = split_numbers(scenario, generations)
    return LARGEST_TABLE_BYTES + 8 * 2 * max(numbers.values()) * padded(len(numbers)) if numbers else 0
