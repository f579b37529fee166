"""The time to collapse with fresh real points: finer grids, its quantiles, its bounds, levels that are too far."""

import math

import numpy as np
import pytest
from scipy import special

from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_passage_reference import times
from theory.laws import fresh_density, fresh_first_passage
from theory.laws.fresh_first_passage import FreshPassage, stratified_passage
from theory.predict import predict, predictions, quantiles
from theory.scenario import InputError

CHAIN = setting("stratified", 20, "mle", real=10)


FINER = {fresh_first_passage: {"FEWEST": 19, "DENSE": 2.6, "CLOSE": 0.29}, fresh_density: {"NODES": 16, "MORE": 2.2}}


@pytest.mark.parametrize(
    ("size", "real", "offset", "level"), [(12, 5, 0.0, 0.9), (16, 8, 1.0, 0.3), (100, 60, 1.0, 0.8), (20, 19, 1.0, 1)]
)
def test_finer_grids_agree(size, real, offset, level, monkeypatch):
    coarse = FreshPassage(size, ((1.0, real),), offset, math.log(level)).times()
    for module, values in FINER.items():
        for name, value in values.items():
            monkeypatch.setattr(module, name, value)
    assert FreshPassage(size, ((1.0, real),), offset, math.log(level)).times() == pytest.approx(coarse, rel=2e-10)


def test_the_law_of_the_time_adds_up_to_its_mean():
    """By its quantiles: the mean is the integral of these."""
    chain = stratified_passage(20, 10, 1.0, math.log(0.5))
    alive, later, _ = chain.times()
    assert alive == pytest.approx(special.gammaincc(9.5, 5.0), rel=1e-14)
    middles = (np.arange(20_000) + 0.5) / 20_000
    assert np.mean([chain.quantile(q) for q in middles]) == pytest.approx(1 + alive * later, rel=1e-3)
    (median, late) = quantiles(CHAIN, "collapse_time", (), (0.5, 1 - 1e-9), at=1.125).value[0]
    assert median < 16.65473488 < late
    assert 1 - (1 - chain.survival[1]) ** (late - 1) < 1 - 1e-9


@pytest.mark.parametrize("at", [2.25, 0.5])
def test_the_mean_lies_between_its_bounds(at):
    exact, *others = predictions(CHAIN, "collapse_time", (), at)
    assert exact.kind == ("exact",)
    assert {other.kind[0] for other in others} == {"lower bound", "upper bound"}
    for other in others:
        sign = 1 if other.kind[0] == "upper bound" else -1
        assert sign * (other.value[0] - exact.value[0]) >= 0


def test_a_rare_collapse_keeps_its_digits():
    """Real points alone, once in 10^30 fits."""
    below = special.gammainc(14.5, 15 * 0.011)
    mean = FreshPassage(30, ((1.0, 30),), 1.0, math.log(0.011)).times()[1]
    assert mean > 1e15
    assert mean * below == pytest.approx(1.0, rel=1e-10)
    assert float(times(setting("stratified", 30, "mle", real=30), 2.25 * 0.011)[0]) == pytest.approx(1 / below)


def test_levels_that_are_too_far_have_bounds_only():
    assert set(predict(CHAIN, "collapse_time", (), 1e-6).kind) == {"lower bound", "upper bound"}
    assert len(predictions(CHAIN, "collapse_time", (), 1e-6)) >= 2
    with pytest.raises(InputError, match="at must be nearer to the variance of the source"):
        predict(CHAIN, "collapse_time_sd", (), 1e-6)
