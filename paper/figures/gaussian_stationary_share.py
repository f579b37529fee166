"""Half a real point per generation, by chance, is the least that holds the unbiased variance; fresh ones always do."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from paper.drawing import COLOURS, LINES, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import beside
from paper.figures.tokens_real_share import SCHEMES, with_share
from simulations.store import Store
from simulations.sweep import Cell
from theory.predict import predict

NEEDS = ("gaussian-stationary-share",)
TITLES = {"mle": "maximum likelihood", "unbiased": "unbiased"}
APPROACH = (0.004, 0.0099, 0.04)  # shares of points real by chance, on both sides of the threshold
SETTLED = 0.01  # relative: means farther than this from their stationary value are not shown as stationary
FRAMES = {"mle": ((0.18, 1.15), (0.2, 0.5, 1)), "unbiased": ((0.55, 12), (1, 2, 5, 10))}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Stationary E v / v_0 against the share of real data, by divisor and scheme; E v_t / v_0 about the threshold."""
    store = stores["gaussian-stationary-share"]
    size = store.sweep.cells[0].scenario.first_size
    threshold = 2 / (2 * size + 1 + np.sqrt(4 * size**2 + 1))
    counts = np.arange(2, size) / size  # of a number of points, the least of which all schemes can keep
    figure, (axes_row,) = panels(1, 3, height=2.45)
    parts = []
    for axes, letter, (divisor, title) in zip(axes_row[:2], "ab", TITLES.items(), strict=True):
        above = threshold if divisor == "unbiased" else 0.0
        shares = {
            "iid": above + np.geomspace(1e-5 if above else 2e-3, 0.98 - above, 120),
            "stratified": np.array([1 / size, *counts]),
            "fixed": counts,
        }
        for series, (scheme, words) in enumerate(SCHEMES.items()):
            cells = _cells(store, scheme, divisor)
            theory(axes, shares[scheme], _settled(cells[0], shares[scheme]), series, f"{scheme}: {words}")
            parts += [_stationary_point(axes, store, cell, series) for cell in cells]
        _assert_order([_settled(_cells(store, scheme, divisor)[0], counts) for scheme in SCHEMES], divisor)
        around = _settled(_cells(store, "iid", divisor)[0], threshold * np.array([0.999, 1.001]))
        expect(np.isfinite(around).tolist() == [not above, True], f"{title}: the threshold is not where it is drawn")
        axes.axhline(1, color=COLOURS[5], linewidth=0.9, linestyle=":")
        axes.set(xscale="log", xlabel=r"share of real data $\alpha$", xlim=(1.8e-3, 1.1))
        _logarithmic(axes, *FRAMES[divisor])
        panel_title(axes, letter, title)
    left, middle, right = axes_row
    left.set_ylabel(r"$\mathrm{E}\,v_\infty/v_0$")
    middle.axvline(threshold, color="#333333", linewidth=0.9, linestyle=LINES[3])
    middle.annotate(r"$\alpha_c$", (threshold, 9), (-3, 0), textcoords="offset points", ha="right", va="center")
    parts += _approach(right, store, threshold)
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return Drawing(figure, stacked(parts))


def _cells(store: Store, scheme: str, divisor: str) -> list[Cell]:
    """Those of a scheme and a divisor."""
    return [
        cell
        for cell in store.sweep.cells
        if cell.scenario.retention.scheme == scheme and cell.scenario.estimator.divisor == divisor
    ]


def _settled(cell: Cell, shares: np.ndarray) -> np.ndarray:
    """E v_inf / v_0 of the cell's scenario with other shares."""
    v0 = cell.scenario.source.variance
    return np.array([predict(with_share(cell.scenario, float(a)), "variance", [np.inf]).value[0] / v0 for a in shares])


def _stationary_point(axes: Axes, store: Store, cell: Cell, series: int) -> dict[str, Any]:
    """The last generation of a cell, drawn where it has come to rest; its row of the table."""
    share = cell.scenario.retention.share_of(cell.scenario.first_size)
    last = {name: column[-1:] for name, column in beside(store, cell, "variance").columns.items()}
    v0, at = cell.scenario.source.variance, np.array([share])
    last["shown"] = last["shown"] & (np.abs(last["theory"] / v0 / _settled(cell, at) - 1) < SETTLED)
    if last["shown"].all():
        measured(axes, at, last["mean"] / v0, last["standard_error"] / v0, series)
    return _row("stationary", cell, share) | last


def _approach(axes: Axes, store: Store, threshold: float) -> list[dict[str, Any]]:
    """E v_t / v_0 against t for points real by chance and the unbiased divisor, on both sides of the threshold."""
    parts = []
    every = np.unique(np.geomspace(1, 800, 160).astype(int))
    for series, share in enumerate(APPROACH, start=3):
        (cell,) = (cell for cell in _cells(store, "iid", "unbiased") if cell.scenario.retention.share == share)
        v0 = cell.scenario.source.variance
        found = beside(store, cell, "variance")
        t, mean, error = found.points
        line = predict(cell.scenario, "variance", every.tolist()).value / v0
        theory(axes, every, line, series, rf"$\alpha={share / threshold:.2g}\,\alpha_c$")
        measured(axes, t, mean / v0, error / v0, series)
        parts.append(_row("approach", cell, share) | found.columns)
    axes.set(xscale="log", xlabel="generation $t$", ylabel=r"$\mathrm{E}\,v_t/v_0$", xlim=(0.8, 900))
    _logarithmic(axes, (0.93, 4), (1, 2, 3))
    axes.legend(loc="upper left")
    panel_title(axes, "c", "iid, unbiased")
    return parts


def _row(panel: str, cell: Cell, share: float) -> dict[str, Any]:
    retention, estimator = cell.scenario.retention, cell.scenario.estimator
    return {"panel": panel, "divisor": estimator.divisor, "scheme": retention.scheme, "share": share}


def _logarithmic(axes: Axes, limits: tuple[float, float], ticks: tuple[float, ...]) -> None:
    axes.set(yscale="log", ylim=limits)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())


def _assert_order(settled: list[np.ndarray], divisor: str) -> None:
    """Points real by chance hold less than as many fresh ones; the same for ever fall short under both divisors."""
    iid, stratified, fixed = settled
    expect(np.all(fixed < iid) and np.all(iid < stratified), f"{divisor}: the schemes are not in their order")
    expect(np.all(fixed < 1), f"{divisor}: a kept set of real points must fall short of the source")
    expect(np.all((iid > 1) == (divisor == "unbiased")), f"{divisor}: on the wrong side of the source")
