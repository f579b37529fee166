"""Recursive training in one picture: a Gaussian forgets its variance, a real text its rare words."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from paper.drawing import Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures.text_vocabulary import share_named
from simulations.models.forecast import forecast
from theory.predict import predict

NEEDS = ("gaussian", "unigram")


def draw(stores: Mapping[str, Any]) -> Drawing:
    """Left: E v_t / v_0 (maximum likelihood, M = 100) by policy. Right: word types alive, by share of real text."""
    store, log = stores["gaussian"], stores["unigram"]
    figure, ((left, right),) = panels(1, 2)
    parts = []
    cells = [
        cell
        for cell in store.sweep.cells
        if cell.scenario.estimator.divisor == "mle" and cell.scenario.first_size == 100
    ]
    for series, cell in enumerate(sorted(cells, key=lambda cell: cell.scenario.retention.kind, reverse=True)):
        data = store.read(cell).sel(statistic="variance")
        t, v0 = data["generation"].to_numpy(), cell.scenario.source.variance
        every = np.arange(t[-1] + 1)
        line = predict(cell.scenario, "variance", every.tolist()).value / v0
        mean, error = data["mean"].to_numpy() / v0, data["standard_error"].to_numpy() / v0
        expect(np.all(np.abs(mean - line[t]) <= 6 * error + 1e-12), f"variance of {cell.label} leaves its prediction")
        theory(left, every, line, series, cell.scenario.retention.kind)
        measured(left, t, mean, error, series)
        parts.append(
            {"panel": "variance", "series": cell.scenario.retention.kind, "t": t, "observed": mean, "theory": line[t]}
        )
    rows = [row for row in forecast(log) if row.label == "vocabulary"]
    for series, arm in enumerate(dict.fromkeys(row.arm for row in rows)):
        chosen = [row for row in rows if row.arm == arm]
        t, observed, predicted, spread = (
            np.array([getattr(row, field) for row in chosen]) for field in ("t", "observed", "predicted", "spread")
        )
        error = spread / np.sqrt(chosen[0].chains)
        theory(right, t, predicted, series, share_named(log, arm))
        measured(right, t, observed, error, series)
        parts.append({"panel": "vocabulary", "series": arm, "t": t, "observed": observed, "theory": predicted})
    left.set(xlabel="generation $t$", ylabel=r"$\mathrm{E}\,v_t/v_0$", ylim=(0, 1.05))
    right.set(xlabel="generation $t$", ylabel="word types alive", ylim=(0, None))
    panel_title(left, "a", "a Gaussian refitted to itself")
    panel_title(right, "b", "a word model trained on its own text")
    left.legend(loc="lower left")
    right.legend(loc="lower left")
    return Drawing(figure, stacked(parts))
