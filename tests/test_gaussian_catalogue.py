"""Numbers known from elsewhere: closed forms evaluated by hand, and leading terms of the literature."""

import math

import pytest

from theory.claims.gaussian import accumulate, replace
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
