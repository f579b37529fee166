"""Inverse questions: the least real data, size or horizon, against closed forms and against the values beside them."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from theory.plan import plan
from theory.predict import NotCovered, predict
from theory.scenario import InputError, parse_scenario

ROOT = Path(__file__).resolve().parent.parent


def gaussian(retention, size=100, divisor="mle"):
    return parse_scenario(
        {
            "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
            "sample_size": {"kind": "constant", "size": size},
            "retention": retention,
            "estimator": {"kind": "moments", "divisor": divisor},
        }
    )


def share(scheme, **how_much):
    return {"kind": "real_share", "scheme": scheme} | (how_much or {"share": 0.1})


TOKENS = parse_scenario(
    {
        "source": {"kind": "zipf", "vocabulary": 200, "exponent": 1.0},
        "sample_size": {"kind": "constant", "size": 500},
        "retention": {"kind": "replace"},
    }
)


@pytest.mark.parametrize("M", [100, 1000, 10**6])
@pytest.mark.parametrize("kept", [0.5, 0.9, 0.99])
def test_least_real_points_for_a_variance(M, kept):
    """Under maximum likelihood N a (2-a) + 1 - a >= 1/eps; some (1/eps - 1)/2 real points, whatever N."""
    need = 1 / (1 - kept)
    root = math.sqrt((2 * M - 1) ** 2 - 4 * M * (need - 1))
    least = math.ceil(2 * (need - 1) / (2 * M - 1 + root) * M - 1e-9)
    for field, value in (("retention.real", least), ("retention.share", least / M)):
        found = plan(gaussian(share("stratified"), M), field, "variance", "above", kept)
        assert found.feasible
        assert (found.end, found.value) == ("least", value)
        assert found.attained >= kept
        assert found.kind == ("exact",)


def test_a_share_that_need_not_be_whole_is_found_to_rounding():
    found = plan(gaussian(share("iid")), "retention.share", "mean_squared_error", "below", 0.05)
    assert found.attained == pytest.approx(0.05, rel=1e-10)
    below = predict(gaussian(share("iid", share=found.value * (1 - 1e-6))), "mean_squared_error", (math.inf,))
    assert below.value[0] > 0.05


def test_sizes_move_in_steps_that_keep_the_share_whole():
    found = plan(gaussian(share("stratified", share=0.15)), "sample_size.size", "mean_squared_error", "below", 1e-3)
    assert found.value % 20 == 0
    before = gaussian(share("stratified", share=0.15), int(found.value) - 20)
    assert predict(before, "mean_squared_error", (math.inf,)).value[0] > 1e-3 >= found.attained


def test_a_horizon_is_the_first_generation_that_meets_the_target():
    for statistic, goal, target in (("heterozygosity", "below", 0.5), ("vocabulary", "below", 20.0)):
        found = plan(TOKENS, "t", statistic, goal, target)
        value = predict(TOKENS, statistic, (found.value - 1, found.value)).value
        assert value[1] == found.attained <= target < value[0]
        assert (found.t, found.end) == (found.value, "least")
    absent = plan(TOKENS, "t", "absence", "above", 0.5, at=150)
    assert predict(TOKENS, "absence", (absent.value - 1,), 150).value[0] < 0.5 <= absent.attained


def test_a_horizon_up_to_which_a_target_is_kept():
    found = plan(TOKENS, "t", "heterozygosity", "above", 0.5)
    value = predict(TOKENS, "heterozygosity", (found.value, found.value + 1)).value
    assert found.end == "greatest"
    assert value[0] == found.attained >= 0.5 > value[1]


def test_the_greatest_value_where_small_ones_meet_the_target():
    found = plan(TOKENS, "source.exponent", "heterozygosity", "above", 0.8, t=10)
    assert found.end == "greatest"
    assert found.attained == pytest.approx(0.8, rel=1e-9)


def test_a_minimum_is_found_between_the_places_looked_at():
    """The divisor that leaves the least error of the variance's second moment is M + 1, that is, offset 2."""
    scenario = parse_scenario(
        {
            "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
            "sample_size": {"kind": "constant", "size": 20},
            "retention": {"kind": "replace"},
            "estimator": {"kind": "moments", "divisor": "offset", "offset": 0.5},
        }
    )
    found = plan(scenario, "estimator.offset", "wasserstein2_squared", "minimum", t=1)
    for offset in (found.value - 0.01, found.value + 0.01):
        table = scenario.dump()
        table["estimator"]["offset"] = offset
        assert predict(parse_scenario(table), "wasserstein2_squared", (1.0,)).value[0] > found.attained


def test_what_cannot_be_met_says_what_comes_nearest():
    found = plan(gaussian(share("stratified", real=10)), "sample_size.size", "mean_squared_error", "below", 0.001)
    assert not found.feasible
    assert found.end == "best"
    assert found.attained > 0.04


@pytest.mark.parametrize(
    ("field", "statistic", "line"),
    [
        ("retention.rate", "variance", "FIELD must be one of source.variance, sample_size.size, retention.share"),
        ("source.mean", "variance", 'got "source.mean"; did you mean "source.variance"?'),
        ("retention.share", "varianc", 'did you mean "variance"?'),
        ("estimator.offset", "variance", 'estimator.offset must be left out with divisor "mle"'),
        ("retention.share", "moment", "statistic moment belongs to the family tokens"),
    ],
)
def test_mistakes_are_one_line(field, statistic, line):
    with pytest.raises(InputError) as refusal:
        plan(gaussian(share("stratified")), field, statistic, "above", 0.5)
    assert len(refusal.value.lines) == 1
    assert line in refusal.value.lines[0]


def test_what_no_claim_covers_is_refused():
    with pytest.raises(NotCovered):
        plan(TOKENS, "sample_size.size", "cross_entropy", "below", 1.0, t=3)


def command(*arguments):
    line = [sys.executable, "-m", "theory", "plan", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_command(tmp_path):
    file = tmp_path / "scenario.toml"
    file.write_text(
        'source = { kind = "gaussian", mean = 0.0, variance = 1.0 }\nsample_size = { kind = "constant", size = 100 }\n'
        'retention = { kind = "real_share", scheme = "stratified", real = 1 }\n'
        'estimator = { kind = "moments", divisor = "mle" }\n'
    )
    question = ("retention.real", str(file), "--statistic", "variance")
    told = command(*question, "--above", "0.9", "--json")
    assert told.returncode == 0
    answer = json.loads(told.stdout)
    assert (answer["field"], answer["value"], answer["t"], answer["feasible"]) == ("retention.real", 5, "inf", True)
    assert {"statistic", "target", "attained", "claim", "kind"} <= set(answer)
    assert "retention.real = 5 is the least with variance at least 0.9" in command(*question, "--above", "0.9").stdout
    infeasible = command(*question, "--above", "2")
    assert infeasible.returncode == 1
    assert infeasible.stdout.startswith("no retention.real has variance at least 2")
    for wrong, line in (
        ((), "one of --above, --below, --minimise and --maximise must be given, got nothing"),
        (("--above", "1", "--below", "2"), "must be given, got above and below"),
        (("--above", "1", "--t", "1,2"), '--t must be one generation, a whole number or inf, got "1,2"'),
    ):
        refused = command(*question, *wrong)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert line in refused.stderr
        assert refused.stderr.count("\n") == 1
