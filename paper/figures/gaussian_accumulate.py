"""Keeping old data turns the decay of the expected variance into a plateau whose height is a sine."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import COLOURS, MARKERS, Drawing, expect, key, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.predict import predict

NEEDS = ("gaussian",)
LOOKS = {
    "replace": ({"linestyle": (0, (4, 1.6))}, {"fmt": MARKERS[1]}),
    "accumulate": ({"linestyle": "-"}, {"fmt": MARKERS[0], "markerfacecolor": None}),
}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """E v_t / v_0 and E (mu_t - mu_0)^2 / v_0 against t by policy and sample size, maximum likelihood."""
    store = stores["gaussian"]
    figure, ((left, right),) = panels(1, 2)
    cells = [cell for cell in store.sweep.cells if cell.scenario.estimator.divisor == "mle"]
    sizes = sorted({cell.scenario.first_size for cell in cells})
    parts = []
    for cell in cells:
        policy, size, v0 = cell.scenario.retention.kind, cell.scenario.first_size, cell.scenario.source.variance
        line, marker = LOOKS[policy]
        data = store.read(cell).sel(generation=slice(1, None))
        t = data["generation"].to_numpy()
        every = np.unique(np.geomspace(1, 30 * t[-1], 120).astype(int))
        for axes, statistic in ((left, "variance"), (right, "mean_squared_error")):
            chosen = data.sel(statistic=statistic)
            mean, error = chosen["mean"].to_numpy(), chosen["standard_error"].to_numpy()
            curve = predict(cell.scenario, statistic, every.tolist()).value / v0
            predicted = predict(cell.scenario, statistic, t.tolist()).value
            # a mean that few chains carry is left out: its error bar would be no guide
            trusted = chosen["effective_replicates"].to_numpy() >= 100
            agrees = np.abs(mean - predicted) < 6 * error + 1e-12
            expect(np.all(agrees[trusted]), f"{statistic} of {cell.label} leaves its prediction")
            colour = {"color": COLOURS[sizes.index(size)]}
            label = f"$M={size}$" if axes is left and policy == "accumulate" else None
            theory(axes, every, curve, sizes.index(size), label, **line)
            measured(axes, t[trusted], mean[trusted] / v0, error[trusted] / v0, sizes.index(size), **(colour | marker))
            parts.append({
                "statistic": statistic, "policy": policy, "M": size, "t": t, "mean": mean, "standard_error": error,
                "theory": predicted, "shown": trusted,
            })  # fmt: skip
            if axes is left:
                late = predict(cell.scenario, statistic, [np.inf]).value[0]
                plateau = np.sin(np.pi / np.sqrt(size)) / (np.pi / np.sqrt(size))
                expect(
                    np.isclose(late / v0, plateau if policy == "accumulate" else 0.0),
                    f"{cell.label}: not the promised limit",
                )
    for axes in (left, right):
        axes.set(xscale="log", xlabel="generation $t$")
    left.set(ylabel=r"$\mathrm{E}\,v_t/v_0$", ylim=(0, 1.05))
    right.set(ylabel=r"$\mathrm{E}\,(\mu_t-\mu_0)^2/v_0$", yscale="log", ylim=(6e-5, 1.5))
    panel_title(left, "a", "variance: decay or plateau")
    panel_title(right, "b", "error of the mean")
    left.legend(loc="lower left")
    faces = {"replace": "white", "accumulate": "#333333"}
    key(
        right,
        **{
            name: look | {"marker": marker["fmt"], "markerfacecolor": faces[name]}
            for name, (look, marker) in LOOKS.items()
        },
    )
    right.get_legend().set_loc("lower right")
    return Drawing(figure, stacked(parts))
