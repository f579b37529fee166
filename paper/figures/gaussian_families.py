"""Other families collapse at their own pace: at a random time, step by step, by extinction, or not at all."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from paper.drawing import COLOURS, LINES, MARKERS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import beside
from simulations.store import Store
from simulations.sweep import Cell
from theory.predict import predict

NEEDS = ("uniform", "exponential", "poisson", "kernel-density")
Part = dict[str, object]


def draw(stores: Mapping[str, Store]) -> Drawing:
    """One panel per family, each statistic against t for a few sample sizes or bandwidths."""
    figure, grid = panels(2, 2, height=2.25)
    panel = {"uniform": uniform, "exponential": exponential, "poisson": poisson, "kernel-density": kernel_density}
    parts: list[Part] = []
    for axes, letter, name in zip(grid.flat, "abcd", NEEDS, strict=True):
        title, found = panel[name](axes, stores[name])
        axes.set_xlabel("generation $t$")
        panel_title(axes, letter, title)
        parts += [{"family": name, **part} for part in found]
    return Drawing(figure, stacked(parts))


def uniform(axes: Axes, store: Store) -> tuple[str, list[Part]]:
    """P(v_t <= x): the time until it is 1 + Poisson((M/2) log(v_0/x))."""
    parts: list[Part] = []
    at = next(statistic.at for statistic in store.sweep.statistics if statistic.name == "variance_cdf")
    for series, cell in enumerate(store.sweep.cells):
        size = cell.scenario.first_size
        every = np.arange(1, store.sweep.generations + 1)
        line = predict(cell.scenario, "variance_cdf", every.tolist(), at=at).value
        time = predict(cell.scenario, "collapse_time", at=at).value[0]
        expect(np.isclose(1 + np.sum(1 - line), time), f"{cell.label}: not the law of the collapse time")
        expect(np.isclose(time, 1 + size / 2 * np.log(1 / at)), f"{cell.label}: not 1 + (M/2) log(v_0/x)")
        axes.axvline(time, color=COLOURS[series], linestyle=":", linewidth=0.9)
        axes.text(0.8 * time, 0.35, f"$M={size}$", ha="right")
        _series(axes, store, cell, "variance_cdf", series, every, line, parts, at=at)
    axes.set(xscale="log", xlim=(8, 450), ylim=(-0.03, 1.03), ylabel=rf"$\mathrm{{P}}(v_t\leq v_0/{1 / at:.0f})$")
    return "uniform: $1+$Poisson fits", parts


def exponential(axes: Axes, store: Store) -> tuple[str, list[Part]]:
    """Loss and spread of log v_t: about t/M and 2 sqrt(t/M)."""
    parts: list[Part] = []
    every = np.unique(np.geomspace(1, store.sweep.generations, 60).astype(int))
    for series, cell in enumerate(store.sweep.cells):
        size = cell.scenario.first_size
        for statistic, dashes in (("log_variance", LINES[0]), ("log_variance_sd", LINES[1])):
            line = predict(cell.scenario, statistic, every.tolist()).value
            leading = every / size if statistic == "log_variance" else 2 * np.sqrt(every / size)
            expect(np.all(np.abs(np.abs(line) / leading - 1) < 1 / size), f"{cell.label}: not t/M and its root")
            _series(axes, store, cell, statistic, series, every, line, parts, linestyle=dashes)
    looks = [Line2D([], [], color="#333333", linestyle=LINES[place]) for place in (0, 1)]
    axes.add_artist(axes.legend(looks, ["loss of the mean", "spread over chains"], loc="upper left"))
    axes.legend(handles=[_entry(n, f"$M={cell.scenario.first_size}$", "") for n, cell in enumerate(store.sweep.cells)],
                loc="lower right", handlelength=1.2)  # fmt: skip
    axes.set(xscale="log", yscale="log", ylabel=r"$\log v_t$, nats", ylim=(None, 150))
    return "exponential: $t/M$ and $2\\sqrt{t/M}$", parts


def poisson(axes: Axes, store: Store) -> tuple[str, list[Part]]:
    """P(lambda_t = 0), with exp(-2 M lambda_0 / t) beside it."""
    parts: list[Part] = []
    entries: list[Line2D] = []
    every = np.unique(np.geomspace(1, 5 * store.sweep.generations, 100).astype(int))
    for series, cell in enumerate(store.sweep.cells):
        total = cell.scenario.first_size * cell.scenario.source.rate
        line = predict(cell.scenario, "variance_cdf", every.tolist(), at=0).value
        expect(np.isclose(line[-1], np.exp(-2 * total / every[-1]), atol=0.01), f"{cell.label}: not exp(-2 M lambda/t)")
        look = {"color": COLOURS[5], "linestyle": ":", "linewidth": 0.9}
        theory(axes, every, np.exp(-2 * total / every), series, **look)
        entries.append(_entry(series, rf"$M\lambda_0={total:g}$"))
        _series(axes, store, cell, "variance_cdf", series, every, line, parts, at=0)
    axes.set(xscale="log", ylim=(-0.03, 1.03), ylabel=r"$\mathrm{P}(\lambda_t=0)$")
    axes.legend(handles=entries, loc="upper left")
    return "Poisson: extinction", parts


def kernel_density(axes: Axes, store: Store) -> tuple[str, list[Part]]:
    """E v_t from sources of several variances to M h^2."""
    parts: list[Part] = []
    every = np.arange(store.sweep.generations + 1)
    widths = sorted({cell.scenario.estimator.bandwidth for cell in store.sweep.cells})
    for cell in store.sweep.cells:
        size, width = cell.scenario.first_size, cell.scenario.estimator.bandwidth
        line = predict(cell.scenario, "variance", every.tolist()).value
        late = predict(cell.scenario, "variance", [np.inf]).value[0]
        expect(np.isclose(late, size * width**2), f"{cell.label}: does not settle at M h^2")
        series = widths.index(width)
        _series(axes, store, cell, "variance", series, every, line, parts)
        low = cell.scenario.source.variance == min(each.scenario.source.variance for each in store.sweep.cells)
        if low:  # said once for each bandwidth
            axes.text(every[-1], late * 0.77, f"$h={width:g}$: $Mh^2={late:.2g}$", ha="right", va="top")
    axes.set(yscale="log", ylabel=r"$\mathrm{E}\,v_t$, squared data units", ylim=(0.07, 4))
    return f"kernel density, $M={size}$: to $Mh^2$", parts


def _entry(series: int, words: str, line: object = None) -> Line2D:
    """An entry of a legend: the line, or what is given instead, and the marker of a series."""
    return Line2D([], [], color=COLOURS[series], linestyle=LINES[series] if line is None else line,
                  marker=MARKERS[series], markerfacecolor="white", label=words)  # fmt: skip


def _series(
    axes: Axes, store: Store, cell: Cell, statistic: str, series: int, every: np.ndarray, line: np.ndarray,
    parts: list[Part], at: float | None = None, **look: object,
) -> None:  # fmt: skip
    """One line and its markers; a log-variance as what is lost of it."""
    found = beside(store, cell, statistic, at)
    if at:  # where all or none of the chains are below the level there is nothing to see
        found = replace(found, shown=found.shown & (np.abs(found.theory - 0.5) < 0.4999))
    start = predict(cell.scenario, statistic, [0]).value[0] if statistic == "log_variance" else 0.0
    sign = -1 if statistic == "log_variance" else 1
    t, mean, error = found.points
    theory(axes, every, sign * (line - start), series, **look)
    measured(axes, t, sign * (mean - start), error, series)
    parts.append({"statistic": statistic, "cell": cell.label, **found.columns})
