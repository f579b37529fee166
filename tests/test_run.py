"""The resume loop: interrupted anywhere, a sweep ends in the same bytes; nothing is computed twice."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from fixture_store import PROVENANCE, fixture_result, sweep_file

import simulations.cost
import simulations.ensemble
import simulations.run
from simulations.durable import StoreBusy
from simulations.manifest import StoreError
from simulations.run import planned, run_sweep
from simulations.store import create_store, open_store
from simulations.sweep import parse_sweep
from theory.scenario.errors import InputError

ROOT = Path(__file__).resolve().parent.parent
TINY = sweep_file(replicates=64, generations=5, record=[0, 1, 5], grid={"sample_size.size": [5, 10, 20]})


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The store of the tiny sweep, run without interruption."""
    return run_sweep(parse_sweep(TINY), tmp_path_factory.mktemp("run") / "whole")


@pytest.fixture
def no_work(monkeypatch):
    """Whatever is refused is refused before a store exists and a chain runs."""
    monkeypatch.setattr(simulations.ensemble, "run_ensemble", lambda *_, **__: pytest.fail("chains were run"))
    monkeypatch.setattr(simulations.run, "create_store", lambda *_: pytest.fail("a store was created"))


def test_a_sweep_runs_end_to_end(whole):
    assert whole.missing() == ()
    for cell in whole.sweep.cells:
        data = whole.read(cell)
        assert data["mean"].shape == (2, 3)
        assert data.sel(statistic="variance", generation=0)["mean"] == 1.0
        assert data.sel(statistic="log_variance", generation=5)["mean"] < 0
        assert (data["standard_error"].sel(generation=[1, 5]) > 0).all()
        record = data.attrs["environment"]
        assert record["dtype"] == "float64"
        assert record["libraries"]["jax"]
        assert isinstance(record["stream"], int)


def test_a_finished_sweep_is_left_alone(whole, monkeypatch):
    monkeypatch.setattr(
        simulations.ensemble, "run_ensemble", lambda *_, **__: pytest.fail("a finished cell was computed")
    )
    assert run_sweep(parse_sweep(TINY), whole.path).digest == whole.digest


def test_progress_counts_every_chain_generation(tmp_path):
    told = []
    run_sweep(parse_sweep(TINY), tmp_path / "s", lambda done, total, label: told.append((done, total, label)))
    done = [entry[0] for entry in told]
    assert done == sorted(done)
    assert told[-1][:2] == (3 * 64 * 5, 3 * 64 * 5)
    assert {entry[2] for entry in told} == {"sample_size.size=5", "sample_size.size=10", "sample_size.size=20"}


@pytest.mark.parametrize("cells", [0, 1, 2])
def test_an_interrupted_sweep_ends_in_the_same_bytes(tmp_path, whole, cells):
    def interrupt(done, total, label):
        if done > total * cells / 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(parse_sweep(TINY), tmp_path / "s", interrupt)
    assert len(open_store(tmp_path / "s").missing()) == 3 - cells
    computed = []
    again = run_sweep(parse_sweep(TINY), tmp_path / "s", lambda done, total, label: computed.append(label))
    assert again.digest == whole.digest
    assert len(set(computed)) == 3 - cells


def test_a_damaged_cell_alone_is_computed_again(tmp_path, whole):
    store = run_sweep(parse_sweep(TINY), tmp_path / "s")
    os.truncate(store.folder(store.sweep.cells[1]) / "mean" / "0.0", 3)
    computed = []
    again = run_sweep(parse_sweep(TINY), tmp_path / "s", lambda done, total, label: computed.append(label))
    assert set(computed) == {"sample_size.size=10"}
    assert again.digest == whole.digest


def test_a_new_cell_changes_no_other(tmp_path, whole):
    wider = parse_sweep(TINY | {"grid": {"sample_size.size": [40, 20, 10, 5]}})
    store = run_sweep(wider, tmp_path / "s")
    for cell in whole.sweep.cells:
        twin = next(other for other in wider.cells if other.digest == cell.digest)
        for name in ("mean", "standard_error", "effective_replicates"):
            assert np.array_equal(store.read(twin)[name], whole.read(cell)[name])


def test_no_kernel_is_told_by_cell_before_any_file_exists(tmp_path):
    grid = {"retention": [{"kind": "replace"}, {"kind": "accumulate_subsample", "replacement": True}]}
    tilted = TINY["scenario"] | {"sampler": {"kind": "tilt", "strength": 0.1, "reward": "value"}}
    with pytest.raises(InputError) as caught:
        run_sweep(parse_sweep(TINY | {"scenario": tilted, "grid": grid}), tmp_path / "s")
    assert len(caught.value.lines) == 1
    assert 'cell "retention=accumulate_subsample(replacement=true)": no kernel' in caught.value.lines[0]
    assert not (tmp_path / "s").exists()


def test_a_memory_bomb_is_refused_before_any_work_and_any_file(tmp_path, no_work):
    scenario = TINY["scenario"] | {
        "sample_size": {"kind": "constant", "size": 10**12},
        "estimator": {"kind": "kernel", "bandwidth": 0.1},
    }
    sweep = parse_sweep(TINY | {"scenario": scenario, "grid": {}, "statistics": ["variance"]})
    with pytest.raises(InputError, match='cell "fixture": a chain of points must hold at most'):
        run_sweep(sweep, tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_more_than_a_year_is_refused_in_one_line_with_the_estimate(tmp_path, no_work):
    sweep = parse_sweep(TINY | {"replicates": 4 * 10**9, "generations": 9_000_000, "record": [0]})
    with pytest.raises(InputError) as caught:
        run_sweep(sweep, tmp_path / "s")
    (line,) = caught.value.lines
    assert re.fullmatch(
        r"fixture: 3 cells would take about \d+ days and \d+ MiB, and a run may take a year at most: lower .*", line
    )
    assert list(tmp_path.iterdir()) == []


def test_cells_with_one_mistake_share_a_line(monkeypatch):
    monkeypatch.setattr(simulations.cost, "SHARE_OF_MEMORY", 1e-6)
    with pytest.raises(InputError) as caught:
        planned(parse_sweep(TINY), parse_sweep(TINY).cells)
    (line,) = caught.value.lines
    assert line.startswith('cell "sample_size.size=5" and 2 more: the run would need about')


def test_a_folder_that_cannot_be_used_is_refused_before_any_work(tmp_path, no_work):
    (tmp_path / "notes.txt").write_text("mine")
    sweep = parse_sweep(TINY)
    for folder, line in (
        (tmp_path, "holds other files"),
        (tmp_path / "notes.txt", "is not a folder"),
        (tmp_path / "notes.txt" / "below" / "s", "cannot be made: .*notes.txt is not a folder"),
    ):
        with pytest.raises(StoreError, match=line):
            run_sweep(sweep, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    busy = create_store(tmp_path / "s", sweep)
    with busy.writing(), pytest.raises(StoreBusy):
        run_sweep(sweep, tmp_path / "s")


def test_a_store_without_a_finished_cell_makes_room_for_another_sweep(tmp_path):
    def interrupt(done, total, label):
        raise KeyboardInterrupt

    wrong = parse_sweep(TINY | {"replicates": 4096})
    with pytest.raises(KeyboardInterrupt):
        run_sweep(wrong, tmp_path / "s", interrupt)
    left = open_store(tmp_path / "s")
    assert left.sweep == wrong
    store = run_sweep(parse_sweep(TINY), tmp_path / "s")
    assert store.missing() == ()
    with pytest.raises(StoreBusy, match="given to another sweep"), left.writing():
        pytest.fail("the first sweep went on in the folder of the second")
    with pytest.raises(StoreError, match="holds a sweep that differs: replicates 64 -> 4096"):
        run_sweep(wrong, tmp_path / "s")


def test_the_plan_counts_what_is_missing():
    sweep = parse_sweep(TINY)
    plan = planned(sweep, sweep.cells[:2])
    assert plan.chain_generations == 2 * 64 * 5
    assert plan.seconds > 0
    assert plan.bytes > 0


def test_another_random_stream_is_not_mixed_in(tmp_path):
    sweep = parse_sweep(TINY)
    store = create_store(tmp_path / "s", sweep)
    store.write(sweep.cells[0], fixture_result(sweep, sweep.cells[0]), PROVENANCE | {"stream": -1})
    with pytest.raises(StoreError, match="was begun with random stream -1"):
        run_sweep(sweep, tmp_path / "s")


def test_ctrl_c_leaves_a_valid_store_and_prints_how_to_resume(tmp_path):
    file = tmp_path / "sweep.toml"
    file.write_text(sweep_text())
    command = [sys.executable, "-m", "simulations"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        [*command, "run", str(file), "--out", "out"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    manifest = tmp_path / "out" / "manifest.json"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        if manifest.exists() and '"state": "done"' in manifest.read_text():
            break
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    store = open_store(tmp_path / "out")
    done = len(store.sweep.cells) - len(store.missing())
    assert 0 < done < len(store.sweep.cells)
    assert told.splitlines()[-1].startswith(f"interrupted; {done} of {len(store.sweep.cells)} cells are safe in out.")
    assert told.splitlines()[-1].endswith("Resume with: python -m simulations resume out")
    assert "Traceback" not in told
    assert json.loads(manifest.read_text())["format"] == 1


def sweep_text() -> str:
    """Sixty cells of a second or so in all, after the first has compiled."""
    return """
name = "long"
generations = 200
replicates = 4096
statistics = ["log_variance"]
record = [200]
[scenario]
source = { kind = "gaussian", mean = 0.0, variance = 1.0 }
sample_size = { kind = "constant", size = 10 }
retention = { kind = "replace" }
estimator = { kind = "moments", divisor = "mle" }
[grid]
source.variance = [%s]
""" % ", ".join(str(float(value)) for value in range(1, 121))  # noqa: UP031
