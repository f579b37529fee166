"""Bounds from known moments beside exact results, each other and chains; what is exact of weighted data by region."""

import math
from itertools import product

import mpmath
import numpy as np
import pytest
from budget import declare, normal_limit
from scipy.stats import binom

from simulations.ensemble import Requested, run_ensemble
from theory.claims import claims
from theory.claims.gaussian import accumulate, pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_log import evaluate as log_variance_below
from theory.laws.chi_square import mean_log_chi_square
from theory.laws.chi_square_log import mean_log
from theory.laws.log_variance_below import FreshMixture, binomial_rule, iterated, settled
from theory.predict import NotCovered, predict

STATISTICS = ("log_variance", "wasserstein2_squared", "kl_reverse")
EXACT = (*STATISTICS, "kl_forward")
POLICIES = {
    "stratified": real_share.setting("stratified", 10, "mle", real=2),
    "iid": real_share.setting("iid", 20, "unbiased", share=0.1),
    "fixed": real_share.setting("fixed", 20, "mle", real=5),
    "window": window.setting(10, 3, "mle"),
    "pool": pool.setting([10, 5, 1, 0, 0, 6], [0, 5, 10, 10, 40, 0], "mle"),
    "weighted": weighted.setting(8, 12, 0.005, "offset", offset=0.5),
    "subsample": subsample.setting(20, False, "mle"),
}


@pytest.mark.parametrize("degrees", [1, 2, 7, 60, 10**6])
def test_mean_log_of_one_chi_square(degrees):
    exact = mean_log_chi_square(degrees) + math.log(degrees)
    assert float(mean_log(0.0, (1.0,), (degrees,))) == pytest.approx(exact, abs=2e-15 * max(1.0, abs(exact)))
    halves = mean_log(0.0, (1.0, 1.0), (degrees / 4, 3 * degrees / 4))
    assert float(halves) == pytest.approx(exact, abs=2e-15 * max(1.0, abs(exact)))


def test_mean_log_of_a_constant_and_a_chi_square():
    """log(c + X), X chi-square with two degrees of freedom: log c + e^(c/2) E_1(c/2)."""
    for c in (1e-9, 0.01, 1.0, 50.0):
        exact = mpmath.log(c) + mpmath.exp(c / 2) * mpmath.e1(c / 2)
        assert float(mean_log(c, (1.0,), (2.0,))) == pytest.approx(float(exact), rel=2e-14, abs=2e-15)


@pytest.mark.parametrize(("size", "share"), [(40, 0.1), (41, 0.1), (200, 0.05), (500, 0.5), (2000, 1e-3)])
def test_gauss_rule_of_the_binomial_law(size, share):
    """Few nodes give the mean over every number of real points."""
    counts = np.arange(size + 1.0)
    every = FreshMixture(size, counts, binom.pmf(counts, size, share), size)
    few = FreshMixture(size, *binomial_rule(size, share), size)
    for y in (-3.0, 0.1):
        assert few(y) == pytest.approx(every(y), abs=1e-13)


def test_the_bound_is_exact_where_no_real_points_come_later():
    for size, length in ((10, 1), (2, 1)):
        scenario, other = window.setting(size, length, "mle"), replace.setting(size, "mle")
        t = np.array([0, 1, 2, 50, 3000])
        np.testing.assert_allclose(log_variance_below(scenario, t), predict(other, STATISTICS[0], t).value, rtol=5e-13)
    real, drawn = [6] + [0] * 40, [0] + [9] * 40
    scenario, other = pool.setting(real, drawn, "mle"), accumulate.setting(9, divisor="mle", first=6)
    t = np.arange(41)
    np.testing.assert_allclose(log_variance_below(scenario, t), predict(other, STATISTICS[0], t).value, rtol=5e-13)
    scenario, other = real_share.setting("stratified", 9, "unbiased", real=0), replace.setting(9, "unbiased")
    np.testing.assert_allclose(log_variance_below(scenario, t), predict(other, STATISTICS[0], t).value, rtol=5e-13)


def test_the_recursion_settles_where_it_is_said_to():
    for size, real in ((10, 2), (50, 1), (2, 1)):
        step = FreshMixture(size, np.array([float(real)]), np.array([1.0]), size)
        late = iterated(step, 0.3, np.array([9_000]))[0]
        assert settled(step, 0.3) == pytest.approx(late, rel=1e-12)
    shrinks = FreshMixture(10, np.array([0.0]), np.array([1.0]), 10)
    assert settled(shrinks, 0.0) == -math.inf
    assert settled(FreshMixture(10, np.array([0.0]), np.array([1.0]), 5.0), 0.0) == math.inf


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_chains_lie_between_the_bounds(name):
    """Well after the fits at which the true values are known otherwise."""
    scenario, t = POLICIES[name], (3, 6) if name == "pool" else (3, 30)
    names = tuple(Requested(statistic) for statistic in STATISTICS)
    result = run_ensemble(scenario, generations=t[-1], replicates=2**13, seed=7, statistics=names, record=t)
    limit = normal_limit(declare("chains between bounds from known moments", 4e-9), 6 * len(POLICIES))
    for row, statistic in enumerate(STATISTICS):
        said = predict(scenario, statistic, t)
        if said.lower is not None:
            assert np.all(said.lower <= result.mean[row] + limit * result.standard_error[row])
        if said.upper is not None:
            assert np.all(said.upper >= result.mean[row] - limit * result.standard_error[row])
        assert name == "subsample" or (said.lower is not None and said.upper is not None)


@pytest.mark.slow
def test_chains_lie_between_the_bounds_of_the_forward_divergence():
    for size, real in ((50, 10), (30, 12)):
        scenario = real_share.setting("stratified", size, "mle", real=real)
        names = (Requested("kl_forward"),)
        result = run_ensemble(scenario, generations=30, replicates=2**14, seed=7, statistics=names, record=(2, 30))
        limit = normal_limit(declare("forward divergence of chains between its bounds", 1e-9), 8)
        said = predict(scenario, "kl_forward", (2, 30))
        mean, error = result.mean[0], limit * result.standard_error[0]
        assert np.all(said.lower <= mean + error)
        assert np.all(mean - error <= said.upper)
        assert np.all(said.upper <= 3 * mean)


@pytest.mark.parametrize("name", POLICIES)
def test_lower_bounds_lie_below_upper_ones(name):
    """Each pair, at every t and in the limit, and both about an exact value where there is one."""
    scenario = POLICIES[name]
    t = np.arange(0.0, 7.0) if name == "pool" else np.array([0, 1, 2, 5, 40, *([] if name == "window" else [np.inf])])
    for statistic in STATISTICS:
        said = predict(scenario, statistic, t)
        if said.lower is not None and said.upper is not None:
            assert np.all(said.lower <= said.upper + 1e-14)


def test_the_forward_divergence_settles_with_fresh_real_points():
    claim = claims()["gaussian-kl-forward-upper-bound"]
    for scenario in (real_share.setting("stratified", 50, "mle", real=10), weighted.setting(20, 2, 0.4, "mle")):
        late, end = claim.value(scenario, np.array([3_000.0, np.inf]))
        assert late == pytest.approx(end, rel=1e-12)


def test_no_limit_is_said_in_one_line():
    for statistic in STATISTICS:
        with pytest.raises(NotCovered, match="no claim gives the limit"):
            predict(POLICIES["pool"], statistic, (math.inf,))


def test_a_window_ends_at_a_single_value():
    """Its variance vanishes, so that the distance is what is left: the error of the mean and v_0, as the bound says."""
    scenario = POLICIES["window"]
    error, unit = predict(scenario, "mean_squared_error", (math.inf,)).value[0], scenario.source.variance
    distance = predict(scenario, "wasserstein2_squared", (math.inf,))
    bound = claims()["gaussian-wasserstein2-squared-lower-bound"].value(scenario, np.array([math.inf]))
    assert distance.kind == ("exact",)
    assert [distance.value[0], bound[0]] == pytest.approx([error + unit] * 2, rel=1e-14)
    assert predict(scenario, "log_variance", (math.inf,)).upper == -math.inf
    assert predict(scenario, "kl_reverse", (math.inf,)).lower == math.inf


REGIONS = list(product((2, 3, 10, 100, 100_000), (2, 10, 10**9), (0.01, 0.3, 0.9)))


@pytest.mark.parametrize("statistic", STATISTICS)
def test_published_accuracy_of_weighted_fits(statistic):
    """The first fit against the chi-square in full digits, over real points, synthetic points and weights."""
    name = {"wasserstein2_squared": "wasserstein2-squared"}.get(statistic, statistic.replace("_", "-"))
    claim, found = claims()[f"gaussian-weighted-{name}"], []
    for n, m, w in REGIONS:
        scenario = weighted.setting(n, m, w, "mle", variance=1.0)
        truth = claim.reference(scenario, 1)
        found.append(float(abs(claim.evaluate(scenario, np.array([1]))[0] - truth) / abs(truth)))
    assert max(found) <= 5e-11


def test_weighted_values_lie_between_the_bounds_and_settle():
    catalogue = claims()
    for n, m, w in ((10, 1, 0.5), (20, 15, 0.3), (5, 200, 1.0)):
        scenario = weighted.setting(n, m, w, "mle")
        t = np.array([1, 2, 7, 1_000, np.inf])
        for statistic in EXACT:
            value = predict(scenario, statistic, t)
            assert set(value.kind) == {"exact"}
            assert value.value[-2] == pytest.approx(value.value[-1], rel=1e-12)
            for claim in catalogue.values():
                if claim.statistic == statistic and claim.covers(scenario):
                    bound, slack = claim.value(scenario, t), 1e-10 * np.abs(value.value)
                    assert claim.kind != "lower bound" or np.all(bound <= value.value + slack)
                    assert claim.kind != "upper bound" or np.all(bound >= value.value - slack)


@pytest.mark.slow
def test_weighted_chains_long_after_the_first_fit():
    """The spread over chains and the forward divergence, where no quadrature over single fits reaches."""
    scenario, names = weighted.setting(8, 12, 0.25, "mle"), ("log_variance_sd", "kl_forward")
    requested = tuple(Requested(name) for name in names)
    result = run_ensemble(scenario, generations=30, replicates=2**15, seed=7, statistics=requested, record=(3, 30))
    limit = normal_limit(declare("weighted chains long after the first fit", 1e-9), 4)
    for row, name in enumerate(names):
        apart = predict(scenario, name, (3, 30)).value - result.mean[row]
        assert np.all(np.abs(apart) <= limit * result.standard_error[row])
