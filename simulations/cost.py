"""What a run will take, before it starts and without starting JAX.

Seconds are those of one recent core, by policy; bytes are the peak of the arrays, the part that can fill a machine.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulations.kernels.choice import AUTOMATIC, chosen
from simulations.kernels.method import Question
from simulations.readout import LARGEST_REQUEST, Readout, readouts
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

SKETCHING_NANOSECONDS = 60.0
"""One value of one chain sorted into its bin."""

SKETCH_BYTES = 12
"""One bin of a sketch and its count."""

STARTING_BYTES = 200_000_000
"""Python, numpy and JAX before the first program is compiled."""

GENERATION_BYTES = 100
"""The sizes of one generation, which are laid out before a run begins."""

BLOCK_BYTES = 64 * LARGEST_REQUEST * 8 * 8
"""What a block hands over for one lane."""


@dataclass(frozen=True)
class Estimate:
    """Seconds on this machine's processors, bytes of memory at the peak, and the method that would be used."""

    seconds: float
    bytes: int
    method: str


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
    method: str = AUTOMATIC,
    levels: int = 0,
) -> Estimate:
    """The cost of a run; `keep` where the values of every chain are kept, `levels` the number of quantiles.

    Raises InputError for a run that cannot be: no kernel (NoKernel), a statistic that is not measured, a record outside
    the run, sizes that end before it does, or more memory than half of the machine's.
    """
    found = readouts(scenario, statistics)
    read = len(found)
    _require_record(generations, replicates, record)
    schedule = GENERATION_BYTES * generations
    _require_memory(schedule)
    names = tuple(readout.requested.name for readout in found)
    question = Question(scenario, generations, looked_at(found, generations, tuple(record)), names)
    answering = chosen(question, method)
    cost = answering.cost(question)
    sketching = SKETCHING_NANOSECONDS if levels else 0.0
    work = replicates * (generations * cost.nanoseconds + len(question.record) * read * (cost.reading + sketching))
    lanes = -(-replicates // cost.width)
    at_once = min(lanes, processors())
    kept = 16 * replicates if keep else 192 * min(lanes, 64) + (SKETCH_BYTES * min(replicates, 2**16) if levels else 0)
    detail = 2 * 64 * 8 * cost.width * read if keep or levels else 0
    peak = (
        STARTING_BYTES
        + schedule
        + at_once * (cost.lane_bytes + BLOCK_BYTES + detail)
        + cost.table_bytes
        + cost.compiler_bytes
    )
    peak += len(record) * read * kept
    _require_memory(peak)
    padding = lanes * cost.width / replicates
    return Estimate(STARTING_SECONDS + 1e-9 * work * padding / at_once, int(peak), answering.name)


def looked_at(found: Sequence[Readout], generations: int, record: tuple[int, ...]) -> tuple[int, ...]:
    """The generations that are observed: those recorded, or all where the time of an event is asked for."""
    return tuple(range(generations + 1)) if any(readout.is_time for readout in found) else record


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
