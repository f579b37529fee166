"""At every sample size half a real point per generation keeps the expected variance finite, three halves its spread."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import COLOURS, LINES, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import beside
from paper.figures.tokens_real_share import with_share
from simulations.store import Store
from theory.predict import predict
from theory.scenario import Scenario, parse_scenario

NEEDS = ("gaussian-phase",)
LEVELS = (1.2, 1.05, 1.01)  # of the stationary variance over that of the source
LOOKS = {
    "rising": {"marker": "^", "markerfacecolor": COLOURS[1]},
    "settled": {"marker": "o", "markerfacecolor": "white"},
}
APPROACHED = 20  # the sample size whose chains are shown on their way
STILL_RISES = 1.1  # from 2 M to 4 M generations


def least_share(scenario: Scenario, statistic: str, level: float = np.inf) -> float:
    """The least share of real data with which the stationary value is below a level; by bisection to 1e-6 of it."""
    low, high = 1e-6, 1.0
    while high / low > 1 + 1e-6:
        middle = float(np.sqrt(low * high))
        settles = predict(with_share(scenario, middle), statistic, [np.inf]).value[0] < level
        low, high = (low, middle) if settles else (middle, high)
    return high


def with_size(scenario: Scenario, size: int) -> Scenario:
    """The scenario with another sample size."""
    return parse_scenario(scenario.dump() | {"sample_size": {"kind": "constant", "size": size}})


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Share of real data against sample size: thresholds, levels of E v_inf, chains; and E v_t against t / M."""
    store = stores["gaussian-phase"]
    figure, ((left, right),) = panels(1, 2, height=2.9)
    any_cell = store.sweep.cells[0].scenario
    v0 = any_cell.source.variance
    sizes = np.unique(np.geomspace(4, 500, 16).round().astype(int))
    settings = [with_size(any_cell, int(size)) for size in sizes]
    finite = np.array([least_share(scenario, "variance") for scenario in settings])
    steady = np.array([least_share(scenario, "variance_second_moment") for scenario in settings])
    closed = 1 + (1 - np.hypot(2 * sizes, 1)) / (2 * sizes)  # root of alpha M (2 - alpha) = 1 - alpha
    expect(np.allclose(finite, closed, rtol=1e-5), "the threshold is not the root of alpha M (2 - alpha) = 1 - alpha")
    expect(np.all(np.abs(finite * sizes - 0.5) < 0.3 / sizes), "the threshold is not about half a real point")
    expect(np.all(np.abs(steady * sizes - 1.5) < 0.3 / sizes), "the second threshold is not about three halves of one")
    left.fill_between(sizes, 1e-9, finite, color="#c9ced6", linewidth=0, zorder=0)
    left.fill_between(sizes, finite, steady, color="#e6e9ee", linewidth=0, zorder=0)
    theory(left, sizes, finite, 3, "mean finite above", linestyle="-", linewidth=1.6)
    theory(left, sizes, steady, 3, "second moment finite above", linestyle=LINES[1])
    parts = [
        {"what": f"least share: {name}", "M": sizes, "share": shares, "t": np.inf, "mean": np.nan,
         "standard_error": np.nan, "theory": np.nan, "shown": True}
        for name, shares in (("mean finite", finite), ("second moment finite", steady))
    ]  # fmt: skip
    for level in LEVELS:
        shares = np.array([least_share(scenario, "variance", level * v0) for scenario in settings])
        theory(left, sizes, shares, 0, linewidth=0.9)
        left.annotate(f"{level:g}", (sizes[-1], shares[-1]), (3, 0), textcoords="offset points", va="center")
        parts.append(parts[0] | {"what": f"least share: E v below {level:g} v_0", "share": shares})
    series = 0
    for cell in store.sweep.cells:
        size, scenario = cell.scenario.first_size, cell.scenario
        share = scenario.retention.share_of(size)
        found = beside(store, cell, "variance")
        middle, late = (int(np.flatnonzero(found.t == n * size)[0]) for n in (2, 4))
        excess = found.mean[late] - STILL_RISES * found.mean[middle]
        kind = "rising" if excess > 0 else "settled"
        clear = abs(excess) > 3 * np.hypot(found.standard_error[late], STILL_RISES * found.standard_error[middle])
        bounded = share > least_share(scenario, "variance_second_moment")
        expect((kind == "settled") == bounded or not clear, f"{cell.label}: {kind} beyond the second threshold")
        if found.shown[middle] and found.shown[late]:
            left.plot(size, share, color=COLOURS[1], linestyle="", markersize=4.6, zorder=4, **LOOKS[kind])
        parts.append({"what": kind, "M": size, "share": share, **found.columns})
        if size == APPROACHED and share * size in (0.25, 1, 4):
            every = np.unique(np.geomspace(1, 40 * size, 120).astype(int))
            line = predict(scenario, "variance", every.tolist()).value / v0
            t, mean, error = (values[found.points[0] <= 4 * size] for values in found.points)
            theory(right, every / size, line, series, rf"$\alpha M={share * size:g}$")
            measured(right, t / size, mean / v0, error / v0, series)
            series += 1
    expect(series == 3, "the approach of three cells was to be shown")
    for kind, look in LOOKS.items():
        left.plot([], [], color=COLOURS[1], linestyle="", markersize=4.6, label=f"chains: {kind}", **look)
    left.set(xscale="log", yscale="log", xlim=(4, 500), ylim=(5e-4, 1.1))
    left.set(xlabel="sample size $M$", ylabel=r"share of real data $\alpha$")
    right.set(xscale="log", yscale="log", ylim=(0.9, 12), yticks=(1, 2, 5, 10), yticklabels=("1", "2", "5", "10"))
    right.set(xlabel="generations over sample size $t/M$", ylabel=r"$\mathrm{E}\,v_t/v_0$")
    right.minorticks_off()
    panel_title(left, "a", r"thresholds, and levels of $\mathrm{E}\,v_\infty/v_0$")
    panel_title(right, "b", f"the approach to it ($M={APPROACHED}$)")
    right.legend(loc="upper left")
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4, columnspacing=1.4)
    return Drawing(figure, stacked(parts))
