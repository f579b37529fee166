"""Counting ancestors: boxes hit by balls against their exact law, and which tokens are left of texts of 10^12."""

from fractions import Fraction

import numpy as np
import pytest
from budget import declare, normal_limit
from enumerated import last_counts
from mpmath import mp
from scipy import stats

import simulations.kernels.ancestors.coalescent_way as coalescent_way
import simulations.kernels.ancestors.lineages as lineages
import simulations.kernels.ancestors.lineages_occupancy as lineages_occupancy
from simulations.bits import chain_key
from simulations.ensemble import Requested, run_ensemble
from simulations.kernels.ancestors.lineages import Presence, lineages_kernel
from simulations.kernels.ancestors.lineages_occupancy import ExactTotal, cumulants, occupied
from simulations.kernels.choice import chosen
from simulations.kernels.method import NoKernel, Question
from theory.predict import predict
from theory.scenario import parse_scenario

SMALL = declare("boxes hit by few balls", 3e-9)
FORCED = declare("boxes hit, by acceptance", 1e-9)
MOMENTS = declare("mean and spread of boxes hit by very many balls", 4e-9)
LAW = declare("tokens that are left against their enumerated law", 8e-9)
PRESENCE = declare("tokens among independent draws", 2e-9)
VOCABULARY = declare("vocabulary and lost mass of very long texts", 4e-9)


def occupancy(balls, boxes):
    """P(j boxes hit), j = 0 ... boxes, ball by ball."""
    law = np.zeros(boxes + 1)
    law[0] = 1.0
    j = np.arange(boxes + 1)
    for _ in range(balls):
        law[1:] = law[1:] * (j[1:] / boxes) + law[:-1] * (1 - j[:-1] / boxes)
        law[0] = 0.0
    return law


def fits(found, law, false_alarm):
    """Whether whole numbers have this law on 0, 1, ..., rare ones together."""
    expected = law * len(found)
    seen = np.bincount(found, minlength=len(law))
    assert len(seen) == len(law)
    assert (seen[law == 0] == 0).all()
    common = expected >= 20
    pairs = [np.append(array[common], array[~common].sum()) for array in (seen, expected)]
    kept = pairs[1] > 1e-9 * len(found)
    if kept.sum() < 2:
        return True
    return stats.chisquare(pairs[0][kept], pairs[1][kept] * (pairs[0][kept].sum() / pairs[1][kept].sum())).pvalue > (
        false_alarm
    )


GRID = [(1, 1), (1, 7), (9, 1), (2, 2), (3, 4), (7, 5), (60, 6), (300, 10), (6, 1000), (30, 200), (90, 100), (250, 900)]


@pytest.mark.parametrize("sparse", [0.0, 0.2, 1.0])
def test_few_balls_have_the_exact_law(sparse, monkeypatch):
    monkeypatch.setattr(lineages_occupancy, "SPARSE", sparse)
    rng = np.random.default_rng(11)
    for balls, boxes in GRID:
        found = np.array([occupied(rng, balls, boxes) for _ in range(1000)])
        assert fits(found, occupancy(balls, boxes), SMALL / (3 * len(GRID)))


@pytest.mark.parametrize(("balls", "boxes"), [(9000, 2500), (9000, 9000), (5000, 25_000)])
def test_the_law_by_fourier_integral_is_that_of_ball_by_ball(balls, boxes, monkeypatch):
    """At sizes far below those where it is used, to 1e-9 of the largest probability."""
    law, integral = occupancy(balls, boxes), ExactTotal(balls / boxes, balls, boxes)
    j = np.arange(boxes + 1)
    ours = stats.binom.pmf(j, boxes, -np.expm1(-balls / boxes)) * integral.relative(j)
    ours /= ours.sum()
    assert np.abs(ours - law).max() < 1e-9 * law.max()
    assert integral.relative(j).max() <= 1.0
    monkeypatch.setattr(lineages_occupancy, "FEW", 0)
    monkeypatch.setattr(lineages_occupancy, "MEETINGS", 0)
    rng = np.random.default_rng(12)
    assert fits(np.array([occupied(rng, balls, boxes) for _ in range(1000)]), law, FORCED / 3)


def test_cumulants_are_those_of_the_generating_function():
    with mp.workdps(60):
        for mean in (1e-6, 0.03, 0.7, 1 - 1e-9, 1.0, 2.5, 12.0, 40.0):
            series = mp.taylor(lambda s, m=mean: mp.log(mp.expm1(m * mp.exp(s))), 0, 16)
            exact = np.array([float(c * mp.factorial(k)) for k, c in enumerate(series)][1:])
            scale = np.cumprod(np.arange(1.0, 17.0))
            assert np.abs((cumulants(mean) - exact) / np.maximum(np.abs(exact), 1e-6 * scale * exact[1])).max() < 1e-9
            assert cumulants(mean)[:4] == pytest.approx(exact[:4], rel=1e-13)


LARGE = [
    (10**12, 10**12),
    (3 * 10**13, 10**12),
    (5 * 10**12, 10**12),
    (10**11, 10**12),
    (10**10, 10**12),
    (2 * 10**8, 10**12),
    (10**8, 10**12),
    (10**6, 10**12),
    (10**5, 10**5),
    (10**6, 4 * 10**6),
    (10**15, 10**15),
]


def test_very_many_balls_have_the_exact_mean_and_spread():
    rng, draws, z = np.random.default_rng(13), 300, []
    for balls, boxes in LARGE:
        with mp.workdps(50):
            one, two = (mp.exp(balls * mp.log1p(-mp.mpf(k) / boxes)) for k in (1, 2))
            mean = boxes * (1 - one)
            variance = float(boxes * (boxes - 1) * two + boxes * one - (boxes * one) ** 2)
            found = np.array([float(occupied(rng, balls, boxes) - mean) for _ in range(draws)]) / np.sqrt(variance)
        z += [found.mean() * np.sqrt(draws), ((found**2).sum() - draws) / np.sqrt(2 * draws)]
    assert np.abs(z).max() < normal_limit(MOMENTS, len(z))


def test_boxes_that_are_surely_full():
    assert occupied(np.random.default_rng(1), 10**13, 10) == 10
    assert occupied(np.random.default_rng(1), 10**15, 10**12) == 10**12
    assert occupied(np.random.default_rng(1), 0, 5) == 0


def share(scheme, **how_much):
    return {"kind": "real_share", "scheme": scheme, **how_much}


def scenario(retention, size, source=None):
    sizes = {"kind": "explicit", "sizes": size} if isinstance(size, list) else {"kind": "constant", "size": size}
    source = source or {"kind": "tokens", "probabilities": [0.5, 0.3, 0.2]}
    return parse_scenario({"source": source, "sample_size": sizes, "retention": retention})


def present(s, generations, chains):
    """[chain, token] whether a token is left."""
    kernel, key = lineages_kernel(s, generations), chain_key(6, s.digest)
    runs = (kernel.chain(key, replicate, generations, (generations,)) for replicate in range(chains))
    return np.array([observed > 0 for run in runs for _, observed in run])


REPLACE = {"kind": "replace"}
ENUMERATED = {
    "replace": (REPLACE, [4, 4, 4], 0),
    "replace on a list of sizes": (REPLACE, [3, 5, 2, 4], 0),
    "iid": (share("iid", share=0.25), [4, 4, 4], Fraction(1, 4)),
    "stratified": (share("stratified", real=1), [4, 4, 4], 1),
    "stratified on a list of sizes": (share("stratified", real=2), [3, 4, 3], 2),
    "fixed": (share("fixed", real=1), [4, 4, 4], 1),
    "fixed on a list of sizes": (share("fixed", real=2), [3, 4, 5], 2),
}


@pytest.mark.parametrize("engine", ["by itself", "in blocks", "one by one"])
@pytest.mark.parametrize("name", ENUMERATED)
def test_tokens_left_have_the_law_of_every_way_forward(name, engine, monkeypatch):
    retention, sizes, real = ENUMERATED[name]
    if engine == "in blocks":
        monkeypatch.setattr(coalescent_way, "DENSE", 1.0)
        monkeypatch.setattr(coalescent_way, "DECLINE", 3.0)
    elif engine == "one by one":
        monkeypatch.setattr(lineages, "MEETINGS", 0)
        monkeypatch.setattr(lineages, "FEW", 0)
    p0 = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
    law = np.zeros(8)
    for counts, chance in last_counts(retention.get("scheme", "replace"), p0, sizes, real).items():
        law[sum(2**i for i, count in enumerate(counts) if count)] += float(chance)
    kinds = present(scenario(retention, sizes), len(sizes), 1200) @ np.array([1, 2, 4])
    assert fits(kinds, law, LAW / (3 * len(ENUMERATED)))


def test_tokens_among_draws(monkeypatch):
    """Draw by draw, by conditional binomials, and with tokens that are surely there."""
    p0 = np.array([0.4, 0.0, 0.3, 0.2, 0.05, 0.05])
    some = (p0 > 0) @ np.arange(6)
    assert some == 14
    rng, z = np.random.default_rng(14), []
    for draws, certain in ((1, 745.0), (3, 745.0), (12, 745.0), (60, 15.0)):
        monkeypatch.setattr(lineages, "CERTAIN", certain)
        found = np.mean([Presence(p0).among(rng, draws) for _ in range(1500)], axis=0)
        exact = 1 - (1 - p0) ** draws
        exact[p0 * draws >= certain] = 1.0
        sure = (exact == 0) | (exact == 1)
        assert np.array_equal(found[sure], exact[sure])
        z += list((found - exact)[~sure] / np.sqrt(exact * (1 - exact) / 1500)[~sure])
    assert np.abs(z).max() < normal_limit(PRESENCE, len(z))


@pytest.mark.parametrize(
    ("vocabulary", "size", "T"), [(20_000, 10**12, 100), (3000, 10**5, 60), (3000, 10**5, 5000), (300, 1000, 1000)]
)
def test_vocabulary_of_very_long_texts_is_that_of_the_theorem(vocabulary, size, T):
    s = scenario(REPLACE, size, {"kind": "zipf", "vocabulary": vocabulary, "exponent": 2.6 if size > 10**6 else 1.0})
    asked = [Requested("vocabulary"), Requested("lost_mass")]
    found = run_ensemble(
        s, generations=T, replicates=80, seed=15, statistics=asked, record=[T], method="lineages", lanes=1
    )
    exact = [float(predict(s, requested.name, [T]).value.item()) for requested in asked]
    z = (found.mean[:, 0] - exact) / found.standard_error[:, 0]
    assert np.abs(z).max() < normal_limit(VOCABULARY, 2 * 4)


def test_edges():
    for retention in (REPLACE, share("iid", share=0.5), share("stratified", share=1.0), share("fixed", share=1.0)):
        one = {"kind": "tokens", "probabilities": [1.0]}
        assert present(scenario(retention, 3, one), 4, 5).all()
        assert (present(scenario(retention, 1), 1, 20).sum(axis=1) == 1).all()
        assert (present(scenario(retention, 1), 500, 20).sum(axis=1) == 1).all()
        gaps = {"kind": "tokens", "probabilities": [0.0, 0.6, 0.0, 0.4]}
        assert not present(scenario(retention, 5, gaps), 3, 100)[:, [0, 2]].any()
    assert (present(scenario(REPLACE, 5), 2000, 20).sum(axis=1) == 1).all()


def test_only_what_presence_tells_is_answered():
    s = scenario(REPLACE, 10**12, {"kind": "zipf", "vocabulary": 50_000, "exponent": 1.3})
    names = ("vocabulary", "vocabulary_variance", "absence", "lost_mass", "fixation_probability")
    assert chosen(Question(s, 100, (100,), names)).name == "lineages"
    for statistics in ((*names, "heterozygosity"), ()):
        with pytest.raises(NoKernel, match="lineages"):
            chosen(Question(s, 100, (100,), statistics), "lineages")
    with pytest.raises(NoKernel) as refusal:
        chosen(Question(s, 100, (100,), ("entropy",)), "lineages")
    assert refusal.value.lines == (
        'method "lineages" does not cover the statistic "entropy"; covered: "vocabulary", "vocabulary_variance", '
        '"absence", "fixation_probability" or "lost_mass"',
    )
