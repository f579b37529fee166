"""What cannot be run is said in one line before anything starts, and what a run will take is known before it does."""

import subprocess
import sys

import jax
import pytest

from simulations import cost, ensemble
from simulations.cost import Estimate, estimate
from simulations.ensemble import Requested, run_ensemble, trajectories
from theory.scenario import InputError, parse_scenario

GAUSSIAN = parse_scenario(
    {
        "source": {"kind": "gaussian", "mean": 1.0, "variance": 4.0},
        "sample_size": {"kind": "constant", "size": 20},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": "unbiased"},
    }
)
TOKENS = parse_scenario(
    {
        "source": {"kind": "tokens", "probabilities": [0.4, 0.3, 0.2, 0.1]},
        "sample_size": {"kind": "constant", "size": 8},
        "retention": {"kind": "replace"},
    }
)
SCENARIOS = {"gaussian": GAUSSIAN, "tokens": TOKENS}
VARIANCE = [Requested("variance")]


def run(family="gaussian", **change):
    asked = {"generations": 70, "replicates": 5, "seed": 0, "statistics": VARIANCE, "record": [70]}
    return run_ensemble(SCENARIOS[family], **(asked | change))


def test_single_precision_is_refused():
    jax.config.update("jax_enable_x64", False)
    try:
        with pytest.raises(RuntimeError, match="jax_enable_x64"):
            run()
    finally:
        jax.config.update("jax_enable_x64", True)


@pytest.mark.parametrize(
    ("family", "change", "line"),
    [
        ("gaussian", {"generations": 0, "record": [0]}, "generations must be at least 1, got 0"),
        ("gaussian", {"replicates": 0}, "replicates must be at least 1, got 0"),
        (
            "gaussian",
            {"record": [2, 1]},
            "record must be increasing generations from 0 to 70, at least one, got [2, 1]",
        ),
        ("gaussian", {"record": [71]}, "record must be increasing generations from 0 to 70, at least one, got [71]"),
        ("gaussian", {"statistics": []}, "statistics must name at least one statistic, got nothing"),
        (
            "gaussian",
            {"statistics": [Requested("varience")]},
            'statistics: no statistic is called "varience"; did you mean "variance"?',
        ),
        ("gaussian", {"statistics": [Requested("variance", 2)]}, "statistics: variance takes no argument, got at = 2"),
        (
            "gaussian",
            {"statistics": [Requested("mean_tail")]},
            'statistics: mean_tail needs its x, as in { name = "mean_tail", at = 1 }',
        ),
        (
            "tokens",
            {"statistics": [Requested("absence", 4)]},
            "statistics: at of absence must be a token from 0 to 3, got 4",
        ),
        (
            "tokens",
            {"statistics": [Requested("absence", 0.5)]},
            "statistics: at of absence must be a token from 0 to 3, got 0.5",
        ),
        (
            "tokens",
            {"statistics": [Requested("effective_real_size")]},
            'statistics: runs do not measure "effective_real_size" for a tokens source; they measure "kl_reverse", '
            '"heterozygosity", "moment", "vocabulary", "vocabulary_variance", "absence", "lost_mass", "entropy", '
            '"total_variation", "fixation_probability", "collapse_time", "collapse_time_sd" or '
            '"first_loss_time"',
        ),
        (
            "gaussian",
            {"statistics": [Requested("collapse_time", 0.1 * i) for i in range(1, 6)]},
            "statistics must name at most 4 times of whole chains, got 5",
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
            GAUSSIAN,
            generations=1,
            replicates=2,
            seed=0,
            statistics=[Requested("log_variance_sd")],
            record=[1],
        )


def test_sizes_that_end_before_the_run_are_refused():
    short = parse_scenario(TOKENS.dump() | {"sample_size": {"kind": "explicit", "sizes": [5, 6]}})
    with pytest.raises(InputError, match=r"sample_size\.sizes must have an entry for every generation asked for"):
        run_ensemble(short, generations=3, replicates=2, seed=0, statistics=[Requested("entropy")], record=[3])


def test_an_estimate_grows_with_the_work_and_a_memory_bomb_is_refused_before_it(monkeypatch):
    small, large = (estimate(GAUSSIAN, 100, R, VARIANCE, [100]) for R in (10**5, 10**7))
    assert isinstance(small, Estimate)
    little, much = (one.seconds - cost.STARTING_SECONDS for one in (small, large))
    assert much == pytest.approx(100 * little, rel=0.05)
    monkeypatch.setattr(ensemble, "kernel_for", lambda *_: pytest.fail("tables were made"))
    with pytest.raises(InputError, match=r"the run would need about [\d.]+ GB, more than half of this machine's"):
        trajectories(GAUSSIAN, generations=1000, replicates=2**31, seed=0, statistics=VARIANCE, record=range(1001))
    monkeypatch.setattr(cost, "SHARE_OF_MEMORY", 1e-6)
    with pytest.raises(InputError, match="lower sample_size, replicates, generations"):
        run()


def test_more_generations_than_memory_has_room_for_are_refused_before_their_sizes_are_laid_out(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text("8000000000")
    monkeypatch.setattr(cost, "CONTAINER_MEMORY", tmp_path / "memory.max")
    monkeypatch.setattr(cost, "chosen", lambda *_: pytest.fail("a method was asked"))
    with pytest.raises(InputError, match=r"the run would need about 90\.0 GB"):
        estimate(GAUSSIAN, 900_000_000, 1, VARIANCE, [900_000_000])


@pytest.mark.parametrize(("said", "limit"), [("max", None), ("1000000\n", 10**6), ("9" * 30, None)])
def test_a_container_may_allow_less_memory_than_the_machine_has(tmp_path, monkeypatch, said, limit):
    monkeypatch.setattr(cost, "CONTAINER_MEMORY", tmp_path / "nothing")
    machine = cost.memory()
    (tmp_path / "memory.max").write_text(said)
    monkeypatch.setattr(cost, "CONTAINER_MEMORY", tmp_path / "memory.max")
    assert cost.memory() == (machine if limit is None else limit)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 s"), (90, "90 s"), (2700, "45 min"), (7100, "118 min"), (108_000, "30 h"), (37_800_000, "438 days")],
)
def test_a_duration_is_told_in_the_unit_a_person_would_use(seconds, told):
    assert cost.duration(seconds) == told


def test_an_estimate_starts_no_jax():
    loaded = "{'jax', 'theory.laws', 'theory.claims'} & set(sys.modules)"
    code = f"import sys, simulations.cost, simulations.kernels; assert not {loaded}"
    subprocess.run([sys.executable, "-c", code], check=True)
