"""A finished cell as files: a zarr v3 group whose bytes depend on the numbers and the scenario alone.

All cells of a sweep are alike but for their attributes and values. zarr makes the group once, in memory; after that a
cell is its own attributes and the plain bytes of its arrays, each one chunk without compression.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from simulations.sweep import Cell, Sweep

if TYPE_CHECKING:
    import zarr

    from simulations.ensemble import EnsembleResult

ARRAYS = ("mean", "standard_error", "effective_replicates")
ROOT = "zarr.json"

_AXES = ("statistic", "generation")


def cell_files(sweep: Sweep, cell: Cell, result: "EnsembleResult") -> dict[str, bytes]:
    """The bytes of every file of a cell's group, by its path within.

    Raises ValueError where the result is not one of this sweep.
    """
    labels = tuple(statistic.label for statistic in sweep.statistics)
    record = tuple(np.asarray(result.record).tolist())
    if tuple(result.labels) != labels or record != sweep.record:
        raise ValueError(
            f'the result for cell "{cell.label}" holds other statistics or generations than the sweep asks for'
        )
    levels = () if result.quantiles is None else sweep.quantiles
    shape = (len(labels), len(record))
    values: dict[str, Any] = {name: getattr(result, name) for name in ARRAYS}
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(ARRAYS, shape)
    if levels:
        values["quantiles"], shapes["quantiles"] = result.quantiles, (len(levels), *shape)
    paths = 0 if result.paths is None else sweep.paths
    if paths:
        values["paths"], shapes["paths"] = result.paths, (paths, *shape)
    files = dict(_frame(labels, record, levels, paths))
    files[ROOT] = _with_attributes(files[ROOT], _attributes(sweep, cell, result))
    for name, array in values.items():
        numbers = np.ascontiguousarray(array, dtype="<f8")
        if numbers.shape != shapes[name]:
            raise ValueError(f"{name} has shape {numbers.shape}, expected {shapes[name]}")
        files[_chunk(name, numbers.ndim)] = numbers.tobytes()
    return files


def _attributes(sweep: Sweep, cell: Cell, result: "EnsembleResult") -> dict[str, Any]:
    return {
        "label": cell.label,
        "scenario": json.loads(cell.scenario.canonical()),
        "seed": sweep.seed,
        "replicates": sweep.replicates,
        "method": result.method,
    }


@lru_cache(maxsize=16)
def _frame(
    labels: tuple[str, ...], record: tuple[int, ...], levels: tuple[float, ...], paths: int
) -> Mapping[str, bytes]:
    """What the cells of a sweep have in common: descriptions of the arrays, and the coordinates."""
    import zarr
    from zarr.storage import MemoryStore

    made: dict[str, Any] = {}
    group = zarr.open_group(MemoryStore(made), mode="w", zarr_format=3, attributes={})
    shape = (len(labels), len(record))
    for name in ARRAYS:
        _create(group, name, shape, _AXES)
    if levels:
        _create(group, "quantiles", (len(levels), *shape), ("level", *_AXES))
        _create(group, "level", (len(levels),), ("level",))[...] = np.array(levels)
    if paths:
        _create(group, "paths", (paths, *shape), ("path", *_AXES))
    _create(group, "generation", (len(record),), ("generation",), "int64")[...] = np.array(record, np.int64)
    _create(group, "statistic", (len(labels),), ("statistic",), "string")[...] = np.array(labels, dtype=object)
    return {path: content.to_bytes() for path, content in made.items()}


def _create(
    group: "zarr.Group", name: str, shape: tuple[int, ...], axes: tuple[str, ...], dtype: str = "float64"
) -> "zarr.Array":
    """One array in one file beside its description: every folder more is one more to flush."""
    return group.create_array(
        name,
        shape=shape,
        dtype=dtype,
        chunks=shape,
        compressors=None,
        chunk_key_encoding={"name": "v2", "separator": "."},
        dimension_names=axes,
        fill_value=float("nan") if dtype == "float64" else None,
        config={"write_empty_chunks": True},
    )


def _chunk(name: str, dimensions: int) -> str:
    return f"{name}/{'.'.join('0' * dimensions)}"


def _with_attributes(root: bytes, attributes: Mapping[str, Any]) -> bytes:
    return json.dumps(json.loads(root) | {"attributes": attributes}, indent=2).encode()
