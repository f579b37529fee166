"""What was published beside the claims: every number within its standard errors, every statement with its verdict."""

import dataclasses
import math
import re

import numpy as np
import pytest

from paper.cache import ROOT
from paper.published import SEEN, numbers_table, source_of, statements_table, with_numbers
from paper.published_judgement import Outcome, as_a_rate, as_stated, in_the_end, the_same
from paper.published_numbers import load_numbers
from paper.published_statements import STATEMENTS
from paper.published_verdicts import summed_distance, superlinear_sizes, universal_efficiency
from paper.records import Records
from theory.claims import claims
from theory.predict import predict
from theory.record import bibliography
from theory.scenario.errors import InputError

NUMBERS = load_numbers(ROOT / "paper" / "data" / "published.toml")
FAR = 4.0  # standard errors: none of twenty-four numbers is as far by chance, but once in six hundred times
NOT_CONFIRMED = {
    "superlinear_sizes": Outcome.NARROWER,
    "attenuated": Outcome.NARROWER,
    "fixed_set": Outcome.NARROWER,
    "slow_degradation": Outcome.NARROWER,
    "survival_of_variance": Outcome.NOT_SHARP,
    "survival_of_a_token": Outcome.NOT_SHARP,
    "unmarked_points": Outcome.NOT_SHARP,
    "linear_errors": Outcome.NARROWER,
    "stable_mixing": Outcome.NOT_SHARP,
}


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: f"{n.experiment.what}, {n.of}, M = {n.size}, t = {n.t}")
def test_a_published_number_is_what_theory_says(number):
    assert abs(number.z) <= FAR


def test_a_wrong_number_is_far_off():
    """Divided by M - 1, or with one fit too few, the same numbers would be seen to be wrong."""
    one = next(number for number in NUMBERS if number.experiment.what.startswith("log") and number.t == 100)
    for wrong in (one.theory * 99 / 100 + 2, one.theory / 2):
        assert abs(dataclasses.replace(one, theory=wrong).z) > FAR


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.judge.__name__)
def test_the_verdict_on_a_published_statement(statement):
    found = statement.judge()
    assert found.outcome is NOT_CONFIRMED.get(statement.judge.__name__, Outcome.CONFIRMED)
    assert set(re.findall(r"<(\w+)>", statement.finds)) <= set(found.numbers)
    assert not re.search(r"<\w+>|nan|inf\b", with_numbers(statement.finds, found.numbers))


def test_every_statement_was_seen_and_its_claims_are_checked():
    known = bibliography((ROOT / "paper" / "references.bib").read_text(encoding="utf-8"))
    for statement in STATEMENTS:
        assert statement.key in known
        assert set(statement.claims) <= set(claims())
        assert (statement.source is None) == bool(statement.claims)
        sources = (statement.source,) if statement.source else claims()[statement.claims[0]].sources
        source = source_of(statement, [vars(source) for source in sources])
        assert source["confidence"] in SEEN
    assert {number.experiment.source for number in NUMBERS} <= set(known)


def test_a_statement_without_a_checked_claim_stops_the_build():
    with pytest.raises(InputError, match="was not verified"):
        statements_table(STATEMENTS[:1], Records({}, [], []))
    unseen = {"key": STATEMENTS[0].key, "confidence": "cited"}
    for sources in ([], [unseen]):
        with pytest.raises(InputError, match="does not cite"):
            source_of(STATEMENTS[0], sources)


def test_every_kind_of_verdict_can_come_out():
    assert the_same([2.0, 4.0], [2.0, 4.0]).outcome is Outcome.CONFIRMED
    assert the_same([2.0, 4.0], [1.0, 2.0]).outcome is Outcome.CONSTANT
    assert the_same([2.0, 4.0], [1.0, 4.0]).outcome is Outcome.REFUTED
    assert in_the_end([1.1, 1.0001], [1.0, 1.0]).outcome is Outcome.CONFIRMED
    assert in_the_end([2.1, 2.0], [1.0, 1.0]).outcome is Outcome.CONSTANT
    assert as_stated(False).outcome is Outcome.REFUTED
    assert as_a_rate(1.0, 0.9).outcome is Outcome.REFUTED
    assert as_a_rate(1.0, 1.0).outcome is Outcome.CONFIRMED
    assert as_a_rate(0.25, 1.0).numbers["factor"] == 4.0


def test_the_tables_have_a_row_for_everything():
    records = {claim.id: {"sources": [vars(source) for source in claim.sources]} for claim in claims().values()}
    table = statements_table(STATEMENTS, Records(records, [], []))
    assert table.count(r"\emph{") == len(STATEMENTS)
    assert "23 confirmed, 5 narrower than stated, 4 not sharp" in table
    settings = {(number.experiment, number.size, number.t) for number in NUMBERS}
    printed = numbers_table(NUMBERS)
    assert sum(line.count("&") == 8 for line in printed.splitlines()) == len(settings) + 1
    assert r"10 & 1 & 1\,000 & $0.92062$ & $0.92275$ & $-0.31$ & $0.22116$ & $0.22032$ & $+0.17$ \\" in printed


def test_the_distance_over_varying_sizes_is_that_of_a_constant_one_where_they_are_equal():
    from theory.claims.gaussian.replace import setting as replaced

    constant = predict(replaced(100, "unbiased", variance=1.0), "wasserstein2_squared", [11]).value[0]
    assert summed_distance((100,) * 11) == pytest.approx(constant, rel=1e-12)
    assert summed_distance((2000, 900, 10_000)) == pytest.approx(1.5 * (1 / 2000 + 1 / 900 + 1 / 10_000), rel=1e-3)


def test_the_efficiency_of_accumulation_falls_to_the_universal_bound():
    numbers = universal_efficiency().numbers
    assert numbers["ten"] > numbers["hundred"] > numbers["largest"] > numbers["bound"]
    assert numbers["largest"] == pytest.approx(numbers["bound"], rel=1e-4)


def test_schedules_that_collapse_and_that_do_not():
    """Sizes 20 k^2, 20 2^(k-1) and 20 k, unbiased: E log v_inf - log v_0 = -0.0860787, -0.104696 and -infinity."""
    from theory.claims.gaussian.varying import setting as varying

    sizes = (
        {"kind": "polynomial", "size": 20, "power": 2.0}, {"kind": "geometric", "size": 20, "ratio": 2.0},
        {"kind": "polynomial", "size": 20, "power": 1.0},
    )  # fmt: skip
    limits = [predict(varying(size, variance=1.0), "log_variance", [np.inf]).value[0] for size in sizes]
    assert limits[:2] == pytest.approx([-0.0860787, -0.104696], rel=1e-5)
    assert limits[2] == -np.inf
    exact = math.pi**2 / 6 + sum(2.0**-j - 4.0**-j for j in range(1, 60))
    assert superlinear_sizes().numbers["sum"] == pytest.approx(exact)
