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
from matplotlib.ticker import FuncFormatter, MaxNLocator, SymmetricalLogLocator

from simulations.grid import setting_label
from simulations.requested import Requested
from simulations.show import unit_of

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31")
DASHES: tuple[Any, ...] = ("-", (0, (4, 2)), (0, (1, 1.5)), (0, (5, 1.5, 1, 1.5)))
MARKERS = ("o", "s", "^", "D", "v")
LARGEST_LEGEND = 24
MARKED = 20  # longer series are lines and bands without marks
PLAIN = FuncFormatter(lambda value, _: f"{value:g}")
FAINT = 0.3  # opacity of what few chains carry
WIDE = 100  # values of one sign that differ by more than this factor get a logarithmic axis


def save_plot(content: dict[str, Any], statistics: Sequence[Requested], path: Path) -> None:
    """Draw the content of a store and save it as a picture; faint is what few chains carry."""
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
    faint = any(any(series["few"]) for cell in content["cells"] for series in cell["statistics"].values())
    figure.suptitle(
        f"{content['name']}: {content['replicates']} chains per cell, bars ±2 s.e."
        + (", faint where few chains carry the mean" if faint else ""),
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
    t, mean, error, few = (np.array(series[name], dtype=float) for name in ("t", "mean", "standard_error", "few"))
    few = few.astype(bool)
    beside = few | np.append(few[1:], False) | np.append(False, few[:-1])  # a line to a faint mark is faint
    for chosen, line, opacity in ((~few, ~few, 1.0), (few, beside, FAINT)):
        values = np.where(line, mean, np.nan)
        panel.plot(t, values, color=look["color"], linestyle=look["linestyle"], linewidth=1.2, alpha=opacity)
        if t.size > MARKED:
            low, high = values - 2 * error, values + 2 * error
            panel.fill_between(t, low, high, color=look["color"], alpha=0.2 * opacity, linewidth=0)
            continue
        panel.errorbar(
            t[chosen], mean[chosen], 2 * error[chosen],
            fmt=look["marker"], color=look["color"], markersize=3.5, elinewidth=0.8, capsize=2, alpha=opacity,
        )  # fmt: skip


def _label(panel: Axes, statistic: Requested, content: dict[str, Any]) -> None:
    series = [cell["statistics"][statistic.label] for cell in content["cells"]]
    t, mean, few = (
        np.array([value for one in series for value in one[name]], dtype=float) for name in ("t", "mean", "few")
    )
    fitted = np.isfinite(mean) & (t > 0)
    later, trusted = mean[fitted], mean[fitted & (few == 0)]
    logarithmic = trusted.size > 0 and later.min() > 0 and later.max() > WIDE * trusted.min()
    if logarithmic:  # generation 0 is the source: what is 0 there has no place on this axis
        panel.set_yscale("log", nonpositive="mask")
        panel.set_ylim(bottom=max(panel.get_ylim()[0], trusted.min() / 2))
        panel.yaxis.set_major_formatter(PLAIN)
    _scale_generations(panel, t[np.isfinite(mean) & ((mean > 0) | (not logarithmic))])
    panel.set_xlabel("generation t")
    panel.set_ylabel(f"{statistic.label.replace('_', ' ')} [{unit_of(statistic)}]", fontsize=9)
    panel.grid(visible=True, linewidth=0.3, alpha=0.6)
    panel.tick_params(labelsize=8)


def _scale_generations(panel: Axes, t: np.ndarray) -> None:
    """The axis of the drawn generations: logarithmic from 1 on where they reach far, with 0 beside 1."""
    later = t[t > 0]
    if later.size == 0 or later.max() <= 20 * later.min():
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        return
    panel.set_xscale("symlog", linthresh=1, linscale=0.4)
    panel.set_xlim(0 if t.min() == 0 else 0.9 * t.min(), 1.2 * t.max())
    panel.xaxis.set_major_locator(SymmetricalLogLocator(base=10, linthresh=1))
    panel.xaxis.set_minor_locator(SymmetricalLogLocator(base=10, linthresh=1, subs=range(2, 10)))
    panel.xaxis.set_major_formatter(PLAIN)
