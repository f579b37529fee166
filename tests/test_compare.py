"""Theory beside simulation: z-scores against planted numbers, what is judged, what is left out, and the verdict.

The planted means come from formulas written here, at a planted distance from the truth.
"""

import math

import numpy as np
import pytest
from fixture_store import PROVENANCE, FixtureResult, sweep_file, write_store

import simulations.compare as compare_module
from simulations.compare import allowed_z, compare, not_covered, verdict, z_score
from simulations.compare_tables import comparison_content, comparison_tables
from simulations.manifest import StoreError
from simulations.precision import carried_by_few
from simulations.store import create_store
from simulations.sweep import parse_sweep
from theory.claim import Kind
from theory.predict import Prediction

R = 4096


def variance_store(folder, planted_z=0.0, effective=float(R), grid=None, statistics=("variance",), **changes):
    """A store whose variances lie ``planted_z`` standard errors from (1-1/M)^t, exact at t = 0; all else is zero."""
    file = sweep_file(grid=grid or {"sample_size.size": [10, 100]}, statistics=list(statistics), **changes)
    file["scenario"]["estimator"]["divisor"] = "mle"
    sweep = parse_sweep(file)
    store = create_store(folder, sweep)
    t = np.array(sweep.record)
    for cell in sweep.cells:
        truth = (1 - 1 / cell.scenario.first_size) ** t
        error = np.where(t == 0, 0.0, 1e-3)
        mean, errors = np.zeros((len(statistics), len(t))), np.zeros((len(statistics), len(t)))
        mean[0], errors[0] = truth + planted_z * error, error
        weights = np.full_like(mean, effective)
        store.write(
            cell, FixtureResult(tuple(s.label for s in sweep.statistics), t, mean, errors, weights, R), PROVENANCE
        )
    return store


def test_the_z_score_is_the_planted_one_and_the_claim_is_named(tmp_path):
    store = variance_store(tmp_path / "s", planted_z=1.75)
    rows = compare(store)
    assert [(row.cell.label, row.t) for row in rows] == [(c.label, t) for c in store.sweep.cells for t in (0, 1, 5, 20)]
    for row in rows:
        assert row.theory == pytest.approx((1 - 1 / row.cell.scenario.first_size) ** row.t, rel=1e-12)
        assert row.z == pytest.approx(0.0 if row.t == 0 else 1.75, abs=1e-9)
        assert (row.claim, row.kind, row.note) == ("gaussian-replace-variance", "exact", "")
    told = verdict(rows)
    assert (told.comparisons, told.left_out, told.agrees) == (8, 0, True)
    assert told.largest == pytest.approx(1.75)


@pytest.mark.parametrize("planted", [-7.0, 7.0])
def test_a_wrong_mean_disagrees(tmp_path, planted):
    told = verdict(compare(variance_store(tmp_path / "s", planted_z=planted)))
    assert told.largest == pytest.approx(7.0)
    assert not told.agrees


def test_a_mean_that_few_chains_carry_is_shown_and_not_judged(tmp_path):
    rows = compare(variance_store(tmp_path / "s", planted_z=50.0, effective=20.0))
    assert {row.note for row in rows if row.t > 0} == {"few chains carry it"}
    assert all(row.z == pytest.approx(50.0) for row in rows if row.t > 0)
    told = verdict(rows)
    assert (told.comparisons, told.left_out, told.agrees) == (2, 6, True)


def test_what_no_claim_covers_is_named_with_the_reason(tmp_path):
    grid = {"sampler": [{"kind": "faithful"}, {"kind": "truncated", "cutoff": 2.0}]}
    store = variance_store(tmp_path / "s", grid=grid, statistics=("log_variance_sd", "wasserstein2_squared_variance"))
    missing = {(entry.cell.label, entry.statistic): entry.reason for entry in not_covered(store)}
    assert {label for label, _ in missing} == {"sampler=truncated(cutoff=2)"}
    reason = missing["sampler=truncated(cutoff=2)", "log_variance_sd"]
    assert "log_variance_sd: no claim covers this scenario; the nearest is" in reason
    assert {row.cell.label for row in compare(store)} == {"sampler=faithful"}
    content = comparison_content(store, store.sweep.statistics)
    assert {entry["statistic"] for entry in content["not_covered"]} >= {"log_variance_sd"}
    comparison_tables(content)


def test_comparing_nothing_is_no_agreement(tmp_path):
    grid = {"sampler": [{"kind": "truncated", "cutoff": 2.0}]}
    store = variance_store(tmp_path / "s", grid=grid, statistics=("log_variance_sd",))
    content = comparison_content(store, store.sweep.statistics)
    assert content["comparisons"] == []
    assert content["verdict"]["agrees"] is False
    assert "nothing was compared" in content["verdict"]["line"]


def answered(kind, value, lower=None, upper=None):
    def predict(scenario, statistic, t, at=None):
        size = len(t)
        sides = [None if side is None else np.full(size, side) for side in (lower, upper)]
        said = Prediction(
            statistic,
            tuple(map(float, t)),
            np.full(size, value),
            ("claim",) * size,
            (kind,) * size,
            lower=sides[0],
            upper=sides[1],
        )
        return [said]

    return predict


@pytest.mark.parametrize(
    ("kind", "side", "bound", "agrees"),
    [
        (Kind.UPPER_BOUND, "upper", 2.0, True),
        (Kind.UPPER_BOUND, "upper", 0.5, False),
        (Kind.LOWER_BOUND, "lower", 0.5, True),
        (Kind.LOWER_BOUND, "lower", 2.0, False),
    ],
)
def test_a_bound_is_judged_on_its_side_only(tmp_path, monkeypatch, kind, side, bound, agrees):
    monkeypatch.setattr(compare_module, "predict_each", answered(str(kind), bound, **{side: bound}))
    rows = compare(variance_store(tmp_path / "s", record=[1], grid={"sample_size.size": [100]}))
    assert [row.kind for row in rows] == [str(kind)]
    assert verdict(rows).agrees is agrees


def test_both_bounds_are_rows_of_their_own(tmp_path, monkeypatch):
    def predict(scenario, statistic, t, at=None):
        size = len(t)
        both = Prediction(
            statistic, (1.0,), np.full(size, 2.0), ("low", "up"), ("lower bound", "upper bound"),
            lower=np.full(size, 0.5), upper=np.full(size, 2.0),
        )  # fmt: skip
        return [both]

    monkeypatch.setattr(compare_module, "predict_each", predict)
    rows = compare(variance_store(tmp_path / "s", record=[1], grid={"sample_size.size": [100]}))
    assert [(row.claim, row.kind, row.theory) for row in rows] == [
        ("low", "lower bound", 0.5),
        ("up", "upper bound", 2.0),
    ]
    assert verdict(rows).agrees


def test_every_generation_is_judged_by_the_strongest_claim_that_knows_it(tmp_path):
    """A window of two keeps all for two fits: exact values there, both bounds later, each beside its own mean."""
    grid = {"retention": [{"kind": "window", "length": 2}], "sample_size.size": [4]}
    store = variance_store(tmp_path / "s", record=[0, 2, 3], grid=grid, statistics=("kl_reverse",))
    rows = compare(store)
    assert [(row.t, row.kind) for row in rows] == [
        (0, "exact"), (2, "exact"), (3, "lower bound"), (3, "upper bound"),
    ]  # fmt: skip
    assert [row.simulation for row in rows] == pytest.approx([1, 0.75**2, 0.75**3, 0.75**3])


@pytest.mark.parametrize("kind", ["asymptotic", "approximation", "conjecture"])
def test_what_promises_no_number_is_not_judged(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(compare_module, "predict_each", answered(kind, 0.1))
    told = verdict(compare(variance_store(tmp_path / "s")))
    assert (told.comparisons, told.left_out) == (0, 8)


def test_an_infinite_value_of_theory_is_not_judged(tmp_path, monkeypatch):
    monkeypatch.setattr(compare_module, "predict_each", answered("exact", np.inf))
    assert {row.note for row in compare(variance_store(tmp_path / "s"))} == {"not finite"}


def test_an_incomplete_store_is_refused_by_cell(tmp_path):
    store = write_store(tmp_path / "s", cells=3)
    with pytest.raises(StoreError, match=r"size=100, retention=accumulate.*is missing"):
        compare(store)


@pytest.mark.parametrize("comparisons", [1, 10, 1000])
def test_the_limit_is_exceeded_once_in_a_million(comparisons):
    tail = math.erfc(allowed_z(comparisons) / math.sqrt(2))
    assert tail * comparisons == pytest.approx(1e-6, rel=1e-9)


def test_without_spread_numbers_must_agree():
    assert z_score(1.0, 1.0 + 1e-14, 0.0, R, 0) == 0.0
    assert z_score(1.0, 1.0 + 1e-9, 0.0, R, 0) == math.inf
    assert z_score(1.0, 0.9, 1e-17, R, 0) == -math.inf
    assert z_score(1e-20, 0.0, 0.0, R, 5) == 0.0


def test_an_event_that_no_chain_showed_is_judged_by_its_chance():
    """4096 chains all alike: an event of probability 1/4096 hides with chance 1/e, one of 1/100 never."""
    z = z_score(1 - 1 / R, 1.0, 0.0, R, 3)
    assert math.erfc(z / math.sqrt(2)) == pytest.approx(math.exp(-1), rel=1e-9)
    assert z_score(0.99, 1.0, 0.0, R, 3) > allowed_z(100)


@pytest.mark.parametrize(
    ("statistic", "mean", "few"),
    [("absence", 0.5, False), ("absence", 0.05, False), ("absence", 0.005, True), ("absence", 0.995, True)],
)
def test_an_indicator_needs_chains_on_both_sides(statistic, mean, few):
    scenario = parse_sweep(sweep_file()).cells[0].scenario
    error = np.sqrt(mean * (1 - mean) / R)
    marked = carried_by_few(scenario, statistic, np.array([mean]), np.array([error]), np.array([R * mean]), R)
    assert marked.tolist() == [few]


def test_a_vocabulary_that_few_chains_leave_is_marked():
    scenario = {
        "source": {"kind": "zipf", "vocabulary": 30, "exponent": 1.0},
        "sample_size": {"kind": "constant", "size": 10},
        "retention": {"kind": "replace"},
    }
    cell = parse_sweep(sweep_file(scenario=scenario, grid={}, statistics=["vocabulary"])).cells[0]
    means = np.array([20.0, 29.999, 1.001])
    errors = np.array([2.0, np.sqrt(0.001), np.sqrt(0.001)]) / np.sqrt(R)
    marked = carried_by_few(cell.scenario, "vocabulary", means, errors, np.full(3, float(R)), R)
    assert marked.tolist() == [False, True, True]
