"""Model from source the divergence grows as t/M whatever the divisor; source from model it explodes."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import beside
from paper.figures._two_ways import filled, handles
from simulations.store import Store
from theory.predict import predict

NEEDS = ("gaussian-divergences",)
STATISTICS = {"kl_reverse": ("a", "model from source: linear"), "kl_forward": ("b", "source from model: exponential")}
DIVISORS = {"mle": "maximum likelihood", "unbiased": "unbiased"}
LONGEST = 2  # t / M


def draw(stores: Mapping[str, Store]) -> Drawing:
    """E KL in both directions against t / M, by sample size and divisor."""
    store = stores["gaussian-divergences"]
    figure, (axes_row,) = panels(1, 2, height=2.7)
    sizes = sorted({cell.scenario.first_size for cell in store.sweep.cells})
    parts = []
    for cell in store.sweep.cells:
        size, divisor = cell.scenario.first_size, cell.scenario.estimator.divisor
        place, series = sizes.index(size), list(DIVISORS).index(divisor)
        every = np.arange(1, LONGEST * size + 1)
        for axes, statistic in zip(axes_row, STATISTICS, strict=True):
            line = predict(cell.scenario, statistic, every.tolist()).value
            late = predict(cell.scenario, statistic, [1000, 1001, 1002]).value
            if statistic == "kl_reverse":
                expect(np.allclose(np.diff(line), line[0]), f"{cell.label}: not linear")
                expect(1 < line[0] * size < 1.1 + 2 / size, f"{cell.label}: not about t/M")
            else:
                gain = (size if divisor == "mle" else size - 1) / (size - 3)
                expect(np.allclose(late[1:] / late[:-1], gain), f"{cell.label}: not exponential")
            found = beside(store, cell, statistic)
            t, mean, error = (values[found.points[0] <= every[-1]] for values in found.points)
            theory(axes, every / size, line, series, color=COLOURS[place])
            measured(axes, t / size, mean, error, series, **filled(place))
            parts.append({"statistic": statistic, "M": size, "divisor": divisor, **found.columns})
    for axes, (letter, title) in zip(axes_row, STATISTICS.values(), strict=True):
        axes.set(xlabel="generations over sample size $t/M$", xlim=(-0.04, LONGEST + 0.06))
        panel_title(axes, letter, title)
    axes_row[0].set(ylabel=r"$\mathrm{E}\,\mathrm{KL}(\mathrm{model}\,\|\,\mathrm{source})$, nats", ylim=(0, None))
    axes_row[1].set(ylabel=r"$\mathrm{E}\,\mathrm{KL}(\mathrm{source}\,\|\,\mathrm{model})$, nats", yscale="log")
    legend = handles(list(DIVISORS.values()), [f"$M={size}$" for size in sizes])
    figure.legend(handles=legend, loc="outside upper center", ncols=4)
    return Drawing(figure, stacked(parts))
