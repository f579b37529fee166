"""Quantile sketches: bins in the order of the values, edges within their promise, merging in any order."""

import numpy as np
import pytest

from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.sketch import MANTISSA, Sketch, bin_numbers, merged_sketches, sketch_of
from theory.scenario import InputError, parse_scenario

LEVELS = (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)
SCENARIO = parse_scenario(
    {
        "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
        "sample_size": {"kind": "constant", "size": 20},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": "unbiased"},
    }
)


def sketched(values) -> Sketch:
    return sketch_of(np.asarray(bin_numbers(np.asarray(values, float))))


def exact(values, levels):
    """The least value that a share `level` of the values does not exceed."""
    return np.quantile(values, levels, method="inverted_cdf")


def test_bins_are_in_the_order_of_the_values():
    tiny = np.finfo(float).tiny
    values = np.array([-np.inf, -1e300, -2.0, -1.001, -1.0, -tiny, 0.0, tiny, 0.1, 1.0, 1.001, 2.0, 1e300, np.inf])
    numbers = np.asarray(bin_numbers(values)).astype(int)
    assert (np.diff(numbers) > 0).all()
    assert int(bin_numbers(np.array([np.nan]))[0]) > numbers[-1]
    assert bin_numbers(np.array([-0.0]))[0] == bin_numbers(np.array([0.0]))[0]


@pytest.mark.parametrize("law", ["normal", "lognormal", "cauchy", "uniform"])
def test_quantiles_are_within_a_bin_of_those_of_the_values(law):
    rng = np.random.default_rng(5)
    values = {
        "normal": rng.standard_normal(5000),
        "lognormal": np.exp(9 * rng.standard_normal(5000)),
        "cauchy": rng.standard_cauchy(5000),
        "uniform": rng.random(5000),
    }[law]
    found, true = sketched(values).quantiles(LEVELS), exact(values, LEVELS)
    assert (np.abs(found) <= np.abs(true)).all()
    assert found == pytest.approx(true, rel=2.0**-MANTISSA)


def test_whole_numbers_and_indicators_are_exact():
    counts = np.random.default_rng(6).integers(-4096, 4097, 3000).astype(float)
    assert np.array_equal(sketched(counts).quantiles(LEVELS), exact(counts, LEVELS))
    assert sketched([0.0, 0.0, 1.0]).quantiles([0.1, 2 / 3, 0.7]).tolist() == [0.0, 0.0, 1.0]


def test_infinite_values_count_and_one_that_is_no_number_spoils_all():
    assert sketched([-np.inf, 1.0, np.inf]).quantiles([0.3, 0.5, 0.9]).tolist() == [-np.inf, 1.0, np.inf]
    assert np.isnan(sketched([1.0, np.nan]).quantiles([0.1])).all()
    assert np.isnan(sketched([]).quantiles([0.5])).all()


def test_merging_in_any_order_gives_the_sketch_of_all():
    parts = [np.random.default_rng(seed).standard_normal(100 * seed) for seed in (1, 2, 3)]
    whole = sketched(np.concatenate(parts))
    a, b, c = map(sketched, parts)
    for merged in (merged_sketches(merged_sketches(a, b), c), merged_sketches(c, merged_sketches(b, a))):
        assert np.array_equal(merged.bins, whole.bins)
        assert np.array_equal(merged.counts, whole.counts)


def test_an_ensemble_has_the_quantiles_of_its_chains():
    question = {"generations": 3, "replicates": 5000, "seed": 2, "record": [0, 1, 3]}
    statistics = [Requested("log_variance"), Requested("log_variance_sd"), Requested("variance")]
    found = run_ensemble(SCENARIO, statistics=statistics, quantiles=LEVELS, **question).quantiles
    assert found is not None
    assert found.shape == (len(LEVELS), 3, 3)
    assert np.isnan(found[:, 1]).all(), "a moment over chains has no quantile"
    single = trajectories(SCENARIO, statistics=[statistics[0], statistics[2]], **question)
    for row, values in ((0, single[0]), (2, single[1])):
        for column in range(3):
            assert found[:, row, column] == pytest.approx(exact(values[column], LEVELS), rel=2.0**-MANTISSA, abs=1e-300)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, np.nan])
def test_levels_lie_between_0_and_1(level):
    question = {"generations": 1, "replicates": 2, "seed": 0, "record": [1], "statistics": [Requested("variance")]}
    with pytest.raises(InputError, match="quantiles must lie between 0 and 1"):
        run_ensemble(SCENARIO, quantiles=[level], **question)
