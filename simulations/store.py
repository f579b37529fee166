"""A store: the finished cells of one sweep on disk, each whole and verified, or absent and named.

``DIR/manifest.json`` beside ``DIR/cells/<scenario digest>.zarr`` (zarr v3, readable with xarray). A cell is
written aside, flushed, renamed, and only then entered in the manifest with the hash of its bytes, which every
reading checks.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulations.durable import StoreBusy, folder_hash, locked, place_folder, remove_leftovers
from simulations.manifest import NAME, Manifest, StoreError, differences, load_manifest
from simulations.provenance import environment, environment_key
from simulations.store_folder import refuse_other_files
from simulations.sweep import Cell, Sweep, restored_sweep

if TYPE_CHECKING:
    import xarray
    import zarr

    from simulations.ensemble import EnsembleResult

ARRAYS = ("mean", "standard_error", "effective_replicates")


def create_store(path: str | Path, sweep: Sweep) -> "Store":
    """A new store for the sweep, or the store of this same sweep that is there already, finished or not.

    Another sweep without a finished cell makes room; ``StoreError`` where it has one, or there are other files.
    """
    store = existing_store(path, sweep)
    if store is None:
        _create(Path(path), sweep)
        store = existing_store(path, sweep)
    assert store is not None
    return store


def existing_store(path: str | Path, sweep: Sweep) -> "Store | None":
    """The store of this sweep in a folder; None where there is none, or one of another without a finished cell.

    Raises ``StoreError`` naming what differs where there are finished cells of another sweep.
    """
    if not (Path(path) / NAME).exists():
        return None
    store = open_store(path)
    if store.sweep.digest != sweep.digest:
        if not store.manifest.has_results:
            return None
        changed = "; ".join(differences(store.sweep.dump(), sweep.dump()))
        raise StoreError(f"{path} holds a sweep that differs: {changed}; choose another --out, or move it away")
    return store


def open_store(path: str | Path) -> "Store":
    """The store in a folder; raises ``StoreError`` where there is none, or a newer or damaged one."""
    folder = Path(path)
    manifest = load_manifest(folder)
    return Store(folder, restored_sweep(manifest.sweep), manifest.sweep)


def refuse_incomplete(store: "Store") -> None:
    """Raise ``StoreError`` with a line for every cell that is missing or damaged."""
    problems = store.problems()
    if problems:
        lines = [f'{store.path}: cell "{label}" {problem}' for label, problem in problems.items()]
        raise StoreError([*lines, f"`python -m simulations resume {store.path}` computes what is missing"])


class Store:
    """Finished cells of one sweep. Reading needs no lock; writing takes the folder's only one."""

    def __init__(self, path: Path, sweep: Sweep, dumped: Mapping[str, Any]):
        self.path = path
        self.sweep = sweep
        self._dumped = dumped
        self._cells = {cell.digest: cell for cell in sweep.cells}
        self._manifest: tuple[tuple[int, int], Manifest] | None = None
        self._writing = False

    @property
    def manifest(self) -> Manifest:
        """What the disk says now; read again only when the file was replaced."""
        status = (self.path / NAME).stat() if (self.path / NAME).exists() else None
        stamp = (status.st_ino, status.st_mtime_ns) if status else (0, 0)
        if self._manifest is None or self._manifest[0] != stamp:
            self._manifest = (stamp, load_manifest(self.path))
        return self._manifest[1]

    @property
    def digest(self) -> str:
        """SHA-256 of every finished cell's bytes: equal for two stores that hold the same numbers."""
        contents = {digest: entry["content"] for digest, entry in self.manifest.cells.items()}
        return sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()

    def folder(self, cell: Cell) -> Path:
        """Where the arrays of a cell stand."""
        return self.path / "cells" / f"{cell.digest}.zarr"

    def problem(self, cell: Cell) -> str | None:
        """Why a cell cannot be read, in words, or None: its bytes are there and hash to what was entered."""
        entry = self.manifest.cells.get(cell.digest)
        if entry is None:
            return "is not of this sweep"
        if entry["state"] != "done":
            return "is missing: it was not computed yet"
        found = folder_hash(self.folder(cell))
        if found is None:
            return "is missing: its folder is gone"
        return None if found == entry["content"] else "is damaged: its bytes are not those that were written"

    def problems(self) -> dict[str, str]:
        """The problem of every cell that has one, by label."""
        found = {cell.label: self.problem(cell) for cell in self.sweep.cells}
        return {label: problem for label, problem in found.items() if problem is not None}

    def missing(self) -> tuple[Cell, ...]:
        """Cells still to be computed: never finished, gone, or damaged."""
        return tuple(cell for cell in self.sweep.cells if self.problem(cell) is not None)

    def read(self, cell: Cell) -> "xarray.Dataset":
        """Mean, standard error and effective replicates, float64 [statistic, generation], with their provenance.

        Raises ``StoreError`` naming the cell where it is missing or damaged; zeros are never read in its place.
        """
        problem = self.problem(cell)
        if problem is not None:
            raise StoreError(
                f'{self.path}: cell "{cell.label}" {problem}; `python -m simulations resume {self.path}` computes it'
            )
        import xarray

        with xarray.open_zarr(self.folder(cell), consolidated=False) as data:
            data = data.load()
        manifest = self.manifest
        entry = manifest.cells[cell.digest]
        data.attrs |= {"written": entry["written"], "environment": manifest.environments[entry["environment"]]}
        return data

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the store for writing; raises ``StoreBusy`` where another process does, or gave it to another sweep."""
        if self._writing:
            return (yield)
        with locked(self.path):
            if self.manifest.sweep != self._dumped:
                raise StoreBusy(f"{self.path} was given to another sweep in the meantime; choose another --out")
            self._writing = True
            try:
                remove_leftovers(self.path)
                remove_leftovers(self.path / "cells")
                yield
            finally:
                self._writing = False

    def write(self, cell: Cell, result: "EnsembleResult", provenance: Mapping[str, Any] | None = None) -> None:
        """Put a finished cell on disk and enter it; whatever interrupts this, the store stays valid."""
        provenance = dict(environment() if provenance is None else provenance)
        with self.writing():
            manifest = self.manifest
            folder = self.folder(cell)
            aside = folder.with_name(f".writing-{cell.digest}")
            try:
                _write_arrays(aside, self.sweep, cell, result)
                place_folder(aside, folder)
                key = environment_key(provenance)
                manifest.environments[key] = provenance
                manifest.cells[cell.digest] |= {
                    "state": "done",
                    "content": folder_hash(folder),
                    "environment": key,
                    "written": _now(),
                }
                manifest.save(self.path)
            except OSError as error:
                self._manifest = None
                reason = error.strerror or type(error).__name__
                raise StoreError(f'{self.path}: cell "{cell.label}" could not be written: {reason}') from error


def _create(folder: Path, sweep: Sweep) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}") from error
    refuse_other_files(folder)
    with locked(folder):
        if (folder / NAME).exists():
            before = load_manifest(folder)
            if before.has_results:
                return
            for digest in before.cells:
                shutil.rmtree(folder / "cells" / f"{digest}.zarr", ignore_errors=True)
        (folder / "cells").mkdir(exist_ok=True)
        cells = {cell.digest: {"label": cell.label, "state": "missing", "content": None} for cell in sweep.cells}
        Manifest(sweep.dump(), _now(), cells).save(folder)


def _write_arrays(folder: Path, sweep: Sweep, cell: Cell, result: "EnsembleResult") -> None:
    """The arrays and coordinates of a cell as a zarr v3 group: its bytes depend on numbers and scenario alone."""
    import zarr

    labels = tuple(statistic.label for statistic in sweep.statistics)
    record = np.asarray(result.record, dtype=np.int64)
    if tuple(result.labels) != labels or tuple(record.tolist()) != sweep.record:
        raise ValueError(
            f'the result for cell "{cell.label}" holds other statistics or generations than the sweep asks for'
        )
    attributes = {
        "label": cell.label,
        "scenario": json.loads(cell.scenario.canonical()),
        "seed": sweep.seed,
        "replicates": sweep.replicates,
        "method": result.method,
    }
    group = zarr.open_group(folder, mode="w", zarr_format=3, attributes=attributes)
    for name in ARRAYS:
        values = np.asarray(getattr(result, name), dtype=np.float64)
        if values.shape != (len(labels), len(record)):
            raise ValueError(f"{name} has shape {values.shape}, expected {(len(labels), len(record))}")
        _write_array(group, name, values, ("statistic", "generation"), fill_value=float("nan"))
    if result.quantiles is not None:
        _write_array(group, "quantiles", result.quantiles, ("level", "statistic", "generation"), float("nan"))
        _write_array(group, "level", np.array(sweep.quantiles), ("level",))
    _write_array(group, "generation", record, ("generation",))
    _write_array(group, "statistic", np.array(labels, dtype=object), ("statistic",))


def _write_array(
    group: "zarr.Group", name: str, values: np.ndarray, axes: tuple[str, ...], fill_value: float | None = None
) -> None:
    """One array in one file beside its description: every folder more is one more to flush."""
    array = group.create_array(
        name,
        shape=values.shape,
        dtype="string" if values.dtype == object else values.dtype,
        chunks=values.shape,
        chunk_key_encoding={"name": "v2", "separator": "."},
        dimension_names=axes,
        fill_value=fill_value,
    )
    array[...] = values


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
