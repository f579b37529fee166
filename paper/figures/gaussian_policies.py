"""What is kept decides how the variance ends: nothing lasting lets it go, everything or something real holds it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from paper.drawing import COLOURS, LINES, MARKERS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import beside
from simulations.store import Store
from simulations.sweep import Cell
from theory.predict import predict
from theory.scenario import Scenario

NEEDS = ("gaussian-policies", "gaussian-policies-subsample", "gaussian-weighted")
TITLES = {"mle": "maximum likelihood", "unbiased": "unbiased"}
CLEAR = 0.02  # relative standard error up to which a mean is shown: beyond it few chains carry it
LATE = 100_000  # generations by which a variance that decays is gone
GONE, SETTLED, SAME = (0.0, 1e-6), (0.3, 1.0), (1 - 1e-9, 1 + 1e-9)
ABOVE = (1.05, np.inf)
ENDS = {  # of the mean variance, in units of the source's: what the figure says of each policy
    "mle": dict.fromkeys(("replace", "forgetting", "window"), GONE)
    | dict.fromkeys(("accumulate", "accumulate_subsample", "iid", "stratified", "fixed", "weighted"), SETTLED),
    "unbiased": dict.fromkeys(("replace", "forgetting", "weighted"), SAME)
    | dict.fromkeys(("iid", "stratified", "accumulate_subsample"), ABOVE)
    | {"accumulate": SETTLED, "fixed": SETTLED, "window": (0.0, 0.7)},
}

# what is kept is told by the colour: the last generations (0), everything (3), something real (1)
KEPT = {
    "replace": (0, 0), "forgetting": (0, 1), "window": (0, 2),
    "accumulate": (3, 0), "accumulate_subsample": (3, 1),
    "iid": (1, 0), "stratified": (1, 1), "fixed": (1, 2), "weighted": (1, 3),
}  # fmt: skip
NAMES = {  # beside the ends of the lines, at E v_t / v_0, in the colour of what is kept
    "mle": (
        ("accumulate", 0.935, 3), ("subsample", 0.865, 3), ("stratified, iid", 0.785, 1), ("weighted", 0.655, 1),
        ("window", 0.45, 0), ("fixed", 0.385, 1), ("forgetting", 0.215, 0), ("replace", 0.005, 0),
    ),
    "unbiased": (
        ("stratified, iid", 1.318, 1), ("subsample", 1.12, 3), ("replace, forgetting", 1.032, 0),
        ("weighted", 1.0, 1), ("accumulate", 0.963, 3), ("window", 0.73, 0), ("fixed", 0.672, 1),
    ),
}  # fmt: skip


def draw(stores: Mapping[str, Store]) -> Drawing:
    """E v_t / v_0 against t for every policy, one panel per divisor."""
    figure, (axes_row,) = panels(1, 2, height=3.0)
    parts = []
    for axes, letter, (divisor, title) in zip(axes_row, "ab", TITLES.items(), strict=True):
        cells = [(store, cell) for store in stores.values() for cell in store.sweep.cells]
        chosen = [(store, cell) for store, cell in cells if cell.scenario.estimator.divisor == divisor]
        parts += [_policy(axes, store, cell) for store, cell in chosen]
        _assert_ends({_named(cell.scenario): cell.scenario for _, cell in chosen}, divisor)
        axes.axhline(1, color=COLOURS[5], linewidth=0.9, linestyle=":", zorder=1)
        axes.set(xscale="log", xlabel="generation $t$", xlim=(0.85, 118))
        panel_title(axes, letter, title)
    left, right = axes_row
    left.set(ylabel=r"$\mathrm{E}\,v_t/v_0$", ylim=(-0.02, 1.06))
    right.set(ylim=(0.62, 1.36))
    for axes, divisor in zip(axes_row, TITLES, strict=True):
        for words, height, group in NAMES[divisor]:
            axes.annotate(
                words, (1, height), (4, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                va="center", color=COLOURS[group], fontsize=8.0, annotation_clip=False,
            )  # fmt: skip
    return Drawing(figure, stacked(parts))


def _named(scenario: Scenario) -> str:
    """The policy, of real shares the scheme."""
    return scenario.retention.scheme if scenario.retention.kind == "real_share" else scenario.retention.kind


def _policy(axes: Axes, store: Store, cell: Cell) -> dict[str, Any]:
    """Draws a policy; its rows of the table."""
    policy, v0 = _named(cell.scenario), cell.scenario.source.variance
    group, place = KEPT[policy]
    found = beside(store, cell, "variance")
    clear = found.shown & (found.standard_error < CLEAR * found.mean)
    t, mean, error = found.t[clear], found.mean[clear] / v0, found.standard_error[clear] / v0
    every = np.arange(1, 101)
    line = predict(cell.scenario, "variance", every.tolist()).value / v0
    theory(axes, every, line, group, linestyle=LINES[place])
    measured(axes, t, mean, error, group, fmt=MARKERS[place])
    return {"divisor": cell.scenario.estimator.divisor, "policy": policy, **found.columns, "shown": clear}


def _assert_ends(scenarios: Mapping[str, Scenario], divisor: str) -> None:
    """Where each policy ends, in units of the source's variance: the message of its panel."""
    expect(scenarios.keys() == KEPT.keys(), "a policy is missing, or one more is there than the figure names")
    for policy, scenario in scenarios.items():
        end = predict(scenario, "variance", [LATE]).value[0] / scenario.source.variance
        low, high = ENDS[divisor][policy]
        expect(low <= end < high, f"{policy}, {divisor}: the mean variance must end from {low} to {high} v_0")
