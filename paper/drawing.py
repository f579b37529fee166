"""One look for every figure: theory is lines, what chains did is markers with bars of two standard errors.

A figure is one file in ``paper/figures`` with ``NEEDS``, the names of the stores it reads, and ``draw``, which
gets those stores and returns a ``Drawing``: the figure and the numbers it shows. ``save`` writes both, with
where they came from.
"""

import csv
import importlib
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from jaxtyping import Shaped
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paper.benchmarks import Benchmarks, load_benchmarks
from theory.scenario.errors import InputError

WIDTH = 5.98  # inches: the text width of template.typ

# Told apart by eye, by the common kinds of colour blindness, and by lightness alone when printed in grey.
COLOURS = ("#004488", "#bb5566", "#ddaa33", "#000000", "#4f9d94", "#8a8f99")
LINES = ("-", (0, (5, 1.5)), (0, (5, 1.4, 1.2, 1.4)), (0, (1.2, 1.2)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")

STYLE: dict[str, Any] = {
    "font.family": ["cmr10", "DejaVu Serif"],  # Computer Modern as in the text; the second has what the first lacks
    "mathtext.fontset": "cm",
    "axes.formatter.use_mathtext": True,
    "font.size": 8.5,
    "axes.titlesize": 9.0,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 8.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#333333",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e4e7eb",
    "grid.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.minor.size": 1.8,
    "ytick.minor.size": 1.8,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.6,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "legend.borderaxespad": 0.2,
    "pdf.fonttype": 42,
    "figure.constrained_layout.use": True,
}


class DrawingError(InputError):
    """A figure would show something other than what it says, or is not complete."""


@dataclass(frozen=True)
class Drawing:
    """A figure and the table of numbers it shows, one column per quantity, all of the same length."""

    figure: Figure
    columns: Mapping[str, Shaped[np.ndarray, " N"]]


@contextmanager
def style() -> Iterator[None]:
    """The settings within which figures are drawn and saved; nothing outside is touched."""
    subsetter = logging.getLogger("fontTools")  # remarks on the dates inside Computer Modern's own files
    level = subsetter.level
    subsetter.setLevel(logging.ERROR)
    try:
        settings: Any = {**mpl.rcParamsDefault, "backend": mpl.rcParams["backend"], **STYLE}
        with mpl.rc_context(settings):
            yield
    finally:
        subsetter.setLevel(level)


def panels(rows: int = 1, columns: int = 1, height: float = 2.35, **options: Any) -> tuple[Figure, np.ndarray]:
    """A figure as wide as the text with a grid of axes ``[rows, columns]``; ``height`` in inches per row."""
    figure = Figure(figsize=(WIDTH, rows * height))
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def theory(axes: Axes, x: np.ndarray, y: np.ndarray, series: int, label: str | None = None, **options: Any) -> None:
    """A prediction: a line in the colour and the dashes of series number ``series``, or as ``options`` say."""
    look: dict[str, Any] = {"color": COLOURS[series], "linestyle": LINES[series], "zorder": 2}
    axes.plot(x, y, label=label, **(look | options))


def measured(
    axes: Axes,
    x: np.ndarray,
    mean: np.ndarray,
    standard_error: np.ndarray,
    series: int,
    label: str | None = None,
    **options: Any,
) -> None:
    """What chains did: the marker of series number ``series`` with bars of two standard errors."""
    look: dict[str, Any] = {
        "fmt": MARKERS[series], "color": COLOURS[series], "markerfacecolor": "white", "markeredgewidth": 0.9,
        "elinewidth": 0.8, "capsize": 1.6, "zorder": 3,
    }  # fmt: skip
    axes.errorbar(x, mean, yerr=2 * standard_error, label=label, **(look | options))


def panel_title(axes: Axes, letter: str, title: str) -> None:
    """A bold letter and a short title, the same in every figure."""
    axes.set_title(rf"$\mathbf{{{letter}}}$  {title}")


def key(axes: Axes, **entries: Mapping[str, Any]) -> None:
    """A legend of looks that mean the same in every panel: name = the options of a line in black."""
    handles = [Line2D([], [], color="#333333", label=name.replace("_", " ")) for name in entries]
    for handle, look in zip(handles, entries.values(), strict=True):
        handle.set(**look)
    axes.legend(handles=handles)


def stacked(parts: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """The parts of a figure as one table: arrays one after another, single values repeated along them."""
    broadcast = [dict(zip(part, np.broadcast_arrays(*part.values()), strict=True)) for part in parts]
    return {name: np.concatenate([np.atleast_1d(part[name]) for part in broadcast]) for name in parts[0]}


def expect(condition: bool | np.bool_, message: str) -> None:
    """Stop the build where the numbers do not say what the figure is drawn to show."""
    if not condition:
        raise DrawingError(message)


def check(drawing: Drawing, name: str) -> None:
    """Raise ``DrawingError`` unless the drawing is as wide as the text, labelled, not empty, with a whole table."""
    expect(abs(drawing.figure.get_figwidth() - WIDTH) < 0.01, f"{name}: the figure must be {WIDTH} inches wide")
    expect(len(drawing.figure.axes) > 0, f"{name}: the figure has no axes")
    for axes in drawing.figure.axes:
        expect(axes.has_data(), f"{name}: an axes is empty")
    named = [
        any(axes.get_xlabel() for axes in drawing.figure.axes),
        any(axes.get_ylabel() for axes in drawing.figure.axes),
    ]
    expect(all(named), f"{name}: no axis has a label")
    lengths = {len(column) for column in drawing.columns.values()}
    expect(len(lengths) == 1 and lengths != {0}, f"{name}: the columns must have one length and hold something")


def save(drawing: Drawing, name: str, folder: Path, provenance: Mapping[str, Any]) -> list[Path]:
    """Write NAME.pdf, NAME.png, NAME.csv (the numbers shown) and NAME.json (where they came from); returns the paths.

    The same drawing gives the same bytes: no file holds a date or a program's name.
    """
    check(drawing, name)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{kind}" for kind in ("pdf", "png", "csv", "json")]
    nothing = {"Creator": None, "Producer": None, "CreationDate": None}
    drawing.figure.savefig(paths[0], metadata=nothing)
    drawing.figure.savefig(paths[1], dpi=200, metadata={"Software": None})
    paths[2].write_text(table(drawing.columns), encoding="utf-8")
    paths[3].write_text(json.dumps(dict(provenance), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return paths


def draw_and_save(
    inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None], module: str
) -> None:
    """Draw the figure in a module from the results in ``inputs``, keyed by their names, and save it."""
    stores = {path.stem: open_results(path) for path in inputs}
    with style():
        drawing: Drawing = importlib.import_module(module).draw(stores)
        advance(0.5)
        save(drawing, outputs[0].stem, outputs[0].parent, {name: origin(store) for name, store in stores.items()})


def open_results(path: Path) -> Any:
    """The store of a sweep or the log of a protocol, whichever the folder holds; the benchmarks where it is a file."""
    if path.is_file():
        return load_benchmarks(path)
    from simulations.models.log import is_training_log, read_log
    from simulations.store import open_store

    return read_log(path) if is_training_log(path) else open_store(path)


def origin(store: Any) -> dict[str, Any]:
    """What a figure's numbers were computed from: the sweep or protocol, its text, and the versions; no times."""
    if isinstance(store, Benchmarks):
        return {"provenance": {name: value for name, value in store.provenance.items() if name != "date"}}
    if hasattr(store, "sweep"):
        return {"sweep": store.sweep.digest, "content": store.digest, "environments": store.manifest.environments}
    return {"protocol": store.protocol.dump(), "text": store.text.sha256, "environments": store.environments}


def table(columns: Mapping[str, Shaped[np.ndarray, " N"]]) -> str:
    """The columns as CSV; floats as the shortest text that reads back to the same number, missing values empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        zip(*[[_cell(value) for value in np.asarray(column).tolist()] for column in columns.values()], strict=True)
    )
    return text.getvalue()


def _cell(value: Any) -> str:
    return "" if isinstance(value, float) and np.isnan(value) else str(value)
