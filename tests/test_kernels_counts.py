"""Token counts by numpy: their law against chains that draw every token and by enumeration, edges, company."""

import hashlib
import itertools

import numpy as np
import pytest
from budget import declare
from scipy import stats
from token_cases import (
    ACCUMULATE,
    ADDITIVE,
    CELLS,
    COUNTS,
    DISTINCT,
    FORGETTING,
    POSTERIOR,
    REPLACE,
    WEIGHTED,
    WINDOW,
    ZIPF,
    same_law,
    scenario,
    share,
)
from token_recursion import token_recursion

import simulations.kernels.tokens.counts_policies
from simulations import bits
from simulations.ensemble import EngineFault, Requested, run_ensemble, trajectories
from simulations.kernels import kernel_for
from simulations.kernels.tokens.counts_model import bend_of, fit_of

LAW = declare("counts against chains that draw every token", 8e-9)
ENUMERATED = declare("counts after two generations against their enumerated law", 2e-9)
GENERATIONS, CHAINS = 3, 2**13
CASES = CELLS | COUNTS


def chains(s, generations, count, seed=1, record=None, first=0):
    """Frequencies [recorded generation, replicate, token]."""
    kernel = kernel_for(s, generations, method="counts")
    key, record = bits.chain_key(seed, s.digest), record or range(1, generations + 1)
    found = []
    for group in range(first, first + count, kernel.together):
        members = min(kernel.together, first + count - group)
        found.append(np.array([p for _, p in kernel.chains(key, group, members, generations, record)]))
    return np.concatenate(found, axis=1)


@pytest.mark.parametrize("name", CASES)
def test_chains_have_the_law_of_chains_that_draw_every_token(name):
    ours, theirs = chains(CASES[name], GENERATIONS, CHAINS), token_recursion(CASES[name], GENERATIONS, CHAINS, seed=2)
    for t in range(GENERATIONS):
        if name in ("weighted", "forgetting") or "weighted" in name or "forgetting" in name:
            assert np.abs(ours[t].sum(axis=1) - 1.0).max() < 1e-12
        assert same_law(ours[t], theirs[t]) > LAW / (len(CASES) * GENERATIONS)


def compositions(M, K):
    """Every vector of K counts with sum M."""
    return np.array([c for c in itertools.product(range(M + 1), repeat=K) if sum(c) == M])


def by_hand(counts, estimator, sampler, M):
    """The model of these counts, written token by token."""
    q = [c / M for c in counts]
    if estimator:
        q = [(c + 0.5) / (M + 1.5) for c in counts]
    if sampler == "temperature":
        q = [x ** (1 / 0.7) for x in q]
    if sampler == "top_k":
        q = [x if i in sorted(range(3), key=lambda j: (-q[j], j))[:2] else 0.0 for i, x in enumerate(q)]
    if sampler == "best_of":
        low, high = q[0] + q[2], q[1]
        q = [q[0] * low, 1 - low**2 if high else 0.0, q[2] * low]
    return np.array(q) / sum(q)


SAMPLERS = {
    "faithful": {},
    "temperature": {"sampler": {"kind": "temperature", "temperature": 0.7}},
    "top_k": {"sampler": {"kind": "top_k", "k": 2}},
    "best_of": {"sampler": {"kind": "best_of", "k": 2, "reward": [-1.0, 3.0, -1.0]}},
}


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("additive", [False, True])
def test_two_generations_have_their_enumerated_law(sampler, additive):
    M, p0 = 4, np.array([0.5, 0.3, 0.2])
    s = scenario(REPLACE, M, **SAMPLERS[sampler], **(ADDITIVE if additive else {}))
    outcomes = compositions(M, 3)
    second = np.zeros(len(outcomes))
    for counts in outcomes:
        model = by_hand(counts, additive, sampler, M)
        second += stats.multinomial.pmf(counts, M, p0) * stats.multinomial.pmf(outcomes, M, model)
    ours = np.round(chains(s, 2, CHAINS, seed=4)[1] * M).astype(int)
    observed = np.array([(ours == counts).all(axis=1).sum() for counts in outcomes])
    often = second * CHAINS > 5
    assert observed.sum() == CHAINS
    assert (observed[second < 1e-15] == 0).all()
    observed, expected = (np.append(x[often], x[~often].sum()) for x in (observed, second * CHAINS))
    held = expected > 0
    pvalue = stats.chisquare(observed[held], expected[held] * observed.sum() / expected.sum()).pvalue
    assert pvalue > ENUMERATED / (2 * len(SAMPLERS))


GOLDEN = {
    "replace": (REPLACE, {}, "ffcc34837e95f445"),
    "iid": (share("iid", share=0.25), {}, "2a1ca4f60f6e4bca"),
    "fixed": (share("fixed", share=0.25), {}, "959f4cb4eb3e157e"),
    "accumulate": (ACCUMULATE, ADDITIVE, "4b1ac5afc6b40d85"),
    "distinct": (DISTINCT, {}, "9cfadcf799cf8b06"),
    "window": (WINDOW, {"sampler": {"kind": "top_p", "p": 0.8}}, "91968039e9bd8141"),
}


@pytest.mark.skipif(np.__version__.split(".")[:2] != ["2", "4"], reason="numpy keeps its streams for one version")
@pytest.mark.parametrize("policy", GOLDEN)
def test_integer_chains_are_golden(policy):
    retention, more, golden = GOLDEN[policy]
    s = scenario(retention, 8, source=ZIPF, **more)
    total = {"accumulate": 8 * 70, "window": 16}.get(policy, 8)
    counts = np.round(chains(s, 70, 64, seed=3, record=[70])[0] * total).astype("<i8")
    assert (counts.sum(axis=1) == total).all()
    assert hashlib.sha256(counts.tobytes()).hexdigest()[:16] == golden


@pytest.mark.parametrize(
    "s",
    [
        scenario(REPLACE, 10**9, source={"kind": "zipf", "vocabulary": 300, "exponent": 1.0}),
        scenario(DISTINCT, 50, source={"kind": "zipf", "vocabulary": 300, "exponent": 1.0}),
        scenario(WEIGHTED, None, source={"kind": "zipf", "vocabulary": 300, "exponent": 1.0}, **POSTERIOR),
    ],
)
def test_a_chain_is_the_same_in_any_company(s):
    kernel, key = kernel_for(s, 4, method="counts"), bits.chain_key(5, s.digest)
    whole = chains(s, 4, 2 * kernel.together, seed=5)
    assert np.array_equal(chains(s, 4, kernel.together + 3, seed=5), whole[:, : kernel.together + 3])
    assert np.array_equal(chains(s, 2, 5, seed=5), whole[:2, :5])
    alone = [p for _, p in kernel.chain(key, kernel.together + 2, 4, [1, 2, 3, 4])]
    assert np.array_equal(np.array(alone), whole[:, kernel.together + 2])


@pytest.mark.parametrize("retention", [REPLACE, share("iid", share=0.5), ACCUMULATE, DISTINCT, WINDOW, FORGETTING])
def test_a_single_token_is_all_there_ever_is(retention):
    assert (chains(scenario(retention, 2, [1.0]), 3, 5) == 1.0).all()


@pytest.mark.parametrize("more", [{}, SAMPLERS["temperature"], {"sampler": {"kind": "top_p", "p": 1.0}}])
@pytest.mark.parametrize("retention", [REPLACE, share("iid", share=0.5), ACCUMULATE, DISTINCT])
@pytest.mark.parametrize("M", [2, 10**13])
def test_a_token_of_probability_zero_is_never_drawn(retention, M, more):
    s = scenario(retention, M, (0.0, 0.7, 1e-9, 0.0, 0.3 - 1e-9, 0.0), **more)
    assert (chains(s, 3, 200)[:, :, [0, 3, 5]] == 0).all()


def test_a_training_set_of_one_token_is_fixed_at_once():
    assert (chains(scenario(REPLACE, 1), 3, 100).max(axis=2) == 1.0).all()


def test_smoothing_brings_a_token_of_probability_zero_and_the_source_does_not():
    p = chains(scenario(REPLACE, 50, (1.0, 0.0), **ADDITIVE), 2, 500)
    assert (p[0, :, 1] == 0).all()
    assert (p[1, :, 1] > 0).any()


def test_a_million_tokens_of_which_few_are_alive():
    source = {"kind": "zipf", "vocabulary": 10**6, "exponent": 1.1}
    p = chains(scenario(REPLACE, 1000, source=source), 4, 2)
    assert p.shape == (4, 2, 10**6)
    assert np.allclose(p.sum(axis=2), 1.0, atol=1e-12)
    alive = p > 0
    assert (alive.sum(axis=2) <= 1000).all()
    assert not (alive[1:] & ~alive[:-1]).any()


def test_accumulation_never_loses_a_token():
    p = chains(scenario(ACCUMULATE, 2), 3, 200)
    assert np.array_equal(p[0] > 0, p[2] > 0)


def test_a_run_is_its_chains_and_the_source():
    s = scenario(REPLACE, 10**13, source={"kind": "zipf", "vocabulary": 3000, "exponent": 1.1})
    asked = {"generations": 3, "replicates": 5, "seed": 6, "statistics": [Requested("heterozygosity")]}
    run = run_ensemble(s, **asked, record=[0, 1, 3])
    p = chains(s, 3, 5, seed=6, record=[1, 3])
    assert run.method == "counts"
    assert run.mean[0, 0] == pytest.approx(1.0 - (s.source.distribution() ** 2).sum(), rel=1e-12)
    assert run.mean[0, 1:] == pytest.approx((1.0 - (p**2).sum(axis=2)).mean(axis=1), rel=1e-12)
    assert np.array_equal(trajectories(s, **asked, record=[0, 3])[0, 1], 1.0 - (p[1] ** 2).sum(axis=1))


@pytest.mark.parametrize("damage", [(0, 1), (-1000, 1000)])
def test_counts_that_do_not_add_up_stop_the_run(damage, monkeypatch):
    true = simulations.kernels.tokens.counts_policies.multinomial

    def damaged(streams, n, weights):
        counts = true(streams, n, weights)
        counts[0, :2] += damage
        return counts

    monkeypatch.setattr(simulations.kernels.tokens.counts_policies, "multinomial", damaged)
    with pytest.raises(EngineFault, match="a chain among 0 to 9 broke an invariant in generation 1"):
        run_ensemble(
            scenario(REPLACE),
            generations=3,
            replicates=10,
            seed=0,
            statistics=[Requested("vocabulary")],
            record=[1],
            method="counts",
        )


def bent(weights, **sampler):
    return bend_of(scenario(REPLACE, 5, np.ones(len(weights)) / len(weights), sampler=sampler))(np.array([weights]))[0]


def test_ties_go_to_the_lower_rank():
    assert bent([2, 3, 2, 2], kind="top_k", k=2).tolist() == [2, 3, 0, 0]
    assert bent([2, 2, 3, 2], kind="top_p", p=0.5).tolist() == [2, 0, 3, 0]


def test_a_head_has_its_mass_in_exact_numbers():
    for tenths in range(1, 11):
        kept = bent([0.1] * 10, kind="top_p", p=tenths / 10)
        assert np.count_nonzero(kept) == tenths


def test_a_tilt_of_what_is_alive_does_not_vanish():
    q = bent([0.0, 1.0, 3.0], kind="tilt", strength=1e4, reward=[5.0, 1.0, 1.0])
    assert np.allclose(q / q.sum(), [0.0, 0.25, 0.75])


def test_the_best_of_many_is_the_best_alive():
    q = bent([1.0, 2.0, 0.0], kind="best_of", k=10**6, reward=[0.0, 1.0, 2.0])
    assert np.allclose(q, [0.0, 1.0, 0.0], atol=1e-300)


def test_a_posterior_is_of_the_counts_and_its_prior():
    s = scenario(REPLACE, 5, **POSTERIOR)

    class One:
        def generator(self):
            return np.random.default_rng(7)

    counts = np.array([[0, 3, 2]])
    assert np.array_equal(fit_of(s)(One(), counts), np.random.default_rng(7).standard_gamma(counts + 0.7))
