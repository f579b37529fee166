"""What a chain costs falls with the number of chains and, by the right method, hardly grows with the text."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from paper.benchmarks import Benchmarks, Curve
from paper.drawing import COLOURS, LINES, MARKERS, Drawing, expect, panel_title, panels, stacked

NEEDS = ("benchmarks",)
NUMPY = "numpy"
PANELS = {
    "g": ("a", "generations $g$", "Gaussian, against $g$"),
    "R": ("b", "chains $R$", "Gaussian, against $R$"),
    "K": ("c", "types $K$", "tokens, against $K$"),
    "M": ("d", "tokens $M$", "tokens, against $M$"),
}
ROOM = 0.4  # of the axis, above the curves, for the legend
LOOK_OF_NUMPY = {"color": COLOURS[5], "linestyle": ":", "marker": "x", "markersize": 3.6}


def draw(stores: Mapping[str, Benchmarks]) -> Drawing:
    """Nanoseconds per chain and generation against g, R, K and M, ours by method beside numpy's, two cores each."""
    curves = stores["benchmarks"].curves
    expect({curve.axis for curve in curves} == set(PANELS), "the benchmarks lack a cost curve: run them again")
    expect(all(min(curve.nanoseconds) > 0 for curve in curves), "a cost must be positive")
    figure, axes = panels(2, 2, height=2.2)
    parts = []
    for place, (axis, (letter, label, title)) in zip(axes.flat, PANELS.items(), strict=True):
        shown = [curve for curve in curves if curve.axis == axis]
        methods = list(dict.fromkeys(curve.contender for curve in curves if curve.family == shown[0].family))
        expect(NUMPY in methods and len(shown) > 1, f"nothing to compare against {axis}")
        for curve in shown:
            look = LOOK_OF_NUMPY if curve.contender == NUMPY else _look(methods.index(curve.contender))
            place.plot(curve.x, curve.nanoseconds, label=curve.contender, **look)
            parts.append({
                "axis": axis, "contender": curve.contender, "setting": curve.setting, "size": np.array(curve.x),
                "nanoseconds": np.array(curve.nanoseconds),
            })  # fmt: skip
        place.set(xscale="log", yscale="log", xlabel=f"{label}   ({_words(shown[0])})")
        panel_title(place, letter, title)
        low, high = place.get_ylim()
        place.set_ylim(low, high * (high / low) ** ROOM)
        place.legend(loc="upper left", ncols=2)
    for place in axes[:, 0]:
        place.set_ylabel("ns per chain and generation")
    return Drawing(figure, stacked(parts))


def _look(series: int) -> dict[str, Any]:
    """A method's line and marker: those of a series number, the same in both panels of its family."""
    return {
        "color": COLOURS[series % 5], "linestyle": LINES[series % 5], "marker": MARKERS[series % 5],
        "markerfacecolor": "white", "markeredgewidth": 0.9,
    }  # fmt: skip


def _words(curve: Curve) -> str:
    return ", ".join(f"${setting.replace('=', '{=}')}$" for setting in curve.setting.split(", "))
