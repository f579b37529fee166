"""A sweep: one scenario, a grid of settings, and what to record of many chains of each.

A sweep file names its ``generations``, ``replicates``, ``statistics`` and ``[scenario]``; ``seed`` (0),
``record`` ("all"), ``quantiles`` (none), ``paths`` (0 single chains), ``method`` ("auto") and ``[grid]`` (one cell)
may be left out. Nothing here touches the engine: a sweep is checked whole before anything starts.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from simulations.grid import Settings, applied, crossed, parse_axes, setting_label, with_setting
from simulations.kernels.choice import AUTOMATIC
from simulations.requested import Requested
from simulations.sweep_fields import FIELDS, SweepFields, checked_fields
from theory.scenario import Scenario, ScenarioError, parse_scenario
from theory.scenario.canonical import canonical_json, sha256
from theory.scenario.errors import InputError, nearest, shown
from theory.scenario.scenario import read_toml

NAMED_SWEEPS = Path(__file__).parent / "sweeps"


class SweepError(InputError):
    """A sweep, or the file that should hold one, is not valid."""


@dataclass(frozen=True)
class Cell:
    """One setting of a sweep: what tells it from its neighbours, and the whole scenario."""

    label: str
    settings: Settings = field(compare=False, hash=False)
    scenario: Scenario

    @cached_property
    def digest(self) -> str:
        """The scenario's: a cell keeps its name and its random bits in every sweep it stands in."""
        return self.scenario.digest


@dataclass(frozen=True)
class Sweep:
    """A checked sweep; ``record`` is sorted, ``cells`` are distinct and in the order of the grid."""

    name: str
    seed: int
    generations: int
    replicates: int
    statistics: tuple[Requested, ...]
    record: tuple[int, ...]
    quantiles: tuple[float, ...]
    paths: int
    method: str
    cells: tuple[Cell, ...]

    def dump(self) -> dict[str, Any]:
        """A plain JSON object from which ``restored_sweep`` makes the same sweep."""
        everything = self.record == tuple(range(self.generations + 1))
        return {
            "name": self.name,
            "seed": self.seed,
            "generations": self.generations,
            "replicates": self.replicates,
            "statistics": [statistic.entry for statistic in self.statistics],
            "record": "all" if everything else list(self.record),
            **({"quantiles": list(self.quantiles)} if self.quantiles else {}),
            **({"paths": self.paths} if self.paths else {}),
            **({"method": self.method} if self.method != AUTOMATIC else {}),
            "cells": [
                {"label": cell.label, "settings": cell.settings, "scenario": json.loads(cell.scenario.canonical())}
                for cell in self.cells
            ],
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is computed: labels and the order of keys, cells and statistics do not enter."""
        content = self.dump()
        content["cells"] = sorted(cell.digest for cell in self.cells)
        content["statistics"] = sorted(statistic.label for statistic in self.statistics)
        return sha256(canonical_json(content))


def named_sweeps() -> list[str]:
    """Names of the sweeps that come with the package."""
    return sorted(path.stem for path in NAMED_SWEEPS.glob("*.toml"))


def load_sweep(path: str | Path, changes: Sequence[str] = ()) -> Sweep:
    """The sweep in a TOML file, or the named sweep of the package, with ``field=value`` changes written in."""
    file = Path(path)
    if not file.exists():
        if str(path) not in named_sweeps():
            hint = nearest(str(path), named_sweeps())
            raise SweepError(
                f"no sweep file {shown(str(path))}; the named sweeps are {', '.join(named_sweeps())}{hint}"
            )
        file = NAMED_SWEEPS / f"{path}.toml"
    mapping = read_toml(file)
    return parse_sweep(_changed(mapping, changes))


def parse_sweep(mapping: Mapping[str, Any]) -> Sweep:
    """Check a whole sweep; raises ``SweepError`` with one line for each mistake."""
    fields, mistakes = checked_fields(mapping)
    axes, more = parse_axes(fields.grid)
    _raise_any(mistakes + more)
    cells = _cells(fields, list(crossed(axes)))
    _raise_any([line for statistic in fields.statistics for line in _mistakes_of(statistic, cells)])
    return _sweep(fields, cells)


def restored_sweep(content: Mapping[str, Any]) -> Sweep:
    """The sweep that ``Sweep.dump`` wrote."""
    fields, mistakes = checked_fields(
        {key: value for key, value in content.items() if key != "cells"} | {"scenario": {}}
    )
    _raise_any(mistakes)
    cells = [Cell(cell["label"], cell["settings"], parse_scenario(cell["scenario"])) for cell in content["cells"]]
    return _sweep(fields, cells)


def _sweep(fields: SweepFields, cells: Sequence[Cell]) -> Sweep:
    return Sweep(
        fields.name,
        fields.seed,
        fields.generations,
        fields.replicates,
        fields.statistics,
        fields.record,
        fields.quantiles,
        fields.paths,
        fields.method,
        tuple(cells),
    )


def _raise_any(mistakes: Sequence[str]) -> None:
    if mistakes:
        raise SweepError(mistakes)


def _changed(mapping: Mapping[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """The sweep with each ``field=value`` written in: a field of the sweep, of its scenario, or an axis of its grid."""
    changed = dict(mapping)
    for change in changes:
        name, equals, text = (part.strip() for part in change.partition("="))
        if not equals or not name or not text:
            raise SweepError(f"--set must be field=value, got {shown(change)}")
        if name.split(".")[0] in FIELDS and not name.startswith(("scenario.", "grid.")):
            changed = applied(changed, {name: _value(text)})
            continue
        setting = name.removeprefix("scenario.").removeprefix("grid.")
        grid = with_setting(changed.get("grid", {}), setting, _value(text), add=name.startswith("grid."))
        changed = applied(changed, {f"scenario.{setting}": _value(text)}) if grid is None else changed | {"grid": grid}
    return changed


def _value(text: str) -> Any:
    """What TOML makes of the text; text that is no TOML value is a string."""
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return read["value"] if len(read) == 1 else text


def _cells(fields: SweepFields, grid: Sequence[Settings]) -> list[Cell]:
    """One cell per setting; raises with every mistake in the scenarios, naming the cells that have it."""
    cells: list[Cell] = []
    wrong: dict[str, list[str]] = {}
    labels = [setting_label(settings) or fields.name for settings in grid]
    times = Counter(labels)
    for label, settings in zip(labels, grid, strict=True):
        try:
            scenario = parse_scenario(applied(fields.scenario, settings))
        except ScenarioError as error:
            for line in error.lines:
                wrong.setdefault(line, []).append(label)
            continue
        name = label if times[label] == 1 else f"{label} #{scenario.digest[:8]}"
        cells.append(Cell(name, settings, scenario))
    _raise_any([f"{_place(where, len(grid))}: {line}" for line, where in wrong.items()])
    first: dict[str, str] = {}
    for cell in cells:
        if cell.digest in first:
            raise SweepError(f'cell "{cell.label}" is the same scenario as cell "{first[cell.digest]}": leave one out')
        first[cell.digest] = cell.label
    return cells


def _place(labels: Sequence[str], cells: int) -> str:
    if len(labels) == cells:
        return "scenario"
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return f'cell "{labels[0]}"{more}'


def _mistakes_of(statistic: Requested, cells: Sequence[Cell]) -> list[str]:
    """What is wrong with asking every cell for a statistic, told for the first cell where something is."""
    for cell in cells:
        mistake = statistic.mistake_in(cell.scenario)
        if mistake is not None:
            where = f'cell "{cell.label}": ' if len(cells) > 1 and cell is not cells[0] else ""
            return [f"statistics: {where}{mistake}"]
    return []
