"""What the README shows is what the project does: its commands run, its table and its figure are the current ones."""

import csv
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paper.readme import COPIES, FIGURE, README, ROOT, with_table
from simulations.sweep import load_sweep
from theory.predict import predict
from theory.scenario import load_scenario

TEXT = README.read_text(encoding="utf-8")
CONSOLE = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.S)
    for line in block.splitlines()
    if line
]
LINES = [block.strip() for block in re.findall(r"```bash\n(.*?)```", TEXT, re.S)]
SHORTER = {
    "python -m simulations train unigram": "python -m simulations train unigram --quick",
    "python -m theory check": "python -m theory check gaussian-replace-variance",  # test_claims.py checks every claim
}
"""What stands in for a command that runs for minutes on two cores."""


def test_the_two_lines_make_an_environment_from_the_lock_and_run_one_module():
    assert len(LINES) == 2
    for line, module in zip(LINES, ("paper", "pytest"), strict=True):
        assert "\n" not in line
        assert "--require-hashes -r paper/requirements.lock" in line
        assert f".venv/bin/python -m {module}" in line


def test_continuous_integration_runs_the_readme_line():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "-m paper --quick" in script


def test_every_command_of_the_tour_runs(tmp_path):
    assert len(CONSOLE) >= 9
    assert set(SHORTER) <= set(CONSOLE)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    for line in CONSOLE:
        command = re.sub(r"^python ", f"{shlex.quote(sys.executable)} ", SHORTER.get(line, line))
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        assert done.stdout.strip() or ">" in line, f"{line} printed nothing"
    assert load_scenario(tmp_path / "scenario.toml").family == "gaussian"


def test_the_table_of_claims_is_current():
    assert with_table(TEXT) == TEXT, "renew it: python -m paper.readme"


def test_the_promised_imports_exist():
    promised = re.findall(r"^from (\S+) import (\w+)$", TEXT, re.M)
    assert len(promised) == 2
    for module, name in promised:
        assert hasattr(importlib.import_module(module), name)


def test_every_file_the_readme_names_exists():
    for name in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("series", ["replace", "accumulate"])
def test_the_figure_shows_what_theory_says_now(series):
    rows = [row for row in _figure() if row["panel"] == "variance" and row["series"] == series]
    cell = next(
        cell
        for cell in load_sweep("gaussian").cells
        if (s := cell.scenario).estimator.divisor == "mle" and s.first_size == 100 and s.retention.kind == series
    )
    t = [int(row["t"]) for row in rows]
    shown = np.array([float(row["theory"]) for row in rows])
    np.testing.assert_allclose(
        shown, predict(cell.scenario, "variance", t).value / cell.scenario.source.variance, rtol=1e-9
    )
    assert len(rows) >= 5


def test_the_figure_shows_trained_models_near_theory():
    rows = [row for row in _figure() if row["panel"] == "vocabulary"]
    ratio = np.array([float(row["observed"]) / float(row["theory"]) for row in rows])
    assert len(rows) >= 20
    assert np.all(np.abs(ratio - 1) < 0.01)


def _figure() -> list[dict[str, str]]:
    with Path(COPIES / f"{FIGURE}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
