"""Rare types leave a vocabulary long before common ones notice: types alive and heterozygosity, text replaced."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.predict import predict

NEEDS = ("tokens",)


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Expected vocabulary and heterozygosity, as shares of a Zipf source's, against t for each sample size."""
    store = stores["tokens"]
    figure, ((left, right),) = panels(1, 2)
    cells = [cell for cell in store.sweep.cells if cell.settings["source.exponent"] > 0]
    parts = []
    for series, cell in enumerate(cells):
        size = cell.scenario.first_size
        data = store.read(cell)
        t = data["generation"].to_numpy()
        every = np.arange(t[-1] + 1)
        for axes, statistic in ((left, "vocabulary"), (right, "heterozygosity")):
            chosen = data.sel(statistic=statistic)
            mean, error = chosen["mean"].to_numpy(), chosen["standard_error"].to_numpy()
            predicted = predict(cell.scenario, statistic, every.tolist()).value
            expect(
                np.all(np.abs(mean - predicted[t]) < 6 * error + 1e-9),
                f"{statistic} of {cell.label} leaves its prediction",
            )
            whole = predicted[0]
            theory(axes, every, predicted / whole, series, f"$M={size}$")
            measured(axes, t, mean / whole, error / whole, series)
            parts.append({
                "statistic": statistic, "M": size, "t": t, "mean": mean, "standard_error": error,
                "theory": predicted[t],
            })  # fmt: skip
    for axes in (left, right):
        axes.set(xlabel="generation $t$", ylim=(0, 1.04))
    left.set_ylabel("share of the types alive")
    right.set_ylabel(r"heterozygosity $H_t/H_0$")
    panel_title(left, "a", "the tail goes first")
    panel_title(right, "b", "common tokens drift for longer")
    right.legend()
    return Drawing(figure, stacked(parts))
