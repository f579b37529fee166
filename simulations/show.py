"""A store as tables for the terminal and as plain data: mean, standard error and effective replicates by cell."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulations.precision import carried_by_few
from simulations.requested import Requested
from simulations.store import Store
from theory.scenario import QUANTITIES
from theory.scenario.errors import InputError, nearest

PICTURES = (".png", ".pdf", ".svg")
SHOWN_GENERATIONS = 6  # rows of one cell and statistic in the table; --json has all of them


def selected_statistics(store: Store, names: Sequence[str]) -> tuple[Requested, ...]:
    """The statistics of a store whose label or name is among the names; all where none is named."""
    statistics = store.sweep.statistics
    known = {name for statistic in statistics for name in (statistic.label, statistic.name)}
    wrong = [
        f'--statistic must be one of {", ".join(s.label for s in statistics)}, got "{name}"{nearest(name, known)}'
        for name in names
        if name not in known
    ]
    if wrong:
        raise InputError(wrong)
    return tuple(s for s in statistics if not names or s.label in names or s.name in names)


def picture_file(path: Path) -> Path:
    """The path, if a picture can go there; raises ``InputError`` for another ending, a folder, or a missing folder."""
    if path.suffix not in PICTURES:
        raise InputError(f'--plot must end in {", ".join(PICTURES[:-1])} or {PICTURES[-1]}, got "{path}"')
    if path.is_dir():
        raise InputError(f'--plot must be a file, got the folder "{path}"')
    if not path.parent.is_dir():
        raise InputError(f'--plot must lie in a folder that exists, got "{path}"')
    return path


def store_content(store: Store, statistics: Sequence[Requested]) -> dict[str, Any]:
    """Everything that is finished, as a JSON object: cells, each with its scenario and the series of each statistic."""
    problems = store.problems()
    cells = []
    for cell in (cell for cell in store.sweep.cells if cell.label not in problems):
        data = store.read(cell)
        series = {}
        for statistic in statistics:
            row = data.sel(statistic=statistic.label)
            mean, error = row["mean"].to_numpy(), row["standard_error"].to_numpy()
            effective = row["effective_replicates"].to_numpy()
            few = carried_by_few(cell.scenario, statistic.name, mean, error, effective, store.sweep.replicates)
            series[statistic.label] = {
                "t": row["generation"].to_numpy().tolist(),
                "mean": _plain(mean),
                "standard_error": _plain(error),
                "effective_replicates": _plain(effective),
                "few": few.tolist(),
                **_quantiles(row),
                **({"paths": [_plain(path) for path in row["paths"].to_numpy()]} if "paths" in row else {}),
            }
        cells.append(
            {
                "cell": cell.label,
                "settings": cell.settings,
                "scenario": cell.scenario.dump(),
                "method": data.attrs.get("method"),
                "statistics": series,
                "environment": data.attrs["environment"],
            }
        )
    return {
        "name": store.sweep.name,
        "seed": store.sweep.seed,
        "replicates": store.sweep.replicates,
        "generations": store.sweep.generations,
        "cells": cells,
        "missing": problems,
    }


def store_tables(content: dict[str, Any]) -> Group:
    """A table per cell, a few generations of each series; ``!`` marks a mean that few chains carry."""
    heading = f"{content['name']}: {content['replicates']} chains per cell, seed {content['seed']}"
    parts: list[RenderableType] = [Text(heading, style="bold")]
    for cell in content["cells"]:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("statistic", min_width=20, no_wrap=True)
        for name, width in (("t", 6), ("mean ± s.e.", 24), ("effective chains", 16)):
            table.add_column(name, min_width=width, justify="right", no_wrap=True)
        levels = next(iter(cell["statistics"].values())).get("quantiles", {})
        for level in levels:
            table.add_column(f"{float(level):.4g} quantile", min_width=12, justify="right", no_wrap=True)
        for label, series in cell["statistics"].items():
            for number, place in enumerate(spread_out(len(series["t"]), SHOWN_GENERATIONS)):
                table.add_row(
                    label if number == 0 else "",
                    str(series["t"][place]),
                    measured(series["mean"][place], series["standard_error"][place]),
                    f"{float(series['effective_replicates'][place]):.0f} {'!' if series['few'][place] else ' '}",
                    *(f"{float(series['quantiles'][level][place]):.5g}" for level in levels),
                )
        title = Text(cell["cell"], style="bold")
        if cell["method"] is not None:
            title.append(f"  by {cell['method']}", style="dim")
        parts += [Text(), title, table]
    if any(any(series["few"]) for cell in content["cells"] for series in cell["statistics"].values()):
        parts += [Text(), Text("! so few chains carry this mean that its standard error is no guide", style="yellow")]
    if content["missing"]:
        parts += [
            Text(),
            *(Text(f'cell "{label}" {problem}', style="red") for label, problem in content["missing"].items()),
        ]
    return Group(*parts)


def spread_out(size: int, most: int) -> list[int]:
    """At most ``most`` places of a list, both ends among them, closer together at its beginning."""
    if size <= most:
        return list(range(size))
    places = np.unique(np.round(np.geomspace(1, size, most)).astype(int) - 1)
    return [int(place) for place in places]


def measured(mean: float | str, standard_error: float | str) -> str:
    """``0.1234 ± 0.0012``: two digits of the standard error and as many decimals; no error without spread."""
    mean, standard_error = float(mean), float(standard_error)
    if standard_error == 0:
        return f"{mean:.6g}"
    if not np.isfinite(mean) or not np.isfinite(standard_error) or standard_error <= 0:
        return f"{mean:.6g} ± {standard_error:.2g}"
    decimals = 1 - int(np.floor(np.log10(standard_error)))
    if 0 <= decimals <= 9 and abs(mean) < 1e9:
        return f"{mean:.{decimals}f} ± {standard_error:.{decimals}f}"
    return f"{mean:.4g} ± {standard_error:.2g}"


def unit_of(statistic: Requested) -> str:
    """The unit of a statistic, in words."""
    return QUANTITIES[statistic.name].unit


def _quantiles(row: Any) -> dict[str, Any]:
    """The quantiles of single chains by level, where the sweep asked for them."""
    if "quantiles" not in row:
        return {}
    levels = row["level"].to_numpy()
    return {
        "quantiles": {
            str(level): _plain(values) for level, values in zip(levels, row["quantiles"].to_numpy(), strict=True)
        }
    }


def _plain(values: np.ndarray) -> list[float | str]:
    """Numbers as JSON may hold them: infinities and what is not a number as strings."""
    return [float(value) if np.isfinite(value) else str(float(value)) for value in values]
