"""Times of whole chains: a variance first below a threshold, the first token lost, the first time one is left."""

import numpy as np
import pytest

from simulations.ensemble import Requested, run_ensemble, trajectories
from theory.scenario import parse_scenario

GAUSSIAN = parse_scenario(
    {
        "source": {"kind": "gaussian", "mean": 0.0, "variance": 4.0},
        "sample_size": {"kind": "constant", "size": 10},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": "mle"},
    }
)
TOKENS = parse_scenario(
    {
        "source": {"kind": "tokens", "probabilities": [0.4, 0.3, 0.3, 0.0]},
        "sample_size": {"kind": "constant", "size": 8},
        "retention": {"kind": "replace"},
    }
)


def first(happened, replicates):
    """The first generation in which it has happened [T, R], infinity where it has not."""
    return np.where(happened.any(0), happened.argmax(0), np.inf).reshape(replicates)


def values(scenario, statistics, generations, replicates=500, record=None):
    record = range(generations + 1) if record is None else record
    question = {"generations": generations, "replicates": replicates, "seed": 4, "record": record}
    return trajectories(scenario, statistics=statistics, **question)


def test_a_time_is_that_of_the_first_crossing():
    """Whatever is recorded beside it; infinity as long as it has not come, over blocks of generations too."""
    thresholds = (0.5, 0.001, 4.0, 5.0)
    everything = values(GAUSSIAN, [Requested("variance")], 100)[0]
    record = [0, 3, 64, 100]
    times = values(GAUSSIAN, [Requested("collapse_time", at) for at in thresholds], 100, record=record)
    for found, threshold in zip(times, thresholds, strict=True):
        when = first(everything < threshold, 500)
        for row, t in zip(found, record, strict=True):
            assert np.array_equal(row, np.where(when <= t, when, np.inf))
    assert (times[3] == 0).all(), "the source itself is below 5"
    assert np.isinf(times[1, 1]).any()


def test_times_of_tokens():
    statistics = [Requested("vocabulary"), Requested("collapse_time"), Requested("first_loss_time")]
    alive, collapse, loss = values(TOKENS, statistics, 90)
    for row, when in ((collapse, first(alive == 1, 500)), (loss, first(alive < 3, 500))):
        assert np.array_equal(row[-1], when)
        assert np.isinf(row[0]).all()


def test_the_mean_is_infinite_until_every_chain_has_its_time_and_the_median_is_known_before():
    question = {"replicates": 400, "seed": 4, "statistics": [Requested("collapse_time", 0.5)], "quantiles": [0.5]}
    early = run_ensemble(GAUSSIAN, generations=20, record=[20], **question)
    late = run_ensemble(GAUSSIAN, generations=300, record=[300], **question)
    when = first(values(GAUSSIAN, [Requested("variance")], 300, 400)[0] < 0.5, 400)
    assert early.mean[0, 0] == np.inf
    assert np.isnan(early.standard_error[0, 0])
    assert late.mean[0, 0] == pytest.approx(when.mean(), rel=1e-12)
    assert early.quantiles is not None
    assert late.quantiles is not None
    assert early.quantiles[0, 0, 0] == late.quantiles[0, 0, 0] == np.quantile(when, 0.5, method="inverted_cdf")
