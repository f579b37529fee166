"""What a run will take, before it starts and without starting JAX.

Seconds are those of one recent core, by policy; bytes are the peak of the arrays, the part that can fill a machine.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulations.kernels.coverage import covered
from simulations.kernels.shape import GAUSSIAN_LANE, token_shape
from simulations.readout import LARGEST_REQUEST, readouts
from simulations.requested import Requested
from theory.scenario import InputError, Scenario
from theory.scenario.errors import shown

SHARE_OF_MEMORY = 0.5
"""A run may take this much of the machine's memory."""

CONTAINER_MEMORY = Path("/sys/fs/cgroup/memory.max")
"""Where a container says how much memory it may take: a number of bytes, or "max"."""

LONGEST_SECONDS = 365 * 86400.0
"""A year: an estimate beyond it is a slip of the keyboard."""

STARTING_SECONDS = 1.5
"""Compilation and the tables of one kernel."""

GAUSSIAN_NANOSECONDS = {"replace": 18.0, "fixed": 40.0, "accumulate": 40.0, "stratified": 55.0, "iid": 100.0}
"""One generation of one chain on one core."""

CELL_NANOSECONDS = {"replace": 3.0, "fixed": 3.0, "accumulate": 4.0, "stratified": 4.0, "iid": 9.0}
"""One token of one training set on one core."""

READING_NANOSECONDS = 3.0
"""One number that a measure looks at: a chain of a Gaussian, a token of the vocabulary."""

STARTING_BYTES = 200_000_000
"""JAX and its compiler."""

BLOCK_BYTES = 64 * LARGEST_REQUEST * 8 * 8
"""What a block hands over for one lane."""


@dataclass(frozen=True)
class Estimate:
    """Seconds on this machine's processors, and bytes of memory at the peak."""

    seconds: float
    bytes: int


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Bytes of memory that this machine, or the container it is, has."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        allowed = CONTAINER_MEMORY.read_text(encoding="utf-8").strip()
    except OSError:
        return there
    return min(there, int(allowed)) if allowed.isdecimal() else there


def duration(seconds: float) -> str:
    """``1 s``, ``90 s``, ``45 min``, ``30 h`` or ``437 days``: the largest unit of which there are two or more."""
    for unit, size in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 1.0):.0f} s"


def estimate(
    scenario: Scenario,
    generations: int,
    replicates: int,
    statistics: Sequence[Requested],
    record: Sequence[int],
    *,
    keep: bool = False,
) -> Estimate:
    """The cost of a run; `keep` where the values of every chain are kept.

    Raises InputError for a run that cannot be: no kernel (NoKernel), a statistic that is not measured, a record outside
    the run, sizes that end before it does, or more memory than half of the machine's.
    """
    setting = covered(scenario)
    name, read = setting.policy, len(readouts(scenario, statistics))
    _require_record(generations, replicates, record)
    setting.sizes.at(generations)
    chains = replicates * generations
    if scenario.family == "gaussian":
        width, lane = GAUSSIAN_LANE, 16 * 8 * GAUSSIAN_LANE
        work = chains * GAUSSIAN_NANOSECONDS[name] + replicates * len(record) * read * READING_NANOSECONDS
        tables = 0
    else:
        shape = token_shape(setting, generations)
        width = shape.width
        lane = width * (12 * shape.cells + 12 * shape.pool + 40 * shape.tokens)
        reading = shape.cells * (name != "accumulate") + shape.tokens * read
        work = chains * shape.cells * CELL_NANOSECONDS[name] + replicates * len(record) * reading * READING_NANOSECONDS
        tables = 400 * shape.tokens
    lanes = -(-replicates // width)
    at_once = min(lanes, processors())
    kept = 16 * replicates if keep else 192 * (lanes if lanes < 64 else 64)
    peak = STARTING_BYTES + at_once * (lane + BLOCK_BYTES) + tables + len(record) * read * kept
    _require_memory(peak)
    padding = lanes * width / replicates
    return Estimate(STARTING_SECONDS + 1e-9 * work * padding / at_once, int(peak))


def _require_record(generations: int, replicates: int, record: Sequence[int]) -> None:
    lines = []
    if generations < 1:
        lines.append(f"generations must be at least 1, got {generations}")
    if replicates < 1:
        lines.append(f"replicates must be at least 1, got {replicates}")
    times = list(record)
    if not times or times != sorted(set(times)) or times[0] < 0 or times[-1] > generations:
        lines.append(f"record must be increasing generations from 0 to {generations}, at least one, got {shown(times)}")
    if lines:
        raise InputError(lines)


def _require_memory(needed: float) -> None:
    there = memory()
    if needed > SHARE_OF_MEMORY * there:
        raise InputError(
            f"the run would need about {needed / 1e9:.1f} GB, more than half of this machine's {there / 1e9:.1f} GB: "
            "lower sample_size, replicates, generations or the number of recorded generations"
        )
