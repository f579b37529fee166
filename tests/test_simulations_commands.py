"""``python -m simulations`` as a person types it: exit statuses, one line per mistake, and the JSON contracts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fixture_store import sweep_file, write_store

from simulations.sweep import named_sweeps, parse_sweep

ROOT = Path(__file__).resolve().parent.parent
SWEEP = """
name = "tiny"
generations = 4
replicates = 256
statistics = ["log_variance", "kl_forward"]
record = [0, 1, 4]
[scenario]
source = { kind = "gaussian", mean = 0.0, variance = 1.0 }
sample_size = { kind = "constant", size = 10 }
retention = { kind = "replace" }
estimator = { kind = "moments", divisor = "mle" }
[grid]
sample_size.size = [20, 50]
"""


def command(folder: Path, *words: str, columns: int = 100, before: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": f"{before}:{ROOT}" if before else str(ROOT), "COLUMNS": str(columns)}
    return subprocess.run(
        [sys.executable, "-m", "simulations", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def no_jax(tmp_path_factory):
    """A place for PYTHONPATH where JAX cannot be started: whoever tries fails."""
    place = tmp_path_factory.mktemp("no_jax")
    (place / "jax.py").write_text("raise SystemExit('JAX was started')\n")
    return str(place)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a sweep file, run once as a person would."""
    folder = tmp_path_factory.mktemp("commands")
    (folder / "tiny.toml").write_text(SWEEP)
    done = command(folder, "run", "tiny.toml")
    assert done.returncode == 0, done.stderr
    assert "tiny: 2 cells, 2.05e+03 chain-generations, about" in done.stdout
    assert (folder / "results" / "tiny" / "manifest.json").exists()
    return folder


def test_a_computing_run_meets_the_trap(tmp_path, no_jax):
    (tmp_path / "tiny.toml").write_text(SWEEP)
    assert command(tmp_path, "run", "tiny.toml", before=no_jax).stderr == "JAX was started\n"


def test_a_finished_sweep_is_up_to_date_without_jax(folder, no_jax):
    done = command(folder, "run", "tiny.toml", before=no_jax)
    assert done.returncode == 0
    assert done.stdout == "results/tiny is up to date: all 2 cells of tiny are there\n"
    assert command(folder, "resume", "results/tiny").stdout == done.stdout


def test_a_changed_sweep_is_refused_with_what_differs(folder):
    done = command(folder, "run", "tiny.toml", "--replicates", "512", "--seed", "3")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "results/tiny holds a sweep that differs: seed 0 -> 3; replicates 256 -> 512; "
        "choose another --out, or move it away"
    ]


@pytest.mark.parametrize(("sizes", "cells"), [("[20, 30, 40]", "3 cells"), ("[20]", "1 cell")])
def test_a_dry_run_starts_no_jax_and_writes_nothing(folder, no_jax, sizes, cells):
    words = ["run", "tiny.toml", "--out", "dry", "--dry-run", "--set", f"sample_size.size={sizes}"]
    done = command(folder, *words, before=no_jax)
    assert done.returncode == 0
    assert done.stdout.startswith(f"tiny: {cells}, ")
    assert not (folder / "dry").exists()


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--out", "."], ". holds other files (sweep.toml) and no manifest.json; choose a new folder with --out"),
        (["--out", "sweep.toml"], "sweep.toml cannot be made: sweep.toml is not a folder; choose another --out"),
        (
            ["--out", "sweep.toml/s"],
            "sweep.toml/s cannot be made: FOLDER/sweep.toml is not a folder; choose another --out",
        ),
        (
            ["--replicates", "4000000000", "--set", "generations=900000"],
            "tiny: 2 cells would take about DAYS days and SIZE MiB, and a run may take a year at most: "
            "lower replicates, generations or sample_size",
        ),
    ],
)
def test_a_run_that_cannot_be_is_refused_before_jax_and_before_a_word(tmp_path, no_jax, words, line, more):
    (tmp_path / "sweep.toml").write_text(SWEEP)
    done = command(tmp_path, "run", "sweep.toml", *words, *more, before=no_jax)
    assert (done.returncode, done.stdout) == (2, "")
    wanted = re.escape(line).replace("FOLDER", re.escape(str(tmp_path)))
    assert re.fullmatch(wanted.replace("DAYS", r"\d+").replace("SIZE", r"\d+") + "\n", done.stderr), done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.toml"]


def test_show_prints_a_table_and_saves_a_picture(folder):
    done = command(folder, "show", "results/tiny", columns=80)
    assert done.returncode == 0
    assert "sample_size.size=20" in done.stdout
    assert "mean ± s.e." in done.stdout
    picture = folder / "results" / "tiny" / "plot.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert f"drawn in {picture.relative_to(folder)}" in done.stdout
    assert command(folder, "run", "tiny.toml").returncode == 0


def test_show_as_json(folder):
    done = command(folder, "show", "results/tiny", "--json", "--statistic", "log_variance")
    content = json.loads(done.stdout)
    assert content["name"] == "tiny"
    assert content["missing"] == {}
    assert [cell["settings"] for cell in content["cells"]] == [{"sample_size.size": 20}, {"sample_size.size": 50}]
    series = content["cells"][0]["statistics"]["log_variance"]
    assert list(content["cells"][0]["statistics"]) == ["log_variance"]
    assert series["t"] == [0, 1, 4]
    assert series["mean"][0] == 0.0
    assert {len(series[name]) for name in ("mean", "standard_error", "effective_replicates", "few")} == {3}
    assert content["cells"][0]["environment"]["dtype"] == "float64"


def test_compare_as_json(folder):
    done = command(folder, "compare", "results/tiny", "--json")
    content = json.loads(done.stdout)
    assert done.returncode == 0, content["verdict"]
    rows = [row for row in content["comparisons"] if row["statistic"] == "log_variance"]
    assert [row["t"] for row in rows] == [0, 1, 4] * 2
    assert set(rows[0]) == {
        "cell", "settings", "statistic", "t", "theory", "simulation", "standard_error", "z", "against", "claim", "kind",
        "effective_replicates", "note",
    }  # fmt: skip
    for row in rows[1:3]:
        assert row["kind"] == "exact"
        assert row["z"] == pytest.approx((row["simulation"] - row["theory"]) / row["standard_error"])
    told = content["verdict"]
    assert told["agrees"] is True
    assert told["largest_z"] <= told["limit"]
    assert told["comparisons"] == sum(not row["note"] for row in content["comparisons"])


def test_compare_for_people_ends_in_the_verdict(folder):
    done = command(folder, "compare", "results/tiny", "--statistic", "log_variance", columns=200)
    assert done.returncode == 0
    assert "comparisons agree: the largest |z| is" in done.stdout.splitlines()[-1]


def test_a_disagreement_has_exit_status_1(tmp_path):
    write_store(tmp_path / "s", parse_sweep(sweep_file(grid={"sample_size.size": [10]})))
    done = command(tmp_path, "compare", "s", "--statistic", "log_variance", columns=200)
    assert done.returncode == 1
    assert "comparisons DISAGREE" in done.stdout.splitlines()[-1]


def test_missing_cells_are_named(tmp_path):
    write_store(tmp_path / "s", cells=3)
    shown = command(tmp_path, "show", "s", "--json")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["missing"] == {
        "sample_size.size=100, retention=accumulate": "is missing: it was not computed yet"
    }
    compared = command(tmp_path, "compare", "s")
    assert compared.returncode == 2
    assert 'cell "sample_size.size=100, retention=accumulate" is missing' in compared.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "nothing.toml"], ['no sweep file "nothing.toml"; the named sweeps are ' + ", ".join(named_sweeps())]),
        (["run", "gaussian", "--replicates", "x"], ['replicates must be a whole number from 2 to 4294967295, got "x"']),
        (["run", "gaussian", "--seed", "-1"], ["seed must be a whole number from 0 to 4294967295, got -1"]),
        (
            ["run", "gaussian", "--set", "generations=0", "--set", "seed=-1"],
            [
                "seed must be a whole number from 0 to 4294967295, got -1",
                "generations must be a whole number from 1 to 4294967295, got 0",
            ],
        ),
        (["run", "gaussian", "--set", "name=../x"], None),
        (["show", "nothing"], ["nothing does not exist; the store of a sweep is expected"]),
        (["compare", "nothing"], ["nothing does not exist; the store of a sweep or a training log is expected"]),
        (["compare", "."], [". holds neither the store of a sweep nor a training log: it has no manifest.json"]),
        (["resume", "nothing"], ["nothing does not exist; the store of a sweep is expected"]),
        (["rum"], None),
        (["run"], None),
        (["run", "gaussian", "--dryrun"], None),
    ],
)
def test_mistakes_are_one_line_each_exit_2_and_leave_no_file(tmp_path, no_jax, words, expected):
    done = command(tmp_path, *words, before=no_jax)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines == expected if expected else len(lines) == 1, lines
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_statistic_is_answered_with_the_nearest(folder):
    done = command(folder, "show", "results/tiny", "--statistic", "log_varianc")
    assert done.returncode == 2
    assert done.stderr == (
        '--statistic must be one of log_variance, kl_forward, got "log_varianc"; did you mean "log_variance"?\n'
    )


@pytest.mark.parametrize(
    ("plot", "line"),
    [
        ("p.xyz", '--plot must end in .png, .pdf or .svg, got "p.xyz"'),
        ("results/tiny", '--plot must end in .png, .pdf or .svg, got "results/tiny"'),
        ("a.png", '--plot must be a file, got the folder "a.png"'),
        ("none/p.png", '--plot must lie in a folder that exists, got "none/p.png"'),
    ],
)
def test_a_picture_goes_to_a_file_that_can_be(folder, plot, line):
    (folder / "a.png").mkdir(exist_ok=True)
    done = command(folder, "show", "results/tiny", "--plot", plot)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line + "\n")


def test_training_leaves_a_folder_with_other_files_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    done = command(tmp_path, "train", "unigram", "--quick", "--out", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{tmp_path} holds other files (notes.txt) and no manifest.json; choose a new folder with --out\n"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("words", [["-h"], ["run", "-h"], ["show", "-h"], ["compare", "-h"], ["resume", "-h"]])
def test_help_is_everywhere(tmp_path, words):
    done = command(tmp_path, *words)
    assert done.returncode == 0
    assert "Usage: python -m simulations" in done.stdout
