"""Many chains at once: means over chains of whatever is asked for, with standard errors, streaming over generations.

Chains are numbered, and work is cut into lanes of a fixed number of them. Lanes run beside each other and are added up
in the order of their numbers, so that a result depends on nothing but the scenario, the seed and the number of chains.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from threading import Event, Lock

import jax
import numpy as np
from jaxtyping import Float64, Int64

from simulations.bits import chain_key, require_counters, require_double_precision
from simulations.cost import Estimate, estimate, processors
from simulations.kernels.choice import kernel_for
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.lane import Block, Lane, Wanted, advanced, started, wanted
from simulations.measure import MEASURES
from simulations.moments import Summary, merged_summaries
from simulations.readout import Readout, readouts
from simulations.requested import Requested
from theory.scenario import InputError, Scenario

__all__ = ["EngineFault", "EnsembleResult", "Estimate", "Requested", "estimate", "run_ensemble", "trajectories"]

Advance = Callable[[int], None]
"""Called with the chain-generations that were finished since the last call; they add up to replicates * generations."""


class EngineFault(RuntimeError):
    """A chain reached a state that cannot be: the engine or the machine is at fault, and the numbers are withheld."""


@dataclass(frozen=True, eq=False)
class EnsembleResult:
    """Statistics over chains, one row per label and one column per recorded generation."""

    labels: tuple[str, ...]
    record: Int64[np.ndarray, "T"]
    mean: Float64[np.ndarray, "statistic T"]
    standard_error: Float64[np.ndarray, "statistic T"]
    effective_replicates: Float64[np.ndarray, "statistic T"]
    replicates: int


def run_ensemble(
    scenario: Scenario,
    *,
    generations: int,
    replicates: int,
    seed: int,
    statistics: Sequence[Requested],
    record: Sequence[int],
    lanes: int | None = None,
    advance: Advance | None = None,
) -> EnsembleResult:
    """Means, standard errors and effective numbers of chains of every statistic in every recorded generation.

    `record` is sorted and lies in 0 ... generations; t = 0 is the source. `lanes` is how many lanes are at work at once
    (default: one per processor) and changes no bit of the result; nor do `generations`, `record` or other statistics.

    Raises InputError for what cannot be run or would not fit memory, EngineFault where a chain breaks an invariant.
    """
    work = _Work(scenario, generations, replicates, seed, statistics, record)
    summary: Summary | None = None
    for lane in work.lanes(lanes, advance, keep=False):
        part = Summary(*np.moveaxis(lane, -1, 0))
        summary = part if summary is None else merged_summaries(summary, part)
    assert summary is not None
    readings = [
        readout.read(Summary(*(field[:, work.slot(readout)] for field in summary))) for readout in work.readouts
    ]
    value, error, effective = (np.stack([reading[i] for reading in readings]) for i in range(3))
    at_source = np.asarray(work.record) == 0
    effective[:, at_source] = replicates
    labels = tuple(requested.label for requested in statistics)
    return EnsembleResult(labels, np.asarray(work.record, np.int64), value, error, effective, replicates)


def trajectories(
    scenario: Scenario,
    *,
    generations: int,
    replicates: int,
    seed: int,
    statistics: Sequence[Requested],
    record: Sequence[int],
    lanes: int | None = None,
    advance: Advance | None = None,
) -> Float64[np.ndarray, "statistic T R"]:
    """The values of single chains, for what a mean cannot show; the arguments are those of `run_ensemble`.

    Raises InputError also for a statistic that is a moment over chains.
    """
    work = _Work(scenario, generations, replicates, seed, statistics, record, keep=True)
    over_chains = [readout.requested.name for readout in work.readouts if readout.requested.name != readout.measure]
    if over_chains:
        raise InputError([f"statistics: {name} belongs to an ensemble, no single chain has it" for name in over_chains])
    values = np.concatenate(list(work.lanes(lanes, advance, keep=True)), axis=-1)
    return np.moveaxis(values[..., :replicates], 0, 1)[[work.slot(readout) for readout in work.readouts]]


class _Work:
    """A checked run: its kernel, the distinct measures it reads, and its lanes one after the other."""

    def __init__(
        self,
        scenario: Scenario,
        generations: int,
        replicates: int,
        seed: int,
        statistics: Sequence[Requested],
        record: Sequence[int],
        keep: bool = False,
    ):
        require_double_precision()
        estimate(scenario, generations, replicates, statistics, record, keep=keep)
        require_counters(generations=generations, replicates=replicates)
        self.readouts = readouts(scenario, statistics)
        self.record = tuple(int(t) for t in record)
        self.generations, self.replicates = generations, replicates
        self.kernel: Kernel = kernel_for(scenario, generations)
        self._slots = list(dict.fromkeys((readout.code, readout.at) for readout in self.readouts))
        self._key = chain_key(seed, scenario.digest)
        self._tables = jax.device_put(self.kernel.tables)
        self._block = lru_cache(maxsize=1024)(self._make_block)

    def slot(self, readout: Readout) -> int:
        """The place of a statistic's measure among the distinct ones."""
        return self._slots.index((readout.code, readout.at))

    def lanes(self, at_once: int | None, advance: Advance | None, keep: bool) -> Iterator[np.ndarray]:
        """What each lane reads, [T', slot, ...], in the order of the lanes."""
        want = wanted([code for code, _ in self._slots], [at for _, at in self._slots])
        firsts = range(0, self.replicates, self.kernel.width)
        at_once = min(len(firsts), max(1, at_once or processors()))
        progress = _Progress(advance)
        one = partial(self._lane, want=want, keep=keep, progress=progress)
        if at_once == 1:
            yield from map(one, firsts)
            return
        with ThreadPoolExecutor(at_once) as pool:
            try:
                yield from pool.map(one, firsts)
            finally:
                progress.stop()
                pool.shutdown(cancel_futures=True)

    def _lane(self, first_chain: int, want: Wanted, keep: bool, progress: "_Progress") -> np.ndarray:
        width = self.kernel.width
        count = min(width, self.replicates - first_chain)
        state = started(self.kernel.program, width)
        readings = [self._at_source(count, width, keep)] if self.record[0] == 0 else []
        for first in range(1, self.generations + 1, BLOCK):
            progress.check()
            block, recorded = self._block(first)
            lane = Lane(np.uint32(first_chain), np.int32(count), state)
            state, reading, broken = advanced(
                self.kernel.program,
                self.kernel.family,
                len(self._slots) if keep else 0,
                self._tables,
                self._key,
                want,
                block,
                lane,
            )
            if bool(broken):
                raise EngineFault(
                    f"a chain among {first_chain} to {first_chain + count - 1} broke an invariant in generations "
                    f"{first} to {first + int(block.length) - 1}; nothing of this run can be trusted"
                )
            readings.append(np.asarray(reading)[recorded, : len(self._slots)])
            progress.add(count * int(block.length))
        return np.concatenate(readings)

    def _make_block(self, first: int) -> tuple[Block, np.ndarray]:
        length = min(BLOCK, self.generations - first + 1)
        recorded = np.isin(np.arange(first, first + BLOCK), self.record) & (np.arange(BLOCK) < length)
        checked = recorded.copy()
        checked[length - 1] = True  # the last generation of a block is looked at even where it is not recorded
        rows = jax.device_put(self.kernel.rows(first))
        return Block(np.uint32(first), np.int32(length), checked, rows), recorded

    def _at_source(self, count: int, width: int, keep: bool) -> np.ndarray:
        """Generation 0: every chain is the source, and nothing is random."""
        measures = list(MEASURES[self.kernel.family].values())
        values = [
            float(measures[code](self.kernel.tables.source, self.kernel.source, np.float64(at)))
            for code, at in self._slots
        ]
        if keep:
            return np.repeat(np.array(values)[None, :, None], width, axis=-1)
        return np.array([[[count, value, *[0.0] * 6] for value in values]])


class _Progress:
    """Reports finished chain-generations, from any thread, and stops the lanes when the run is given up."""

    def __init__(self, advance: Advance | None):
        self._advance, self._lock, self._stopped = advance, Lock(), Event()

    def add(self, chain_generations: int) -> None:
        if self._advance is not None:
            with self._lock:
                self._advance(chain_generations)

    def check(self) -> None:
        if self._stopped.is_set():
            raise InterruptedError

    def stop(self) -> None:
        self._stopped.set()
