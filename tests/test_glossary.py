"""What is printed of a claim can be read by itself: every symbol has a meaning, and defined ones a closed form."""

import math

import pytest
import sympy as sp

from theory.claim import Kind, numeric_value
from theory.claims import claims
from theory.formula import prose
from theory.laws.glossary import BASES, FUNCTIONS, SYMBOLS, meanings
from theory.laws.symbols import M, v0
from theory.notation import Asymptotically, latex, plain
from theory.record import claim_data, claim_equations, claim_text, where

CLAIMS = claims()
MEANINGS = {**SYMBOLS, **FUNCTIONS, **BASES}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS.keys())
def test_every_symbol_of_a_statement_has_a_meaning(claim):
    """Said in the text, the data, the LaTeX and the appendix; what the derivation defines is explained by it."""
    statement, explained = claim.statement, claim_data(claim)["symbols"]
    bases = {base.label for base in (indexed.base for indexed in statement.atoms(sp.Indexed))}
    own = {one.symbol for one in claim.derivation.definitions}
    symbols = {s for s in statement.free_symbols if isinstance(s, sp.Symbol)} - bases
    assert {plain(symbol) for symbol in symbols} <= set(explained)
    names = {applied.func.__name__ for applied in statement.atoms(sp.core.function.AppliedUndef)}
    assert names <= set(FUNCTIONS)
    assert {plain(FUNCTIONS[name].shown) for name in names} <= set(explained)
    explanation = where(claim)
    assert all(latex(symbol) in explanation for symbol in symbols | own)
    text = claim_text(claim)
    assert "where\n" in text
    assert all(f"- {name}: " in text for name in explained)
    assert explanation in claim_equations(claim)


def test_a_symbol_without_a_meaning_is_noticed():
    with pytest.raises(KeyError, match="unheard"):
        meanings(sp.Symbol("unheard") + M)
    assert [one.words for one in meanings(v0)] == ["the variance of the source"]


def test_no_meaning_is_empty_or_a_sentence():
    for name, meaning in MEANINGS.items():
        assert meaning.words, name
        assert not meaning.words.endswith("."), name
        assert prose(meaning.words).count("$") % 2 == 0, name


@pytest.mark.parametrize(
    "claim", [claim for claim in CLAIMS.values() if claim.derivation.definitions], ids=lambda c: c.id
)
def test_a_statement_can_be_used_as_printed(claim):
    """With the closed forms put in, only what a scenario says is left, and the value is that of the evaluator."""
    defined = {one.symbol: one.value for one in claim.derivation.definitions}
    printed = claim.statement.rhs
    for symbol in reversed(defined):
        printed = printed.subs(symbol, defined[symbol])
    assert {symbol.name for symbol in printed.free_symbols} <= {
        "M",
        "L",
        "alpha",
        "r_1",
        "v_0",
        "t",
        "n",
        "m",
        "w",
        "g",
        "c_v",
        "delta",
        "d",
        "sigma",
        "beta",
        "x",
        "ell",
        "lambda",
        "s_w",
    }
    example = claim.examples[0]
    t = max(t for t in example.t if math.isfinite(t))
    given = {key: value for key, value in claim.bindings(example.scenario, t, example.at).items() if key not in defined}
    exact = claim.algebra_value(example.scenario, t, example.at)
    assert float(numeric_value(printed, given)) == pytest.approx(float(exact), rel=1e-14)


def test_a_refuted_statement_is_never_printed_bare():
    for claim in CLAIMS.values():
        if claim.kind is Kind.REFUTED:
            printed = claim_equations(claim)
            assert printed.index("Refuted") < printed.index(r"\begin{equation}")
            assert prose(claim.errata) in printed
        assert prose(claim.derivation.introduction) in claim_equations(claim)


def test_no_power_is_left_in_a_sentence():
    """A sentence with a caret outside mathematics, or a subscript of nothing, has a formula that was not recognised."""
    for claim in CLAIMS.values():
        steps = [step.because for step in claim.derivation.steps]
        for sentence in (claim.title, claim.errata, claim.derivation.introduction, *steps):
            assert r"\textasciicircum" not in prose(sentence), f"{claim.id}: {sentence}"
            assert "_}" not in prose(sentence), f"{claim.id}: {sentence}"
    for name, meaning in (SYMBOLS | FUNCTIONS | BASES).items():
        assert r"\textasciicircum" not in prose(meaning.words), name


def test_asymptotic_claims_say_where():
    found = [claim for claim in CLAIMS.values() if claim.kind is Kind.ASYMPTOTIC]
    assert found
    for claim in found:
        assert isinstance(claim.statement, Asymptotically)
        assert r" \sim " in latex(claim.statement)
        assert " ~ " in claim_data(claim)["statement"]
        assert claim.regime in claim_text(claim)
        assert prose(claim.regime) in where(claim)


def test_expressions_on_one_line():
    s, t, W = sp.symbols("s t W")
    assert plain(sp.polygamma(0, (M - 1) / sp.Integer(2))) == "psi((M - 1)/2)"
    assert plain(sp.polygamma(1, M)) == "psi'(M)"
    assert plain(sp.Limit(W, t, sp.oo)) == "lim_{t -> inf} W"
    assert plain(sp.Subs(sp.Derivative(sp.log(s), s), s, 1)) == "[Derivative(log(s), s) at s = 1]"
    assert plain(sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")) == "D_KL(p_t || p_0)"
    assert plain(sp.Symbol(r"\operatorname{sd}[\log v_t]")) == "sd[log v_t]"
    shown = "\n".join(claim_text(claim) for claim in CLAIMS.values())
    assert not any(poor in shown for poor in ("Subs(", "dir=", "polygamma", "\\"))
