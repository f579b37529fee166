"""Fresh real data and the unbiased divisor overshoot the variance for ever; a kept set always falls short."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures.tokens_real_share import SCHEMES, with_share
from simulations.store import Store
from theory.predict import predict

NEEDS = ("gaussian-real-share",)
TITLES = {"mle": "maximum likelihood", "unbiased": "unbiased"}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Stationary E v / v_0 against the share of real data, one panel per divisor, one series per scheme."""
    store = stores["gaussian-real-share"]
    figure, (axes_row,) = panels(1, 2, sharey=True)
    parts = []
    for axes, letter, (divisor, title) in zip(axes_row, "ab", TITLES.items(), strict=True):
        for series, (scheme, words) in enumerate(SCHEMES.items()):
            cells = [
                cell
                for cell in store.sweep.cells
                if cell.scenario.retention.scheme == scheme and cell.scenario.estimator.divisor == divisor
            ]
            size, v0 = cells[0].scenario.first_size, cells[0].scenario.source.variance
            shares = np.arange(1, size) / size
            line = (
                np.array([predict(with_share(cells[0].scenario, a), "variance", [np.inf]).value[0] for a in shares])
                / v0
            )
            above = divisor == "unbiased" and scheme != "fixed"
            expect(
                np.all(line > 1) if above else np.all(line < 1), f"{scheme}, {divisor}: on the wrong side of the source"
            )
            theory(axes, shares, line, series, f"{scheme}: {words}" if axes is axes_row[0] else None)
            for cell in cells:
                data = store.read(cell).sel(statistic="variance").isel(generation=-1)
                share, t = cell.scenario.retention.share_of(size), int(data["generation"])
                mean, error = float(data["mean"]), float(data["standard_error"])
                predicted = predict(cell.scenario, "variance", [t]).value[0]
                trusted = error < 0.02 * mean  # else few chains carry the mean
                expect(
                    not trusted or abs(mean - predicted) < 6 * error, f"variance of {cell.label} leaves its prediction"
                )
                if trusted:
                    measured(axes, np.array([share]), np.array([mean]) / v0, np.array([error]) / v0, series)
                parts.append({
                    "divisor": divisor, "scheme": scheme, "share": share, "t": t, "mean": mean, "standard_error": error,
                    "theory": predicted, "shown": trusted,
                })  # fmt: skip
        axes.axhline(1, color=COLOURS[5], linewidth=0.9, linestyle=":")
        axes.set(xlabel=r"share of real data $\alpha$", ylim=(0.4, 1.6))
        panel_title(axes, letter, f"{title} ($M={size}$)")
    axes_row[0].set_ylabel(r"$\mathrm{E}\,v_\infty/v_0$")
    figure.legend(*axes_row[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return Drawing(figure, stacked(parts))
