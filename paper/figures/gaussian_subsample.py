"""A subsample of everything keeps less variance than everything does; unbiased, it alone grows without bound."""

from collections.abc import Mapping

import numpy as np
from scipy.special import gamma

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import beside
from paper.figures._two_ways import filled, handles
from simulations.store import Store
from theory.predict import predict

NEEDS = ("gaussian-subsample",)
POLICIES = {
    "replace": ("replace", 1),
    "accumulate": ("accumulate: fit to all", 0),
    "accumulate_subsample": ("accumulate: fit to $M$ of all", 2),
}
DIVISORS = {"mle": ("a", "maximum likelihood: plateaus"), "unbiased": ("b", "unbiased: the subsample grows")}
LATEST = 10_000


def plateau(policy: str, M: int) -> float:
    """lim E v_t / v_0 under maximum likelihood: 0, a sine, a quotient of Gamma functions."""
    if policy == "replace":
        return 0.0
    if policy == "accumulate":
        return float(np.sinc(1 / np.sqrt(M)))
    y, z = (1 + np.sqrt(12 * M - 3)) / (2 * M), (1 - np.sqrt(12 * M - 3)) / (2 * M)
    return float((1 - 1 / M) * gamma(2 - 1 / M) / (gamma(2 - y) * gamma(2 - z)))


def draw(stores: Mapping[str, Store]) -> Drawing:
    """E v_t / v_0 against t by policy and sample size, one panel per divisor."""
    store = stores["gaussian-subsample"]
    figure, (axes_row,) = panels(1, 2, height=2.7)
    sizes = sorted({cell.scenario.first_size for cell in store.sweep.cells})
    every = np.unique(np.geomspace(1, LATEST, 100).astype(int))
    parts = []
    for cell in store.sweep.cells:
        divisor, policy = cell.scenario.estimator.divisor, cell.scenario.retention.kind
        size, v0 = cell.scenario.first_size, cell.scenario.source.variance
        axes, series, place = axes_row[list(DIVISORS).index(divisor)], POLICIES[policy][1], sizes.index(size)
        curve = predict(cell.scenario, "variance", every.tolist()).value / v0
        late = predict(cell.scenario, "variance", [1_000_000, 10_000_000, np.inf]).value / v0
        if divisor == "mle":
            expect(np.isclose(late[2], plateau(policy, size)), f"{cell.label}: not the promised plateau")
        elif policy == "accumulate_subsample":
            slope = np.log10(late[1] / late[0])
            expect(np.isclose(slope, 1 / size, rtol=1e-3), f"{cell.label}: does not grow as t^(1/M)")
        else:
            expect(late[2] <= 1, f"{cell.label}: grows beyond the source")
        found = beside(store, cell, "variance")
        t, mean, error = found.points
        theory(axes, every, curve, series, color=COLOURS[place])
        measured(axes, t, mean / v0, error / v0, series, **filled(place))
        parts.append({"divisor": divisor, "policy": policy, "M": size, **found.columns})
    for axes, (letter, title) in zip(axes_row, DIVISORS.values(), strict=True):
        axes.set(xscale="log", xlabel="generation $t$")
        panel_title(axes, letter, title)
    axes_row[0].set(ylabel=r"$\mathrm{E}\,v_t/v_0$", ylim=(-0.02, 1.02))
    ticks = (0.8, 1, 1.5, 2, 3, 4)
    axes_row[1].set(yscale="log", ylim=(0.76, 4.2), yticks=ticks, yticklabels=[f"{tick:g}" for tick in ticks])
    axes_row[1].minorticks_off()
    words, series = zip(*POLICIES.values(), strict=True)
    legend = handles(words, [f"$M={size}$" for size in sizes], series)
    figure.legend(handles=legend, loc="outside upper center", ncols=5, columnspacing=1.2)
    return Drawing(figure, stacked(parts))
