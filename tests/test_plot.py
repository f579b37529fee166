"""The picture of a store: axes that fit what is trusted, and faint lines for what few chains carry."""

from matplotlib.figure import Figure

from simulations.plot import FAINT, _draw, _label
from simulations.requested import Requested

LOOK = {"color": "#0072B2", "linestyle": "-", "marker": "o"}


def panel_of(*means, t=(0, 1, 10, 50), few=(False, False, False, True)):
    series = [
        {"t": list(t), "mean": list(mean), "standard_error": [0.0] * len(mean), "few": list(few)} for mean in means
    ]
    panel = Figure().subplots()
    for one in series:
        _draw(panel, one, LOOK)
    _label(panel, Requested("variance"), {"cells": [{"statistics": {"variance": one}} for one in series]})
    return panel


def ticks(axis):
    return [axis.get_major_formatter()(place) for place in axis.get_majorticklocs()]


def test_a_zero_at_the_source_does_not_prevent_a_logarithmic_axis():
    panel = panel_of([0, 0.01, 0.1, 1e6], [0, 0.02, 0.1, 0.5])
    assert panel.get_yscale() == "log"
    assert 0 < panel.get_xlim()[0] < 1
    assert {"0.1", "1", "10"} <= set(ticks(panel.yaxis))


def test_an_axis_with_zeros_later_or_a_small_range_is_linear():
    assert panel_of([1, 0.5, 0.0, 0.0]).get_yscale() == "linear"
    assert panel_of([1, 0.5, 0.2, 0.1]).get_yscale() == "linear"
    assert panel_of([0, -1, -100, -1000]).get_yscale() == "linear"


def test_generations_are_told_in_plain_numbers():
    panel = panel_of([1, 0.5, 0.2, 0.1])
    assert panel.get_xscale() == "symlog"
    assert panel.get_xlim()[0] == 0
    assert ticks(panel.xaxis)[:3] == ["0", "1", "10"]


def test_what_few_chains_carry_is_faint():
    panel = panel_of([1, 0.5, 0.2, 0.1])
    drawn = {line.get_alpha(): line.get_ydata() for line in panel.lines if line.get_linestyle() == "-"}
    assert [value == value for value in drawn[1.0]] == [True, True, True, False]
    assert [value == value for value in drawn[FAINT]] == [False, False, True, True]


def test_nothing_finite_is_no_mistake():
    assert panel_of(["nan", "inf", "-inf", "nan"]).get_yscale() == "linear"
    assert panel_of(["1.0"], t=[0], few=[False]).get_yscale() == "linear"
