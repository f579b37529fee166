"""What the paper generates from records: formulas in sentences, entries of the appendix, tables, numbers."""

import json
import re

import pytest

from paper.cache import ROOT
from paper.generated import QUICK_NOTE, appendix, numbers, write_text
from paper.records import read_records, verdicts
from paper.render import figure, macro, power, whole
from paper.tables import tables
from theory.claims import claims
from theory.formula import escaped, prose
from theory.record import bibliography

SENTENCES = {
    "at most exp(-M p_i s_t), for every M": r"at most $\exp(-M p_{i} s_{t})$, for every $M$",
    "A token is lost; a share hat_f of it is kept": r"A token is lost; a share $\hat{f}$ of it is kept",
    "decays as H_0 (1-1/M)^t, whatever the source": r"decays as $H_{0} (1-1/M)^{t}$, whatever the source",
    "E p'(1-p') given p' = X/M": r"$\mathrm{E}\,p'(1-p')$ given $p' = X/M$",
    "the chi-square step has sqrt(t psi'((M-1)/2))": r"the chi-square step has $\sqrt{t \psi'((M-1)/2)}$",
    "L v_(t+1), which is N(mu_t, v_t/M)": r"$L v_{t+1}$, which is $N(\mu_{t}, v_{t}/M)$",
    "by Jensen E A_{g+1} <= M": r"by Jensen $\mathrm{E}\,A_{g+1} \le  M$",
    "E KL(p_t || p_0) and E sum p^r": r"$\mathrm{E}\,\mathrm{KL}(p_{t} \,\Vert\, p_{0})$ and $\mathrm{E}\,\sum p^{r}$",
    "the sum over tokens, sum_i p_i": r"the sum over tokens, $\sum_{i} p_{i}$",
    "n-gram models and log-variances in 2, 3 and 4 parts": r"$n$-gram models and log-variances in 2, 3 and 4 parts",
    'the policy is "real_share"; Markov\'s inequality': r"the policy is ``real\_share''; Markov's inequality",
    "Gamma functions at Gamma(x) (5.11.12), 8 % off": r"Gamma functions at $\Gamma(x)$ (5.11.12), 8 \% off",
    "generations 1-10 of Theorem 3.1": "generations 1-10 of Theorem 3.1",
    "vbar and lambda_+, lambda_- as t": r"$\bar{v}$ and $\lambda_{+}$, $\lambda_{-}$ as $t$",
    "mu_inf is where it ends": r"$\mu_{\infty}$ is where it ends",
    "an open (bracket M stays": r"an open (bracket $M$ stays",
    "at most 0.47 E|log S - l|^3/k_2, and": r"at most $0.47 \mathrm{E}|\log S - l|^{3}/k_{2}$, and",
    "P(A | B) has bars, as |z| <= c": r"$P$($A$ $|$ $B$) has bars, as $|z| \le  c$",
    "(v_1 + ... + v_t)^2, and 1, 2, ... too": r"$(v_{1} + \dots + v_{t})^{2}$, and 1, 2, ... too",
    "chi^2_(M-1) and E (tr Sigma_t)^2": r"$\chi^{2}_{M-1}$ and $\mathrm{E}\,(\mathrm{tr}\,\Sigma_{t})^{2}$",
}


@pytest.mark.parametrize(("plain", "latex"), SENTENCES.items(), ids=range(len(SENTENCES)))
def test_formulas_in_sentences_become_mathematics(plain, latex):
    assert prose(plain) == latex


def test_every_sentence_of_the_catalogue_is_balanced():
    for claim in claims().values():
        for sentence in (claim.title, claim.errata, *(assumption.name for assumption in claim.assumptions)):
            latex = prose(sentence)
            assert latex.count("$") % 2 == 0, sentence
            for formula in re.findall(r"\$([^$]*)\$", latex):
                assert all(formula.count(opening) == formula.count(closing) for opening, closing in ("{}", "()")), (
                    sentence
                )


def test_everything_cited_by_a_claim_is_in_the_bibliography():
    known = bibliography((ROOT / "paper" / "references.bib").read_text(encoding="utf-8"))
    for claim in claims().values():
        assert {source.key for source in claim.sources} <= set(known), claim.id


def record(name: str, kind: str = "exact", sources: tuple = (), errata: str = "") -> dict:
    return {
        "id": name, "title": "A title with v_t", "kind": kind, "statistic": "variance",
        "assumptions": ["M is at least 2"], "sources": list(sources), "errata": errata,
        "statement": r"v_{t} = v_{0}", "where": r"Here $v_t$ is the variance of model $t$.",
        "introduction": "By algebra.",
        "steps": [{"kind": "algebra", "latex": "1 = 1", "because": "it is.", "source": "cochran1934"}],
        "verification": {
            "steps": {"algebra": 1, "solves": 0, "given": 0}, "comparisons": 4, "algebra_error": 1e-16,
            "reference_error": 2e-15,
        },
    }  # fmt: skip


def comparison(claim: str, z: float, note: str = "") -> dict:
    return {
        "claim": claim,
        "statistic": "variance",
        "t": 1,
        "cell": "M=10",
        "z": z,
        "against": abs(z),
        "note": note,
        "kind": "exact",
    }


def forecast_row(t: int, statistic: str = "vocabulary", arm: str = "replace", z: float | None = 1.5) -> dict:
    return {
        "arm": arm, "statistic": statistic, "band": None, "t": t, "predicted": 100.0, "independent": 100.0,
        "kind": "exact", "observed": 101.0, "low": 99.0, "high": 103.0, "spread": 1.0, "chains": 4, "z": z,
    }  # fmt: skip


@pytest.fixture
def inputs(tmp_path):
    source = {
        "key": "shumailov2024collapse",
        "place": "Theorem 3.1",
        "confidence": "reported",
        "counting": "its n is t",
        "states": "",
    }
    files = {
        "claims/tokens.second.json": record("tokens-second", "upper bound", errata="Narrower than it reads."),
        "claims/gaussian.first.json": record("gaussian-first", sources=(source,)),
        "agreement/sweep.json": {
            "name": "sweep", "replicates": 1000, "generations": 5, "cells": 3, "seed": 0, "not_covered": [],
            "rows": [comparison("gaussian-first", -2.5), comparison("gaussian-first", 9.0, "few chains carry it")],
        },
        "forecast/unigram.json": {
            "name": "unigram", "model": "unigram", "generations": 2, "chains": 4,
            "rows": [forecast_row(1, z=None), forecast_row(2)],
            "text": {"origin": "help", "sha256": "abc123" * 10, "tokens": 123456, "types": 3000},
        },
    }  # fmt: skip
    paths = []
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
        paths.append(path)
    return tuple(paths)


def test_the_appendix_has_every_claim_in_the_order_of_families(inputs):
    text = appendix(read_records(inputs))
    assert text.index(r"\label{claim:gaussian-first}") < text.index(r"\label{claim:tokens-second}")
    assert (
        r"\citet[Theorem 3.1]{shumailov2024collapse}: Its $n$ is $t$; as reported." in text
        or "its $n$ is $t$; as reported" in text
    )
    assert r"\citep{cochran1934}" in text
    assert text.count(r"Here $v_t$ is the variance") == 2
    assert r"\emph{Scope.} Narrower than it reads." in text
    assert r"Simulation: 1 comparisons, largest $\left|z\right| = 2.50$" in text, (
        "what rests on few chains is not judged"
    )


def test_tables_and_numbers_say_what_was_found(inputs):
    records = read_records(inputs)
    judged = verdicts(records)
    assert (judged["simulation"].comparisons, judged["simulation"].largest) == (1, 2.5)
    assert (judged["forecasts"].comparisons, judged["forecasts"].largest) == (1, 1.5)
    table = tables(records, judged["simulation"])
    assert r"\texttt{gaussian-first} & exact & $1 + 0 + 0$ & $2\times 10^{-15}$ & 1 & 2.50 \\" in table
    assert r"none & vocabulary & 100.0 & 101.0 & 99.00 to 103.0 & 1.00\,\% & 1.50 \\" in table
    macros = numbers(records, judged, quick=True)
    assert r"\newcommand{\NumberClaims}{2}" in macros
    assert r"\newcommand{\NumberTextTokens}{123\,456}" in macros
    assert r"\newcommand{\NumberUnigramReplaceVocabularyObserved}{101.0}" in macros
    assert r"\newcommand{\StatementGaussianFirst}{v_{t} = v_{0}}" in macros
    assert QUICK_NOTE in macros
    assert QUICK_NOTE not in numbers(records, judged, quick=False)


def test_the_same_records_give_the_same_files(inputs, tmp_path):
    outputs = tuple(tmp_path / name for name in ("claims.tex", "agreement.tex", "numbers.tex", "verdicts.json"))
    contents = []
    for _ in range(2):
        write_text(inputs, outputs, lambda done: None, quick=False)
        contents.append([path.read_bytes() for path in outputs])
    assert contents[0] == contents[1]


def test_numbers_are_written_as_people_read_them():
    assert [figure(x) for x in (0.0, 0.012341, 3.14159, 710.34, 12345.6)] == [
        "0.000",
        "0.01234",
        "3.142",
        "710.3",
        r"12\,346",
    ]
    assert whole(1234567) == r"1\,234\,567"
    assert [power(x) for x in (0, 2.34e-15, 1.0)] == ["0", r"2.3\times 10^{-15}", r"1.0\times 10^{0}"]
    assert macro("Statement", "gaussian-replace-w2") == "StatementGaussianReplaceWTwo"
    assert escaped("50 % of a_b & $") == r"50 \% of a\_b \& \$"
