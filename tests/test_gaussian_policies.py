"""Retention policies of Gaussian chains: numbers known from elsewhere, best weights found by planning, edges."""

import math
from fractions import Fraction

import numpy as np
import pytest

from theory.claims.gaussian import (
    accumulate,
    forgetting,
    pool,
    real_share,
    scaled,
    scaled_share,
    subsample,
    weighted,
    window,
)
from theory.laws.gaussian_mixing_squares import iid_step, stratified_step
from theory.laws.sums_over_fits import power_sum, sum_over_fits
from theory.laws.weighted_mixing import best_weight
from theory.plan import plan
from theory.predict import NotCovered, predict


def value(scenario, statistic: str, t: float) -> float:
    return float(predict(scenario, statistic, (t,)).value[0])


@pytest.mark.parametrize(
    ("n", "m", "weight", "error", "spread"),
    [(20, 20, 0.6180340, 0.0309017, 0.066247), (20, 80, 0.390388, 0.0195194, 0.041118)],
)
def test_weighted_at_the_best_weight(n, m, weight, error, spread):
    assert best_weight(n, m) == pytest.approx(weight, abs=6e-7)
    scenario = weighted.setting(n, m, best_weight(n, m), "unbiased", variance=1.0)
    assert value(scenario, "mean_squared_error", math.inf) == pytest.approx(error, abs=6e-8)
    assert value(scenario, "mean_squared_error", math.inf) == pytest.approx(best_weight(n, m) / n, rel=1e-15)
    assert value(scenario, "variance_second_moment", math.inf) - 1 == pytest.approx(spread, abs=6e-7)


def test_planning_finds_the_golden_ratio():
    scenario = weighted.setting(20, 20, 0.3, "unbiased")
    found = plan(scenario, "retention.weight", "mean_squared_error", "minimum")
    assert found.value == pytest.approx((math.sqrt(5) - 1) / 2, abs=1e-7)
    assert found.attained == pytest.approx(2.25 * best_weight(1, 1) / 20, rel=1e-14)


def test_what_outgrows_every_float_is_infinite():
    scenario = weighted.setting(5, 3, 0.01, "unbiased")
    assert value(scenario, "variance_second_moment", 1e6) == math.inf
    assert value(weighted.setting(1, 5, 0.1, "offset", offset=0.2), "variance_second_moment", math.inf) == 0


def test_many_synthetic_points_help_by_their_root():
    n, m = 10, 10**10
    assert n / best_weight(n, m) == pytest.approx(math.sqrt(n * m), rel=1e-4)


def test_accumulated_second_moment():
    assert value(accumulate.setting(5, variance=1.0), "variance_second_moment", math.inf) == pytest.approx(
        0.93860, abs=6e-6
    )


@pytest.mark.parametrize(("M", "plateau"), [(5, 0.53467), (10, 0.73899), (20, 0.86166), (100, 0.97100)])
def test_subsamples_reach_a_plateau(M, plateau):
    scenario = subsample.setting(M, False, variance=1.0)
    assert value(scenario, "variance", math.inf) == pytest.approx(plateau, abs=6e-6)
    up, down = ((1 + sign * math.sqrt(12 * M - 3)) / (2 * M) for sign in (1, -1))
    gammas = math.gamma(2 - 1 / M) / math.gamma(2 - up) / math.gamma(2 - down)
    assert value(scenario, "variance", math.inf) == pytest.approx((1 - 1 / M) * gammas, rel=1e-13)
    assert value(scenario, "mean_squared_error", math.inf) == pytest.approx(1 - plateau, abs=6e-6)


def test_loss_of_subsamples_to_first_order():
    """(pi^2/2 - 2)/M without replacement; the coincidences of draws add 7/4 - pi^2/6 to it."""
    M = 10**6
    without, with_ = (
        M * value(subsample.setting(M, r, variance=1.0), "mean_squared_error", math.inf) for r in (False, True)
    )
    assert without == pytest.approx(math.pi**2 / 2 - 2, rel=1e-5)
    assert with_ - without == pytest.approx(7 / 4 - math.pi**2 / 6, rel=1e-4)


def test_unbiased_subsamples_grow_as_a_power():
    scenario = subsample.setting(4, False, "unbiased")
    growth = math.log(value(scenario, "variance", 1e6) / value(scenario, "variance", 1e3)) / math.log(1e3)
    assert growth == pytest.approx(1 / 4, rel=1e-3)
    assert value(scenario, "variance", math.inf) == math.inf
    assert value(scenario, "mean_squared_error", math.inf) == math.inf


@pytest.mark.parametrize(
    ("M", "n", "divisor", "spread"),
    [
        (50, 5, "mle", 0.194495),
        (50, 5, "unbiased", 0.362992),
        (100, 10, "mle", 0.100858),
        (20, 2, "unbiased", 3.485407),
    ],
)
def test_stationary_spread_with_fresh_points(M, n, divisor, spread):
    scenario = real_share.setting("stratified", M, divisor, real=n)
    second, mean = (value(scenario, name, math.inf) for name in ("variance_second_moment", "variance"))
    assert (second - mean**2) / 2.25**2 == pytest.approx(spread, abs=6e-7)


def test_a_second_moment_that_does_not_exist_is_infinite():
    scenario = real_share.setting("stratified", 4, "unbiased", real=1)
    assert math.isfinite(value(scenario, "variance", math.inf))
    assert value(scenario, "variance_second_moment", math.inf) == math.inf


def test_coins_are_a_mixture_of_fixed_numbers():
    """The map of scheme "iid" is that of "stratified" averaged over a binomial number of real points, exactly."""
    M, a, offset = 5, Fraction(1, 3), Fraction(1, 2)
    chances = [math.comb(M, n) * a**n * (1 - a) ** (M - n) for n in range(M + 1)]
    for i in range(6):
        for j in range(6):
            mixed = sum(chance * stratified_step(M, n, offset)[i][j] for n, chance in enumerate(chances))
            assert mixed == iid_step(M, a, offset)[i][j]


def test_forgetting_at_rate_one_is_replacement():
    for divisor in ("mle", "unbiased"):
        slow = forgetting.setting(10, 1.0, divisor)
        replaced = scaled.setting(10, 1.0, divisor)
        for statistic in ("variance", "mean_squared_error", "variance_second_moment", "log_variance"):
            assert value(slow, statistic, 7) == pytest.approx(value(replaced, statistic, 7), rel=1e-14)


def test_a_window_of_one_batch_is_replacement_and_a_long_one_accumulates():
    assert value(window.setting(10, 1, "mle"), "variance", 9) == pytest.approx(2.25 * 0.9**9, rel=1e-14)
    long, kept = window.setting(5, 40, "mle"), accumulate.setting(5)
    for statistic in ("variance", "mean_squared_error"):
        assert value(long, statistic, 40) == pytest.approx(value(kept, statistic, 40), rel=1e-13)


@pytest.mark.parametrize(("W", "M", "size"), [(2, 15, 33.4967), (4, 15, 92.9946), (4, 100, 624.2492)])
def test_a_window_forgets_like_a_larger_sample(W, M, size):
    """Under maximum likelihood the variance falls by one over an effective size, about M ((W+1)/2)^2."""
    scenario = window.setting(M, W, "mle")
    later = value(scenario, "variance", 3000) / value(scenario, "variance", 2999)
    assert 1 / (1 - later) == pytest.approx(size, abs=6e-5)


def test_a_window_loses_variance_under_the_unbiased_divisor():
    assert value(window.setting(10, 2, "unbiased"), "variance", 500) < value(
        window.setting(10, 2, "unbiased"), "variance", 50
    )


def test_a_pool_of_equal_batches_accumulates():
    equal, kept = pool.setting([5] + [0] * 9, [0] + [5] * 9, "mle"), accumulate.setting(5)
    for statistic in ("variance", "mean_squared_error"):
        assert value(equal, statistic, 10) == pytest.approx(value(kept, statistic, 10), rel=1e-14)


def test_a_pool_that_runs_out_of_real_points():
    scenario = pool.setting(*pool.RUNNING_OUT, "mle", variance=1.0)
    assert value(scenario, "mean_squared_error", 10) == pytest.approx(0.0243815, abs=6e-8)
    assert value(scenario, "variance", 10) == pytest.approx(1 - 0.0243815, abs=6e-8)


def test_bias_beats_noise_beyond_one_over_the_size():
    """E log v falls by 1/M per fit; draws narrower by 1/M double the rate, to first order."""
    faithful, biased = (
        value(scaled.setting(10_000, c, "unbiased", variance=1.0), "log_variance", 1001) for c in (1, 0.9999)
    )
    assert biased / faithful == pytest.approx(2, rel=2e-3)


def test_a_bias_that_no_sample_size_removes():
    """A tenth of real points holds alpha/(1 - (1-alpha) c) of the variance, and not more."""
    scenario = scaled_share.setting(10**8, 10**7, 0.85, "unbiased")
    assert value(scenario, "variance", math.inf) / 2.25 == pytest.approx(0.1 / (1 - 0.9 * 0.85), rel=1e-6)


@pytest.mark.parametrize(
    ("scenario", "statistic"),
    [(window.setting(5, 7, "mle"), "variance_second_moment"), (pool.setting(*pool.SMALL, "mle"), "variance")],
)
def test_a_limit_that_no_claim_gives_is_refused(scenario, statistic):
    with pytest.raises(NotCovered, match="no claim gives the limit"):
        predict(scenario, statistic, (math.inf,))


def test_sums_over_fits_against_zeta():
    t = np.array([1.0, 2.0, 50.0, 999.0, 1000.0, 1e6, np.inf])
    found = 1 + sum_over_fits(lambda y: y**-2.0, 2, 1.0, t)
    direct = [
        1.0,
        1.25,
        *(float(np.sum(1.0 / np.arange(1.0, n + 1) ** 2)) for n in (50, 999, 1000, 10**6)),
        math.pi**2 / 6,
    ]
    np.testing.assert_allclose(found, direct, rtol=1e-14)
    assert power_sum(1, 100.0, np.array([np.inf]))[0] == np.inf
    assert power_sum(1, 100.0, np.array([3.0]))[0] == pytest.approx(1 / 100 + 1 / 101 + 1 / 102, rel=1e-14)
