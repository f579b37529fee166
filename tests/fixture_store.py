"""A store of plausible numbers, made without the engine: for tests of whatever reads stores.

The numbers are the theory of nothing. They are smooth in the generation, of the right sign and size, and their
standard errors shrink with the number of replicates.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulations.store import Store, create_store
from simulations.sweep import Cell, Sweep, parse_sweep

PROVENANCE = {
    "package": "0",
    "python": "3",
    "libraries": {},
    "commit": None,
    "stream": 1,
    "backend": "none",
    "dtype": "float64",
}


@dataclass(frozen=True)
class FixtureResult:
    """The fields of an ensemble's result."""

    labels: tuple[str, ...]
    record: np.ndarray
    mean: np.ndarray
    standard_error: np.ndarray
    effective_replicates: np.ndarray
    replicates: int
    method: str = "moments"
    quantiles: np.ndarray | None = None
    paths: np.ndarray | None = None


def sweep_file(**changes: Any) -> dict[str, Any]:
    """A small valid sweep of a Gaussian: two sample sizes, replaced and accumulated."""
    return {
        "name": "fixture",
        "seed": 1,
        "generations": 20,
        "replicates": 4096,
        "statistics": ["log_variance", "variance"],
        "record": [0, 1, 5, 20],
        "scenario": {
            "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
            "sample_size": {"kind": "constant", "size": 10},
            "retention": {"kind": "replace"},
            "estimator": {"kind": "moments", "divisor": "unbiased"},
        },
        "grid": {"sample_size.size": [10, 100], "retention": [{"kind": "replace"}, {"kind": "accumulate"}]},
    } | changes


def fixture_result(sweep: Sweep, cell: Cell) -> FixtureResult:
    """Plausible numbers for one cell, the same for the same scenario."""
    size = cell.scenario.first_size
    record = np.array(sweep.record)
    labels = tuple(statistic.label for statistic in sweep.statistics)
    decay = np.exp(-record / size)
    mean = np.stack([_level(statistic.name, decay, cell) for statistic in sweep.statistics])
    spread = np.sqrt(record / size)
    wobble = np.random.default_rng(int(cell.digest[:12], 16)).standard_normal(mean.shape)
    standard_error = np.broadcast_to(spread, mean.shape) * (np.abs(mean) + 0.1) / np.sqrt(sweep.replicates)
    effective = np.broadcast_to(sweep.replicates / (1.0 + spread**2), mean.shape)
    return FixtureResult(
        labels, record, mean + wobble * standard_error, standard_error, effective.copy(), sweep.replicates
    )


def write_store(folder: Path, sweep: Sweep | None = None, cells: int | None = None) -> Store:
    """A store whose first ``cells`` cells (all where None) hold fixture numbers."""
    sweep = parse_sweep(sweep_file()) if sweep is None else sweep
    store = create_store(folder, sweep)
    for cell in sweep.cells[:cells]:
        store.write(cell, fixture_result(sweep, cell), PROVENANCE)
    return store


def _level(name: str, decay: np.ndarray, cell: Cell) -> np.ndarray:
    """A value that starts where the statistic starts and moves as the decay does."""
    if name.startswith("log_"):
        return np.log(decay) if name != "log_variance_sd" else np.sqrt(-np.log(decay))
    if name.startswith("vocabulary"):
        vocabulary = getattr(cell.scenario.source, "vocabulary", 10)
        return 1 + (vocabulary - 1) * decay if name == "vocabulary" else 1 + (vocabulary - 1) * decay * (1 - decay)
    rising = (
        "mean_squared_error",
        "wasserstein2_squared",
        "kl_reverse",
        "kl_forward",
        "absence",
        "lost_mass",
        "total_variation",
    )
    return 1 - decay if name.startswith(rising) else decay
