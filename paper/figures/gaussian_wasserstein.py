"""The expected distance to the source grows without bound if unbiased; under maximum likelihood it saturates."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.predict import predict

NEEDS = ("gaussian",)
TITLES = {"unbiased": "unbiased: no bound", "mle": "maximum likelihood: below $2v_0$"}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """E W2^2 between model and source against t, one panel per divisor, one series per sample size."""
    store = stores["gaussian"]
    figure, (axes_row,) = panels(1, 2, sharey=True)
    parts = []
    for axes, letter, (divisor, title) in zip(axes_row, "ab", TITLES.items(), strict=True):
        cells = [
            cell
            for cell in store.sweep.cells
            if cell.scenario.retention.kind == "replace" and cell.scenario.estimator.divisor == divisor
        ]
        for series, cell in enumerate(sorted(cells, key=lambda cell: cell.scenario.first_size)):
            chosen = store.read(cell).sel(statistic="wasserstein2_squared", generation=slice(1, None))
            t = chosen["generation"].to_numpy()
            mean, error = chosen["mean"].to_numpy(), chosen["standard_error"].to_numpy()
            # beyond this few chains carry the mean (its tail index is 2 without bias) and error bars are no guide
            trusted = error < 0.1 * mean
            v0 = cell.scenario.source.variance
            every = np.unique(np.geomspace(1, 100 * t[-1], 160).astype(int))
            line = predict(cell.scenario, "wasserstein2_squared", every.tolist()).value / v0
            predicted = predict(cell.scenario, "wasserstein2_squared", t.tolist()).value
            expect(np.all(line <= 2) == (divisor == "mle"), f"{cell.label}: only maximum likelihood stays below 2 v_0")
            agrees = np.abs(mean - predicted) < 6 * error
            expect(np.all(agrees[trusted]), f"the distance of {cell.label} leaves its prediction")
            theory(axes, every, line, series, f"$M={cell.scenario.first_size}$")
            measured(axes, t[trusted], mean[trusted] / v0, error[trusted] / v0, series)
            parts.append({
                "divisor": divisor, "M": cell.scenario.first_size, "t": t, "mean": mean, "standard_error": error,
                "theory": predicted, "shown": trusted,
            })  # fmt: skip
        axes.set(xscale="log", yscale="log", xlabel="generation $t$", ylim=(1e-3, 30))
        panel_title(axes, letter, title)
    axes_row[1].axhline(2, color=COLOURS[5], linewidth=0.9, linestyle=":")
    axes_row[0].set_ylabel(r"$\mathrm{E}\,W_2^2 / v_0$")
    axes_row[0].legend(loc="lower right")
    return Drawing(figure, stacked(parts))
