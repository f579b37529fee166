"""Replaced Gaussian data: numbers known from elsewhere, and what a user is told at the edges."""

import math

import numpy as np
import pytest

from theory.claims import claims
from theory.claims.families import scale
from theory.claims.gaussian import replace, varying, window
from theory.laws.far_tail import far_constant, far_tail
from theory.laws.first_passage import survival
from theory.laws.inverse_gaussian import inverse_gaussian_cdf, inverse_gaussian_quantiles
from theory.laws.maximum import tilt
from theory.laws.perpetuity import student_tail
from theory.predict import NotCovered, predict, quantiles
from theory.scenario import InputError


def value(scenario, statistic: str, t: float = math.inf, at: float | None = None) -> float:
    return float(predict(scenario, statistic, (t,), at).value[0])


@pytest.mark.parametrize(("M", "t", "kurtosis"), [(10, 5, 3.92803), (50, 30, 4.57598), (50, 1, 3.0)])
def test_kurtosis_of_the_mean(M, t, kurtosis):
    scenario = replace.setting(M, "unbiased", variance=1.0)
    found = value(scenario, "mean_fourth_moment", t) / value(scenario, "mean_squared_error", t) ** 2
    assert found == pytest.approx(kurtosis, abs=6e-6)


@pytest.mark.parametrize("M", [2, 10, 1000])
def test_kurtosis_ends_at_six_times_the_size_under_maximum_likelihood(M):
    scenario = replace.setting(M, "mle", variance=1.0)
    found = value(scenario, "mean_fourth_moment") / value(scenario, "mean_squared_error") ** 2
    assert found == pytest.approx(6 * M - 3, rel=1e-14)


@pytest.mark.parametrize(
    ("M", "constant", "index"), [(2, 0.6853, 4.7303), (5, 0.8709, 4.2294), (10, 0.9344, 4.1070), (100, 0.9933, 4.0101)]
)
def test_the_mean_strays_by_a_power_law_at_every_size(M, constant, index):
    """Unbiased P ~ C_M/x^2; under maximum likelihood the index falls to 4. Student's law has C = 1 and 3/2."""
    assert far_constant(M, 0.0) == pytest.approx(constant, abs=6e-5)
    assert 2 * tilt(M, 1.0) == pytest.approx(index, abs=6e-5)
    assert far_tail(30.0, 2000, 0.0) == pytest.approx(student_tail(30.0, 0.0), rel=4e-3)
    assert far_tail(30.0, 2000, 1.0) == pytest.approx(student_tail(30.0, 1.0), rel=8e-3)


def test_kurtosis_of_what_chains_produce():
    scenario = replace.setting(10, "unbiased", variance=1.0)
    fourth = value(scenario, "draw_fourth_moment", 5)
    assert fourth == pytest.approx(13.82826, abs=6e-6)
    assert fourth / value(scenario, "draw_variance", 5) ** 2 == pytest.approx(6.14589, abs=6e-6)


def test_times_to_collapse_of_a_uniform_law_are_nearly_the_same():
    """1 + Poisson(23.026) for 10 points, until the bound is a tenth of what it was: the variance a hundredth."""
    uniform = scale.setting("uniform", 10)
    at = 0.01 * value(uniform, "variance", 0)
    assert value(uniform, "collapse_time_sd", at=at) ** 2 == pytest.approx(23.026, abs=6e-4)
    assert value(uniform, "collapse_time", at=at) == pytest.approx(24.026, abs=6e-4)


def test_a_draw_keeps_the_variance_of_the_source_under_maximum_likelihood():
    """Exactly, whatever the sizes; unbiased it gains 1/M for each fit."""
    sizes = {"kind": "explicit", "sizes": [20, 9, 100]}
    record = claims()["gaussian-replace-draw-variance"]
    for scenario in (replace.setting(7, "mle"), varying.setting(sizes, "mle")):
        assert (record.evaluate(scenario, np.arange(4), None) == 2.25).all()
    gained = value(varying.setting(sizes, variance=1.0), "draw_variance", 3) - 1
    assert gained == pytest.approx(1 / 20 + 1 / 9 + 1 / 100, rel=1e-14)


def test_half_of_the_chains_pass_twice_the_variance_unless_they_overshoot():
    chance = value(replace.setting(200, "unbiased", variance=1.0), "variance_ever_above", at=2.0)
    assert chance == pytest.approx(0.472405, abs=6e-7)
    assert chance == pytest.approx(math.exp(-0.5826 * math.sqrt(2 / 199)) / 2, rel=3e-3)
    assert value(replace.setting(10**9, "unbiased", variance=1.0), "variance_ever_above", at=2.0) < 0.5


@pytest.mark.parametrize(("M", "at", "sd"), [(10, 0.1, 20.639), (20, 0.2, 36.244)])
def test_times_to_collapse_vary_as_much_as_their_mean(M, at, sd):
    scenario = replace.setting(M, "unbiased", variance=1.0)
    assert value(scenario, "collapse_time_sd", at=at) == pytest.approx(sd, abs=6e-4)
    assert 0.8 < value(scenario, "collapse_time_sd", at=at) / value(scenario, "collapse_time", at=at) < 1.2


def test_quantiles_of_the_time_by_two_laws():
    """At M = 20 the inverse Gaussian quantiles are those of the exact law, or one fit off."""
    scenario, levels = replace.setting(20, "mle", variance=1.0), (0.05, 0.5, 0.95)
    exact = quantiles(scenario, "collapse_time", (), levels, 0.1)
    assert exact.kind == "exact"
    near = claims()["gaussian-replace-collapse-time-corrected"].quantile(scenario, (math.inf,), np.array(levels), 0.1)
    assert np.abs(exact.value - near).max() <= 1


def test_quantiles_where_the_exact_law_takes_too_long():
    found = quantiles(replace.setting(100_000, "unbiased", variance=1.0), "collapse_time", (), (0.5,), 0.1)
    assert (found.claim, found.kind) == ("gaussian-replace-collapse-time-corrected", "asymptotic")
    assert found.value[0, 0] == pytest.approx(162_630, abs=1)
    with pytest.raises(InputError, match="quantiles take too long"):
        quantiles(replace.setting(100_000, "offset", offset=0.5), "collapse_time", (), (0.5,), 0.1)


@pytest.mark.parametrize(
    ("divisor", "survives", "bounds"), [("mle", 0.0087, (0.73, 0.066)), ("unbiased", 0.17, (0.73, None))]
)
def test_what_the_published_bound_leaves_open(divisor, survives, bounds):
    """P(v_80 > v_0/4) at M = 20, the published bound of it, and Markov's for v_t itself under maximum likelihood."""
    scenario = replace.setting(20, divisor, variance=1.0)
    published = claims()["gaussian-replace-variance-cdf-published-bound"]
    assert 1 - value(scenario, "variance_cdf", 80, 0.25) == pytest.approx(survives, rel=0.03)
    assert 1 - published.evaluate(scenario, np.array([80]), 0.25)[0] == pytest.approx(bounds[0], rel=0.01)
    if bounds[1]:
        assert 4 * value(scenario, "variance", 80) == pytest.approx(bounds[1], rel=0.01)


def test_quantiles_of_a_poisson_time():
    scenario = scale.setting("uniform", 10)
    median = quantiles(scenario, "collapse_time", (), (0.5,), 0.01).value[0, 0]
    assert value(scenario, "variance_cdf", median - 1, 0.01) < 0.5 <= value(scenario, "variance_cdf", median, 0.01)


def test_inverse_gaussian_law():
    """Mean b/m and variance bK/m^3 of the quantiles; the law at a quantile is its level."""
    q = (np.arange(4000) + 0.5) / 4000
    times = inverse_gaussian_quantiles(q, 2.0, 0.5, 0.3)
    assert times.mean() == pytest.approx(4.0, rel=1e-3)
    assert times.var() == pytest.approx(2.0 * 0.3 / 0.125, rel=1e-2)
    assert inverse_gaussian_cdf(times[100], 2.0, 0.5, 0.3) == pytest.approx(q[100], rel=1e-12)


def test_survival_beyond_the_first_fit():
    """P(T > 1) is the chance that one factor keeps the variance above the threshold."""
    alive = next(survival(0.0, 3, 0.0))
    assert alive == pytest.approx(math.exp(-1), rel=1e-10)  # chi-square with two degrees of freedom above 2


def test_a_limit_is_promised_only_where_there_is_one():
    for length, statistic, promised in ((3, "variance", True), (8, "variance_second_moment", False)):
        scenario = window.setting(20, length, "mle")
        with pytest.raises(NotCovered) as refused:
            predict(scenario, statistic, (10**9,))
        assert "t must be at most" in str(refused.value)
        assert ("inf" in str(refused.value)) is promised


@pytest.mark.parametrize("at", [-1.0, 0.0, 1e-300])
def test_levels_below_the_source_are_passed_surely(at):
    scenario = replace.setting(10, "unbiased")
    for claim in (claims()[name] for name in claims() if name.startswith("gaussian-replace-variance-ever-above")):
        assert claim.limit(scenario, at) == 1.0
