"""The benchmark command: what it refuses, what it saves, and that its ratios and its peers are what they say."""

import csv
import dataclasses
import json
import re
import subprocess
import sys
import time
from functools import partial

import jax.numpy as jnp
import numpy as np
import pytest

from paper.benchmarks import Benchmarks, Curve, Row, Spread, Target, load_benchmarks, save_benchmarks
from paper.cache import ROOT
from paper.engine_table import bounds, numbers, setting, table
from paper.steps import DATA
from tests.benchmarks.engine import STATISTICS, Case, Named, engine_row
from tests.benchmarks.group_evaluators import says_so
from tests.benchmarks.group_gaussian import RETENTIONS, scenario
from tests.benchmarks.group_tokens import scenario as texts
from tests.benchmarks.groups import CURVES, GROUPS, Effort
from tests.benchmarks.numpy_gaussian import POLICIES, readings
from tests.benchmarks.numpy_tokens import chains, zipf
from tests.benchmarks.operations import operations
from tests.benchmarks.rounds import Contender, Rates, measured
from tests.benchmarks.tables import csv_text
from tests.benchmarks.threads import ONE, TWO, numpy_contenders
from tests.budget import declare, normal_limit
from tests.gaussian_twins import gaussian_twin
from tests.points_twin import point_twin
from tests.token_recursion import token_recursion
from theory.claims import claims
from theory.scenario import InputError, parse_scenario


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_help_names_the_options_and_groups():
    done = command("-h")
    assert done.returncode == 0
    for word in ("--quick", "--only", "--out", "--rounds", *GROUPS, CURVES):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--only", "gausian"), '--only must be .*, got "gausian"; did you mean "gaussian"'),
        (("--rounds", "0"), "--rounds must be at least 1, got 0"),
        (("--rounds", "x"), "rounds"),
        (("--out", "table.txt"), '--out must end in .json, got "table.txt"'),
        (("--out", "pyproject.toml/b.json"), "--out must be a file in a folder"),
        (("--fast",), "fast"),
        (("gaussian",), "gaussian"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, complaint):
    done = command(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert re.search(complaint, line), line


def test_a_group_runs_and_saves_what_the_paper_reads(tmp_path):
    file = tmp_path / "deep" / "b.json"
    done = command("--quick", "--rounds", "1", "--only", "startup", "--out", str(file))
    assert done.returncode == 0, done.stderr
    found = load_benchmarks(file)
    assert [row.group for row in found.rows] == ["startup", "startup"]
    assert all(row.value and row.value.median > 0 and row.targets for row in found.rows)
    assert found.provenance["libraries"]["numpy"] == np.__version__
    assert found.provenance["processor"]
    assert "python -m theory list" in done.stdout
    assert str(ROOT) not in file.read_text()
    assert len(list(csv.DictReader(file.with_suffix(".csv").read_text().splitlines()))) == 4


def test_ratios_are_medians_of_ratios_within_rounds():
    rates = Rates(("ours", "peer"), np.array([[2.0, 1.0], [30.0, 10.0], [8.0, 2.0]]))
    assert rates.ratio("ours", "peer") == Spread(3.0, 2.5, 3.5)
    assert rates.rate("ours") == Spread(8.0, 5.0, 19.0)


def test_contenders_run_in_turn():
    ran = []

    def run(name):
        ran.append(name)
        time.sleep(0.11)

    rates = measured([Contender(name, partial(run, name), 1.0) for name in "ab"], 3)
    assert ran == [*"aabb", *3 * "ab"], "a warm-up and a trial of each, then rounds"
    assert rates.values.shape == (3, 2)


def test_a_target_is_reached_from_its_own_side():
    assert Target("x", 2.0, 2.1).reached
    assert not Target("x", 2.0, 1.9).reached
    assert Target("s", 1.0, 0.9, at_least=False).reached
    assert Target("x", 2.0, 1.9).sentence == "x: at least 2, measured 1.9, short of it"


def test_what_no_kernel_covers_is_a_row_that_says_so():
    file = scenario("replace") | {"sampler": {"kind": "best_of", "k": 2, "reward": "value", "centre": 0.0}}
    row = engine_row(Named("g", "n", "s", "u"), Case(file, 2, 4, (2,), "moments"), [], {}, 1)
    assert row.value is None
    assert row.note.startswith("not run: ")


def small(**changes) -> Benchmarks:
    spread = Spread(2.0, 1.5, 2.5)
    rows = [
        Row(
            "gaussian", "Gaussian, replace", "R=64, M=100, g=50", "chain-generations/s", "moments",
            Spread(1e8, 9e7, 2e8), {ONE: spread, "fused threefry": Spread(0.3, 0.3, 0.3)},
            (Target(ONE, 2.0, 2.0), Target("fused threefry", 0.4, 0.3)),
        ),
        Row("tokens", "tokens, all read", "K=10, M=1e12, R=2, g=5", "chain-generations/s", note="not run: too many"),
        Row(
            "startup", "python -m theory list", "a new process", "s", "", spread,
            targets=(Target("seconds", 1.0, 2.0, False),),
        ),
        *(Row("roofline", name, "s", "u", "", Spread(number, number, number)) for name, number in (
            ("integer operations", 270.0), ("floating-point operations", 280.0),
            ("bytes of state, read and written", 32.0),
        )),
    ]  # fmt: skip
    made = {
        "processor": "A_B", "cores": 2, "instruction_set": "avx2", "python": "3", "libraries": {"numpy": "2"},
        "backend": "cpu", "device": "cpu", "date": "2026-01-01",
    }  # fmt: skip
    return dataclasses.replace(
        Benchmarks(tuple(rows), (Curve("g", "gaussian", "numpy", "R=1", (1, 2), (3.0, 4.0)),), made, 3, True), **changes
    )


def test_what_is_saved_is_read_back(tmp_path):
    found = small()
    save_benchmarks(found, tmp_path / "b.json")
    again = load_benchmarks(tmp_path / "b.json")
    assert again.rows == found.rows
    assert [curve.nanoseconds for curve in again.curves] == [[3.0, 4.0]]
    assert json.loads((tmp_path / "b.json").read_text())["rows"][0]["targets"][1]["reached"] is False
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(InputError, match="holds no benchmarks of format 1"):
        load_benchmarks(tmp_path / "b.json")


def test_the_table_shows_every_target_with_its_verdict():
    text = table(small())
    assert r"replace & \texttt{moments} & $1.0\times 10^{8}$ & 2 $\geq$ 2 & " in text
    assert "bits 0.3 $<$ 0.4" in text
    assert "not covered" in text
    assert r"seconds 2 $>$ 1" in text
    assert r"A\_B" in text
    assert setting("K=50000, M=1e12, all counts") == r"$K=50\,000$, $M=10^{12}$, all counts"
    macros = numbers(small())
    assert r"\newcommand{\EngineTargets}{3}" in macros
    assert r"\newcommand{\EngineReached}{1}" in macros
    assert "replace (fused threefry); all read (no kernel); python -m theory list (seconds)" in macros
    assert r"\newcommand{\EngineRooflineIntegerOperations}{270}" in macros


def test_the_roofline_takes_the_slowest_part():
    allowed = bounds({row.name: row for row in small().rows if row.group == "roofline"})
    assert allowed["memory"] == pytest.approx(4.8e12 / 32)
    assert allowed["arithmetic"] < min(allowed["float"], allowed["integer"])


def test_operations_are_counted_in_the_trace():
    def step(x, n):
        return jnp.exp(x * 2.0 + 1.0), (n << 3) ^ n

    counted = operations(step, jnp.zeros(()), jnp.uint32(1))
    assert (counted["float"], counted["integer"]) == (3, 2)


def test_the_csv_has_a_line_for_every_number():
    lines = list(csv.DictReader(csv_text(small()).splitlines()))
    assert {line["what"] for line in lines} >= {"ours", ONE, f"target: {ONE}", "not run: too many"}
    assert [line["reached"] for line in lines if line["needed"]] == ["True", "False", "False"]


def test_the_committed_run_has_what_the_paper_reads():
    found = load_benchmarks(DATA["benchmarks"])
    assert {row.group for row in found.rows} == set(GROUPS)
    assert {curve.axis for curve in found.curves} == {"g", "R", "K", "M"}
    assert set(POLICIES) == {
        row.name.removeprefix("Gaussian, ").replace(" ", "_") for row in found.rows if row.group == "gaussian"
    } - {"the_plain_loop", "jax.random"}
    assert str(ROOT) not in DATA["benchmarks"].read_text()


def test_two_threads_share_the_replicates_in_chunks():
    seen = []
    one, two = numpy_contenders(lambda rng, share: seen.append(share), 11, 1.0, at_once=4)
    one.run()
    assert seen == [4, 4, 3]
    seen.clear()
    two.run()
    assert sorted(seen) == [1, 2, 4, 4]
    assert (one.name, two.name) == (ONE, TWO)


@pytest.mark.parametrize("policy", RETENTIONS)
def test_the_peer_runs_the_same_policy(policy):
    """Means over chains of log v and of the squared error agree with those of chains whose points are all drawn."""
    R, g = 2000, 4
    twin = point_twin if policy == "accumulate_subsample" else gaussian_twin
    mean, variance = (values[-1] for values in twin(parse_scenario(scenario(policy)), g, R, 1))
    (sums,) = readings(POLICIES[policy](np.random.default_rng(2), R, 100), g, {g})
    agrees(sums / R, np.stack([np.log(variance), mean**2]), f"benchmark peer, {policy}")


def test_the_peer_of_texts_reads_the_same_numbers():
    R, g, K, M = 1000, 4, 50, 200
    assert STATISTICS["tokens"] == ("heterozygosity", "vocabulary")
    counts = token_recursion(parse_scenario(texts(K, M)), g, R, 1)[-1]
    (sums,) = chains(np.random.default_rng(2), R, zipf(K), M, g, {g})
    shares = counts / counts.sum(axis=1, keepdims=True)
    agrees(sums / R, np.stack([1 - (shares**2).sum(axis=1), (counts > 0).sum(axis=1)]), "benchmark peer, texts")


def agrees(moments: np.ndarray, twin: np.ndarray, name: str) -> None:
    """Means and mean squares of two statistics, beside values of as many chains of a twin."""
    mean, square = moments
    error = np.sqrt((square - mean**2 + twin.var(axis=1)) / twin.shape[1])
    assert np.all(np.abs(mean - twin.mean(axis=1)) < normal_limit(declare(name, 2e-9), 2) * error)


def test_an_effort_shortens_what_takes_long():
    assert Effort(9, False, print).at_most(3) == 3
    assert Effort(2, True, print).at_most(3) == 2


def test_slow_evaluators_say_so():
    """In the record none is over 50 ms in silence; what counts as a word about it is a number of seconds."""
    (target,) = next(row.targets for row in load_benchmarks(DATA["benchmarks"]).rows if row.group == "evaluators")
    assert target.what == "evaluators over 50 ms that do not say so"
    assert target.reached
    assert says_so(claims()["gaussian-weighted-kl-forward"])
    assert not says_so(claims()["gaussian-replace-variance"])
