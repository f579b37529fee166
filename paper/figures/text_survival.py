"""Which words of a real text survive: the rarer a word was, the sooner it is forgotten, band by band as predicted."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures.text_vocabulary import share_named
from simulations.models.forecast import forecast
from simulations.models.log import TrainingLog

NEEDS = ("unigram",)


def draw(stores: Mapping[str, TrainingLog]) -> Drawing:
    """Share of word types alive against t by their count in the real text, one panel per share of real text."""
    rows = [row for row in forecast(stores["unigram"]) if row.statistic == "survival"]
    arms = list(dict.fromkeys(row.arm for row in rows))
    bands = [band for band in dict.fromkeys(row.band for row in rows) if band != "65+"]
    figure, (axes_row,) = panels(1, len(arms), sharey=True)
    parts = []
    for axes, letter, arm in zip(axes_row, "ab", arms, strict=True):
        for series, band in enumerate(bands):
            chosen = [row for row in rows if row.arm == arm and row.band == band]
            t, mean, predicted, low = (
                np.array([getattr(row, field) for row in chosen]) for field in ("t", "observed", "predicted", "low")
            )
            half = (mean - low) / 2
            expect(np.all(np.diff(predicted) < 1e-12) or arm != arms[0], "without real text survival can only fall")
            theory(axes, t, predicted, series)
            measured(axes, t, mean, half, series, band.replace("-", "–"))
            parts.append(
                {"arm": arm, "band": band, "t": t, "mean": mean, "half_interval": 2 * half, "theory": predicted}
            )
        axes.set(xlabel="generation $t$", ylim=(0, 1.03))
        panel_title(axes, letter, share_named(stores["unigram"], arm))
    axes_row[0].set_ylabel("share of types alive")
    handles = axes_row[0].get_legend_handles_labels()
    figure.legend(
        *handles, title="count in the real text", loc="outside upper center", ncols=len(bands), columnspacing=1.3
    )
    return Drawing(figure, stacked(parts))
