"""``python -m simulations`` as a person types it: exit statuses, one line per mistake, and the JSON contracts."""

import json
import os
import subprocess
import sys
import time
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


def command(folder: Path, *words: str, columns: int = 100) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": str(columns)}
    return subprocess.run(
        [sys.executable, "-m", "simulations", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


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


def test_a_finished_sweep_is_up_to_date_at_once(folder):
    start = time.monotonic()
    done = command(folder, "run", "tiny.toml")
    assert time.monotonic() - start < 3.0
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


def test_a_dry_run_writes_nothing(folder):
    done = command(folder, "run", "tiny.toml", "--out", "dry", "--dry-run", "--set", "sample_size.size=[20, 30, 40]")
    assert done.returncode == 0
    assert done.stdout.startswith("tiny: 3 cells")
    assert not (folder / "dry").exists()


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
        (["show", "nothing"], ["nothing holds no finished or begun sweep: it has no manifest.json"]),
        (["compare", "nothing"], ["nothing holds no finished or begun sweep: it has no manifest.json"]),
        (["resume", "nothing"], ["nothing holds no finished or begun sweep: it has no manifest.json"]),
        (["rum"], None),
        (["run"], None),
        (["run", "gaussian", "--dryrun"], None),
    ],
)
def test_mistakes_are_one_line_each_exit_2_and_leave_no_file(tmp_path, words, expected):
    start = time.monotonic()
    done = command(tmp_path, *words)
    assert time.monotonic() - start < 4.0
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
