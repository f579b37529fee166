"""Tracing back the last generation: enumerated laws, closed forms, bits in any company, every edge."""

import hashlib
from fractions import Fraction

import numpy as np
import pytest
from budget import declare, normal_limit
from enumerated import last_counts
from scipy import stats

import simulations.kernels.ancestors.coalescent_picks as coalescent_picks
import simulations.kernels.ancestors.coalescent_way as coalescent_way
from simulations.bits import chain_key
from simulations.ensemble import Requested, run_ensemble, trajectories
from simulations.kernels.ancestors.coalescent import coalescent_kernel
from simulations.kernels.choice import chosen
from simulations.kernels.method import NoKernel, Question
from theory.predict import predict
from theory.scenario import parse_scenario

LAW = declare("last generations traced back against their enumerated laws", 1e-8)
MEANS = declare("last generations traced back against closed forms", 6e-9)
CHAINS = 3000

REPLACE = {"kind": "replace"}


def share(scheme, **how_much):
    return {"kind": "real_share", "scheme": scheme, **how_much}


def scenario(retention, size, probabilities=(0.5, 0.3, 0.2)):
    sizes = {"kind": "explicit", "sizes": size} if isinstance(size, list) else {"kind": "constant", "size": size}
    source = {"kind": "tokens", "probabilities": list(probabilities)}
    return parse_scenario({"source": source, "sample_size": sizes, "retention": retention})


def frequencies(s, generations, chains, together=200, seed=5):
    """[chain, token] frequencies of the last generation."""
    kernel, key = coalescent_kernel(s, generations), chain_key(seed, s.digest)
    runs = (
        kernel.chains(key, first, min(together, chains - first), generations, (generations,))
        for first in range(0, chains, together)
    )
    return np.concatenate([frequencies for run in runs for _, frequencies in run])


ENUMERATED = {
    "replace": (REPLACE, [4, 4, 4], 0),
    "replace on falling and rising sizes": (REPLACE, [3, 5, 2, 4], 0),
    "iid": (share("iid", share=0.25), [4, 4, 4], Fraction(1, 4)),
    "iid on a list of sizes": (share("iid", share=0.5), [2, 3, 4], Fraction(1, 2)),
    "stratified": (share("stratified", real=1), [4, 4, 4], 1),
    "stratified on a list of sizes": (share("stratified", real=2), [3, 4, 3], 2),
    "fixed": (share("fixed", real=1), [4, 4, 4], 1),
    "fixed on a list of sizes": (share("fixed", real=2), [3, 4, 5], 2),
}
engines = pytest.mark.parametrize("engine", ["by itself", "in blocks"])


def in_blocks(monkeypatch):
    """Blocks from the first step on, as long as they can be."""
    monkeypatch.setattr(coalescent_way, "DENSE", 1.0)
    monkeypatch.setattr(coalescent_way, "DECLINE", 3.0)
    monkeypatch.setattr(coalescent_picks, "SHORT", 40)


@engines
@pytest.mark.parametrize("name", ENUMERATED)
def test_counts_have_the_law_of_every_way_forward(name, engine, monkeypatch):
    retention, sizes, real = ENUMERATED[name]
    if engine == "in blocks":
        in_blocks(monkeypatch)
    law = last_counts(
        retention.get("scheme", "replace"), (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)), sizes, real
    )
    assert sum(law.values()) == 1
    counts = np.round(frequencies(scenario(retention, sizes), len(sizes), CHAINS) * sizes[-1]).astype(int)
    seen = {kind: int(number) for kind, number in zip(*_tally(counts), strict=True)}
    assert set(seen) <= set(law)
    expected = np.array([float(chance) * CHAINS for chance in law.values()])
    found = np.array([seen.get(kind, 0) for kind in law])
    common = expected >= 20
    both = [np.append(array[common], array[~common].sum()) for array in (found, expected)]
    kept = both[1] > 0
    p = stats.chisquare(both[0][kept], both[1][kept]).pvalue
    assert p > LAW / (2 * len(ENUMERATED))


def _tally(counts):
    kinds, number = np.unique(counts, axis=0, return_counts=True)
    return [tuple(map(int, kind)) for kind in kinds], number


CLOSED_FORMS = {
    "replace": (REPLACE, {"kind": "constant", "size": 300}, 60),
    "growing": (REPLACE, {"kind": "polynomial", "size": 40, "power": 0.5}, 40),
    "iid": (share("iid", share=0.01), {"kind": "constant", "size": 200}, 80),
    "stratified": (share("stratified", real=3), {"kind": "constant", "size": 200}, 80),
    "fixed": (share("fixed", real=3), {"kind": "constant", "size": 200}, 80),
}


def _heterozygosity(s, T):
    """Two tokens of one text differ unless they share a parent, and so on down."""
    p0 = s.source.distribution()
    return (1 - (p0**2).sum()) * np.prod([1 - 1 / s.sample_size.at(t) for t in range(1, T + 1)])


@engines
@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_means_are_those_of_the_closed_forms(name, engine, monkeypatch):
    retention, sizes, T = CLOSED_FORMS[name]
    if engine == "in blocks":
        in_blocks(monkeypatch)
    source = {"kind": "zipf", "vocabulary": 30, "exponent": 1.0}
    s = parse_scenario({"source": source, "sample_size": sizes, "retention": retention})
    asked = [Requested("heterozygosity"), Requested("moment", 3)] + [Requested("vocabulary")] * (name == "replace")
    found = run_ensemble(
        s, generations=T, replicates=800, seed=8, statistics=asked, record=[T], method="coalescent", lanes=1
    )
    z = []
    for row, requested in enumerate(asked):
        if name == "replace" or requested.name == "heterozygosity":
            if name == "growing":
                exact = float(_heterozygosity(s, T))
            else:
                exact = float(predict(s, requested.name, [T], at=requested.at).value.item())
            z.append((found.mean[row, 0] - exact) / found.standard_error[row, 0])
    assert np.abs(z).max() < normal_limit(MEANS, 2 * 8)


@pytest.mark.parametrize(
    "retention", [REPLACE, share("iid", share=0.1), share("stratified", real=2), share("fixed", real=2)]
)
def test_a_chain_is_the_same_in_any_company(retention):
    s, T = scenario(retention, 50, list(np.full(20, 0.05))), 40
    alone = frequencies(s, T, 20, together=1)
    for together in (3, 8, 20):
        assert np.array_equal(alone, frequencies(s, T, 20, together))
    kernel, key = coalescent_kernel(s, T), chain_key(5, s.digest)
    for replicate in (19, 4, 0):
        ((t, single),) = kernel.chain(key, replicate, T, (T,))
        assert t == T
        assert np.array_equal(single, alone[replicate])


def test_lanes_and_their_number_change_nothing():
    s = scenario(REPLACE, 30)
    options = {"generations": 9, "seed": 3, "statistics": [Requested("entropy")], "record": [9], "method": "coalescent"}
    many = trajectories(s, replicates=150, lanes=2, **options)
    assert np.array_equal(many, trajectories(s, replicates=150, lanes=1, **options))
    assert np.array_equal(many[..., :70], trajectories(s, replicates=70, **options))


GOLDEN = {
    "replace": (REPLACE, "35ed90078a46962c"),
    "iid": (share("iid", share=0.05), "8dcee218ffee0113"),
    "stratified": (share("stratified", real=2), "3fe240c27ee75303"),
    "fixed": (share("fixed", real=2), "512d3411ca1f7842"),
}


@pytest.mark.parametrize("policy", GOLDEN)
def test_integer_chains_are_golden(policy):
    retention, golden = GOLDEN[policy]
    s = scenario(retention, 60, [0.4, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05])
    counts = np.round(frequencies(s, 30, 32, seed=3) * 60).astype("<i8")
    assert (counts.sum(axis=1) == 60).all()
    assert hashlib.sha256(counts.tobytes()).hexdigest()[:16] == golden


@pytest.mark.parametrize(
    "retention", [REPLACE, share("iid", share=0.5), share("stratified", share=1.0), share("fixed", share=1.0)]
)
def test_edges(retention):
    assert (frequencies(scenario(retention, 2, [1.0]), 3, 5) == 1.0).all()
    assert (frequencies(scenario(retention, 1), 1, 50).max(axis=1) == 1.0).all()
    assert (frequencies(scenario(retention, 1), 1000, 50).max(axis=1) == 1.0).all()
    there = frequencies(scenario(retention, 4, (0.0, 0.7, 0.0, 0.3, 0.0)), 3, 200)
    assert (there[:, [0, 2, 4]] == 0).all()
    assert (there[:, 3] > 0).any()


def test_a_chain_without_real_data_ends_with_one_token():
    assert (frequencies(scenario(REPLACE, 5), 2000, 20).max(axis=1) == 1.0).all()
    assert (frequencies(scenario(share("iid", share=0.0), 5), 2000, 20).max(axis=1) == 1.0).all()


def test_real_cells_that_are_all_there_is_are_draws_of_the_source():
    s = scenario(share("stratified", share=1.0), 40)
    assert len(np.unique(frequencies(s, 5, 50), axis=0)) > 20


def test_the_last_generation_alone_is_traced_back():
    s = scenario(REPLACE, 10_000, list(np.full(1000, 0.001)))
    assert chosen(Question(s, 200, (0, 200), ("heterozygosity",))).name == "coalescent"
    assert chosen(Question(s, 200, (100, 200), ("heterozygosity",))).name != "coalescent"
    with pytest.raises(NoKernel) as refusal:
        chosen(Question(s, 200, (100, 200)), "coalescent")
    assert refusal.value.lines == (
        'method "coalescent" does not cover record = [100, 200]; covered: the last generation alone',
    )


REFUSED = {
    'retention.kind = "accumulate" for a tokens source; covered: "replace" or "real_share"': {
        "retention": {"kind": "accumulate"}
    },
    'estimator.kind = "additive" for a tokens source; covered: "frequency"': {
        "estimator": {"kind": "additive", "pseudocount": 1.0}
    },
    'sampler.kind = "top_k" for a tokens source; covered: "faithful"': {"sampler": {"kind": "top_k", "k": 2}},
    "training sets of 10000000000 tokens; covered: up to 4294967296": {
        "sample_size": {"kind": "constant", "size": 10**10}
    },
    "islands; covered: scenarios without it": {"islands": {"models": 2, "migration": 0.1}},
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_not_traced_back_is_said(line):
    s = parse_scenario(scenario(REPLACE, 5).dump() | REFUSED[line])
    with pytest.raises(NoKernel) as refusal:
        chosen(Question(s, 3, (3,)), "coalescent")
    assert refusal.value.lines == (f'method "coalescent" does not cover {line}',)
