"""Two settings in one picture: dashes and the shape of markers say one, colour and filling the other."""

from collections.abc import Sequence
from typing import Any

from matplotlib.lines import Line2D

from paper.drawing import COLOURS, LINES, MARKERS


def filled(place: int) -> dict[str, Any]:
    """Options of the markers of a second setting: the first is filled, those after it are not."""
    return {"color": COLOURS[place], "markerfacecolor": "white" if place else COLOURS[place]}


def handles(first: Sequence[str], second: Sequence[str], series: Sequence[int] | None = None) -> list[Line2D]:
    """Entries of a legend: the first setting in dark grey, by ``series`` (or in order); the second as full lines."""
    numbers = range(len(first)) if series is None else series
    shapes = [
        Line2D([], [], color="#333333", linestyle=LINES[number], marker=MARKERS[number], label=words)
        for words, number in zip(first, numbers, strict=True)
    ]
    colours = [Line2D([], [], marker="o", label=words, **filled(place)) for place, words in enumerate(second)]
    return [*shapes, *colours]
