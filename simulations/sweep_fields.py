"""The fields of a sweep beside its scenario and grid: what each may hold, one line for each mistake."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulations.kernels.choice import AUTOMATIC, method_names
from simulations.requested import Requested
from theory.scenario.errors import alternatives, nearest, shown
from theory.scenario.values import finite

LARGEST_COUNTER = 2**32 - 1  # seeds, generations and replicates are 32-bit words of the random bits
LARGEST_LEVELS = 100
LARGEST_PATHS = 100  # single chains kept of a cell
LARGEST_RECORD = 1_000_000  # generations kept of a chain: 24 MB for each statistic of a cell
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
FIELDS = (
    "name",
    "seed",
    "generations",
    "replicates",
    "statistics",
    "record",
    "quantiles",
    "paths",
    "method",
    "scenario",
    "grid",
)


@dataclass
class SweepFields:
    """The checked fields of a sweep file."""

    name: str = ""
    seed: int = 0
    generations: int = 1
    replicates: int = 2
    statistics: tuple[Requested, ...] = ()
    record: tuple[int, ...] = ()
    quantiles: tuple[float, ...] = ()
    paths: int = 0
    method: str = AUTOMATIC
    scenario: dict[str, Any] = field(default_factory=dict)
    grid: dict[str, Any] = field(default_factory=dict)


def checked_fields(mapping: Mapping[str, Any]) -> tuple[SweepFields, list[str]]:
    """The fields of a sweep, and one line for each mistake in them."""
    wrong = [
        f"{key} is not a field of a sweep: it takes {', '.join(FIELDS)}{nearest(key, FIELDS)}"
        for key in mapping
        if key not in FIELDS
    ]
    fields = SweepFields()
    fields.name = _name(mapping.get("name"), wrong)
    fields.seed = _whole("seed", mapping.get("seed", 0), 0, LARGEST_COUNTER, wrong)
    before = len(wrong)
    fields.generations = _whole("generations", mapping.get("generations"), 1, LARGEST_COUNTER, wrong)
    counted = len(wrong) == before
    fields.replicates = _whole("replicates", mapping.get("replicates"), 2, LARGEST_COUNTER, wrong)
    fields.statistics = _statistics(mapping.get("statistics"), wrong)
    if counted:  # what may be recorded depends on the number of generations
        fields.record = _record(mapping.get("record", "all"), fields.generations, wrong)
    fields.quantiles = _quantiles(mapping.get("quantiles", []), wrong)
    fields.paths = _whole("paths", mapping.get("paths", 0), 0, min(LARGEST_PATHS, fields.replicates), wrong)
    fields.method = _method(mapping.get("method", AUTOMATIC), wrong)
    fields.scenario = _table("scenario", mapping.get("scenario"), wrong)
    fields.grid = _table("grid", mapping.get("grid", {}), wrong)
    return fields, wrong


def _name(value: Any, wrong: list[str]) -> str:
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    wrong.append(
        "name must be 1 to 64 letters, digits, dots, hyphens and underscores, starting with a letter or digit, "
        f"got {shown(value)}"
    )
    return ""


def _whole(name: str, value: Any, low: int, high: int, wrong: list[str]) -> int:
    number = finite(value)
    if number is not None and number.is_integer() and low <= number <= high:
        return int(number)
    wrong.append(f"{name} must be a whole number from {low} to {high}, got {shown(value)}")
    return low


def _table(name: str, value: Any, wrong: list[str]) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    wrong.append(f"{name} must be a table, got {shown(value)}")
    return {}


def _record(value: Any, generations: int, wrong: list[str]) -> tuple[int, ...]:
    size = generations + 1 if value == "all" else len(value) if isinstance(value, list) else 0
    if size > LARGEST_RECORD:
        wrong.append(f"record must name at most {LARGEST_RECORD} generations, got {size}")
        return ()
    if value == "all":
        return tuple(range(generations + 1))
    if not isinstance(value, list | tuple) or not value:
        wrong.append(f'record must be "all" or a list of generations from 0 to {generations}, got {shown(value)}')
        return ()
    read = [finite(entry) for entry in value]
    for place, (entry, number) in enumerate(zip(value, read, strict=True)):
        if number is None or not number.is_integer() or not 0 <= number <= generations:
            wrong.append(
                f"record[{place}] must be a whole number from 0 to generations = {generations}, got {shown(entry)}"
            )
        elif number in read[:place]:
            wrong.append(f"record[{place}] must differ from the entries before it, got {shown(entry)}")
    return tuple(sorted(int(number) for number in read if number is not None))


def _quantiles(value: Any, wrong: list[str]) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) > LARGEST_LEVELS:
        wrong.append(
            f"quantiles must be a list of at most {LARGEST_LEVELS} numbers between 0 and 1, such as [0.05, 0.5, 0.95], "
            f"got {shown(value)}"
        )
        return ()
    levels = [finite(entry) for entry in value]
    for place, (entry, level) in enumerate(zip(value, levels, strict=True)):
        if level is None or not 0.0 < level < 1.0:
            wrong.append(f"quantiles[{place}] must be a number between 0 and 1, both excluded, got {shown(entry)}")
        elif level in levels[:place]:
            wrong.append(f"quantiles[{place}] must differ from the entries before it, got {shown(entry)}")
    return tuple(sorted(level for level in levels if level is not None))


def _method(value: Any, wrong: list[str]) -> str:
    names = method_names()
    if isinstance(value, str) and value in names:
        return value
    hint = nearest(value, names) if isinstance(value, str) else ""
    wrong.append(f"method must be {alternatives(names)}, got {shown(value)}{hint}")
    return AUTOMATIC


def _statistics(value: Any, wrong: list[str]) -> tuple[Requested, ...]:
    if not isinstance(value, list | tuple) or not value:
        wrong.append(
            'statistics must be a list of names such as "log_variance" or tables such as { name = "moment", at = 3 }, '
            f"got {shown(value)}"
        )
        return ()
    requested: list[Requested] = []
    for place, entry in enumerate(value):
        statistic = _statistic(f"statistics[{place}]", entry, wrong)
        if statistic in requested:
            wrong.append(f"statistics[{place}] must differ from the entries before it, got {shown(entry)}")
        elif statistic is not None:
            requested.append(statistic)
    return tuple(requested)


def _statistic(place: str, entry: Any, wrong: list[str]) -> Requested | None:
    table = {"name": entry} if isinstance(entry, str) else entry
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str):
        wrong.append(f'{place} must be a name or a table such as {{ name = "moment", at = 3 }}, got {shown(entry)}')
        return None
    unknown = [key for key in table if key not in ("name", "at")]
    if unknown:
        wrong.append(f"{place}.{unknown[0]} is not a known field: a statistic takes name, at")
        return None
    at = finite(table["at"]) if "at" in table else None
    if "at" in table and at is None:
        wrong.append(f"{place}.at must be a finite number, got {shown(table['at'])}")
        return None
    return Requested(table["name"], at)
