"""Lineages, the vocabulary theorem and the survival bounds against chains that know nothing of lineages."""

from collections import defaultdict
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import factorial

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from theory.answer import answer_data, answer_rows
from theory.claims import claims
from theory.claims.tokens.bigram_absorption import absorbing_supports, simple_cycles
from theory.claims.tokens.forward_chain import absence_probability, expected_time
from theory.claims.tokens.replace_heterozygosity import second_moment
from theory.laws.lineages import LineageLaw, boxes_hit_moments, lineage_laws
from theory.laws.occupancy import OccupancyPowers, occupancy_matrix
from theory.laws.survival import copy_survival, copy_survival_lower, mean_ancestors_upper
from theory.laws.surviving_types import lost_mass, vocabulary, vocabulary_variance
from theory.laws.token_sums import TokenSum, token_sum
from theory.predict import NotCovered, predict
from theory.scenario import Scenario, parse_scenario


def replace(size: int, source: dict) -> Scenario:
    return parse_scenario({
        "source": source, "sample_size": {"kind": "constant", "size": size}, "retention": {"kind": "replace"},
    })  # fmt: skip


def tokens(*probabilities: float) -> dict:
    return {"kind": "tokens", "probabilities": list(probabilities)}


def zipf(vocabulary: int, exponent: float = 1.0) -> np.ndarray:
    weights = np.arange(1.0, vocabulary + 1.0) ** -exponent
    return weights / weights.sum()


def law_at(size: int, t: int) -> LineageLaw:
    return next(lineage_laws(size, [t - 1]))


@pytest.mark.parametrize("size", [2, 3, 10, 23, 50])
def test_dual_equals_forward_chain(size):
    generations = (1, 2, 5, 20, 100)
    for t, law in zip(generations, lineage_laws(size, [t - 1 for t in generations]), strict=True):
        for p in ("0.02", "0.1", "0.37", "0.9"):
            absent = absence_probability(size, mpf(p), t)
            assert law.absence(float(p)) == pytest.approx(float(absent), rel=1e-12)
            assert law.presence(float(p)) == pytest.approx(float(1 - absent), rel=1e-12)


def test_published_values():
    assert law_at(50, 5).absence(0.1) == pytest.approx(0.191689150813, abs=5e-13)
    assert law_at(50, 20).absence(0.1) == pytest.approx(0.600361531113, abs=5e-13)
    assert vocabulary(law_at(50, 8), token_sum(zipf(30))) == pytest.approx(7.38886, abs=5e-6)
    assert vocabulary_variance(law_at(50, 8), token_sum(zipf(30))) == pytest.approx(2.46706, abs=5e-6)
    assert law_at(10**4, 10).absence(0.001) == pytest.approx(0.17844674136, abs=5e-12)
    assert copy_survival(np.array([2, 5, 10, 100])) == pytest.approx(
        [0.632120558829, 0.312079709975, 0.172254624906, 0.0195426104771], rel=1e-11
    )
    t = 10**6
    assert 1 / copy_survival(np.array([t]))[0] - t / 2 - np.log(t) / 6 == pytest.approx(0.3991249, abs=1e-7)


@pytest.mark.parametrize("size", [600, 2000])
def test_windows_equal_whole_laws(size):
    """The strided, windowed law against the vector of all its probabilities, one dense product per generation."""
    T = occupancy_matrix(size, size)
    whole = np.zeros(size)
    whole[-1] = 1.0
    numbers, p = np.arange(1.0, size + 1.0), np.array([1e-9, 0.3 / size, 3.0 / size, 0.01, 0.2])
    done, deviation = 0, 0.0
    for g, law in zip((1, 2, 3, 10, 40), lineage_laws(size, (1, 2, 3, 10, 40)), strict=True):
        for _ in range(g - done):
            whole = whole @ T
        done = g
        exact = LineageLaw(numbers, whole / whole.sum())
        deviation = max(deviation, float(np.max(np.abs(law.absence(p) - exact.absence(p)))))
        assert law.presence(p) == pytest.approx(exact.presence(p), rel=1e-13)
        assert law.variance == pytest.approx(exact.variance, rel=1e-11)
    assert deviation < 1e-14


def test_stored_powers_keep_rare_coalescence():
    """With M = 1e12 and two lineages the survival of both is (1-1/M)^g, to the last digits at every g."""
    powers = OccupancyPowers(3, 10**12)
    for g in (1, 7, 10**6, 10**12):
        left = powers.advance(np.array([0.0, 1.0, 0.0]), g)
        assert left[0] == pytest.approx(-np.expm1(g * np.log1p(-1e-12)), rel=1e-14)


def test_huge_corpora_reach_the_branching_limit():
    t = np.array([1, 2, 3, 5, 8])
    for size in (10**12, 10**15):
        absent = [float(law.absence(2.0 / size)) for law in lineage_laws(size, t - 1)]
        assert absent == pytest.approx(np.exp(-2.0 * copy_survival(t)), rel=1e-11)


def test_error_of_two_cumulants():
    """The closure that only places the windows, were it used as an approximation, for an expected count of 10."""
    size, p = 1000, 0.01
    mean, variance, error = float(size), 0.0, {}
    for g, law in enumerate(lineage_laws(size, range(1, 200)), start=1):
        mean, variance = boxes_hit_moments(mean, variance, size)
        closed = np.exp(mean * np.log1p(-p) + variance * np.log1p(-p) ** 2 / 2)
        error[g + 1] = abs(closed - float(law.absence(p)))
    assert error[2] < 2e-9 < error[10] < 1e-6 < error[50] < 5e-6 < error[200] < 2e-5


def multinomial_chain(probabilities: tuple[Fraction, ...], size: int, generations: int) -> list[dict]:
    """The law of all counts at t = 1 … in exact rationals."""
    states = [counts for counts in product(range(size + 1), repeat=len(probabilities)) if sum(counts) == size]

    def chance(counts, q):
        value = Fraction(factorial(size))
        for count, share in zip(counts, q, strict=True):
            value *= share**count / factorial(count)
        return value

    law = {counts: chance(counts, probabilities) for counts in states}
    laws = [law]
    for _ in range(generations - 1):
        following = defaultdict(Fraction)
        for counts, weight in law.items():
            shares = [Fraction(count, size) for count in counts]
            for after in states:
                following[after] += weight * chance(after, shares)
        law = dict(following)
        laws.append(law)
    return laws


@pytest.mark.parametrize("size", [1, 2, 5])
def test_vocabulary_against_the_chain_of_all_counts(size):
    """Mean and variance of the types alive and the forgotten mass, from every state of three tokens together."""
    p = (Fraction(3, 5), Fraction(3, 10), Fraction(1, 10))
    scenario = replace(size, tokens(0.6, 0.3, 0.1))
    for t, law in enumerate(multinomial_chain(p, size, 4), start=1):
        types = {counts: sum(count > 0 for count in counts) for counts in law}
        mean = sum(weight * types[counts] for counts, weight in law.items())
        variance = sum(weight * (types[counts] - mean) ** 2 for counts, weight in law.items())
        lost = sum(weight * sum(q for q, c in zip(p, counts, strict=True) if c == 0) for counts, weight in law.items())
        for statistic, value in (("vocabulary", mean), ("vocabulary_variance", variance), ("lost_mass", lost)):
            assert predict(scenario, statistic, [t]).value[0] == pytest.approx(float(value), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("size", "exponent"), [(40, 1.0), (3000, 1.2), (10**6, 0.5)])
def test_sums_over_many_tokens(size, exponent):
    """Interpolation nodes against every token, and the factorised variance against the double sum over pairs."""
    p = zipf(2000, exponent)
    nodes, every = token_sum(p), TokenSum(p, np.ones(len(p)))
    assert len(nodes.p) < 300
    pairs, few = zipf(300, exponent), 300
    for law in lineage_laws(size, (0, 3, 30)):
        for total in (vocabulary, lost_mass, vocabulary_variance):
            assert total(law, nodes) == pytest.approx(total(law, every), rel=1e-12, abs=1e-20)
        missed = law.absence(pairs)
        x, y = np.triu_indices(few, 1)
        both = np.concatenate([law.absence(s) for s in np.array_split(pairs[x] + pairs[y], 60)]) - missed[x] * missed[y]
        direct = np.sum(missed * (1.0 - missed)) + 2.0 * np.sum(both)
        assert vocabulary_variance(law, token_sum(pairs)) == pytest.approx(direct, rel=1e-9, abs=1e-9)


def test_late_variance_keeps_its_digits():
    """When two lineages are left with probability 1e-9 or less, Var S is that small and known to 1e-10 of itself."""
    p = [mpf(1) / 2, mpf(3) / 10, mpf(1) / 5]
    for t in (200, 1000):
        with mpmath.workdps(60):
            absent = [absence_probability(10, q, t) for q in p]
            mean = 3 - sum(absent)
            together = sum(
                1 - absent[i] - absent[j] + absence_probability(10, p[i] + p[j], t)
                for i, j in combinations(range(3), 2)
            )
            variance = 2 * together - mean * (mean - 1)  # E S(S-1) + E S - (E S)^2
        assert vocabulary_variance(law_at(10, t), token_sum(np.array([0.5, 0.3, 0.2]))) == pytest.approx(
            float(variance), rel=1e-10
        )


def test_limits_and_edges():
    for size in (1, 7, 5000):
        scenario = replace(size, tokens(0.5, 0.3, 0.2, 0.0))
        assert predict(scenario, "vocabulary", [0, np.inf]).value == pytest.approx([3.0, 1.0])
        assert predict(scenario, "vocabulary", [10**6]).value == pytest.approx([1.0], abs=1e-12)
        assert predict(scenario, "lost_mass", [0, 10**6, np.inf]).value == pytest.approx([0.0, 0.62, 0.62])
        assert predict(scenario, "vocabulary_variance", [0, 10**6, np.inf]).value == pytest.approx([0.0] * 3, abs=1e-12)
        assert predict(scenario, "absence", [0, 10**6, np.inf], at=1).value == pytest.approx([0.0, 0.7, 0.7])
        assert predict(scenario, "absence", [0, 1, np.inf], at=3).value == pytest.approx([1.0] * 3)
        assert predict(scenario, "fixation_probability", at=1).value == pytest.approx([0.3])
    alone = replace(4, tokens(1.0))
    assert predict(alone, "vocabulary", [0, 1, 9, np.inf]).value.tolist() == [1.0] * 4
    assert predict(alone, "absence", [0, 1, 9, np.inf], at=0).value.tolist() == [0.0] * 4
    assert predict(alone, "vocabulary_variance", [1, 9]).value == pytest.approx([0.0, 0.0], abs=1e-14)


def test_bounds_hold_where_no_chain_reaches():
    """Both sides of absence against its exact law, over sample sizes, tokens and generations; closer with M."""
    t = np.array([1, 2, 10, 100])
    widest = {}
    for size in (3, 30, 10**3, 10**6, 10**9):
        for expected in (0.01, 1.0, 2.9):
            p = expected / size
            absent = np.array([float(law.absence(p)) for law in lineage_laws(size, t - 1)])
            upper, closed = np.exp(-expected * copy_survival(t)), np.exp(-expected * copy_survival_lower(t))
            lower = np.exp(mean_ancestors_upper(size, t) * np.log1p(-p))
            published = np.exp(-expected / t)
            for smaller, larger in pairwise((lower, absent, upper, closed, published)):
                assert np.all(smaller <= larger + 1e-14)
            widest[size] = max(widest.get(size, 0.0), float(np.max(upper / lower - 1.0)))
    assert widest[10**9] < 1e-6 < widest[30]
    g = np.arange(1, 3000)
    assert np.all(copy_survival_lower(g) <= copy_survival(g) * (1 + 1e-13))
    assert np.max(1.0 - copy_survival_lower(g) / copy_survival(g)) < 0.0031


@pytest.mark.parametrize(("size", "t"), [(2, 3), (10**3, 10**4), (10**6, 10**6), (10**9, 10**6), (10**15, 10**6)])
@pytest.mark.parametrize("p", [0.5, 1e-12, 1 - 1e-9])
def test_heterozygosity_keeps_its_digits(size, t, p):
    with mpmath.workdps(50):
        rest = 1 - mpf(p)
        exact = 2 * mpf(p) * rest * (1 - mpf(1) / size) ** t
    value = predict(replace(size, tokens(p, 1 - p)), "heterozygosity", [t]).value[0]
    tolerance = 1e-12 if exact > 1e-300 else 1.0
    assert value == pytest.approx(float(exact), rel=tolerance, abs=1e-300)
    assert float(second_moment(30, mpf(p), 4)) == pytest.approx(p - p * (1 - p) * (29 / 30) ** 4, rel=1e-12)


def test_expected_time_is_bounded():
    for size in (2, 5, 12):
        assert float(expected_time(size)) <= 1 + size**2 / 4


def test_out_of_reach_is_said_and_bracketed():
    """A billion tokens and a million generations: no exact law, but two bounds; a thousand generations are exact."""
    scenario = replace(10**9, tokens(1e-6, 1 - 1e-6))
    with pytest.raises(NotCovered, match="t must be at most 25000"):
        predict(scenario, "vocabulary", [10**6])
    bracket = predict(scenario, "absence", [10**6], at=0)
    assert 0.0 < bracket.lower[0] < bracket.upper[0] < 1.01 * bracket.lower[0]
    assert bracket.claim == ("tokens-replace-absence-lower-bound", "tokens-replace-absence-upper-bound")
    assert bracket.kind == ("lower bound", "upper bound")
    several = predict(scenario, "absence", [10**6, 2 * 10**6, 3 * 10**6], at=0)
    assert several.claim == bracket.claim
    assert several.said(0) == list(zip(bracket.claim, bracket.kind, (bracket.lower[0], bracket.upper[0]), strict=True))
    data, (row, *others) = answer_data(several), answer_rows(several)
    assert (data["claim"], data["kind"]) == (list(bracket.claim), list(bracket.kind))
    assert len(data["lower"]) == len(data["upper"]) == len(others) + 1 == 3
    assert " to " in row[2]
    assert row[3:] == ("lower bound and upper bound", " and ".join(bracket.claim))
    assert predict(scenario, "absence", [1000], at=0).kind == ("exact",)


@pytest.mark.parametrize(("vocabulary", "length"), [(2, 5), (3, 4)])
def test_a_bigram_model_ends_in_a_cycle(vocabulary, length):
    """Every closed class of the whole chain of refitted bigram models repeats one simple cycle, and every cycle is one.

    A state is the last token and the fitted rows; a token that was not left in a text keeps the row it had.
    """
    start = (0, tuple((1,) * vocabulary for _ in range(vocabulary)))
    states, edges, following = {start: 0}, [], [start]
    while following:
        state = following.pop()
        last, model = state
        for text in product(range(vocabulary), repeat=length):
            pairs = list(zip((last, *text), text, strict=False))
            if not all(model[token][after] for token, after in pairs):
                continue
            counts = np.zeros((vocabulary, vocabulary), dtype=int)
            np.add.at(counts, tuple(np.array(pairs).T), 1)
            refitted = tuple(
                tuple(int(c) for c in row // np.gcd.reduce(row)) if row.sum() else model[token]
                for token, row in enumerate(counts)
            )
            after = (text[-1], refitted)
            if after not in states:
                states[after] = len(states)
                following.append(after)
            edges.append((states[state], states[after], frozenset(pairs)))
    source, target = np.array([(a, b) for a, b, _ in edges]).T
    graph = coo_array((np.ones(len(source)), (source, target)), shape=(len(states),) * 2)
    _, component = connected_components(graph, directed=True, connection="strong")
    open_classes = set(component[source[component[source] != component[target]]])
    supports = defaultdict(set)
    for a, _, pairs in edges:
        if component[a] not in open_classes:
            supports[component[a]] |= pairs
    found = {frozenset(support) for support in supports.values()}
    assert found == absorbing_supports(vocabulary, length) == simple_cycles(vocabulary)


def test_the_published_count_misses_cycles():
    claim = claims()["tokens-bigram-absorption"]
    assert [len(simple_cycles(k)) for k in (1, 2, 3, 4)] == [1, 3, 8, 24]
    counts = [
        (int(claim.value(example.scenario, np.array([np.inf]))[0]), int(claim.reference(example.scenario, np.inf)))
        for example in claim.examples
    ]
    assert sorted(set(counts)) == [(1, 1), (2, 3), (3, 8), (4, 24)]
