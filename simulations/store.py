"""A store: the finished cells of one sweep on disk, each whole and verified, or absent and named.

``DIR/manifest.json`` beside ``DIR/cells/<scenario digest>.zarr`` (zarr v3, readable with xarray). A cell is
written aside, flushed, renamed, and only then entered in the manifest with the hash of its bytes, which every
reading checks. Cells that follow each other quickly are entered together.
"""

import json
import math
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.cell_files import cell_files
from simulations.durable import (
    StoreBusy,
    content_hash,
    folder_hash,
    locked,
    place_folder,
    remove_leftovers,
    write_folder,
)
from simulations.manifest import NAME, Manifest, StoreError, differences, load_manifest
from simulations.provenance import environment, environment_key
from simulations.store_folder import refuse_other_files
from simulations.sweep import Cell, Sweep, restored_sweep

if TYPE_CHECKING:
    import xarray

    from simulations.ensemble import EnsembleResult

TOGETHER_SECONDS = 0.5
"""Cells finished within so long of the last entry wait, and are entered together: all that a kill can cost."""


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
        self._waiting: dict[str, dict[str, Any]] = {}
        self._entered = -math.inf

    @property
    def manifest(self) -> Manifest:
        """What the disk says now; read again only when the file was replaced."""
        stamp = self._stamp()
        if self._manifest is None or self._manifest[0] != stamp:
            self._manifest = (stamp, load_manifest(self.path))
        return self._manifest[1]

    def _stamp(self) -> tuple[int, int]:
        status = (self.path / NAME).stat() if (self.path / NAME).exists() else None
        return (status.st_ino, status.st_mtime_ns) if status else (0, 0)

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
        """Hold the store for writing; what was written is entered when it is let go, however that comes about.

        Raises ``StoreBusy`` where another process holds it, or gave it to another sweep.
        """
        if self._writing:
            return (yield)
        with locked(self.path):
            if self.manifest.sweep != self._dumped:
                raise StoreBusy(f"{self.path} was given to another sweep in the meantime; choose another --out")
            self._writing, self._entered = True, -math.inf
            try:
                remove_leftovers(self.path)
                remove_leftovers(self.path / "cells")
                yield
            finally:
                try:
                    self._enter()
                finally:
                    self._writing = False

    def write(self, cell: Cell, result: "EnsembleResult", provenance: Mapping[str, Any] | None = None) -> None:
        """Put a finished cell on disk and enter it; whatever interrupts this, the store stays valid.

        Within `writing` a cell that follows another by less than TOGETHER_SECONDS is entered with the next ones.
        """
        provenance = dict(environment() if provenance is None else provenance)
        with self.writing():
            files = cell_files(self.sweep, cell, result)
            try:
                write_folder(self._aside(cell), files)
            except OSError as error:
                raise self._unwritten(cell, error) from error
            self._waiting[cell.digest] = {"content": content_hash(files), "from": provenance, "written": _now()}
            if time.monotonic() - self._entered >= TOGETHER_SECONDS:
                self._enter()

    def _enter(self) -> None:
        """Flush and rename the cells that wait, then enter those in place by one replacement of the manifest."""
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        manifest, failure = self.manifest, None
        for digest, made in waiting.items():
            cell = self._cells[digest]
            try:
                place_folder(self._aside(cell), self.folder(cell))
            except OSError as error:
                failure = (cell, error)
                break
            key = environment_key(made["from"])
            manifest.environments[key] = made["from"]
            entry = {"state": "done", "content": made["content"], "environment": key, "written": made["written"]}
            manifest.cells[digest] |= entry
        try:
            manifest.save(self.path)
            self._manifest = (self._stamp(), manifest)
            self._entered = time.monotonic()
        except OSError as error:
            self._manifest = None
            failure = failure or (cell, error)
        if failure is not None:
            raise self._unwritten(*failure) from failure[1]

    def _aside(self, cell: Cell) -> Path:
        return self.folder(cell).with_name(f".writing-{cell.digest}")

    def _unwritten(self, cell: Cell, error: OSError) -> StoreError:
        reason = error.strerror or type(error).__name__
        return StoreError(f'{self.path}: cell "{cell.label}" could not be written: {reason}')


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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
