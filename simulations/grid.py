"""A grid becomes settings: its axes are crossed, and the fields of one ``[[grid.zip]]`` table advance together.

An axis is the list of settings it takes in turn; a setting maps dotted scenario fields (``sample_size.size``)
or whole tables (``retention``) to values. Quoted dotted keys and the nested tables that TOML makes of unquoted
ones mean the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import product
from math import prod
from typing import Any

from theory.scenario.errors import shown

Settings = dict[str, Any]
Axis = tuple[Settings, ...]

LARGEST_GRID = 100_000  # cells: beyond this a typing error is likelier than a plan


def parse_axes(grid: Mapping[str, Any]) -> tuple[tuple[Axis, ...], list[str]]:
    """The axes of a grid in the order of the file, and one line for each mistake in it."""
    axes: list[Axis] = []
    mistakes: list[str] = []
    for key, value in grid.items():
        if key != "zip":
            for field, values in dotted(key, value):
                axes.append(_axis(f"grid.{field}", {field: values}, mistakes))
        elif isinstance(value, list) and value and all(isinstance(table, Mapping) for table in value):
            for number, table in enumerate(value, start=1):
                together = dict(pair for name, inner in table.items() for pair in dotted(name, inner))
                axes.append(_axis(f"grid.zip table {number}", together, mistakes))
        else:
            mistakes.append(
                f"grid.zip is reserved for [[grid.zip]] tables of fields that advance together, got {shown(value)}"
            )
    seen: set[str] = set()
    for field in (field for axis in axes if axis for field in axis[0]):
        if field in seen:
            mistakes.append(f"grid.{field} is varied twice; a field may stand on one axis only")
        seen.add(field)
    if not mistakes and (cells := prod(map(len, axes))) > LARGEST_GRID:
        mistakes.append(f"grid must make at most {LARGEST_GRID} cells, got {cells}")
    return tuple(axes), mistakes


def dotted(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The leaves below one key, by dotted field: ``{"sample_size": {"size": v}}`` is ``sample_size.size = v``."""
    if isinstance(value, Mapping):
        for inner, leaf in value.items():
            yield from dotted(f"{key}.{inner}", leaf)
    else:
        yield key, value


def crossed(axes: Sequence[Axis]) -> Iterator[Settings]:
    """Every combination of the axes, the first axis slowest; one empty setting where there is no axis."""
    for combination in product(*axes):
        yield {field: value for setting in combination for field, value in setting.items()}


def applied(scenario: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The scenario with the settings written into it, whole tables before the fields inside them."""
    changed = deepcopy(dict(scenario))
    for field in sorted(settings, key=lambda name: name.count(".")):
        *tables, last = field.split(".")
        place = changed
        for table in tables:
            inner = place.get(table)
            place[table] = inner if isinstance(inner, dict) else {}
            place = place[table]
        place[last] = deepcopy(settings[field])
    return changed


def with_setting(grid: Any, field: str, value: Any, add: bool = False) -> dict[str, Any] | None:
    """The grid with the values of one of its fields replaced; a single value stands for all of them.

    None where the field is on no axis, unless it is to be added as one, and where the grid cannot be changed.
    """
    tables = grid.get("zip", []) if isinstance(grid, Mapping) else None
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        return None
    together = [dict(pair for key, inner in table.items() for pair in dotted(key, inner)) for table in tables]
    axes = dict(pair for key, inner in grid.items() if key != "zip" for pair in dotted(key, inner))
    places = [table for table in [axes, *together] if field in table] or ([axes] if add else [])
    for table in places:
        length = len(table[field]) if table is not axes and isinstance(table[field], list) else 1
        table[field] = value if isinstance(value, list) else [value] * length
    return (axes | {"zip": together} if together else axes) if places else None


def setting_label(settings: Settings) -> str:
    """``sample_size.size=100, retention=real_share(iid, share=0.1)``: what tells a cell from its neighbours."""
    return ", ".join(f"{field}={_short(value)}" for field, value in settings.items())


def _axis(place: str, together: Mapping[str, Any], mistakes: list[str]) -> Axis:
    wrong: list[str] = []
    for field, values in together.items():
        if not isinstance(values, list) or not values:
            name = place if place.endswith(field) else f"{place}: {field}"
            wrong.append(f"{name} must be a list of at least one value, got {shown(values)}")
    lengths = {field: len(values) for field, values in together.items() if isinstance(values, list)}
    if not together:
        wrong.append(f"{place} must name at least one field, got none")
    elif not wrong and len(set(lengths.values())) > 1:
        told = ", ".join(f"{field} has {length}" for field, length in lengths.items())
        wrong.append(f"{place} must give every field the same number of values: {told}")
    mistakes.extend(wrong)
    if wrong:
        return ()
    return tuple(dict(zip(together, values, strict=True)) for values in zip(*together.values(), strict=True))


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        named = {"kind", "scheme"}
        inner = [str(value["scheme"])] if "scheme" in value else []
        inner += [f"{field}={_short(leaf)}" for field, leaf in value.items() if field not in named]
        kind = str(value.get("kind", ""))
        return f"{kind}({', '.join(inner)})" if inner else kind
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        shown = ", ".join(map(_short, value))
        return f"[{shown}]" if len(shown) <= 24 else f"[{len(value)} values]"
    return str(value)
