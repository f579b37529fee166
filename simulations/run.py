"""Runs a sweep: what is missing from its store is computed, cell by cell, and nothing is computed twice.

The loop is the same for a first run, for one that was interrupted at any moment and for one whose store lost a
cell: a cell's numbers depend on the seed and its scenario alone.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulations.cost import LONGEST_SECONDS, duration, estimate
from simulations.manifest import StoreError
from simulations.precision import carried_by_few
from simulations.provenance import environment
from simulations.store import Store, create_store, existing_store
from simulations.store_folder import refuse_unusable
from simulations.sweep import Cell, Sweep
from theory.scenario.errors import InputError

Progress = Callable[[int, int, str], None]
"""Called with the chain-generations done, their total, and the label of the cell at work."""

Warn = Callable[[Cell, tuple[str, ...]], None]
"""Called with a finished cell and the statistics some of whose means so few chains carry that their errors mislead."""


@dataclass(frozen=True)
class Plan:
    """What a run would do: cells to compute, chain-generations, seconds, bytes at the peak, cells by method."""

    cells: tuple[Cell, ...]
    chain_generations: int
    seconds: float
    bytes: int
    methods: dict[str, int]

    @property
    def cost(self) -> str:
        """``about 40 s and 310 MiB``."""
        return f"about {duration(self.seconds)} and {self.bytes / 2**20:.0f} MiB"

    @property
    def by(self) -> str:
        """``by moments``, or ``by gather (3 cells) and counts (1 cell)``."""
        if len(self.methods) == 1:
            return f"by {next(iter(self.methods))}"
        return "by " + " and ".join(f"{name} ({counted_cells(number)})" for name, number in self.methods.items())


def counted_cells(number: int) -> str:
    """``1 cell``, ``24 cells``."""
    return f"{number} cell" if number == 1 else f"{number} cells"


def default_folder(sweep: Sweep) -> Path:
    """``results/NAME`` below the current folder."""
    return Path("results") / sweep.name


def planned(sweep: Sweep, cells: Sequence[Cell]) -> Plan:
    """The cost of computing the cells, told without JAX.

    Raises ``InputError`` naming every cell that no kernel covers or memory holds, or where all take more than a year.
    """
    mistakes: dict[str, list[str]] = {}
    methods: Counter[str] = Counter()
    seconds, peak = 0.0, 0
    for cell in cells:
        try:
            cost = estimate(
                cell.scenario,
                sweep.generations,
                sweep.replicates,
                sweep.statistics,
                sweep.record,
                method=sweep.method,
                levels=len(sweep.quantiles),
            )
        except InputError as error:
            for line in error.lines:
                mistakes.setdefault(line, []).append(cell.label)
            continue
        seconds, peak = seconds + cost.seconds, max(peak, cost.bytes)
        methods[cost.method] += 1
    if mistakes:
        raise InputError([f"{_place(labels)}: {line}" for line, labels in mistakes.items()])
    plan = Plan(tuple(cells), len(cells) * sweep.replicates * sweep.generations, seconds, peak, dict(methods))
    if seconds > LONGEST_SECONDS:
        raise InputError(
            f"{sweep.name}: {counted_cells(len(cells))} would take {plan.cost}, and a run may take a year at most: "
            "lower replicates, generations or sample_size"
        )
    return plan


def run_sweep(
    sweep: Sweep, out: str | Path | None = None, progress: Progress | None = None, warn: Warn | None = None
) -> Store:
    """The finished store of a sweep; cells that it holds already are kept, and JAX starts only where some are missing.

    Raises ``InputError`` before any file exists where the folder cannot take the sweep, or a cell cannot be computed.
    Interrupted, it leaves a valid store that the next call completes.
    """
    folder = default_folder(sweep) if out is None else Path(out)
    store = existing_store(folder, sweep)
    missing = sweep.cells if store is None else store.missing()
    if store is not None and not missing:
        return store
    refuse_unusable(folder)
    planned(sweep, missing)
    store = create_store(folder, sweep)
    complete(store, progress, warn)
    return store


def complete(store: Store, progress: Progress | None = None, warn: Warn | None = None) -> None:
    """Compute and enter every missing cell of a store; needs float64 switched on."""
    from simulations.bits import STREAM_VERSION
    from simulations.ensemble import run_ensemble

    recorded = {record["stream"] for record in store.manifest.environments.values()}
    if recorded - {STREAM_VERSION}:
        raise StoreError(
            f"{store.path} was begun with random stream {max(recorded)} and this version draws stream "
            f"{STREAM_VERSION}: finish it with the version that began it, or choose another --out"
        )
    sweep = store.sweep
    provenance = environment() | {"stream": STREAM_VERSION}
    with store.writing():
        missing = store.missing()
        work = sweep.replicates * sweep.generations
        for number, cell in enumerate(missing):
            meter = _Meter(progress, number * work, len(missing) * work, cell.label)
            result = run_ensemble(
                cell.scenario,
                generations=sweep.generations,
                replicates=sweep.replicates,
                seed=sweep.seed,
                statistics=sweep.statistics,
                record=sweep.record,
                quantiles=sweep.quantiles,
                paths=sweep.paths,
                method=sweep.method,
                advance=meter.advance,
            )
            store.write(cell, result, provenance)
            few = tuple(
                requested.label
                for row, requested in enumerate(sweep.statistics)
                if carried_by_few(
                    cell.scenario,
                    requested.name,
                    result.mean[row],
                    result.standard_error[row],
                    result.effective_replicates[row],
                    sweep.replicates,
                ).any()
            )
            if few and warn is not None:
                warn(cell, few)
            meter.finish(work)


def _place(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return f'cell "{labels[0]}"{more}'


class _Meter:
    """Turns the steps of one cell into the progress of the whole run."""

    def __init__(self, progress: Progress | None, before: int, total: int, label: str):
        self._progress, self._before, self._total, self._label = progress, before, total, label
        self._done = 0
        self._tell()

    def advance(self, steps: int) -> None:
        self._done += steps
        self._tell()

    def finish(self, work: int) -> None:
        self._done = work
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._before + self._done, self._total, self._label)
