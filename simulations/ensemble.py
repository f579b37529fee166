"""Many chains at once: means over chains of whatever is asked for, with standard errors, streaming over generations.

Chains are numbered, and work is cut into lanes of a fixed number of them. Lanes run beside each other and are added up
in the order of their numbers, so that a result depends on nothing but the scenario, the seed and the number of chains.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from threading import Event, Lock
from typing import Any

import jax
import numpy as np
from jaxtyping import Float64, Int64

from simulations.bits import chain_key, require_counters, require_double_precision
from simulations.cost import Estimate, estimate, looked_at, processors
from simulations.host import HostRun, host_lane, summaries
from simulations.kernels.choice import AUTOMATIC, chosen, kernel_for
from simulations.kernels.kernel import BLOCK, EngineFault, HostKernel, Kernel
from simulations.kernels.method import Question
from simulations.lane import Block, Detail, Lane, Wanted, advanced, started, wanted
from simulations.measure import EVENTS, MEASURES, Measure
from simulations.moments import FIELDS, Summary, merged_summaries
from simulations.readout import CLOCKS, Readout, readouts
from simulations.requested import Requested
from simulations.sketch import EMPTY, Sketch, bin_numbers, merged_sketches, sketch_of
from theory.scenario import InputError, Scenario

__all__ = ["EngineFault", "EnsembleResult", "Estimate", "Requested", "estimate", "run_ensemble", "trajectories"]

WIDER_ON_ACCELERATOR = 64
"""Lanes of an accelerator hold so many times the chains of a processor's."""

Advance = Callable[[int], None]
"""Called with the chain-generations that were finished since the last call; they add up to replicates * generations."""


@dataclass(frozen=True, eq=False)
class EnsembleResult:
    """Statistics over chains, one row per label and one column per recorded generation."""

    labels: tuple[str, ...]
    record: Int64[np.ndarray, "T"]
    mean: Float64[np.ndarray, "statistic T"]
    standard_error: Float64[np.ndarray, "statistic T"]
    effective_replicates: Float64[np.ndarray, "statistic T"]
    replicates: int
    method: str = "moments"
    quantiles: Float64[np.ndarray, "level statistic T"] | None = None
    paths: Float64[np.ndarray, "path statistic T"] | None = None


def run_ensemble(
    scenario: Scenario,
    *,
    generations: int,
    replicates: int,
    seed: int,
    statistics: Sequence[Requested],
    record: Sequence[int],
    quantiles: Sequence[float] = (),
    paths: int = 0,
    method: str = AUTOMATIC,
    lanes: int | None = None,
    advance: Advance | None = None,
) -> EnsembleResult:
    """Means, standard errors and effective numbers of chains of every statistic in every recorded generation.

    `record` is sorted and lies in 0 ... generations; t = 0 is the source. `quantiles` are levels in (0, 1): those of
    single chains, by a sketch, and of the first `paths` chains every value is kept (both are nan for a moment over
    chains). `method` is how the chains are simulated; by itself it is
    the quickest that covers the scenario, and the result names it. `lanes` is how many lanes are at work at once
    (default: one per processor or device) and changes no bit of the result; nor do `generations`, `record`,
    `quantiles`, `paths` or other statistics, except that a method of the last generation alone may be chosen where
    nothing else is recorded.

    Raises InputError for what cannot be run or would not fit memory, EngineFault where a chain breaks an invariant.
    """
    work = _Work(scenario, generations, replicates, seed, statistics, record, method=method, quantiles=quantiles)
    summary: Summary | None = None
    sketches: list[list[Sketch]] = []
    for reading, bins in work.lanes(lanes, advance, "bins" if quantiles else "nothing"):
        part = Summary(*np.moveaxis(reading, -1, 0))
        summary = part if summary is None else merged_summaries(summary, part)
        if quantiles:
            found = [[sketch_of(numbers) for numbers in at_time] for at_time in bins]
            before = sketches or [[EMPTY] * len(at_time) for at_time in found]
            sketches = [list(map(merged_sketches, *both)) for both in zip(before, found, strict=True)]
    assert summary is not None
    readings = [
        readout.read(Summary(*(field[:, work.slot(readout)] for field in summary))) for readout in work.readouts
    ]
    value, error, effective = (np.stack([reading[i] for reading in readings]) for i in range(3))
    at_source = np.asarray(work.record) == 0
    effective[:, at_source] = replicates
    return EnsembleResult(
        tuple(requested.label for requested in statistics),
        np.asarray(work.record, np.int64),
        value,
        error,
        effective,
        replicates,
        work.method,
        _quantiles(work, sketches, quantiles) if quantiles else None,
        _first_chains(scenario, work, min(paths, replicates), seed, statistics) if paths else None,
    )


def _quantiles(work: "_Work", sketches: list[list[Sketch]], levels: Sequence[float]) -> np.ndarray:
    found = np.full((len(levels), len(work.readouts), len(work.record)), np.nan)
    for row, readout in enumerate(work.readouts):
        if readout.requested.name == readout.measure:
            for column, at_time in enumerate(sketches):
                found[:, row, column] = at_time[work.slot(readout)].quantiles(levels)
    return found


def trajectories(
    scenario: Scenario,
    *,
    generations: int,
    replicates: int,
    seed: int,
    statistics: Sequence[Requested],
    record: Sequence[int],
    method: str = AUTOMATIC,
    lanes: int | None = None,
    advance: Advance | None = None,
) -> Float64[np.ndarray, "statistic T R"]:
    """The values of single chains, for what a mean cannot show; the arguments are those of `run_ensemble`.

    Raises InputError also for a statistic that is a moment over chains.
    """
    work = _Work(scenario, generations, replicates, seed, statistics, record, keep=True, method=method)
    over_chains = [readout.requested.name for readout in work.readouts if readout.requested.name != readout.measure]
    if over_chains:
        raise InputError([f"statistics: {name} belongs to an ensemble, no single chain has it" for name in over_chains])
    return np.moveaxis(_kept(work, lanes, advance), 0, -1)


def _first_chains(
    scenario: Scenario, run: "_Work", count: int, seed: int, statistics: Sequence[Requested]
) -> Float64[np.ndarray, "path statistic T"]:
    """Chains of a run once more, value by value: a chain is the same however many others run beside it."""
    work = _Work(scenario, run.generations, count, seed, statistics, run.record, keep=True, method=run.method)
    return _kept(work, None, None)


def _kept(work: "_Work", lanes: int | None, advance: Advance | None) -> Float64[np.ndarray, "R statistic T"]:
    """Every value of every chain; nan for a moment over chains."""
    values = np.concatenate([detail for _, detail in work.lanes(lanes, advance, "values")], axis=-1)
    found = np.full((work.replicates, len(work.readouts), len(work.record)), np.nan)
    for row, readout in enumerate(work.readouts):
        if readout.requested.name == readout.measure:
            found[:, row] = values[:, work.slot(readout)].T
    return found


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
        *,
        keep: bool = False,
        method: str = AUTOMATIC,
        quantiles: Sequence[float] = (),
    ):
        require_double_precision()
        estimate(scenario, generations, replicates, statistics, record, keep=keep, method=method, levels=len(quantiles))
        wrong = [level for level in quantiles if not 0.0 < level < 1.0]
        if wrong:
            raise InputError(f"quantiles must lie between 0 and 1, got {wrong[0]}")
        require_counters(generations=generations, replicates=replicates)
        self.readouts = readouts(scenario, statistics)
        self.record = tuple(int(t) for t in record)
        self.generations, self.replicates = generations, replicates
        names = tuple(readout.requested.name for readout in self.readouts)
        question = Question(scenario, generations, looked_at(self.readouts, generations, self.record), names)
        found = chosen(question, method, accelerator=on_accelerator())
        self.method = found.name
        self.kernel = kernel_for(scenario, generations, question.record, found.name, names)
        compiled = isinstance(self.kernel, Kernel)
        self.width = self.kernel.width * (WIDER_ON_ACCELERATOR if compiled and on_accelerator() else 1)
        self._slots = list(dict.fromkeys(readout.slot for readout in self.readouts))
        self._key = chain_key(seed, scenario.digest)
        self._devices = jax.local_devices()
        if isinstance(self.kernel, Kernel):
            self._tables = [jax.device_put(self.kernel.tables, device) for device in self._devices]
            self._block = lru_cache(maxsize=1024)(self._make_block)

    def slot(self, readout: Readout) -> int:
        """The place of a statistic's measure among the distinct ones."""
        return self._slots.index(readout.slot)

    def lanes(self, at_once: int | None, advance: Advance | None, detail: str) -> Iterator[tuple[Any, Any]]:
        """Of each lane, in order: summaries [T', slot, 8], and the detail [T', slot, R] of its chains."""
        firsts = range(0, self.replicates, self.width)
        at_once = min(len(firsts), max(1, at_once or max(processors(), len(self._devices))))
        progress = _Progress(advance)
        lane = self._host_lane if isinstance(self.kernel, HostKernel) else self._lane
        one = partial(lane, detail=Detail(detail, 0 if detail == "nothing" else len(self._slots)), progress=progress)
        if at_once == 1:
            yield from map(one, firsts)
            return
        with ThreadPoolExecutor(at_once) as pool:
            try:
                yield from pool.map(one, firsts)
            finally:
                progress.stop()
                pool.shutdown(cancel_futures=True)

    def _host_lane(self, first: int, detail: Detail, progress: "_Progress") -> tuple[Any, Any]:
        assert isinstance(self.kernel, HostKernel)
        count = min(self.width, self.replicates - first)
        run = HostRun(self.kernel, self._key, self._slots, self.generations, self.record)
        values = host_lane(run, first, count, progress.add, progress.check)
        reading, kept = summaries(values), values[:, : detail.slots]
        if detail.what == "bins":
            kept = np.asarray(bin_numbers(values))
        if self.record[0] == 0:
            source, at_source = self._at_source(count, detail)
            reading, kept = np.concatenate([source, reading]), np.concatenate([at_source, kept])
        return reading, kept

    def _lane(self, first_chain: int, detail: Detail, progress: "_Progress") -> tuple[Any, Any]:
        assert isinstance(self.kernel, Kernel)
        count = min(self.width, self.replicates - first_chain)
        place = first_chain // self.width % len(self._devices)
        want = wanted(self._slots, self.kernel.measures)
        state = jax.device_put(started(self.kernel.program, self.width), self._devices[place])
        struck = np.where(self._struck_at_source(want), 0.0, np.inf)
        clocks = np.broadcast_to(struck[:, None], (CLOCKS, self.width))
        clocks = jax.device_put(clocks, self._devices[place])  # as later blocks find them: else they compile again
        readings = [self._at_source(count, detail)] if self.record[0] == 0 else []
        for first in range(1, self.generations + 1, BLOCK):
            progress.check()
            block, recorded = self._block(first, place)
            lane = Lane(np.uint32(first_chain), np.int32(count), state, clocks)
            state, clocks, reading, broken = advanced(
                self.kernel.program, self.kernel.measures, detail, self._tables[place], self._key, want, block, lane
            )
            if bool(broken):
                raise EngineFault(
                    f"a chain among {first_chain} to {first_chain + count - 1} broke an invariant in generations "
                    f"{first} to {first + int(block.length) - 1}; nothing of this run can be trusted"
                )
            read = np.asarray(reading.summary)[recorded, : len(self._slots)]
            readings.append((read, np.asarray(reading.detail)[recorded, :, :count]))
            progress.add(count * int(block.length))
        return tuple(np.concatenate(parts) for parts in zip(*readings, strict=True))  # type: ignore[return-value]

    def _make_block(self, first: int, place: int) -> tuple[Block, np.ndarray]:
        assert isinstance(self.kernel, Kernel)
        length = min(BLOCK, self.generations - first + 1)
        recorded = np.isin(np.arange(first, first + BLOCK), self.record) & (np.arange(BLOCK) < length)
        checked = recorded.copy()
        checked[length - 1] = True  # the last generation of a block is looked at even where it is not recorded
        rows = jax.device_put(self.kernel.rows(first), self._devices[place])
        return Block(np.uint32(first), np.int32(length), checked, rows), recorded

    def _at_source(self, count: int, detail: Detail) -> tuple[np.ndarray, np.ndarray]:
        """Generation 0: every chain is the source, and nothing is random."""
        measures = [*MEASURES[self.kernel.measures].values(), *EVENTS.get(self.kernel.measures, {}).values()]
        values = np.array([self._of_source(measures[slot.code], slot.at) for slot in self._slots])
        clocks = np.array([slot.measure in EVENTS.get(self.kernel.measures, ()) for slot in self._slots])
        values = np.where(clocks, np.where(values > 0, 0.0, np.inf), values)
        summary = np.zeros((1, len(values), len(FIELDS)))
        summary[0, :, 0], summary[0, :, 1] = np.where(np.isinf(values), 0, count), np.where(np.isinf(values), 0, values)
        summary[0, :, FIELDS.index("above")] = np.where(values == np.inf, count, 0)
        summary[0, :, FIELDS.index("below")] = np.where(values == -np.inf, count, 0)
        kept = np.repeat(values[None, :, None], count, axis=-1)
        if detail.what == "bins":
            return summary, np.asarray(bin_numbers(kept))
        return summary, kept if detail.slots else kept[:, :0]

    def _struck_at_source(self, want: Wanted) -> np.ndarray:
        """Whether the event of each clock has come at t = 0."""
        events = list(EVENTS.get(self.kernel.measures, {}).values())
        asked = zip(want.event.tolist(), want.event_at.tolist(), strict=True)
        return np.array([bool(events) and self._of_source(events[code], at) > 0 for code, at in asked])

    def _of_source(self, measure: Measure, at: float) -> float:
        kernel = self.kernel
        reference = kernel.reference if isinstance(kernel, HostKernel) else kernel.tables.source
        return float(measure(reference, kernel.source, np.float64(at)))


def on_accelerator() -> bool:
    """Whether JAX computes on something else than the processor."""
    return jax.default_backend() != "cpu"


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
