"""What is predicted of trained counting models is right: by enumeration, by other laws, by chains; and it can be wrong.

Expectations here come from exact enumeration in rational numbers, from mpmath, or from laws written by another route;
never from the functions that are tested.
"""

import io
import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import comb, factorial, log

import mpmath
import numpy as np
import pytest
from budget import declare, normal_limit
from rich.console import Console

from simulations.models.corpus import corpus_of, pydoc_corpus, tokens_of
from simulations.models.forecast import (
    ForecastRow,
    claimed_expectations,
    clustered_expectations,
    expectations,
    forecast,
    refits,
    scenario_of,
)
from simulations.models.forecast_tables import forecast_content, forecast_tables, forecast_verdict
from simulations.models.log import TextRecord, TrainingLog, read_log
from simulations.models.measurements import Gauge, spectrum
from simulations.models.ngram import pair_counts
from simulations.models.protocol import Protocol, parse_protocol
from simulations.models.recursion import run_protocol, train_chain
from simulations.models.stretches import window_profile
from theory.laws.branching import absence_exponents, clustered_absence, copy_survival
from theory.laws.lineages import lineage_laws
from theory.laws.refitted_text import token_fates
from theory.laws.token_counts import count_laws, expected_surprise, frequency_moments
from theory.scenario.errors import InputError

WORDS = ["b", "a", "a", "c", "a", "b"]  # counts 3, 2, 1: M = 6, K = 3
TINY = corpus_of(WORDS, "six words")


def trained(corpus, **settings) -> TrainingLog:
    """A log of chains that were trained in memory."""
    run = parse_protocol({"name": "test", "model": "unigram", "generations": 4, "chains": 2} | settings)
    arms = run.arms(corpus.size)
    gauge = Gauge.of(corpus, pairs=run.model == "bigram")
    values = {}
    for arm in arms:
        chains = [train_chain(run, corpus, arm, chain, gauge) for chain in range(run.chains)]
        values[arm.label] = {label: np.array([chain[label] for chain in chains]) for label in chains[0]}
    return TrainingLog(run, record(corpus, run.stretch), arms, values, (), ())


def record(corpus, stretch) -> TextRecord:
    pairs = spectrum(pair_counts(corpus.stream, len(corpus.types)))
    stretches = window_profile(corpus, stretch) if stretch > 1 else ()
    return TextRecord(corpus.origin, corpus.sha256, spectrum(corpus.counts), pairs, stretches)


def multinomial(n: int, p: tuple[Fraction, ...]):
    """Every count vector of n draws with its exact probability."""
    for counts in product(range(n + 1), repeat=len(p)):
        if sum(counts) == n:
            chance = Fraction(factorial(n))
            for count, q in zip(counts, p, strict=True):
                chance *= Fraction(q) ** count / factorial(count)
            if chance:
                yield counts, chance


@cache
def next_law(real: int, counts: tuple[int, ...]) -> dict[tuple[int, ...], Fraction]:
    """The law of the next training counts: real tokens from the six words, the rest from the last model."""
    law: dict[tuple[int, ...], Fraction] = {}
    source, model = (tuple(Fraction(c, 6) for c in text) for text in ((3, 2, 1), counts))
    for fresh, chance in multinomial(real, source):
        for written, other in multinomial(6 - real, model):
            both = tuple(a + b for a, b in zip(fresh, written, strict=True))
            law[both] = law.get(both, Fraction(0)) + chance * other
    return law


def enumerated(real: int, t: int) -> dict[str, float]:
    """Expected measurements of model t by enumeration of all texts of models 2 … t; model 1 is the six words' own."""
    law = {(3, 2, 1): Fraction(1)}
    for _ in range(2, t + 1):
        after: dict[tuple[int, ...], Fraction] = {}
        for counts, chance in law.items():
            for following, other in next_law(real, counts).items():
                after[following] = after.get(following, Fraction(0)) + chance * other
        law = after
    assert sum(law.values()) == 1

    def mean(function):
        return float(sum(chance * Fraction(function(counts)) for counts, chance in law.items()))

    real_mass = (Fraction(3, 6), Fraction(2, 6), Fraction(1, 6))
    values = {
        "vocabulary": mean(lambda x: sum(c > 0 for c in x)),
        "hapaxes": mean(lambda x: sum(c == 1 for c in x)),
        "heterozygosity": mean(lambda x: 1 - sum(Fraction(c, 6) ** 2 for c in x)),
        "lost_mass": mean(lambda x: sum(f for f, c in zip(real_mass, x, strict=True) if c == 0)),
        "entropy": sum(float(chance) * -sum(c / 6 * log(c / 6) for c in x if c) for x, chance in law.items()),
    }
    for band, place in (("3-4", 0), ("2", 1), ("1", 2)):
        values[f"survival@{band}"] = mean(lambda x, place=place: int(x[place] > 0))
        values[f"band_mass@{band}"] = mean(lambda x, place=place: Fraction(x[place], 6))
    return values


@pytest.mark.parametrize("real", [0, 1, 2, 6])
def test_unigram_expectations_by_enumeration_of_all_texts(real):
    """The shift of generations is part of this: t = 1 is the real text itself, t = 2 its first resampling."""
    made = trained(TINY, real_share=[real / 6])
    predicted = expectations(made, made.arms[0])
    assert made.t == (1, 2, 3, 4)
    for place, t in enumerate(made.t):
        expected = enumerated(real, t)
        assert set(predicted) == set(expected)
        for label, value in expected.items():
            assert predicted[label][place] == pytest.approx(value, abs=1e-13), (label, t)


def test_the_fit_to_real_text_is_predicted_and_observed_alike():
    for model in ("unigram", "bigram"):
        rows = forecast(trained(TINY, model=model))
        first = [row for row in rows if row.t == 1]
        assert first
        assert all(row.predicted == pytest.approx(row.observed, abs=1e-12) and row.z is None for row in first)
    assert [refits(t) for t in (1, 2, 11)] == [0, 1, 10]


def mpmath_law(count: int, size: int, real: int, generations: int) -> list:
    """The law of one token's count by the chain of binomials, 30 digits."""
    f = mpmath.mpf(count) / size

    def binomial(n, p):
        return [comb(n, y) * p**y * (1 - p) ** (n - y) for y in range(n + 1)]

    law = [mpmath.mpf(x == count) for x in range(size + 1)]
    for _ in range(generations):
        synthetic = [mpmath.mpf(0)] * (size - real + 1)
        for x, chance in enumerate(law):
            for y, q in enumerate(binomial(size - real, mpmath.mpf(x) / size)):
                synthetic[y] += chance * q
        fresh = binomial(real, f)
        law = [
            sum(fresh[r] * synthetic[x - r] for r in range(max(0, x - size + real), min(real, x) + 1))
            for x in range(size + 1)
        ]
    return law


@pytest.mark.parametrize(("size", "real"), [(1, 0), (12, 0), (12, 3), (12, 12), (30, 1)])
def test_count_laws_and_moments_against_mpmath(size, real):
    counts = np.unique(np.array([1, max(1, size // 3), size]))
    laws = list(count_laws(counts, size, real, 5))
    moments = list(frequency_moments(counts, size, real, 5, 6))
    with mpmath.workdps(30):
        for generations in (0, 1, 5):
            for i, count in enumerate(counts.tolist()):
                expected = mpmath_law(count, size, real, generations)
                assert laws[generations][i] == pytest.approx([float(p) for p in expected], abs=1e-14)
                for r in range(1, 7):
                    moment = sum(p * (mpmath.mpf(x) / size) ** r for x, p in enumerate(expected))
                    assert moments[generations][i, r - 1] == pytest.approx(float(moment), rel=1e-12)


@pytest.mark.parametrize("generations", [1, 10])
def test_absence_is_that_of_the_lineages(generations):
    """Without real text the chain of binomials and the theorem of lineages are two routes to one number."""
    counts, size = np.array([1, 2, 5, 20, 60]), 80_899
    *_, law = count_laws(counts, size, 0, generations)
    lineages = next(lineage_laws(size, [generations - 1]))
    assert law[:, 0] == pytest.approx(lineages.absence(counts / size), rel=1e-9)


def test_what_is_cut_off_the_laws_is_nothing():
    """Mass and mean stay, also where the tails are long and the counts small."""
    for real, generations in [(0, 20), (100, 20), (5000, 60)]:
        counts = np.array([1, 4, 30])
        *_, law = count_laws(counts, 100_000, real, generations)
        assert law.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-10)
        assert law @ np.arange(law.shape[1]) == pytest.approx(counts.astype(float), rel=1e-9)


@pytest.mark.parametrize("real", [0, 8000])
def test_series_of_the_surprise_joins_the_exact_law(real):
    """Where the common tokens begin, six moments give the entropy of the whole law."""
    counts, size = np.array([300]), 80_000
    *_, moments = frequency_moments(counts, size, real, 10, 6)
    *_, law = count_laws(counts, size, real, 10)
    p = np.arange(1, law.shape[1]) / size
    exact = float(law[0, 1:] @ (-p * np.log(p)))
    assert expected_surprise(counts / size, moments)[0] == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(("count", "share"), [(1, 0), (3, 0), (2, "0.1"), (5, "0.5"), (1, 1)])
def test_branching_exponents_against_the_generating_function(count, share):
    """Absence by composing generating functions of Poisson offspring and immigrants, not by moving exponents."""
    with mpmath.workdps(30):
        alpha = mpmath.mpf(share)

        def pgf(k, s):
            if k == 0:
                return s**count
            return mpmath.exp(alpha * count * (s - 1)) * pgf(k - 1, mpmath.exp((1 - alpha) * (s - 1)))

        exponents = absence_exponents(12, float(share))
        for k in (1, 2, 5, 12):
            assert np.exp(-count * exponents[k]) == pytest.approx(float(pgf(k, mpmath.mpf(0))), rel=1e-13)
    assert exponents[0] == np.inf


def test_branching_published_numbers():
    s = copy_survival(100)
    assert s[[1, 4, 9, 99]] == pytest.approx([0.632120558829, 0.312079709975, 0.172254624906, 0.0195426104771])
    assert np.array_equal(absence_exponents(100)[1:], s)
    assert absence_exponents(3000, 0.1)[-1] == pytest.approx(0.1 * 3.99745425, rel=1e-8)
    assert absence_exponents(30_000, 0.01)[-1] == pytest.approx(0.01 * 8.131087, rel=1e-6)


def test_branching_bounds_the_binomial_chain_from_above():
    counts, size = np.arange(1, 40), 500
    for real in (0, 50):
        exponents = absence_exponents(20, real / size)
        for k, law in enumerate(count_laws(counts, size, real, 20)):
            assert np.all(law[:, 0] <= np.exp(-counts * exponents[k]) + 1e-14)


def test_common_and_rare_tokens_are_treated_alike():
    """The same spectrum with another border between the two ways gives the same expectations."""
    counts = spectrum(pydoc_corpus(20_000).counts)
    wide, narrow = token_fates(counts, 0, 14), token_fates(counts, 0, 10)
    for name in ("entropy", "heterozygosity"):
        assert getattr(narrow, name)() == pytest.approx(getattr(wide, name)()[:11], rel=2e-7), name
    for name in ("vocabulary", "hapaxes", "lost_mass"):
        assert getattr(narrow.presence, name)() == pytest.approx(getattr(wide.presence, name)()[:11], rel=1e-9), name


@pytest.mark.parametrize("share", ["0.05", "0.5"])
def test_clustered_absence_against_the_generating_function(share):
    """P(0) and P(1) by composing generating functions in mpmath; the derivative is numerical there."""
    count, held, stretches = 5, [0.9, 0.06, 0.03, 0.01], 2.5
    alpha = mpmath.mpf(share)

    def pgf(k, s):
        if k == 0:
            return s**count
        real = sum(h * s**m for m, h in enumerate(held)) ** stretches
        return real * pgf(k - 1, mpmath.exp((1 - alpha) * (s - 1)))

    absent, once = clustered_absence(np.array([count, 1]), np.array([held, held]), stretches, float(share), 6)
    with mpmath.workdps(40):
        for k in (1, 2, 6):
            assert absent[k, 0] == pytest.approx(float(pgf(k, mpmath.mpf(0))), rel=1e-12)
            assert once[k, 0] == pytest.approx(float(mpmath.diff(lambda s, k=k: pgf(k, s), 0)), rel=1e-10)
    assert (absent[0].tolist(), once[0].tolist()) == ([0, 0], [0, 1])


def test_copies_that_come_alone_are_not_clustered():
    """With Poisson numbers of copies in a stretch the clustered law is the plain one."""
    counts, share, stretches = np.array([1, 3, 8]), 0.1, 20.0
    m = np.arange(30)
    mean = (counts * share / stretches)[:, None]
    held = np.exp(-mean) * mean**m / np.array([factorial(int(j)) for j in m], dtype=float)
    absent, _ = clustered_absence(counts, held, stretches, share, 10)
    assert absent == pytest.approx(np.exp(-counts * absence_exponents(10, share)[:, None]), rel=1e-12)


def test_windows_of_a_text_are_counted():
    """Against a count of every window of small random rings."""
    generator = np.random.default_rng(3)
    for size in (1, 2, 5, 12):
        for length in {1, min(2, size), size}:
            words = generator.integers(0, 3, size).astype(str).tolist()
            corpus = corpus_of([*words, "z"], "")
            windows = [
                [corpus.stream[(start + step) % corpus.size] for step in range(length)] for start in range(corpus.size)
            ]
            found: dict[tuple[int, tuple[int, ...]], int] = {}
            for token, count in enumerate(corpus.counts.tolist()):
                held = np.bincount([window.count(token) for window in windows])[1:]
                key = (count, tuple(held.tolist()))
                found[key] = found.get(key, 0) + 1
            assert window_profile(corpus, length) == tuple(sorted((c, w, types) for (c, w), types in found.items()))


def test_scenario_of_a_log_is_the_texts_law():
    made = trained(TINY, real_share=[0.0, 0.5])
    replaced, shared = (scenario_of(made, arm) for arm in made.arms)
    assert replaced.source.distribution() == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert (replaced.sample_size.size, replaced.retention.kind) == (6, "replace")
    assert (shared.retention.scheme, shared.retention.real_points(6)) == ("stratified", 3)
    for changes in ({"model": "bigram"}, {"stretch": 3, "real_share": [0.5]}):
        other = trained(TINY, **changes)
        with pytest.raises(InputError, match="only a unigram model"):
            scenario_of(other, other.arms[0])


def test_what_is_exact_is_said_to_be():
    def kinds(**settings):
        rows = forecast(trained(TINY, **settings))
        return {(row.arm, row.statistic): row.kind for row in rows}

    assert set(kinds(real_share=[0, 0.5]).values()) == {"exact"}
    mixed = kinds(real_share=[0, 0.5], stretch=3)
    assert mixed["replace", "vocabulary"] == "exact"
    assert mixed["real_share=0.5", "vocabulary"] == "approximation"
    assert mixed["real_share=0.5", "band_mass"] == "exact"
    bigram = kinds(model="bigram")
    assert {name for (_, name), kind in bigram.items() if kind == "exact"} == {"band_mass"}


def test_interval_and_z_of_two_chains_by_hand():
    """With two chains Student's t is Cauchy's: quantile 12.706, and z = 0 only at the mean."""
    made = trained(TINY)
    values = {"replace": {"vocabulary": np.array([[3.0, 3.0, 2.0, 1.0], [3.0, 2.0, 2.0, 3.0]])}}
    rows = forecast(replace(made, values=values))
    row = next(row for row in rows if row.t == 2)
    assert (row.observed, row.spread, row.chains) == (2.5, pytest.approx(0.5**0.5), 2)
    assert row.high - row.observed == pytest.approx(12.7062 * 0.5, rel=1e-5)
    score = (2.5 - row.predicted) / 0.5
    tail = 0.5 - np.arctan(abs(score)) / np.pi
    assert row.z == pytest.approx(np.sign(score) * float(-mpmath.sqrt(2) * mpmath.erfinv(2 * tail - 1)), rel=1e-10)
    assert next(row for row in rows if row.t == 3).z is None
    assert row.label == "vocabulary"
    assert row.relative_error == pytest.approx(2.5 / row.predicted - 1)


def test_refusals():
    made = trained(TINY)
    few = {"replace": {label: values[:1] for label, values in made.values["replace"].items()}}
    with pytest.raises(InputError, match="a forecast needs at least 2 chains of every arm, got 1 of replace"):
        forecast(replace(made, values=few))
    with pytest.raises(InputError, match="a forecast without real text reaches about 40 refits, got 200"):
        token_fates(spectrum(pydoc_corpus().counts), 0, 200)
    assert token_fates(spectrum(pydoc_corpus(20_000).counts), 2000, 60).presence.vocabulary()[-1] > 800
    unfinished = replace(made, missing=("replace-00001",))
    with pytest.raises(InputError, match="1 chains of test are missing, the first is replace-00001"):
        forecast_content(unfinished)


def test_claims_say_the_same():
    """Where a claim covers a unigram arm its answer is the forecast, and it is what the law of one count says."""
    corpus = pydoc_corpus(5000)
    made = trained(corpus, real_share=[0.0, 0.1])
    claims = {}
    for arm in made.arms:
        claimed, own = claimed_expectations(made, arm), expectations(made, arm)
        for statistic, (value, claim) in claimed.items():
            assert value == pytest.approx(own[statistic], rel=1e-7, abs=1e-10), (arm.label, statistic)
            claims[arm.label, statistic] = claim
    assert {("replace", "heterozygosity"), ("real_share=0.1", "heterozygosity")} <= set(claims)
    rows = {(row.arm, row.statistic): row.basis for row in forecast(made)}
    assert all(rows[name] == claim for name, claim in claims.items())


def test_tables_and_json():
    made = trained(TEXT, chains=20, real_share=[0.0, 0.2])
    content = forecast_content(made)
    rows = forecast(made)
    assert len(content["forecast"]) == len(rows)
    judged = [abs(row.z) for row in rows if row.z is not None]
    assert content["verdict"]["comparisons"] == len(judged) > 30
    assert content["verdict"]["largest_z"] == max(judged)
    assert content["text"]["tokens"] == TEXT.size
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(forecast_tables(content))
    shown = console.export_text()
    assert "real_share=0.2" in shown
    assert "survival@3-4" in shown
    assert f"{len(judged)} comparisons" in shown
    assert forecast_verdict([replace(row, z=0.5) for row in rows]).agrees
    assert not forecast_verdict([replace(row, z=9.0) for row in rows]).agrees
    assert not forecast_verdict([row for row in rows if row.z is None]).agrees


def test_an_infinite_z_is_json_and_a_disagreement(monkeypatch):
    made = trained(TEXT, chains=20, real_share=[0.0])
    rows = forecast(made)
    endless = [replace(row, z=-float("inf")) if row.z is not None else row for row in rows]
    monkeypatch.setattr("simulations.models.forecast_tables.forecast", lambda _: endless)
    content = forecast_content(made)
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["verdict"]["largest_z"] == "inf"
    assert not content["verdict"]["agrees"]
    assert "-inf" in [row["z"] for row in content["forecast"]]
    Console(file=io.StringIO()).print(forecast_tables(content))


TEXT = corpus_of(tokens_of("the cat and the dog saw a bird " * 4 + "one two three four five"), "37 words")
CHAINS = 1500


@cache
def many(model: str) -> list[ForecastRow]:
    """Forecast of many chains of a short text: no chain of it is long, so this takes seconds."""
    return forecast(trained(TEXT, model=model, generations=5, chains=CHAINS, real_share=[0.0, 0.2], seed=11))


def largest(rows) -> float:
    return max(abs(row.z) for row in rows if row.z is not None)


def test_unigram_chains_are_as_predicted():
    rows = [row for row in many("unigram") if row.z is not None]
    assert len(rows) > 50
    limit = normal_limit(declare("unigram chains against the law of one token's count", 1e-8), len(rows))
    assert largest(rows) < limit


def test_expected_mass_of_a_bigram_stays():
    rows = [row for row in many("bigram") if row.statistic == "band_mass" and row.z is not None]
    assert len(rows) > 20
    limit = normal_limit(declare("mass of bands under a bigram model", 1e-8), len(rows))
    assert largest(rows) < limit


def test_wrong_predictions_are_seen():
    """The test has power: one generation too many, or replacement taken for a real share, is far beyond the limit."""
    rows = many("unigram")
    by_name = {(row.arm, row.label, row.t): row for row in rows}
    limit = normal_limit(1e-8, len(rows))

    def z(row, predicted):
        return (row.observed - predicted) / (row.spread / CHAINS**0.5)

    for label in ("vocabulary", "entropy", "lost_mass", "heterozygosity"):
        for t in (3, 4, 5):
            row = by_name["replace", label, t]
            assert abs(z(row, by_name["replace", label, t - 1].predicted)) > limit
            if t > 3:
                assert abs(z(row, by_name["real_share=0.2", label, t].predicted)) > limit


def test_clustered_real_text_is_predicted():
    """Real tokens in stretches rescue fewer types: the clustered law is right, the plain one far off."""
    run = {"generations": 5, "chains": 1000, "real_share": [0.2], "stretch": 100, "seed": 5}
    names = ("vocabulary", "lost_mass", "hapaxes")
    rows = [row for row in forecast(trained(pydoc_corpus(12_000), **run)) if row.statistic in names and row.t > 1]
    assert {row.basis for row in rows} == {"branching with clustered real copies"}
    limit = normal_limit(declare("clustered real text", 1e-8), len(rows))
    assert largest(rows) < limit
    for row in rows:
        if row.t == 5 and row.statistic != "hapaxes":
            assert abs(row.observed - row.independent) > limit * row.spread / row.chains**0.5


def test_no_cluster_changes_nothing_else():
    made = trained(pydoc_corpus(3000), real_share=[0.0, 0.1], stretch=64)
    replaced, shared = made.arms
    assert clustered_expectations(made, replaced) == {}
    clustered, plain = clustered_expectations(made, shared), expectations(made, shared)
    assert {label.split("@")[0] for label in clustered} == {"vocabulary", "hapaxes", "lost_mass", "survival"}
    assert np.all(clustered["vocabulary"][2:] < plain["vocabulary"][2:])
    assert clustered["vocabulary"][0] == plain["vocabulary"][0] == made.text.vocabulary
    assert clustered["hapaxes"][0] == plain["hapaxes"][0]


def test_a_protocol_from_text_to_forecast(tmp_path):
    """The whole way through files, on the beginning of the real text; exact rows agree, and the bigram's are close."""
    for model, stretch in (("unigram", 1), ("bigram", 64)):
        run = Protocol(model, model, 5, 6, 8, (0.0, 0.1), stretch, "pydoc", 6000)
        run_protocol(run, run.load_corpus(), tmp_path / model)
        rows = forecast(read_log(tmp_path / model))
        exact = [row for row in rows if row.kind == "exact" and row.z is not None]
        assert len(exact) > 50
        limit = normal_limit(declare(f"{model} model of real text through files", 1e-8), len(exact))
        assert largest(exact) < limit
        alive = [row for row in rows if row.statistic == "vocabulary"]
        assert max(abs(row.relative_error) for row in alive) < 0.05
