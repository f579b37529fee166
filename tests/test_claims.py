"""Every claim there is, by every route: derivation = statement = evaluator = independent reference."""

import dataclasses
from itertools import permutations

import numpy as np
import pytest
import sympy as sp

from theory.claim import Assumption, Kind
from theory.claims import claims
from theory.claims.exact_claims import knows
from theory.derivation import Derivation, DerivationError
from theory.scenario import QUANTITIES
from theory.verify import verify

CLAIMS = claims()


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS.keys())
def test_every_route_agrees(claim):
    report = verify(claim)
    assert report.verified, "\n".join(report.failures)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS.keys())
def test_record_is_complete(claim):
    assert claim.id == claim.id.lower()
    assert " " not in claim.id
    assert isinstance(claim.statement, sp.core.relational.Relational)
    assert any(max(example.t) >= 1 for example in claim.examples)
    assert claim.statistic in QUANTITIES or claim.kind is Kind.REFUTED
    if claim.kind is Kind.REFUTED:
        assert claim.errata, "a refuted statement says what is right instead"


def test_every_kind_of_wrongness_is_noticed():
    """The loop above can fail: a wrong evaluator, reference, statement, assumption or empty example list each does."""
    claim = CLAIMS["gaussian-replace-variance"]
    wrong = {
        "evaluator": dataclasses.replace(claim, evaluate=lambda s, t, at: 1.0001 * claim.evaluate(s, t, at)),
        "reference": dataclasses.replace(claim, reference=lambda s, t, at=None: claim.reference(s, t + 1, at)),
        "bindings": dataclasses.replace(claim, bindings=lambda s, t, at: claim.bindings(s, t + 1, at)),
        "examples": dataclasses.replace(claim, examples=()),
    }
    assert {name for name, record in wrong.items() if not verify(record).verified} == set(wrong)


def test_a_refuted_statement_fails_where_it_says_and_only_there():
    """Without ``right_if`` one miss is enough; with it, holding outside and failing inside are both noticed."""
    claim = CLAIMS["gaussian-replace-wasserstein2-diverges"]
    everywhere, nowhere = Assumption("always", lambda s: True), Assumption("never", lambda s: False)
    assert verify(claim).verified
    assert verify(dataclasses.replace(claim, right_if=())).verified
    assert not verify(dataclasses.replace(claim, right_if=(everywhere,))).verified
    assert not verify(dataclasses.replace(claim, right_if=(nowhere,))).verified


def test_exact_claims_agree_where_two_cover_one_scenario():
    compared = set()
    for one, other in permutations((claim for claim in CLAIMS.values() if claim.kind is Kind.EXACT), 2):
        if one.statistic != other.statistic:
            continue
        for example in one.examples:
            if other.covers(example.scenario):
                both = [t for t in example.t if all(knows(claim, example.scenario, t) for claim in (one, other))]
                t = np.array(both, dtype=np.float64)
                first, second = (claim.value(example.scenario, t, example.at) for claim in (one, other))
                np.testing.assert_allclose(first, second, rtol=max(one.tolerance, other.tolerance))
                compared.add(one.id)
    assert "gaussian-accumulate-variance" in compared


def test_a_derivation_cannot_say_nothing():
    x = sp.Symbol("x")
    with pytest.raises(DerivationError, match="same expression"):
        Derivation("").algebra(x, x, because="")
    wrong = Derivation("")
    wrong.algebra(x**2, 2 * x, because="false")
    assert wrong.failures()
    with pytest.raises(DerivationError, match="no step reaches"):
        wrong.concludes(sp.Eq(sp.Symbol("y"), x**3, evaluate=False))
    assert np.all([step.kind == "algebra" for step in wrong.steps])
