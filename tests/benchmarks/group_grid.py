"""A grid of a thousand cells of one kernel: what a cell costs beyond its arithmetic, and how often XLA compiles."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jax
import numpy as np

import simulations.ensemble
from paper.benchmarks import Row, Spread, Target
from simulations.lane import advanced
from simulations.run import run_sweep
from simulations.store import Store
from simulations.sweep import Sweep, parse_sweep
from tests.benchmarks.groups import Effort
from tests.benchmarks.rounds import on_cores, spread

CELLS, GENERATIONS = 1000, 10


def rows(effort: Effort) -> Iterator[Row]:
    """Milliseconds of a cell beyond its arithmetic, its two parts, and compiled programs."""
    cells = 100 if effort.quick else CELLS
    found: list[Mapping[str, float]] = []
    with tempfile.TemporaryDirectory() as folder, on_cores(2):
        run_sweep(grid(20, 4), Path(folder, "warm"))
        for number in range(effort.at_most(3)):
            effort.say(f"{cells} cells, run {number + 1}")
            found.append(timed(grid(100 + number * cells, cells), Path(folder, f"{number}")))
    setting = f"{cells} cells of M from 100 on, R=64, g={GENERATIONS}"
    note = "arithmetic is what the compiled program takes, lanes padded; the program was compiled by other cells before"
    for part, needed in (("beyond arithmetic", 5.0), ("engine", None), ("store", None), ("arithmetic", None)):
        value = spread(np.array([each[part] for each in found]))
        targets = () if needed is None else (Target("ms per cell", needed, value.median, at_least=False),)
        yield Row("grid", f"a cell, {part}", setting, "ms", "moments", value, targets=targets, note=note)
    compiled = float(max(each["compiled"] for each in found))
    yield Row(
        "grid", "programs compiled", setting, "", "moments", Spread(compiled, compiled, compiled),
        targets=(Target("programs beyond the first", 0.0, compiled, at_least=False),),
        note="one program serves every sample size: a new one is compiled for each padded shape alone",
    )  # fmt: skip


def grid(first: int, cells: int) -> Sweep:
    """A sweep of so many sample sizes."""
    return parse_sweep({
        "name": "grid",
        "generations": GENERATIONS,
        "replicates": 64,
        "statistics": ["log_variance", "mean_squared_error"],
        "record": [GENERATIONS],
        "scenario": {
            "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
            "sample_size": {"kind": "constant", "size": 100},
            "retention": {"kind": "replace"},
            "estimator": {"kind": "moments", "divisor": "mle"},
        },
        "grid": {"sample_size.size": list(range(first, first + cells))},
    })  # fmt: skip


def timed(sweep: Sweep, folder: Path) -> dict[str, float]:
    """Milliseconds of each part of a cell of a whole run, and the programs that were compiled for it."""
    before = advanced._cache_size()
    with (
        stopwatch(simulations.ensemble, "advanced", jax.block_until_ready) as arithmetic,
        stopwatch(Store, "write") as store,
    ):
        begun = time.perf_counter()
        run_sweep(sweep, folder)
        total = time.perf_counter() - begun
    cell = 1e3 / len(sweep.cells)
    beyond = total - arithmetic[0]
    return {
        "beyond arithmetic": beyond * cell,
        "engine": (beyond - store[0]) * cell,
        "store": store[0] * cell,
        "arithmetic": arithmetic[0] * cell,
        "compiled": float(advanced._cache_size() - before),
    }


@contextmanager
def stopwatch(owner: Any, name: str, finish: Callable[[Any], Any] = lambda result: result) -> Iterator[list[float]]:
    """The seconds within a function, in all of its calls together."""
    function, seconds = getattr(owner, name), [0.0]

    def timed_call(*arguments: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        try:
            return finish(function(*arguments, **options))
        finally:
            seconds[0] += time.perf_counter() - begun

    with patch.object(owner, name, timed_call):
        yield seconds
