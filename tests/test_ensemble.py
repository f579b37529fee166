"""Ensembles: bits that no choice of a user changes, sums that are those of single chains, right errors."""

import threading

import numpy as np
import pytest

from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.kernels.shape import GAUSSIAN_LANE
from simulations.lane import advanced
from theory.scenario import parse_scenario

GAUSSIAN = {
    "source": {"kind": "gaussian", "mean": 1.0, "variance": 4.0},
    "sample_size": {"kind": "constant", "size": 20},
    "retention": {"kind": "replace"},
    "estimator": {"kind": "moments", "divisor": "unbiased"},
}
TOKENS = {
    "source": {"kind": "tokens", "probabilities": [0.4, 0.3, 0.2, 0.1]},
    "sample_size": {"kind": "constant", "size": 8},
    "retention": {"kind": "replace"},
}
STATISTICS = {
    "gaussian": [
        Requested("log_variance"),
        Requested("variance"),
        Requested("variance_cdf", 3.0),
        Requested("log_variance_sd"),
    ],
    "tokens": [
        Requested("heterozygosity"),
        Requested("moment", 3),
        Requested("absence", 3),
        Requested("vocabulary_variance"),
    ],
}
FAMILIES = {"gaussian": parse_scenario(GAUSSIAN), "tokens": parse_scenario(TOKENS)}
both = pytest.mark.parametrize("family", FAMILIES)


def run(family, generations=70, replicates=17, seed=1, statistics=None, record=None, **more):
    return run_ensemble(
        FAMILIES[family],
        generations=generations,
        replicates=replicates,
        seed=seed,
        statistics=STATISTICS[family] if statistics is None else statistics,
        record=range(generations + 1) if record is None else record,
        **more,
    )


def single(family, replicates, generations=70, **more):
    statistics = [s for s in STATISTICS[family] if s.name not in ("log_variance_sd", "vocabulary_variance")]
    record = more.pop("record", range(generations + 1))
    return trajectories(
        FAMILIES[family],
        generations=generations,
        replicates=replicates,
        seed=1,
        statistics=statistics,
        record=record,
        **more,
    )


def same(a, b):
    return all(
        np.array_equal(getattr(a, field), getattr(b, field), equal_nan=True)
        for field in ("mean", "standard_error", "effective_replicates")
    )


@both
def test_a_chain_is_the_same_among_any_number_of_others(family):
    most = single(family, 17)
    assert len(np.unique(most[0, 5])) > 1
    for replicates in (1, 3, 8):
        assert np.array_equal(single(family, replicates), most[..., :replicates])


@both
def test_a_longer_run_extends_a_shorter_one(family):
    longer = run(family, 130)
    for generations in (1, 64, 65):
        shorter = run(family, generations)
        assert np.array_equal(shorter.mean, longer.mean[:, : generations + 1])
        assert np.array_equal(shorter.standard_error, longer.standard_error[:, : generations + 1])


@both
def test_recording_less_and_asking_for_less_changes_no_bit(family):
    everything = run(family)
    some = run(family, record=[0, 3, 64, 65, 70])
    assert np.array_equal(some.mean, everything.mean[:, [0, 3, 64, 65, 70]])
    for i, statistic in enumerate(STATISTICS[family]):
        alone = run(family, statistics=[statistic], record=[65])
        assert alone.labels == (everything.labels[i],)
        assert np.array_equal(alone.mean, everything.mean[[i], 65:66])
        assert np.array_equal(alone.standard_error, everything.standard_error[[i], 65:66])
    backwards = run(family, statistics=STATISTICS[family][::-1])
    assert np.array_equal(backwards.mean, everything.mean[::-1])


@both
def test_the_number_of_lanes_at_work_changes_no_bit(family):
    replicates = 2 * GAUSSIAN_LANE + 17
    results = [run(family, 3, replicates, lanes=lanes) for lanes in (None, 1, 2, 5)]
    assert all(same(results[0], other) for other in results[1:])
    assert not same(results[0], run(family, 3, replicates, seed=2))
    assert not same(results[0], run(family, 3, replicates - 1))


@both
def test_generation_0_is_the_source_and_not_random(family):
    result = run(family, 2, 9)
    expected = {"gaussian": [np.log(4.0), 4.0, 0.0, 0.0], "tokens": [0.7, 0.1, 0.0, 0.0]}[family]
    assert result.mean[:, 0] == pytest.approx(expected, abs=1e-15)
    assert (result.standard_error[:, 0] == 0).all()
    assert (result.effective_replicates[:, 0] == 9).all()


@both
def test_sums_over_chains_are_those_of_single_chains(family):
    replicates = GAUSSIAN_LANE + 300
    x = single(family, replicates, 3)
    result = run(family, 3, replicates)
    assert result.replicates == replicates
    assert result.record.tolist() == [0, 1, 2, 3]
    assert result.mean[:3] == pytest.approx(x.mean(-1), rel=1e-12, abs=1e-14)
    assert result.standard_error[:3] == pytest.approx(x.std(-1, ddof=1) / np.sqrt(replicates), rel=1e-10, abs=1e-15)
    effective = x[1:, 1:].sum(-1) ** 2 / np.maximum((x[1:, 1:] ** 2).sum(-1), 1e-300)
    assert result.effective_replicates[1:3, 1:] == pytest.approx(effective, rel=1e-10)


def test_moments_over_chains_have_their_own_errors():
    replicates = GAUSSIAN_LANE + 300
    x = single("gaussian", replicates, 3)[0, 1:]
    result = run("gaussian", 3, replicates)
    deviation = x.std(-1, ddof=1)
    fourth = ((x - x.mean(-1, keepdims=True)) ** 4).mean(-1)
    error = np.sqrt((fourth - deviation**4 * (replicates - 3) / (replicates - 1)) / replicates) / (2 * deviation)
    assert result.mean[3, 1:] == pytest.approx(deviation, rel=1e-10)
    assert result.standard_error[3, 1:] == pytest.approx(error, rel=1e-10)


def test_a_grid_of_settings_compiles_once():
    run("gaussian", 3)
    compiled = advanced._cache_size()
    for size, variance, generations in ((50, 1.0, 3), (5, 2.0, 70), (1000, 3.0, 1)):
        settings = GAUSSIAN | {
            "sample_size": {"kind": "constant", "size": size},
            "source": {"kind": "gaussian", "mean": 0.0, "variance": variance},
        }
        run_ensemble(
            parse_scenario(settings),
            generations=generations,
            replicates=10 * size,
            seed=size,
            statistics=STATISTICS["gaussian"][: 1 + size % 3],
            record=[generations],
        )
    assert advanced._cache_size() == compiled


@both
def test_progress_adds_up_to_the_work(family):
    steps = []
    run(family, 70, 17, advance=steps.append)
    assert sum(steps) == 70 * 17
    assert len(steps) == 2
    run(family, 3, 2 * GAUSSIAN_LANE + 5, advance=steps.append)
    assert sum(steps) == 70 * 17 + 3 * (2 * GAUSSIAN_LANE + 5)


def test_an_interrupted_run_leaves_no_thread_at_work():
    def interrupt(_):
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run("gaussian", 3, 8 * GAUSSIAN_LANE, lanes=2, advance=interrupt)
    assert threading.active_count() == before


@pytest.mark.parametrize("method", ["moments", "gather"])
def test_paths_are_the_first_chains_of_the_run(method):
    """Kept values are those of single chains, moments over chains have none, and nothing else changes."""
    scenario = parse_scenario(GAUSSIAN if method == "moments" else TOKENS)
    over_chains = Requested("log_variance_sd" if method == "moments" else "vocabulary_variance")
    single = Requested("log_variance" if method == "moments" else "vocabulary")
    question = {"generations": 70, "replicates": 600, "seed": 5, "record": [0, 1, 65, 70], "method": method}
    kept = run_ensemble(scenario, statistics=[over_chains, single], paths=3, **question)
    plain = run_ensemble(scenario, statistics=[over_chains, single], **question)
    every = trajectories(scenario, statistics=[single], **question)
    assert plain.paths is None
    np.testing.assert_array_equal(kept.mean, plain.mean)
    assert kept.paths.shape == (3, 2, 4)
    assert np.isnan(kept.paths[:, 0]).all()
    np.testing.assert_array_equal(kept.paths[:, 1], every[0].T[:3])
