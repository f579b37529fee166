"""The matrix of what is known: it has a column for every policy, and says what `predict` says."""

import pytest

from paper.coverage_table import HEADS, LETTERS, counted, table
from theory.claim import Kind
from theory.coverage import BOUNDS, POLICIES, SOURCES, Answer, coverage
from theory.predict import NotCovered, predict
from theory.scenario import KINDS, QUANTITIES, InputError, parse_scenario

LINE = coverage("gaussian")


def test_every_policy_of_the_vocabulary_has_a_column():
    assert {policy["kind"] for policy in POLICIES.values()} == set(KINDS["retention"])
    assert {policy["scheme"] for policy in POLICIES.values() if "scheme" in policy} == {"iid", "stratified", "fixed"}
    assert {policy["replacement"] for policy in POLICIES.values() if "replacement" in policy} == {True, False}
    assert LINE.policies == tuple(POLICIES) == tuple(HEADS)


def test_every_statistic_of_a_gaussian_has_a_row():
    rows = {*LINE.statistics, *coverage("gaussian_vector").statistics}
    assert rows == {name for name, quantity in QUANTITIES.items() if "gaussian" in quantity.families}


@pytest.mark.parametrize("policy", ["replace", "window", "pool, budget"])
@pytest.mark.parametrize("divisor", ["mle", "unbiased"])
def test_an_entry_is_what_predict_answers(policy, divisor):
    """Two divisors have one entry, the weaker: `predict` answers at least so much for each."""
    sizes = {} if "pool" in policy else {"sample_size": {"kind": "constant", "size": 100}}
    scenario = parse_scenario(sizes | {
        "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0}, "retention": POLICIES[policy],
        "estimator": {"kind": "moments", "divisor": divisor},
    })  # fmt: skip
    strength = ["", *(kind.value for kind in reversed(Kind))]
    for statistic in LINE.statistics:
        at = 0.5 if QUANTITIES[statistic].argument else None
        promised = LINE.answers[statistic, policy].finite
        try:
            found = predict(scenario, statistic, () if QUANTITIES[statistic].final else (5,), at)
        except NotCovered:
            assert promised == ""
        else:
            kinds = set(found.kind)
            said = BOUNDS if kinds == {"lower bound", "upper bound"} else kinds.pop()
            order = [*strength[:-1], BOUNDS, strength[-1]]
            assert order.index(said) >= order.index(promised)


def test_the_named_gaps_are_the_empty_entries():
    assert LINE.uncovered == tuple(pair for pair, answer in LINE.answers.items() if answer == Answer("", ""))
    inexact = {name for name in LINE.statistics if LINE.answers[name, "replace"].finite != "exact"}
    assert inexact == {"closer_than_one_fit"}, "what is compared across two models of a chain has a first order alone"


def test_the_weaker_divisor_counts():
    """Under maximum likelihood the plateau of a subsample is a claim of its own; the unbiased divisor has another."""
    assert LINE.answers["mean_squared_error", "subsample"] == Answer("exact", "exact")
    assert LINE.answers["variance", "window"].finite == "exact"


def test_a_source_without_a_matrix_is_refused():
    with pytest.raises(InputError, match=r'source must be .* got "gausian"; did you mean "gaussian"\?'):
        coverage("gausian")


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_answers_something_and_invents_no_policy(source):
    found = coverage(source)
    assert set(found.policies) <= set(POLICIES)
    assert any(answer.finite for answer in found.answers.values())


@pytest.mark.parametrize("source", ["gaussian", "gaussian_vector"])
def test_the_tables_of_the_paper_have_a_letter_for_every_entry(source):
    matrix = coverage(source)
    text = table(matrix, counted(matrix), f"tab:{source}")
    rows = [line for line in text.splitlines() if " & " in line and not line.startswith(" & ")]
    assert len(rows) == len(matrix.statistics)
    cells = [cell.strip().removesuffix(r"\\").strip() for row in rows for cell in row.split(" & ")[1:]]
    assert {letter.rstrip("*") for cell in cells for letter in cell.split("/")} <= set(LETTERS.values())
    assert cells.count("E") == sum(answer == Answer("exact", "exact") for answer in matrix.answers.values())
    unanswered = sum(not answer.finite for answer in matrix.answers.values())
    assert f"{len(matrix.answers) - unanswered} of {len(cells)} pairs" in text
