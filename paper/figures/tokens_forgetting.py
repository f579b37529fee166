"""A token is forgotten when its lines of descent die out: the branching bound is close, the older one loose."""

from collections.abc import Mapping

import numpy as np
from matplotlib.lines import Line2D

from paper.drawing import COLOURS, LINES, MARKERS, Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.claims import claims
from theory.predict import predict

NEEDS = ("tokens",)
BOUNDS = {
    "tokens-replace-absence-upper-bound": "branching bound",
    "tokens-replace-absence-inverse-time-bound": "bound with $1/t$",
}
DASHES = {"exact": LINES[0], "branching bound": LINES[1], "bound with $1/t$": LINES[3]}


def draw(stores: Mapping[str, Store]) -> Drawing:
    """P(token absent) against t for three tokens of a Zipf source, one panel per sample size."""
    store = stores["tokens"]
    cells = [cell for cell in store.sweep.cells if cell.scenario.source.exponent > 0][-2:]
    figure, (axes_row,) = panels(1, 2, sharey=True)
    parts = []
    for axes, letter, cell in zip(axes_row, "ab", cells, strict=True):
        data = store.read(cell).sel(generation=slice(1, None))
        t = data["generation"].to_numpy()
        every = np.arange(1, t[-1] + 1)
        ranks = [
            int(str(label).split("@")[1]) for label in data["statistic"].to_numpy() if str(label).startswith("absence@")
        ]
        for series, rank in enumerate(ranks):
            chosen = data.sel(statistic=f"absence@{rank}")
            mean, error = chosen["mean"].to_numpy(), chosen["standard_error"].to_numpy()
            exact = predict(cell.scenario, "absence", every.tolist(), at=rank).value
            spread = np.sqrt(exact[t - 1] * (1 - exact[t - 1]) / store.sweep.replicates)
            expect(
                np.all(np.abs(mean - exact[t - 1]) < 6 * spread + 6 / store.sweep.replicates),
                f"absence in {cell.label} leaves its prediction",
            )
            theory(axes, every, exact, series, linestyle=DASHES["exact"])
            measured(axes, t, mean, error, series)
            for claim, name in BOUNDS.items():
                bound = claims()[claim].value(cell.scenario, every.astype(float), rank)
                expect(np.all(bound >= exact - 1e-12), f"{claim} does not bound {cell.label}")
                theory(axes, every, bound, series, linestyle=DASHES[name], linewidth=0.9)
            parts.append({
                "M": cell.scenario.first_size, "rank": rank, "t": t, "mean": mean, "standard_error": error,
                "theory": exact[t - 1],
            })  # fmt: skip
        axes.set(xlabel="generation $t$", ylim=(-0.02, 1.02), xscale="log")
        panel_title(axes, letter, f"$M={cell.scenario.first_size}$")
    axes_row[0].set_ylabel("P(token is absent)")
    looks = [Line2D([], [], color="#333333", linestyle=dash, label=name) for name, dash in DASHES.items()]
    tokens = [
        Line2D(
            [],
            [],
            color=COLOURS[series],
            marker=MARKERS[series],
            markerfacecolor="white",
            linestyle="",
            label=f"rank {rank + 1}",
        )
        for series, rank in enumerate(ranks)
    ]
    figure.legend(
        handles=[*tokens, *looks],
        loc="outside upper center",
        ncols=6,
        columnspacing=0.9,
        handletextpad=0.3,
        handlelength=2.1,
    )
    return Drawing(figure, stacked(parts))
