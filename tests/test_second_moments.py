"""Spread of the variance under Gaussian policies: limits known otherwise, policies that coincide, thresholds."""

import math

import numpy as np
import pytest

from theory.claims.families import kernel_density as density
from theory.claims.gaussian import (
    accumulate,
    pool,
    pool_budget,
    real_share,
    scaled,
    scaled_pool,
    scaled_share,
    subsample,
    window,
)
from theory.laws.window_squares import window_squares
from theory.plan import plan
from theory.predict import NotCovered, predict

SECOND = "variance_second_moment"


def value(scenario, statistic: str, t: float) -> float:
    return float(predict(scenario, statistic, (t,)).value[0])


@pytest.mark.parametrize(("replacement", "spread"), [(False, math.pi**2 - 4), (True, 2 * math.pi**2 / 3 - 1 / 2)])
def test_spread_of_subsamples_to_first_order(replacement, spread):
    """M Var v_t in the limit, which is also twice M times what the mean of the variance has lost."""
    M = 10**6
    scenario = subsample.setting(M, replacement, variance=1.0)
    mean, second = (value(scenario, name, math.inf) for name in ("variance", SECOND))
    assert M * (second - mean**2) == pytest.approx(spread, rel=5e-6)
    assert 2 * M * (1 - mean) == pytest.approx(spread, rel=5e-6)


def test_two_points_of_a_pool_are_too_few():
    """With M = 2 the mean of the variance settles and its second moment grows as t^(1/4); with M = 3 both settle."""
    two = subsample.setting(2, False)
    assert math.isfinite(value(two, "variance", math.inf))
    assert value(two, SECOND, math.inf) == math.inf
    assert value(two, SECOND, 1e12) / value(two, SECOND, 1e8) == pytest.approx(10, rel=1e-3)
    assert math.isfinite(value(subsample.setting(3, False), SECOND, math.inf))


@pytest.mark.parametrize("divisor", ["mle", "unbiased"])
def test_a_pool_of_equal_batches_accumulates(divisor):
    equal = pool.setting([7] + [0] * 9, [0] + [7] * 9, divisor)
    assert value(equal, SECOND, 10) == pytest.approx(
        value(accumulate.setting(7, divisor=divisor), SECOND, 10), rel=1e-13
    )


@pytest.mark.parametrize("statistic", ["variance", "mean_squared_error"])
def test_a_budget_of_one_batch_subsamples(statistic):
    drawn = pool_budget.setting([6] + [0] * 9, [0] + [6] * 9, 6, "unbiased")
    assert value(drawn, statistic, 10) == pytest.approx(
        value(subsample.setting(6, True, "unbiased"), statistic, 10), rel=1e-13
    )


def test_windows_between_replacement_and_everything():
    assert value(window.setting(10, 1, "mle"), SECOND, 9) == pytest.approx(2.25**2 * 0.99**9, rel=1e-13)
    assert value(window.setting(5, 12, "mle"), SECOND, 12) == pytest.approx(
        value(accumulate.setting(5), SECOND, 12), rel=1e-13
    )
    with pytest.raises(NotCovered, match="t must be at most"):
        predict(window.setting(5, 8, "mle"), SECOND, (10**7,))


@pytest.mark.parametrize("W", [1, 2, 4])
def test_the_second_moment_of_an_unbiased_window_grows(W):
    M = 10**4
    squares = window_squares(M, W, 0.0, 300)
    assert M * (squares[-1] / squares[-2] - 1) == pytest.approx(4 / (W * (W + 1)), rel=1e-3)


@pytest.mark.parametrize("scheme", ["stratified", "iid", "fixed"])
def test_draws_of_the_whole_variance_are_faithful(scheme):
    biased = scaled_share.setting(20, 5, 1.0, "unbiased", scheme)
    honest = real_share.setting(scheme, 20, "unbiased", real=5)
    for statistic in ("variance", "mean_squared_error"):
        for t in (1, 7, math.inf):
            assert value(biased, statistic, t) == pytest.approx(value(honest, statistic, t), rel=1e-13)


@pytest.mark.parametrize("scheme", ["stratified", "iid", "fixed"])
def test_no_sample_size_removes_the_bias(scheme):
    M, share, factor = 10**9, 0.1, 0.8
    scenario = scaled_share.setting(M, M // 10, factor, "mle", scheme)
    assert value(scenario, "variance", math.inf) == pytest.approx(2.25 * share / (1 - 0.9 * factor), rel=1e-7)
    assert value(scenario, "mean_squared_error", math.inf) < 1e-6


def test_bias_in_a_pool_is_a_power_of_time():
    scenario = scaled_pool.setting(10, 0.7, "mle")
    fallen = value(scenario, "variance", 1e8) / value(scenario, "variance", 1e6)
    assert fallen == pytest.approx(100**-0.3, rel=1e-5)
    replaced = scaled.setting(10, 0.7, "mle")
    assert value(scenario, "variance", 20) > 100 * value(replaced, "variance", 20)
    for statistic in ("variance", "mean_squared_error"):
        same, honest = scaled_pool.setting(6, 1.0, "mle"), accumulate.setting(6)
        assert value(same, statistic, math.inf) == pytest.approx(value(honest, statistic, math.inf), rel=1e-13)


@pytest.mark.parametrize("N", [20, 1000])
def test_planning_finds_the_thresholds_of_real_points_by_chance(N):
    """Half a real point a generation, to first order, for a mean of the variance; three halves for a second moment."""
    scenario = real_share.setting("iid", N, "unbiased", share=0.5)
    mean = plan(scenario, "retention.share", "variance", "below", 1e9)
    assert mean.value == pytest.approx(2 / (2 * N + 1 + math.sqrt(4 * N**2 + 1)), rel=1e-7)
    second = plan(scenario, "retention.share", SECOND, "below", 1e9)
    assert second.value * N == pytest.approx(3 / 2, rel=0.2 / N + 5e-3)


@pytest.mark.parametrize("M", [20, 10_000])
def test_densities_explode_in_the_second_moment_first(M):
    """Their variance grows in the mean from c = M^(-1/2) on, its square from (3/(7M))^(1/2) on, for large M."""
    for width, second in ((1.01 * (3 / 7) ** 0.5, math.inf), (0.98 * (3 / 7) ** 0.5, 0.0)):
        scenario = density.setting(M, relative=width * M**-0.5)
        assert value(scenario, "variance", math.inf) == 0
        assert value(scenario, SECOND, math.inf) == second


def test_a_density_of_fixed_bandwidth_keeps_a_spread():
    M, h = 10**6, 0.01
    assert value(density.setting(M, bandwidth=h), SECOND, math.inf) == pytest.approx(7 / 3 * M**2 * h**4, rel=1e-5)


def test_what_grows_beyond_every_float_is_infinite():
    assert value(scaled_pool.setting(3, 1e3, "mle"), "mean_squared_error", 1e12) == math.inf
    for scheme in ("stratified", "iid", "fixed"):
        wide = scaled_share.setting(10, 2, 1e9, "mle", scheme)
        assert value(wide, "variance", 1000) == value(wide, "mean_squared_error", 1000) == math.inf


def test_kept_points_hold_a_spread_of_their_own():
    """With large M and n kept points of it the model is their fit: E v^2 = (n^2-1)/(n+1/2)^2 for a small share."""
    n = 4
    scenario = real_share.setting("fixed", 10**6, "mle", real=n)
    mean, second = value(scenario, "variance", math.inf), value(scenario, SECOND, math.inf)
    assert mean == pytest.approx(2.25 * (n - 1) / (n + 1 / 2), rel=1e-5)
    assert second > mean**2 * (n + 1) / (n - 1)
    assert np.isinf(value(real_share.setting("fixed", 20, "offset", -0.9, real=2), SECOND, math.inf))
