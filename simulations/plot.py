"""One picture of a store: a panel per statistic, a line per cell, colour and dashes telling the settings apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from simulations.grid import setting_label
from simulations.requested import Requested
from simulations.show import unit_of

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31")
DASHES: tuple[Any, ...] = ("-", (0, (4, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)))
MARKERS = ("o", "s", "^", "D", "v")
LARGEST_LEGEND = 24


def save_plot(content: dict[str, Any], statistics: Sequence[Requested], path: Path) -> None:
    """Draw the content of a store and save it as a PNG; hollow marks are means that few chains carry."""
    columns = 2 if len(statistics) == 4 else min(len(statistics), 3)
    rows = -(-len(statistics) // columns)
    figure = Figure(figsize=(4.2 * columns + 2.6, 3.2 * rows + 0.4), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, squeeze=False).flatten()
    looks = _looks([cell["settings"] for cell in content["cells"]])
    for panel, statistic in zip(panels, statistics, strict=False):
        for cell, look in zip(content["cells"], looks.cells, strict=True):
            _draw(panel, cell["statistics"][statistic.label], look)
        _label(panel, statistic, content)
    for panel in panels[len(statistics) :]:
        panel.remove()
    if looks.legend:
        figure.legend(handles=looks.legend, loc="outside right upper", frameon=False, fontsize=8, handlelength=3.5)
    hollow = any(any(series["few"]) for cell in content["cells"] for series in cell["statistics"].values())
    figure.suptitle(
        f"{content['name']}: {content['replicates']} chains per cell, bars ±2 s.e."
        + (", hollow where few chains carry the mean" if hollow else ""),
        fontsize=10,
    )
    figure.savefig(path, dpi=150)


@dataclass(frozen=True)
class _Looks:
    """A look for each cell, and the legend that explains them."""

    cells: list[dict[str, Any]]
    legend: list[Line2D]


def _looks(settings: Sequence[dict[str, Any]]) -> _Looks:
    """The setting with most values gets the colours, the next the dashes, the third the marks."""
    values = {
        name: list(dict.fromkeys(setting_label({name: setting.get(name)}) for setting in settings))
        for name in dict.fromkeys(name for setting in settings for name in setting)
    }
    varied = sorted((name for name in values if len(values[name]) > 1), key=lambda name: -len(values[name]))
    channels = (("color", COLOURS), ("linestyle", DASHES), ("marker", MARKERS))
    assigned = list(zip(varied, channels, strict=False))
    plain: dict[str, Any] = {"color": "#444444", "linestyle": "-", "marker": "o"}
    cells = []
    for setting in settings:
        look = dict(plain)
        for name, (channel, options) in assigned:
            look[channel] = options[values[name].index(setting_label({name: setting.get(name)})) % len(options)]
        cells.append(look)
    legend = []
    for number, (name, (channel, options)) in enumerate(assigned):
        for place, text in enumerate(values[name][:LARGEST_LEGEND]):
            look: dict[str, Any] = (
                plain | ({"marker": ""} if channel == "linestyle" else {}) | {channel: options[place % len(options)]}
            )
            legend.append(Line2D([], [], markersize=4, label=text, **look))
        if number < len(assigned) - 1:
            legend.append(Line2D([], [], linestyle="none", label=" "))
    return _Looks(cells, legend)


def _draw(panel: Axes, series: dict[str, Any], look: dict[str, Any]) -> None:
    t = np.array(series["t"], dtype=float)
    mean = np.array(series["mean"], dtype=float)
    error = np.array(series["standard_error"], dtype=float)
    few = np.array(series["few"])
    sparse = t.size <= 20
    panel.plot(t, mean, color=look["color"], linestyle=look["linestyle"], linewidth=1.2)
    if not sparse:
        panel.fill_between(t, mean - 2 * error, mean + 2 * error, color=look["color"], alpha=0.2, linewidth=0)
        return
    panel.errorbar(t, mean, 2 * error, fmt="none", ecolor=look["color"], elinewidth=0.8, capsize=2)
    for chosen, face in ((~few, look["color"]), (few, "white")):
        panel.plot(
            t[chosen],
            mean[chosen],
            look["marker"],
            color=look["color"],
            markerfacecolor=face,
            markersize=3.5,
            linestyle="none",
        )


def _label(panel: Axes, statistic: Requested, content: dict[str, Any]) -> None:
    series = [cell["statistics"][statistic.label] for cell in content["cells"]]
    values = np.array([value for one in series for value in one["mean"]], dtype=float)
    values = values[np.isfinite(values)]
    generations = np.array(series[0]["t"]) if series else np.array([0])
    if generations.size > 1 and generations[-1] > 20 * max(1, generations[generations > 0].min()):
        panel.set_xscale("symlog", linthresh=1)
        panel.set_xlim(left=0 if generations[0] == 0 else generations[0] * 0.9)
    else:
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    positive = values[values > 0]
    if values.size and positive.size == values.size and positive.max() > 100 * positive.min():
        panel.set_yscale("log")
    panel.set_xlabel("generation t")
    panel.set_ylabel(f"{statistic.label.replace('_', ' ')} [{unit_of(statistic)}]", fontsize=9)
    panel.grid(visible=True, linewidth=0.3, alpha=0.6)
    panel.tick_params(labelsize=8)
