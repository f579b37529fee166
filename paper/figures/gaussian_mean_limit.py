"""The mean of a chain ends as a Student variable, heavy-tailed without bias; at finite sample size nearly so."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from scipy.special import betainc, betaincinv

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from simulations.sweep import Cell
from theory.predict import predict, predictions
from theory.scenario import Scenario

NEEDS = ("gaussian-mean-limit",)
TITLES = {"unbiased": ("unbiased", 0.0, "t_2"), "mle": ("maximum likelihood", 1.0, r"t_4/\sqrt{2}")}
STUDENT: dict[str, Any] = {"color": COLOURS[3], "linestyle": "-", "linewidth": 0.9}
FEWEST = 100  # chains beyond a level, for its share to be drawn
BIN = 2.0**-11  # relative: how finely a store keeps single chains


def draw(stores: Mapping[str, Store]) -> Drawing:
    """P(|mu_T - mu_0| > x), and quantiles of |mu_T - mu_0| over those of the limit, by divisor and sample size."""
    store = stores["gaussian-mean-limit"]
    figure, axes_rows = panels(2, 2, height=2.3)
    sizes = sorted({cell.scenario.first_size for cell in store.sweep.cells})
    parts = []
    for tail_axes, ratio_axes, (divisor, (title, offset, law)), letters in zip(
        *axes_rows, TITLES.items(), ("ac", "bd"), strict=True
    ):
        x = np.geomspace(0.1, 60 if divisor == "unbiased" else 12, 60)
        theory(tail_axes, x, student_tail(x, offset), 3, f"${law}$", **STUDENT)
        ratio_axes.axhline(1, zorder=1, **STUDENT)
        distances = []
        for series, size in enumerate(sizes):
            (cell,) = (
                cell
                for cell in store.sweep.cells
                if cell.scenario.first_size == size and cell.scenario.estimator.divisor == divisor
            )
            line = _tail(cell.scenario, np.inf, x)
            distances.append(np.max(np.abs(line - student_tail(x, offset))))
            theory(tail_axes, x, line, series, f"$M={size}$")
            theory(ratio_axes, student_quantile(line, offset), x / student_quantile(line, offset), series)
            parts.append(_tails(tail_axes, store, cell, series))
            parts.append(_quantiles(ratio_axes, store, cell, series, offset))
        expect(np.all(np.diff(distances) < 0) and distances[-1] < 0.01, f"{title}: the law does not tend to Student's")
        limits = predictions(cell.scenario, "mean_tail", [np.inf], 1.0)
        limit = next(found for found in limits if found.claim == ("gaussian-replace-mean-student-limit",))
        expect(np.isclose(limit.value[0], student_tail(1.0, offset)), f"{title}: another limit is drawn")
        tail_axes.set(xscale="log", yscale="log", xlabel=r"$x/\sqrt{v_0}$", ylim=(3e-4, 1.3))
        ratio_axes.set(xscale="log", xlabel=rf"quantile of $|{law}|$", ylim=(0.88, 1.1))
        panel_title(tail_axes, letters[0], f"the tail, {title}")
        panel_title(ratio_axes, letters[1], "against the limit, quantile by quantile")
    axes_rows[0, 0].set_ylabel(r"$\mathrm{P}(|\mu_\infty-\mu_0|>x)$")
    axes_rows[1, 0].set_ylabel("quantile / quantile of the limit")
    for tail_axes in axes_rows[0]:
        tail_axes.legend(loc="lower left")
    return Drawing(figure, stacked(parts))


def student_tail(x: Float[np.ndarray, " N"] | float, offset: float) -> Float[np.ndarray, " N"]:
    """P(|mu_inf - mu_0| > x) for large M, x in units of sqrt(v_0)."""
    return betainc(1 + offset, 0.5, 2 / (2 + np.square(x)))


def student_quantile(tail: Float[np.ndarray, " N"], offset: float) -> Float[np.ndarray, " N"]:
    """The x with that tail."""
    return np.sqrt(2 / betaincinv(1 + offset, 0.5, tail) - 2)


def _tail(scenario: Scenario, t: float, x: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """P(|mu_t - mu_0| > x), exact; x in units of sqrt(v_0)."""
    scale = np.sqrt(scenario.source.variance)
    return np.array([predict(scenario, "mean_tail", [t], float(level * scale)).value[0] for level in x])


def _tails(axes: Axes, store: Store, cell: Cell, series: int) -> dict[str, Any]:
    """Draws shares of chains beyond levels; its rows of the table."""
    asked = [statistic for statistic in store.sweep.statistics if statistic.name == "mean_tail"]
    data = store.read(cell).sel(statistic=[statistic.label for statistic in asked]).isel(generation=-1)
    x = np.array([statistic.at for statistic in asked]) / np.sqrt(cell.scenario.source.variance)
    mean, error = data["mean"].to_numpy(), data["standard_error"].to_numpy()
    exact = _tail(cell.scenario, float(data["generation"]), x)
    shown = exact * store.sweep.replicates >= FEWEST
    agrees = np.abs(mean - exact) < 6 * error
    expect(np.all(agrees[shown]), f"mean_tail of {cell.label} leaves its prediction")
    measured(axes, x[shown], mean[shown], error[shown], series)
    return _rows("tail", cell, x=x, simulation=mean, standard_error=error, theory=exact, shown=shown)


def _quantiles(axes: Axes, store: Store, cell: Cell, series: int, offset: float) -> dict[str, Any]:
    """Draws quantiles over those of the limit; its rows of the table."""
    data = store.read(cell).sel(statistic="mean_squared_error").isel(generation=-1)
    levels, chains = np.array(store.sweep.quantiles), store.sweep.replicates
    found = np.sqrt(data["quantiles"].to_numpy() / cell.scenario.source.variance)
    near = np.stack([_tail(cell.scenario, float(data["generation"]), found * (1 + h)) for h in (-0.01, 0.01)])
    exact = near.mean(0)
    moved = (near[0] - near[1]) / 0.02  # of the share of chains beyond, per relative move of the level
    share_error = np.sqrt(levels * (1 - levels) / chains)
    agrees = np.abs(exact - (1 - levels)) < 6 * share_error + BIN * moved
    expect(np.all(agrees), f"a quantile of {cell.label} leaves its prediction")
    limit = student_quantile(1 - levels, offset)
    measured(axes, limit, found / limit, found * share_error / moved / limit, series)
    return _rows(
        "quantiles", cell, x=limit, simulation=found, standard_error=found * share_error / moved,
        theory=found + found * (exact - (1 - levels)) / moved, shown=True,
    )  # fmt: skip


def _rows(panel: str, cell: Cell, **columns: Any) -> dict[str, Any]:
    named = {"panel": panel, "divisor": cell.scenario.estimator.divisor, "M": cell.scenario.first_size}
    return named | columns
