"""Models of words really trained on real text lose their vocabulary as the theorem says, with nothing fitted."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.models.forecast import forecast
from simulations.models.log import TrainingLog

NEEDS = ("unigram", "bigram")


def share_named(log: TrainingLog, arm: str) -> str:
    """An arm of a log in words."""
    real = next(each.real for each in log.arms if each.label == arm)
    return f"{100 * real / log.text.size:.0f} % real text" if real else "no real text"


def draw(stores: Mapping[str, TrainingLog]) -> Drawing:
    """Distinct word types against t, one panel per model, with and without real text; prediction and chains."""
    figure, (axes_row,) = panels(1, 2, sharey=True)
    parts = []
    for axes, letter, name in zip(axes_row, "ab", NEEDS, strict=True):
        rows = [row for row in forecast(stores[name]) if row.label == "vocabulary"]
        for series, arm in enumerate(dict.fromkeys(row.arm for row in rows)):
            chosen = [row for row in rows if row.arm == arm]
            t, mean, predicted, alone, spread = (
                np.array([getattr(row, field) for row in chosen])
                for field in ("t", "observed", "predicted", "independent", "spread")
            )
            error = spread / np.sqrt(chosen[0].chains)
            expect(
                np.all(np.abs(mean / predicted - 1) < 0.25),
                f"the vocabulary of {name}, {arm}, is nowhere near its prediction",
            )
            theory(axes, t, predicted, series, share_named(stores[name], arm))
            if not np.allclose(alone, predicted):
                theory(axes, t, alone, series, "as if independent", linestyle=":", linewidth=0.9)
            measured(axes, t, mean, error, series)
            parts.append({
                "model": name, "arm": arm, "t": t, "mean": mean, "standard_error": error,
                "theory": predicted, "independent": alone,
            })  # fmt: skip
        axes.set(xlabel="generation $t$", ylim=(0, None))
        panel_title(axes, letter, f"{name} model: {chosen[0].kind}")
        axes.legend(loc="lower left")
    axes_row[0].set_ylabel("word types alive")
    return Drawing(figure, stacked(parts))
