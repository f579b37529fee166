"""Ensembles: bits that no choice of a user changes, sums that merge, errors that are right, and refusals before the start."""

import subprocess
import sys
import threading
import time

import jax
import numpy as np
import pytest

from simulations import cost
from simulations.cost import Estimate, estimate
from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.kernels.shape import GAUSSIAN_LANE
from simulations.lane import advanced
from simulations.moments import Summary, deviation_reading, mean_reading, merged_summaries, variance_reading
from theory.scenario import InputError, parse_scenario

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
    "gaussian": [Requested("log_variance"), Requested("variance"), Requested("variance_cdf", 3.0), Requested("log_variance_sd")],
    "tokens": [Requested("heterozygosity"), Requested("moment", 3), Requested("absence", 3), Requested("vocabulary_variance")],
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
        FAMILIES[family], generations=generations, replicates=replicates, seed=1, statistics=statistics, record=record, **more
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
    assert (result.standard_error[:, 0] == 0).all() and (result.effective_replicates[:, 0] == 9).all()


@both
def test_sums_over_chains_are_those_of_single_chains(family):
    replicates = GAUSSIAN_LANE + 300
    x = single(family, replicates, 3)
    result = run(family, 3, replicates)
    assert result.replicates == replicates and result.record.tolist() == [0, 1, 2, 3]
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


def summary(x):
    finite = x[np.isfinite(x)]
    d = finite - finite.mean() if len(finite) else finite
    sums = (len(finite), finite.mean() if len(finite) else 0.0, (d**2).sum(), (d**3).sum(), (d**4).sum())
    return Summary(*(np.asarray(float(v)) for v in (*sums, (x == np.inf).sum(), (x == -np.inf).sum(), np.isnan(x).sum())))


def test_summaries_merge_to_the_summary_of_all():
    x = np.random.default_rng(0).lognormal(size=1000) + 1e3
    x[[3, 700, 701]] = np.inf
    for cuts in ([1], [500], [0, 1000], [10, 20, 999]):
        merged = summary(np.array([]))
        for part in np.split(x, cuts):
            merged = merged_summaries(merged, summary(part))
        for ours, exact in zip(merged, summary(x), strict=True):
            assert ours == pytest.approx(exact, rel=1e-11)


def test_infinite_and_invalid_chains_are_seen():
    above, neither = summary(np.array([1.0, np.inf, np.inf])), summary(np.array([np.inf, -np.inf, 2.0]))
    assert [float(v) for v in mean_reading(above, True)] == pytest.approx([np.inf, np.nan, 2.0], nan_ok=True)
    assert np.isnan(mean_reading(neither, True).value)
    assert np.isnan(mean_reading(summary(np.array([1.0, np.nan])), True).value)
    assert np.isnan(variance_reading(above).value) and np.isnan(deviation_reading(above).value)


def test_effective_replicates_say_how_few_chains_carry_a_mean():
    x = np.zeros(100)
    assert mean_reading(summary(x), True).effective == 0
    x[7] = 5.0
    assert mean_reading(summary(x), True).effective == pytest.approx(1.0)
    assert mean_reading(summary(x), False).effective == 100
    x[:40] = 5.0
    assert mean_reading(summary(x), True).effective == pytest.approx(40.0)


def test_a_grid_of_settings_compiles_once():
    jax.clear_caches()
    for size, variance, generations in ((50, 1.0, 3), (5, 2.0, 70), (1000, 3.0, 1)):
        settings = GAUSSIAN | {
            "sample_size": {"kind": "constant", "size": size},
            "source": {"kind": "gaussian", "mean": 0.0, "variance": variance},
        }
        run_ensemble(
            parse_scenario(settings), generations=generations, replicates=10 * size, seed=size,
            statistics=STATISTICS["gaussian"][: 1 + size % 3], record=[generations],
        )  # fmt: skip
    assert advanced._cache_size() == 1


@both
def test_progress_adds_up_to_the_work(family):
    steps = []
    run(family, 70, 17, advance=steps.append)
    assert sum(steps) == 70 * 17 and len(steps) == 2
    run(family, 3, 2 * GAUSSIAN_LANE + 5, advance=steps.append)
    assert sum(steps) == 70 * 17 + 3 * (2 * GAUSSIAN_LANE + 5)


def test_an_interrupted_run_leaves_no_thread_at_work():
    def interrupt(_):
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run("gaussian", 3, 8 * GAUSSIAN_LANE, lanes=2, advance=interrupt)
    assert threading.active_count() == before


def test_single_precision_is_refused():
    jax.config.update("jax_enable_x64", False)
    try:
        with pytest.raises(RuntimeError, match="jax_enable_x64"):
            run("gaussian", 3)
    finally:
        jax.config.update("jax_enable_x64", True)


@pytest.mark.parametrize(
    ("family", "change", "line"),
    [
        ("gaussian", {"generations": 0}, "generations must be at least 1, got 0"),
        ("gaussian", {"replicates": 0}, "replicates must be at least 1, got 0"),
        ("gaussian", {"record": [2, 1]}, "record must be increasing generations from 0 to 70, at least one, got [2, 1]"),
        ("gaussian", {"record": [71]}, "record must be increasing generations from 0 to 70, at least one, got [71]"),
        ("gaussian", {"statistics": []}, "statistics must name at least one statistic, got nothing"),
        ("gaussian", {"statistics": [Requested("varience")]}, 'statistics: no statistic is called "varience"; did you mean "variance"?'),
        ("gaussian", {"statistics": [Requested("variance", 2)]}, "statistics: variance takes no argument, got at = 2"),
        ("gaussian", {"statistics": [Requested("mean_tail")]}, 'statistics: mean_tail needs its x, as in { name = "mean_tail", at = 1 }'),
        ("tokens", {"statistics": [Requested("absence", 4)]}, "statistics: at of absence must be a token from 0 to 3, got 4"),
        ("tokens", {"statistics": [Requested("absence", 0.5)]}, "statistics: at of absence must be a token from 0 to 3, got 0.5"),
        (
            "tokens",
            {"statistics": [Requested("collapse_time")]},
            'statistics: runs do not measure "collapse_time" for a tokens source; they measure "kl_reverse", "heterozygosity", '
            '"moment", "vocabulary", "vocabulary_variance", "absence", "lost_mass", "entropy", "total_variation" or '
            '"fixation_probability"',
        ),
        (
            "gaussian",
            {"statistics": [Requested("mean_tail", i) for i in range(129)]},
            "statistics must name at most 128 statistics, got 129",
        ),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(family, change, line):
    with pytest.raises(InputError) as refusal:
        run(family, **change)
    assert refusal.value.lines == (line,)


def test_moments_over_chains_have_no_trajectory():
    with pytest.raises(InputError, match="log_variance_sd belongs to an ensemble, no single chain has it"):
        trajectories(
            FAMILIES["gaussian"], generations=1, replicates=2, seed=0, statistics=[Requested("log_variance_sd")], record=[1]
        )


def test_sizes_that_end_before_the_run_are_refused():
    short = parse_scenario(TOKENS | {"sample_size": {"kind": "explicit", "sizes": [5, 6]}})
    with pytest.raises(InputError, match=r"sample_size\.sizes must have an entry for every generation asked for"):
        run_ensemble(short, generations=3, replicates=2, seed=0, statistics=STATISTICS["tokens"], record=[3])


def test_an_estimate_grows_with_the_work_and_a_memory_bomb_is_refused_at_once(monkeypatch):
    small, large = (estimate(FAMILIES["gaussian"], 100, R, STATISTICS["gaussian"], [100]) for R in (10**5, 10**7))
    assert isinstance(small, Estimate) and 50 * small.seconds > large.seconds > 5 * small.seconds
    before = time.perf_counter()
    with pytest.raises(InputError, match=r"the run would need about [\d.]+ GB, more than half of this machine's"):
        estimate(FAMILIES["gaussian"], 1000, 2**31, STATISTICS["gaussian"], range(1001), keep=True)
    assert time.perf_counter() - before < 1.0
    monkeypatch.setattr(cost, "SHARE_OF_MEMORY", 1e-6)
    with pytest.raises(InputError, match="lower sample_size, replicates, generations"):
        run("gaussian", 3)


def test_an_estimate_starts_no_jax():
    code = "import sys, simulations.cost, simulations.kernels; assert not {'jax', 'theory.laws', 'theory.claims'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
