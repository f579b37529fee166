"""The mean variance leaves the fan of single chains: it stays where it was while nearly every chain falls below it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from scipy.special import ndtr, ndtri

from paper.drawing import COLOURS, LINES, Drawing, expect, measured, panel_title, panels, stacked, theory
from simulations.store import Store
from theory.predict import predict, quantiles
from theory.scenario import Scenario

NEEDS = ("gaussian-fan",)
BIN = 2.0**-11  # relative: how finely a store keeps single chains
LOGNORMAL: dict[str, Any] = {"color": COLOURS[3], "linestyle": LINES[3], "linewidth": 1.0}
MARKED = (1, 2, 3, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100)  # generations with a marker
SHOWN = (1, 2, 3, 5, 10, 20, 50, 100)  # of these on a logarithmic axis
PAIRS = ("5 % and 95 %", "25 % and 75 %", "median")


def draw(stores: Mapping[str, Store]) -> Drawing:
    """Chains and quantiles of log v_t/v_0; how far these are from log-normal ones; the share of chains above E v_t."""
    store = stores["gaussian-fan"]
    (cell,) = store.sweep.cells
    scenario, levels = cell.scenario, np.array(store.sweep.quantiles)
    whole = store.read(cell)
    data = whole.sel(generation=list(MARKED))
    t, v0 = data["generation"].to_numpy(), scenario.source.variance
    every = np.unique(np.concatenate([t, np.geomspace(1, t[-1], 60).astype(int)]))
    exact, normal, sd = _laws(scenario, every, levels)
    found = data["quantiles"].sel(statistic="log_variance").to_numpy().T - np.log(v0)
    error = _errors(scenario, t, levels, store.sweep.replicates)
    at = np.searchsorted(every, t)
    agrees = np.abs(found - exact[at]) < 6 * error + BIN * np.abs(found)
    expect(np.all(agrees), f"a quantile of {cell.label} leaves its prediction")
    expected = np.log(predict(scenario, "variance", every.tolist()).value / v0)
    expect(np.allclose(expected, 0), "the mean variance must stay where it was: the divisor is not the unbiased one")
    expect(np.all(exact[at][t >= 50, -1] < 0), "by t = 50 the mean must have left nineteen chains in twenty below it")
    expect(np.max(np.abs(exact - normal) / sd[:, None]) < 0.15, "the log-normal law is too far from the exact one")

    figure, ((fan, distance, share),) = panels(1, 3, height=2.5, gridspec_kw={"width_ratios": [1.45, 1, 1]})
    for low, strength in ((0, 0.13), (1, 0.3)):
        fan.fill_between(every, exact[:, low], exact[:, -1 - low], color=COLOURS[0], alpha=strength, linewidth=0)
    theory(fan, every, expected, 1, r"$\log\,\mathrm{E}\,v_t/v_0$", linewidth=1.6)
    parts = []
    for number, path in enumerate(whole["paths"].sel(statistic="log_variance").to_numpy() - np.log(v0)):
        fan.plot(whole["generation"], path, color=COLOURS[5], linewidth=0.7, zorder=1.5)
        parts.append({
            "panel": f"chain {number}", "level": np.nan, "t": whole["generation"].to_numpy(), "simulation": path,
            "standard_error": np.nan, "theory": np.nan, "log_normal": np.nan,
        })  # fmt: skip
    for place, level in enumerate(levels):
        series = min(place, len(levels) - 1 - place)
        theory(
            fan, every, exact[:, place], 0, "exact" if level == 0.5 else None, linewidth=1.2 if level == 0.5 else 0.5
        )
        theory(fan, every, normal[:, place], 0, "log-normal" if level == 0.5 else None, **LOGNORMAL)
        fan.annotate(
            f"{100 * level:g} %", (t[-1], exact[-1, place]), (4, 0), textcoords="offset points", va="center",
            fontsize=7.5, annotation_clip=False,
        )  # fmt: skip
        measured(fan, t[t > 3], found[t > 3, place], error[t > 3, place], 0, markersize=2.6)
        theory(distance, every, (exact - normal)[:, place] / sd, series)
        gap, bar = (found - normal[at])[:, place] / sd[at], error[:, place] / sd[at]
        few = np.isin(t, SHOWN)
        measured(distance, t[few], gap[few], bar[few], series, PAIRS[series] if place == series else None)
        parts.append({
            "panel": "quantiles", "level": level, "t": t, "simulation": found[:, place],
            "standard_error": error[:, place], "theory": exact[at, place], "log_normal": normal[at, place],
        })  # fmt: skip
    parts.append(_above_the_mean(share, store))
    fan.set(xlabel="generation $t$", ylabel=r"$\log\,v_t/v_0$", xlim=(0, t[-1] + 1))
    distance.set(xscale="log", xlabel="generation $t$", ylabel=r"difference / sd of $\log v_t$", ylim=(-0.24, 0.1))
    panel_title(fan, "a", f"single chains ($M={scenario.first_size}$, unbiased)")
    panel_title(distance, "b", "exact less log-normal")
    panel_title(share, "c", "above the mean")
    fan.legend(loc="lower left")
    distance.legend(loc="lower right", handletextpad=0.2)
    return Drawing(figure, stacked(parts))


def _laws(
    scenario: Scenario, t: Int[np.ndarray, " T"], levels: Float[np.ndarray, " Q"]
) -> tuple[Float[np.ndarray, "T Q"], Float[np.ndarray, "T Q"], Float[np.ndarray, " T"]]:
    """Quantiles of log v_t/v_0, exact and of a normal law with the same two moments, and its standard deviation."""
    log_v0 = np.log(scenario.source.variance)
    exact = quantiles(scenario, "log_variance", t.tolist(), levels.tolist()).value - log_v0
    mean, sd = (predict(scenario, name, t.tolist()).value for name in ("log_variance", "log_variance_sd"))
    return exact, (mean - log_v0)[:, None] + sd[:, None] * ndtri(levels), sd


def _errors(
    scenario: Scenario, t: Int[np.ndarray, " T"], levels: Float[np.ndarray, " Q"], chains: int
) -> Float[np.ndarray, "T Q"]:
    """Standard errors of simulated quantiles: how far the exact one moves with one of the share of chains below it."""
    one = np.sqrt(levels * (1 - levels) / chains)
    below, above = (
        quantiles(scenario, "log_variance", t.tolist(), (levels + sign * one).tolist()).value for sign in (-1, 1)
    )
    return (above - below) / 2


def _above_the_mean(axes: Axes, store: Store) -> dict[str, Any]:
    """Draws the share of chains whose variance exceeds the mean of all; its rows of the table."""
    (cell,) = store.sweep.cells
    (asked,) = (statistic for statistic in store.sweep.statistics if statistic.name == "variance_cdf")
    data = store.read(cell).sel(statistic=asked.label, generation=list(MARKED))
    t, error = data["generation"].to_numpy(), data["standard_error"].to_numpy()
    every = np.unique(np.concatenate([t, np.geomspace(1, t[-1], 60).astype(int)]))
    exact = 1 - predict(cell.scenario, asked.name, every.tolist(), asked.at).value
    mean, sd = (predict(cell.scenario, name, every.tolist()).value for name in ("log_variance", "log_variance_sd"))
    normal = ndtr((mean - np.log(asked.at)) / sd)
    at = np.searchsorted(every, t)
    found = 1 - data["mean"].to_numpy()
    expect(np.all(np.abs(found - exact[at]) < 6 * error), f"{asked.label} of {cell.label} leaves its prediction")
    expect(asked.at == cell.scenario.source.variance, "the share above another level than the mean is not the message")
    expect(np.all(np.diff(exact) < 0) and exact[-1] < 0.02, "ever fewer chains must lie above the mean")
    theory(axes, every, exact, 0, "exact")
    theory(axes, every, normal, 0, "log-normal", **LOGNORMAL)
    measured(axes, t, found, error, 0, markersize=2.8)
    axes.set(xlabel="generation $t$", ylabel=r"$\mathrm{P}(v_t>\mathrm{E}\,v_t)$", yscale="log")
    axes.legend()
    return {
        "panel": "above the mean", "level": np.nan, "t": t, "simulation": found, "standard_error": error,
        "theory": exact[at], "log_normal": normal[at],
    }  # fmt: skip
