"""Functions of one token's count after many refits: against exact chains, against lineages, against one another."""

import tracemalloc

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from theory.claims.tokens.forward_chain import expectation, surprise
from theory.laws import count_chain
from theory.laws.binomial_sums import binomial_sum, mean_distance
from theory.laws.count_chain import CountChain, distances, divergences, expectations
from theory.laws.lineages import lineage_laws
from theory.laws.token_sums import token_sum
from theory.predict import NotCovered, predict
from theory.scenario import InputError, Scenario, parse_scenario


def replace(size: int, *probabilities: float) -> Scenario:
    return parse_scenario({
        "source": {"kind": "tokens", "probabilities": list(probabilities)},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
    })  # fmt: skip


def zipf(size: int, vocabulary: int, exponent: float = 1.0) -> Scenario:
    return parse_scenario({
        "source": {"kind": "zipf", "vocabulary": vocabulary, "exponent": exponent},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
    })  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 50, 128, 129, 130, 500, 10**6])
def test_two_exact_routes_to_absence_agree(size):
    """The count carried back, collocated, and the ancestors carried forward: nothing in common but the answer."""
    p = np.array([0.3, 3.0, 30.0, 0.01 * size, 0.1 * size, 0.37 * size]) / size
    p = p[p < 1.0]
    generations = (1, 2, 5, 20, 100, 1000)
    carried = expectations(size, lambda counts: (counts == 0) * 1.0, p, generations)
    for absent, law in zip(carried, lineage_laws(size, [t - 1 for t in generations]), strict=True):
        assert absent == pytest.approx(law.absence(p), abs=2e-13)


@pytest.mark.parametrize("q", ["0.013", "0.3", "0.8"])
def test_small_chains_in_fifty_digits(q):
    size, f, generations = 40, mpf(q), (1, 2, 7, 60)

    def divergence(x, size):
        share = mpf(x) / size
        return (share * mpmath.log(share / f) if x else mpf(0)) - share + f

    for of_token, end in ((divergences, divergence), (distances, lambda x, size: abs(mpf(x) / size - f))):
        values = of_token(size, np.array([float(f)]), generations)
        for t, value in zip(generations, values, strict=True):
            assert value[0] == pytest.approx(float(expectation(size, f, t, end)), rel=1e-13)
    assert float(expectation(2, mpf("0.5"), 1, surprise)) == pytest.approx(np.log(2.0) / 4)


@pytest.mark.parametrize("size", [700, 2000])
def test_distances_equal_those_of_the_chain_of_all_counts(size, monkeypatch):
    """Panels are narrow where a token's own function bends: the same to 13 digits when every count is a node."""
    p, generations = np.array([0.003, 0.03, 0.08, 0.3, 0.9]), (1, 2, 3, 10, 100, 1000)
    panelled = list(distances(size, p, generations))
    monkeypatch.setattr(count_chain, "EXACT", size)
    for fast, slow in zip(panelled, distances(size, p, generations), strict=True):
        assert fast == pytest.approx(slow, rel=1e-13)


@pytest.mark.parametrize("size", [10**7, 10**15])
def test_distance_in_a_large_text_is_that_of_a_normal_law(size):
    """E|p_t - p| = sqrt(2 p(1-p)(1-(1-1/M)^t) / pi) to first order in t/M."""
    p, generations = np.array([0.02, 0.3]), (1, 2, 10, 100)
    for t, value in zip(generations, distances(size, p, generations), strict=True):
        spread = -np.expm1(t * np.log1p(-1.0 / size))
        assert value == pytest.approx(np.sqrt(2 * p * (1 - p) * spread / np.pi), rel=20 * t / size + 1e-11)


def test_too_many_bends_are_refused_after_the_first_fit():
    scenario = zipf(10**15, 1000)
    assert predict(scenario, "total_variation", [1]).value[0] > 0.0
    with pytest.raises(NotCovered, match="t must be at most 1 in this scenario, or inf"):
        predict(scenario, "total_variation", [1, 10])


def test_a_large_vocabulary_is_summed_within_a_few_arrays_of_it():
    p = zipf(1, 10**6).source.distribution()
    tracemalloc.start()
    nodes = token_sum(p)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * p.nbytes
    assert nodes.weight @ nodes.p == pytest.approx(1.0, rel=1e-13)


def test_published_values():
    scenario = replace(50, 0.6, 0.3, 0.1)
    assert predict(scenario, "entropy", [1]).value[0] == pytest.approx(0.8773563, abs=5e-8)
    assert predict(scenario, "kl_reverse", [10]).value[0] == pytest.approx(0.1893276, abs=5e-8)
    assert predict(scenario, "total_variation", [1, 10, 1000]).value == pytest.approx(
        [0.0698301, 0.2164942307, 0.5399999995], abs=5e-8
    )
    uniform_by_rank = zipf(50, 30)
    assert predict(uniform_by_rank, "moment", [8], at=3).value[0] == pytest.approx(0.0782014, abs=5e-8)


@pytest.mark.parametrize("size", [3, 200, 10**7])
def test_claims_about_one_scenario_agree(size):
    """Entropy lost = divergence; the second moment = 1 - heterozygosity; ends at H_0, h(p_0), 1 and 0."""
    scenario, t = zipf(size, 40, 1.1), [0, 1, 2, 30, 45, 1000]
    entropy, divergence = (predict(scenario, name, t).value for name in ("entropy", "kl_reverse"))
    assert entropy + divergence == pytest.approx(np.full(6, entropy[0]), rel=1e-12)
    second = predict(scenario, "moment", t, at=2).value
    assert second == pytest.approx(1.0 - predict(scenario, "heterozygosity", t).value, rel=1e-12)
    assert predict(scenario, "moment", t, at=1).value == pytest.approx(np.ones(6), rel=1e-12)
    late = [10**4 * size, np.inf] if size < 10**4 else [np.inf]
    for name, end in (("entropy", 0.0), ("kl_reverse", entropy[0]), ("total_variation", 1.0 - second[0])):
        assert predict(scenario, name, late).value == pytest.approx(np.full(len(late), end), abs=1e-9)


def test_interpolated_vocabulary_equals_every_token():
    size, p = 10**5, zipf(1, 1200, 1.2).source.distribution()
    nodes, generations = token_sum(p), (1, 2, 10, 100)
    whole = divergences(size, p, generations)
    for fast, slow in zip(divergences(size, nodes.p, generations), whole, strict=True):
        assert nodes.weight @ fast == pytest.approx(np.sum(slow), rel=1e-12)


def test_small_divergence_keeps_its_digits():
    """One fit to a billion tokens: E KL = (K-1)/2M to first order, a billionth of the entropy it is a difference of."""
    assert predict(replace(10**9, 0.5, 0.3, 0.2), "kl_reverse", [1]).value[0] == pytest.approx(1e-9, rel=1e-8)


def test_binomial_sums():
    for size, mean in ((1, 0.5), (10, 3.0), (10**4, 5000.0), (10**6, 2e5), (10**12, 3e11)):
        k, weight = binomial_sum(size, mean)
        assert len(k) < 500
        assert weight @ k == pytest.approx(mean, rel=1e-13)
        assert weight @ (k - mean) ** 2 == pytest.approx(mean * (1 - mean / size), rel=1e-10)
    for mean, a in ((2.0, 2.0), (2.5, 0.3), (9.99, 10.0), (0.0, 3.0), (10.0, 3.0)):
        k, weight = binomial_sum(10, mean)
        assert mean_distance(10, np.array(mean), np.array(a)) == pytest.approx(weight @ np.abs(k - a), rel=1e-13)


def test_what_is_not_covered_is_said():
    with pytest.raises(InputError, match="a whole order from 1 to 500"):
        predict(replace(10, 0.5, 0.5), "moment", [1], at=2.5)
    with pytest.raises(NotCovered, match="at most 2000 different token probabilities"):
        predict(zipf(10, 2001), "total_variation", [1])


@pytest.mark.parametrize("size", [10**4, 10**7, 10**12])
def test_many_generations_are_stable(size):
    """The largest sum of a row of any power stays below 2 for ever: rounding errors do not grow."""
    power = CountChain(size).generation
    for _ in range(40):
        power = power @ power
        power[np.abs(power) < 1e-60] = 0.0
        assert np.abs(power).sum(axis=1).max() < 2.0
