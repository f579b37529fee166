"""One name, three schemes: the diversity a share of real data preserves depends on how the share is drawn."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.predict import predict
from theory.scenario import Scenario, parse_scenario

NEEDS = ("tokens-real-share",)
SCHEMES = {"iid": "by chance", "stratified": "so many fresh", "fixed": "the same for ever"}


def with_share(scenario: Scenario, share: float) -> Scenario:
    """The scenario with another share of real data."""
    tables = scenario.dump()
    tables["retention"] = {"kind": "real_share", "scheme": scenario.retention.scheme, "share": share}
    return parse_scenario(tables)


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Stationary heterozygosity over its source value against the share of real data; its approach at one share."""
    store = stores["tokens-real-share"]
    figure, ((left, right),) = panels(1, 2)
    parts = []
    size = store.sweep.cells[0].scenario.first_size
    for series, (scheme, words) in enumerate(SCHEMES.items()):
        cells = [cell for cell in store.sweep.cells if cell.scenario.retention.scheme == scheme]
        shares = np.array([cell.scenario.retention.share_of(size) for cell in cells])
        whole = 1 - float(np.sum(cells[0].scenario.source.distribution() ** 2))
        every = np.arange(1, size) / size
        stationary = [
            predict(with_share(cells[0].scenario, float(a)), "heterozygosity", [np.inf]).value[0] for a in every
        ]
        theory(left, every, np.array(stationary) / whole, series, f"{scheme}: {words}")
        for share, cell in zip(shares, cells, strict=True):
            data = store.read(cell).sel(statistic="heterozygosity", generation=slice(1, None))
            t = data["generation"].to_numpy()
            mean, error = data["mean"].to_numpy(), data["standard_error"].to_numpy()
            predicted = predict(cell.scenario, "heterozygosity", t.tolist()).value
            expect(
                np.all(np.abs(mean - predicted) < 6 * error + 1e-12),
                f"heterozygosity of {cell.label} leaves its prediction",
            )
            measured(left, share[None], mean[-1:] / whole, error[-1:] / whole, series)
            if share == shares.min():
                line = predict(cell.scenario, "heterozygosity", np.arange(1, t[-1] + 1).tolist()).value / whole
                theory(right, np.arange(1, t[-1] + 1), line, series)
                measured(right, t, mean / whole, error / whole, series)
            parts.append({
                "scheme": scheme, "share": share, "t": t, "mean": mean, "standard_error": error, "theory": predicted,
            })  # fmt: skip
    small = every <= 0.3
    folklore = 2 * size * every[small] / (1 - every[small])
    theory(left, every[small], folklore / (1 + folklore), 3, "$2M\\alpha/(1-\\alpha)$", linewidth=0.9)
    left.set(
        xlabel=r"share of real data $\alpha$", xscale="log", ylim=(0.2, 1.01), ylabel=r"$\mathrm{E}\,H_\infty/H_0$"
    )
    right.set(xlabel="generation $t$", ylabel=r"$\mathrm{E}\,H_t/H_0$", xscale="log")
    panel_title(left, "a", f"what is preserved ($M={size}$)")
    panel_title(right, "b", rf"the approach to it ($\alpha={shares.min():g}$)")
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return Drawing(figure, stacked(parts))
