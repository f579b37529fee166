"""New rows keep an accumulated regression below the pi^2/6 of one design; a real share leaves a floor, new or kept."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures.tokens_real_share import with_share
from simulations.store import Store
from theory.predict import predict
from theory.scenario import Scenario

NEEDS = ("regression", "regression-real-share")
KEPT = {
    ("replace", "fresh"): "replaced",
    ("accumulate", "reused"): "kept, one design",
    ("accumulate", "fresh"): "kept, new rows",
}
WORDS = {"stratified": "new in every generation", "fixed": "the same for ever"}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """E R_t over E R_1 against t by what is kept; the last E R_t over that of M real rows against the real share."""
    figure, ((left, right),) = panels(1, 2)
    parts = [*policies(left, stores["regression"]), *shares(right, stores["regression-real-share"])]
    return Drawing(figure, stacked(parts))


def policies(axes: Axes, store: Store) -> list[dict[str, Any]]:
    """The risk in units of that of one fit: without bound, up to pi^2/6, or to less."""
    parts = []
    for cell in store.sweep.cells:
        policy, design = cell.scenario.retention.kind, cell.scenario.source.design
        data = store.read(cell).sel(statistic="excess_risk", generation=slice(1, None))
        t, mean, error = (data[name].to_numpy() for name in ("generation", "mean", "standard_error"))
        predicted, one = risk(cell.scenario, t), risk(cell.scenario, [1])[0]
        expect(np.all(np.abs(mean - predicted) < 6 * error), f"excess_risk of {cell.label} leaves its prediction")
        shown = (policy, design) in KEPT
        if shown:
            series = list(KEPT).index((policy, design))
            every = np.unique(np.geomspace(1, 400, 80).astype(int))
            theory(axes, every, risk(cell.scenario, every) / one, series, KEPT[policy, design])
            inside = mean / one < 2.6
            measured(axes, t[inside], (mean / one)[inside], (error / one)[inside], series)
        if policy == "accumulate":
            end = risk(cell.scenario, [np.inf])[0] / one
            bound = np.pi**2 / 6
            expect(np.isclose(end, bound) if design == "reused" else end < 0.95 * bound, f"{cell.label}: another limit")
        parts.append({
            "panel": "a", "policy": policy, "design": design, "share": np.nan, "t": t, "mean": mean,
            "standard_error": error, "theory": predicted, "shown": shown,
        })  # fmt: skip
    axes.axhline(np.pi**2 / 6, color=COLOURS[5], linewidth=0.9, linestyle=":")
    axes.annotate(r"$\pi^2/6$", (200, np.pi**2 / 6), xytext=(0, 3), textcoords="offset points")
    axes.set(xscale="log", xlabel="generation $t$", ylabel=r"$\mathrm{E}\,R_t/\mathrm{E}\,R_1$", ylim=(0.93, 2.6))
    size, d = store.sweep.cells[0].scenario.first_size, store.sweep.cells[0].scenario.source.dimension
    panel_title(axes, "a", f"what is kept ($M={size}$, $d={d}$)")
    axes.legend(loc="upper right")
    return parts


def shares(axes: Axes, store: Store) -> list[dict[str, Any]]:
    """The floor in units of the risk of M real rows: new real rows stay below real rows alone, kept ones above."""
    parts, cells = [], store.sweep.cells
    size, source = cells[0].scenario.first_size, cells[0].scenario.source
    d, noise = source.dimension, source.noise_variance
    unit = noise * d / (size - d - 1)
    fine = np.arange(d + 3, size) / size
    for series, (scheme, words) in enumerate(WORDS.items()):
        own = [cell for cell in cells if cell.scenario.retention.scheme == scheme]
        for cell in own:
            data = store.read(cell).sel(statistic="excess_risk").isel(generation=-1)
            share, t = cell.scenario.retention.share_of(size), int(data["generation"])
            mean, error = float(data["mean"]), float(data["standard_error"])
            alone, predicted = noise * d / (share * size - d - 1), risk(cell.scenario, [t])[0]
            if scheme == "stratified":
                expect(abs(mean - predicted) < 6 * error, f"excess_risk of {cell.label} leaves its prediction")
            below = mean < alone if scheme == "stratified" else mean > alone
            expect(below, f"{cell.label}: on the wrong side of the real rows alone")
            measured(axes, np.array([share]), np.array([mean]) / unit, np.array([error]) / unit, series)
            parts.append({
                "panel": "b", "policy": scheme, "design": "fresh", "share": share, "t": t, "mean": mean,
                "standard_error": error, "theory": predicted, "shown": True,
            })  # fmt: skip
        line = np.array([floor(with_share(own[0].scenario, a)) for a in fine]) / unit
        theory(axes, fine, line, series, f"real rows {words}")
    theory(axes, fine, (size - d - 1) / (fine * size - d - 1), 3, "real rows alone")
    axes.set(xlabel=r"share of real rows $n/M$", ylabel="floor / risk of $M$ real rows", yscale="log", xlim=(0.12, 1.0))
    axes.set(ylim=(0.9, 14.0), yticks=[1, 2, 5, 10], yticklabels=["1", "2", "5", "10"])
    axes.minorticks_off()
    panel_title(axes, "b", f"real rows among synthetic ($M={size}$, $d={d}$)")
    axes.legend(loc="upper right")
    return parts


def risk(scenario: Scenario, t: Any) -> np.ndarray:
    """E R_t."""
    return predict(scenario, "excess_risk", list(t)).value


def floor(scenario: Scenario) -> float:
    """E R_t after so many generations that it has settled; of kept rows the limit itself is known as a bound only."""
    return risk(scenario, [100_000])[0]
