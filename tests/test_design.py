"""How much real data a policy is worth, and how a budget is best spent: closed forms, and every way to spend it."""

import itertools
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from theory.claims.gaussian import accumulate, real_share, replace, subsample, weighted
from theory.claims.gaussian.varying import setting as with_sizes
from theory.claims.gaussian.varying_closer_than_one_fit import closer_by_quadrature
from theory.laws.budget import best_sizes, best_whole_sizes, final_weights, least_risk, running_weights
from theory.laws.closeness import closer_probability
from theory.laws.weighted_mixing import best_weight
from theory.plan_sizes import plan_sizes
from theory.predict import NotCovered, predict
from theory.scenario import InputError


def effective(scenario, t=math.inf):
    return float(predict(scenario, "effective_real_size", [t]).value[0])


def test_replaced_data_are_worth_their_harmonic_sum():
    sizes = [20, 9, 100]
    assert effective(replace.setting(100, "unbiased"), 25) == pytest.approx(4.0)
    assert effective(with_sizes({"kind": "explicit", "sizes": sizes}), 3) == pytest.approx(
        1 / sum(1 / n for n in sizes)
    )


def test_kept_data_are_worth_a_part_of_one_batch():
    """6 M/pi^2 of all points, M/(pi^2/2 - 2) where M of them are drawn again; under maximum likelihood."""
    M = 10**6
    assert effective(accumulate.setting(M)) == pytest.approx(6 * M / math.pi**2, rel=1e-5)
    assert effective(subsample.setting(M, False)) == pytest.approx(M / (math.pi**2 / 2 - 2), rel=1e-5)
    x = math.pi / math.sqrt(5)
    assert effective(accumulate.setting(5)) == pytest.approx(1 / (1 - math.sin(x) / x))


@pytest.mark.parametrize("n", [1, 10, 100])
def test_fresh_points_are_worth_less_than_twice_their_number(n):
    """M a(2-a) with the divisor M - 1/(2-a); one more point under maximum likelihood, fewer if unbiased."""
    M = 1000
    a, b = n / M, 1 - n / M
    middle = real_share.setting("stratified", M, "offset", offset=1 - 1 / (2 - a), real=n)
    assert effective(middle) == pytest.approx(n * (2 - a))
    assert effective(real_share.setting("stratified", M, "mle", real=n)) == pytest.approx(n * (2 - a) + b)
    unbiased = effective(real_share.setting("stratified", M, "unbiased", real=n))
    assert unbiased == pytest.approx(n * (2 - a) - b**2 * M / (M - 1))
    assert n - 1e-9 <= unbiased + 1 / M
    assert unbiased <= 2 * n


def test_the_best_weight_is_worth_the_root_of_both_numbers():
    assert effective(weighted.setting(20, 20, best_weight(20, 20), "unbiased")) == pytest.approx(
        10 * (1 + math.sqrt(5))
    )
    far = effective(weighted.setting(10, 10**9, best_weight(10, 10**9), "unbiased"))
    assert far == pytest.approx(math.sqrt(10 * 10**9), rel=1e-3)


def test_the_ends_of_an_effective_size():
    """The source has no error; a walk without bound is worth nothing; what no claim covers is refused in one line."""
    chain = replace.setting(10, "unbiased")
    assert effective(chain, 0) == math.inf
    assert effective(chain) == 0.0
    assert effective(replace.setting(2, "mle"), 1) == pytest.approx(2.0)
    with pytest.raises(InputError, match="t must be finite"):
        effective(with_sizes({"kind": "explicit", "sizes": [20, 9]}))
    with pytest.raises(NotCovered, match="an exact claim covers mean_squared_error"):
        effective(replace.setting(1, "mle"), 1)


def risk(weights, sizes):
    return float((weights / np.asarray(sizes)).sum())


@pytest.mark.parametrize(("t", "budget", "least"), [(2, 7, 2), (3, 20, 2), (4, 17, 2), (4, 13, 1), (3, 6, 2)])
@pytest.mark.parametrize("weights", [final_weights, running_weights])
def test_no_whole_sizes_do_better(weights, t, budget, least):
    """Against every way to spread the budget."""
    found = best_whole_sizes(weights(t), budget, least)
    spread = (sizes for sizes in itertools.product(range(least, budget), repeat=t) if sum(sizes) == budget)
    assert risk(weights(t), found) == pytest.approx(min(risk(weights(t), sizes) for sizes in spread), rel=1e-14)
    assert found.sum() == budget
    assert found.min() >= least
    assert risk(weights(t), found) >= least_risk(weights(t), budget) * (1 - 1e-14)


def test_many_fits_are_spread_as_the_roots_of_what_is_to_come():
    """The best sizes attain the bound, and save a ninth of what equal ones pay in the end."""
    t, budget = 20_000, 10**8
    weights = running_weights(t)
    best = best_sizes(weights, budget)
    assert best.sum() == pytest.approx(budget)
    assert risk(weights, best) == pytest.approx(least_risk(weights, budget), rel=1e-12)
    whole = best_whole_sizes(weights, budget, 2)
    assert whole.sum() == budget
    assert np.abs(whole - best).max() < 2
    assert risk(weights, whole) == pytest.approx(least_risk(weights, budget), rel=1e-6)
    assert risk(weights, whole) / risk(weights, np.full(t, budget / t)) == pytest.approx(8 / 9, rel=1e-3)


def test_a_budget_that_is_too_short_is_refused_by_the_law():
    with pytest.raises(ValueError, match="2 points for each of 3 fits"):
        best_whole_sizes(final_weights(3), 5, 2)


@pytest.mark.parametrize("divisor", ["unbiased", "mle"])
def test_equal_sizes_are_planned_for_the_last_model(divisor):
    for statistic, worse in (("mean_squared_error", 1), ("effective_real_size", -1)):
        found = plan_sizes(replace.setting(100, divisor), statistic, 32, 3)
        assert sorted(found.sizes) == [10, 11, 11]
        assert worse * (found.attained - found.bound) > 0
        assert found.attained == found.equal
        for other in ([10, 10, 12], [9, 11, 12], [2, 15, 15]):
            scenario = with_sizes({"kind": "explicit", "sizes": other}, divisor)
            assert worse * (float(predict(scenario, statistic, [3]).value[0]) - found.attained) > 0


def test_early_fits_are_planned_larger_where_every_model_counts():
    found = plan_sizes(replace.setting(100, "unbiased", variance=1.0), "cumulative_squared_error", 1000, 10)
    assert found.sizes == (141, 133, 126, 118, 109, 100, 89, 77, 63, 44)
    assert found.bound < found.attained < found.equal == pytest.approx(0.55)
    assert found.bound == pytest.approx(sum(math.sqrt(j) for j in range(1, 11)) ** 2 / 1000)


@pytest.mark.parametrize(
    ("scenario", "statistic", "budget", "t", "line"),
    [
        (replace.setting(10, "mle"), "cumulative_squared_error", 100, 5, 'divisor must be "unbiased"'),
        (replace.setting(10, "mle"), "variance", 100, 5, "statistic must be"),
        (replace.setting(10, "mle"), "mean_squared_error", 9, 5, "--budget must be at least 10"),
        (replace.setting(10, "mle"), "mean_squared_error", 9, math.inf, "--t must be a number of fits"),
        (accumulate.setting(10), "mean_squared_error", 100, 5, 'retention.kind must be "replace"'),
    ],
)
def test_what_no_budget_is_planned_for_is_refused_in_a_line(scenario, statistic, budget, t, line):
    with pytest.raises(InputError) as refusal:
        plan_sizes(scenario, statistic, budget, t)
    assert len(refusal.value.lines) == 1
    assert line in refusal.value.lines[0]


def test_the_command_prints_sizes_that_a_scenario_file_takes(tmp_path):
    file = tmp_path / "scenario.toml"
    file.write_text(
        '[source]\nkind = "gaussian"\nmean = 0.0\nvariance = 1.0\n[sample_size]\nkind = "constant"\nsize = 10\n'
        '[retention]\nkind = "replace"\n[estimator]\nkind = "moments"\ndivisor = "unbiased"\n'
    )
    command = [sys.executable, "-m", "theory", "plan", "sample_size", str(file), "--budget", "100", "--t", "5"]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [*command, "--statistic", "cumulative_squared_error", "--json"], cwd=root, capture_output=True, text=True
    )
    said = json.loads(done.stdout)
    assert said["value"] == {"kind": "explicit", "sizes": [26, 24, 21, 17, 12]}
    assert said["bound"] < said["attained"] < said["equal"]


@pytest.mark.parametrize(("sizes", "offset"), [((2, 3), 0.0), ((10, 10), 1.0), ((8, 30, 15), 0.0)])
def test_the_chance_to_come_closer_is_that_of_chains(sizes, offset):
    """Chains drawn by numpy: their error against the quadrature, in standard errors."""
    rng, chains = np.random.default_rng(20261122), 200_000
    mean, variance, distance = np.zeros(chains), np.ones(chains), []
    for size in sizes:
        mean = mean + np.sqrt(variance / size) * rng.standard_normal(chains)
        variance = variance * rng.chisquare(size - 1, chains) / (size - 1 + offset)
        distance.append(mean**2 + (np.sqrt(variance) - 1) ** 2)
    closer = closer_by_quadrature(sizes, offset)
    seen = float((distance[-1] < distance[0]).mean())
    assert abs(seen - closer) < 4 * math.sqrt(closer * (1 - closer) / chains)


def test_the_chance_to_come_closer_for_ever_is_that_of_chains_that_keep_all_data():
    rng, chains, M = np.random.default_rng(20261122), 50_000, 100
    mean = rng.standard_normal(chains) / math.sqrt(M)
    variance = rng.chisquare(M - 1, chains) / M
    first = mean**2 + (np.sqrt(variance) - 1) ** 2
    for pool in range(2 * M, 60 * M, M):
        z = rng.standard_normal(chains)
        mean = mean + M / pool * np.sqrt(variance / M) * z
        variance = variance * (pool - M + rng.chisquare(M - 1, chains) + (1 - M / pool) * z**2) / pool
    seen = float((mean**2 + (np.sqrt(variance) - 1) ** 2 < first).mean())
    told = predict(accumulate.setting(M), "closer_than_one_fit", [60, np.inf]).value
    assert told == pytest.approx(seen, rel=3 / M + 4 / math.sqrt(chains))
    assert told[1] < told[0] < 0.5


def test_a_second_model_comes_closer_less_often_than_not():
    """Below 1/2 for two fits of any sizes tried, and in the limit for every schedule."""
    for offset in (0.0, 1.0):
        assert max(closer_by_quadrature((one, two), offset) for one in (2, 3, 5, 20) for two in (2, 3, 5, 20)) < 0.5
    ratios = np.array([0.0, 1e-9, 1.0, 3.0, 1e9])
    limits = closer_probability(ratios)
    assert limits[0] == 0.5
    assert (np.diff(limits) < 0).all()
    assert float(predict(replace.setting(50, "mle"), "closer_than_one_fit", [0]).value[0]) == 1.0
