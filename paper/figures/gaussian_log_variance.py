"""The log-variance of a refitted Gaussian falls linearly, twice as fast under maximum likelihood as without bias."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from paper.drawing import LINES, Drawing, expect, key, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.predict import predict

NEEDS = ("gaussian",)
LOOKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # of the line and of the marker
    "mle": ({"linestyle": LINES[0]}, {"markerfacecolor": None}),
    "unbiased": ({"linestyle": LINES[1]}, {}),
}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Mean and standard deviation of log v_t over chains against t, by sample size and divisor."""
    store = stores["gaussian"]
    figure, ((left, right),) = panels(1, 2)
    cells = [cell for cell in store.sweep.cells if cell.scenario.retention.kind == "replace"]
    sizes = sorted({cell.scenario.first_size for cell in cells})
    parts = []
    for cell in cells:
        size, divisor = cell.scenario.first_size, cell.settings["estimator.divisor"]
        line, marker = LOOKS[divisor]
        data = store.read(cell).sel(generation=slice(1, None))
        t = data["generation"].to_numpy()
        every = np.unique(np.geomspace(1, t[-1], 60).astype(int))
        for axes, statistic, sign in ((left, "log_variance", -1), (right, "log_variance_sd", 1)):
            chosen = data.sel(statistic=statistic)
            mean, error = chosen["mean"].to_numpy(), chosen["standard_error"].to_numpy()
            predicted = predict(cell.scenario, statistic, t.tolist()).value
            expect(np.all(np.abs(mean - predicted) < 6 * error), f"{statistic} of {cell.label} leaves its prediction")
            name = f"$M={size}$" if axes is left and divisor == "mle" else None
            theory(
                axes,
                every,
                sign * predict(cell.scenario, statistic, every.tolist()).value,
                sizes.index(size),
                name,
                **line,
            )
            measured(axes, t, sign * mean, error, sizes.index(size), **marker)
            parts.append({
                "statistic": statistic, "M": size, "divisor": divisor, "t": t, "mean": mean, "standard_error": error,
                "theory": predicted,
            })  # fmt: skip
    for axes in (left, right):
        axes.set(xscale="log", yscale="log", xlabel="generation $t$")
    left.set_ylabel(r"$\log v_0 - \mathrm{E}\,\log v_t$")
    right.set_ylabel(r"standard deviation of $\log v_t$")
    panel_title(left, "a", "the mean falls linearly")
    panel_title(right, "b", r"chains part as $\sqrt{t}$")
    left.legend()
    key(
        right,
        maximum_likelihood=LOOKS["mle"][0] | {"marker": "o"},
        unbiased=LOOKS["unbiased"][0] | {"marker": "o", "markerfacecolor": "white"},
    )
    return Drawing(figure, stacked(parts))
