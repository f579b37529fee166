"""Numbers known from elsewhere: closed forms evaluated by hand, and leading terms of the literature."""

import itertools
import math

import numpy as np
import pytest

from theory.claims.gaussian import accumulate, forgetting, replace
from theory.laws.forgetting import log_mean, log_mean_square, raw_moment_factor
from theory.predict import predict


def value(scenario, statistic: str, t: float) -> float:
    return float(predict(scenario, statistic, (t,)).value[0])


@pytest.mark.parametrize(
    ("M", "t", "distance", "divergence"),
    [(10, 5, 0.75886, 0.53802), (20, 20, 1.46257, 1.03554), (50, 30, 0.88383, 0.60820)],
)
def test_unbiased_losses(M, t, distance, divergence):
    scenario = replace.setting(M, "unbiased", variance=1.0)
    assert value(scenario, "wasserstein2_squared", t) == pytest.approx(distance, abs=6e-6)
    assert value(scenario, "kl_reverse", t) == pytest.approx(divergence, abs=6e-6)
    assert value(scenario, "mean_squared_error", t) == pytest.approx(t / M)


def test_log_variance_and_second_moment():
    scenario = replace.setting(10, "unbiased", variance=1.0)
    assert value(scenario, "log_variance", 5) == pytest.approx(-0.57603, abs=6e-6)
    assert value(scenario, "variance_second_moment", 5) == pytest.approx(2.7274, abs=6e-5)
    mle = value(replace.setting(1000, "mle", variance=1.0), "log_variance", 1)
    assert mle / value(replace.setting(1000, "unbiased", variance=1.0), "log_variance", 1) == pytest.approx(2, abs=2e-3)


@pytest.mark.parametrize(("M", "limit"), [(5, 0.702), (20, 0.920)])
def test_accumulation_stops_at_the_sine(M, limit):
    scenario = accumulate.setting(M, variance=1.0)
    x = math.pi / math.sqrt(M)
    assert value(scenario, "variance", math.inf) == pytest.approx(math.sin(x) / x, rel=1e-14)
    assert value(scenario, "variance", math.inf) == pytest.approx(limit, abs=6e-4)
    assert value(scenario, "mean_squared_error", math.inf) == pytest.approx(1 - math.sin(x) / x, rel=1e-13)


def test_accumulation_at_large_batches_inflates_one_fit_by_pi_squared_over_six():
    """The error of the mean over that of one fit is pi^2/6 - pi^4/(120 M) + ..."""
    M = 10_000
    inflation = value(accumulate.setting(M, variance=1.0), "mean_squared_error", math.inf) * M
    assert inflation == pytest.approx(math.pi**2 / 6 - math.pi**4 / (120 * M), rel=1e-7)


@pytest.mark.parametrize(("M", "limit", "later"), [(5, 0.869491, 0.870070), (20, 0.967664, 0.967825)])
def test_accumulation_under_the_unbiased_divisor(M, limit, later):
    scenario = accumulate.setting(M, variance=1.0, divisor="unbiased")
    assert value(scenario, "variance", 300) == pytest.approx(later, abs=6e-7)
    assert value(scenario, "variance", math.inf) == pytest.approx(limit, abs=6e-7)


def test_limits_by_divisor():
    settings = {divisor: replace.setting(10, divisor) for divisor in ("mle", "unbiased")}
    settings["between"] = replace.setting(10, "offset", offset=0.5)
    limits = {
        name: [
            value(s, statistic, math.inf) for statistic in ("variance", "mean_squared_error", "wasserstein2_squared")
        ]
        for name, s in settings.items()
    }
    assert limits["mle"] == [0.0, 2.25, 4.5]
    assert limits["unbiased"] == [2.25, math.inf, math.inf]
    assert limits["between"] == pytest.approx([0.0, 2.25 * 9.5 / 5, 2.25 * 2.9])
    assert all(value(s, "log_variance", math.inf) == -math.inf for s in settings.values())


@pytest.mark.parametrize(("M", "rate"), [(1, 0.3), (2, 0.4), (3, 0.7), (3, 1.0)])
def test_an_average_of_raw_moments_by_enumeration(M, rate):
    """All points on five Gauss-Hermite nodes, exact for the fourth powers in the square of one update's variance."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    mean, variance = 0.7, 1.3
    found = np.zeros(2)
    for picks in itertools.product(range(5), repeat=M):
        x = mean + math.sqrt(variance) * nodes[list(picks)]
        first = (1 - rate) * mean + rate * x.mean()
        second = (1 - rate) * (variance + mean**2) + rate * (x**2).mean()
        factor = (second - first**2) / variance
        found += np.prod(weights[list(picks)] / math.sqrt(2 * math.pi)) * np.array([factor, factor**2])
    assert raw_moment_factor(M, rate) == pytest.approx((found[0], found[1] - found[0] ** 2), rel=1e-12)


def test_an_average_of_raw_moments_forgets_more_slowly_than_one_of_models():
    """E v_10 and E v_10^2 from v_0 = 1 at M = 12, g = 0.4, and the factors of one fit of the model in the claims."""
    mean, variance = raw_moment_factor(12, 0.4)
    assert mean**10 == pytest.approx(0.874389, abs=6e-7)
    assert (mean**2 + variance) ** 10 == pytest.approx(0.987625, abs=6e-7)
    scenario = forgetting.setting(12, 0.4, "mle")
    kept = value(scenario, "variance", 11) / value(scenario, "variance", 10)
    assert mean > kept == pytest.approx(1 - 0.4 / 12) == pytest.approx(math.exp(log_mean(12, 1.0, 0.4)))
    assert math.exp(log_mean_square(12, 1.0, 0.4)) - kept**2 == pytest.approx(2 * 0.4**2 * 11 / 144)
