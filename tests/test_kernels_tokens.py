"""Token kernels: the law of chains that draw every token, golden integer chains, exact edges, a working alarm."""

import hashlib
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from budget import declare
from scipy import stats
from twins import token_twin

import simulations.ensemble
from simulations import bits
from simulations.alias import alias_table, outcome
from simulations.ensemble import EngineFault, Requested, run_ensemble
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.coverage import covered
from simulations.kernels.kernel import BLOCK
from simulations.kernels.shape import padded, token_shape
from simulations.lane import CLOCKS, Block, Detail, Lane, advanced, started, wanted
from theory.scenario import InputError, parse_scenario

TWINS = declare("token kernels against chains that draw every token", 1e-8)
ALIAS = declare("alias table against its distribution", 1e-9)
GENERATIONS, CHAINS = 3, 2**15


def scenario(retention, size=5, probabilities=(0.5, 0.3, 0.2), source=None):
    sizes = {"kind": "explicit", "sizes": size} if isinstance(size, list) else {"kind": "constant", "size": size}
    source = source or {"kind": "tokens", "probabilities": list(probabilities)}
    return parse_scenario({"source": source, "sample_size": sizes, "retention": retention})


def share(scheme, **how_much):
    return {"kind": "real_share", "scheme": scheme, **how_much}


REPLACE, ACCUMULATE = {"kind": "replace"}, {"kind": "accumulate"}
ZIPF = {"kind": "zipf", "vocabulary": 8, "exponent": 1.2}

CASES = {
    "replace": scenario(REPLACE),
    "replace on a list of sizes": scenario(REPLACE, [3, 8, 4]),
    "iid": scenario(share("iid", share=0.3), 4),
    "iid on a list of sizes": scenario(share("iid", share=0.6), [4, 2, 7]),
    "stratified": scenario(share("stratified", share=0.4)),
    "stratified on a list of sizes": scenario(share("stratified", real=2), [2, 6, 3]),
    "fixed": scenario(share("fixed", real=2), 6),
    "fixed on a list of sizes": scenario(share("fixed", real=1), [4, 2, 5]),
    "accumulate": scenario(ACCUMULATE, 2),
    "accumulate after one token": scenario({"kind": "accumulate", "first": 1}, 2),
    "a token that does not exist": scenario(REPLACE, 6, (0.6, 0.0, 0.4)),
}


def frequencies(s, generations, replicates, seed=1):
    """[replicate, token] frequencies of generation T, straight from the compiled program."""
    kernel, key = kernel_for(s, generations), bits.chain_key(seed, s.digest)
    found = []
    for first_chain in range(0, replicates, kernel.width):
        state, clocks = started(kernel.program, kernel.width), np.full((CLOCKS, kernel.width), np.inf)
        for first in range(1, generations + 1, BLOCK):
            length = min(BLOCK, generations - first + 1)
            rows = kernel.rows(first)
            block = Block(np.uint32(first), np.int32(length), np.arange(BLOCK) == length - 1, rows)
            lane = Lane(np.uint32(first_chain), np.int32(kernel.width), state, clocks)
            state, clocks, _, broken = advanced(
                kernel.program, "tokens", Detail(), kernel.tables, key, wanted([], "tokens"), block, lane
            )
            assert not broken
        row = jax.tree.map(lambda a, last=length - 1: a[last], rows)
        found.append(jax.vmap(lambda one, row=row: kernel.program.observe(row, one)[0])(state))
    return np.concatenate(found)[:replicates, : s.source.vocabulary]


@pytest.mark.parametrize("name", CASES)
def test_chains_have_the_law_of_chains_that_draw_every_token(name):
    s = CASES[name]
    twin = token_twin(s, GENERATIONS, CHAINS, seed=2)
    for t in range(1, GENERATIONS + 1):
        ours, theirs = frequencies(s, t, CHAINS), twin[t - 1]
        both = np.round(np.concatenate([ours, theirs]) * 10_000).astype(int)
        _, kind = np.unique(both, axis=0, return_inverse=True)
        table = np.array([np.bincount(part, minlength=kind.max() + 1) for part in np.split(kind.ravel(), 2)])
        rare = table.sum(axis=0) < 100
        table = np.concatenate([table[:, ~rare], table[:, rare].sum(axis=1, keepdims=True)], axis=1)
        table = table[:, table.sum(axis=0) > 0]
        assert table.shape[1] > 1
        assert stats.chi2_contingency(table).pvalue > TWINS / (len(CASES) * GENERATIONS)


GOLDEN = {
    "replace": (REPLACE, "f12307847060270a"),
    "iid": (share("iid", share=0.25), "57da9e2be6d51a18"),
    "stratified": (share("stratified", share=0.25), "d87c4be47f37844b"),
    "fixed": (share("fixed", share=0.25), "f0d4eb8e8712ba2a"),
    "accumulate": (ACCUMULATE, "5135c612564b3659"),
}


@pytest.mark.parametrize("policy", GOLDEN)
def test_integer_chains_are_golden(policy):
    """Seventy generations, so that two blocks are joined; the same as a plain Python loop over exact integers gave."""
    retention, golden = GOLDEN[policy]
    s = scenario(retention, 8, source=ZIPF)
    total = 8 * 70 if policy == "accumulate" else 8
    counts = np.round(frequencies(s, 70, 64, seed=3) * total).astype("<i8")
    assert (counts.sum(axis=1) == total).all()
    assert hashlib.sha256(counts.tobytes()).hexdigest()[:16] == golden


def types(s, generations, replicates=200):
    """Token types alive in generation T, [replicate]."""
    return (frequencies(s, generations, replicates) > 0).sum(axis=1)


@pytest.mark.parametrize("retention", [REPLACE, share("iid", share=0.5), ACCUMULATE])
def test_a_single_token_is_all_there_ever_is(retention):
    assert (frequencies(scenario(retention, 2, [1.0]), 3, 5) == 1.0).all()


@pytest.mark.parametrize(
    "retention", [REPLACE, share("iid", share=0.5), share("stratified", real=0), share("fixed", real=1)]
)
def test_a_training_set_of_one_token_is_fixed_at_once(retention):
    assert all((types(scenario(retention, 1), t) == 1).all() for t in (1, 3))


@pytest.mark.parametrize("retention", [REPLACE, share("iid", share=0.5), ACCUMULATE])
def test_a_token_of_probability_zero_is_never_drawn(retention):
    s = scenario(retention, 2, (0.0, 0.7, 0.0, 0.3, 0.0))
    assert (frequencies(s, 3, 500)[:, [0, 2, 4]] == 0).all()


@pytest.mark.parametrize("scheme", ["iid", "stratified"])
def test_a_real_share_of_one_brings_tokens_back_and_none_never(scheme):
    assert (types(scenario(share(scheme, share=1.0), 4), 400) > 1).mean() > 0.5
    assert (types(scenario(share(scheme, share=0.0), 4), 400) == 1).all()


def test_a_real_set_that_is_all_there_is_never_changes():
    s = scenario(share("fixed", share=1.0), 7)
    assert np.array_equal(frequencies(s, 1, 50), frequencies(s, 9, 50))


def test_accumulation_never_loses_a_token():
    s = scenario(ACCUMULATE, 2)
    assert np.array_equal(frequencies(s, 1, 200) > 0, frequencies(s, 3, 200) > 0)


@pytest.mark.parametrize("damage", [{"total": 1}, {"batch": -1}])
def test_counts_that_do_not_add_up_stop_the_run(damage, monkeypatch):
    s = scenario(REPLACE)
    kernel = kernel_for(s, 3)

    def rows(first):
        row = kernel.rows(first)
        return row._replace(
            **{name: getattr(row, name) + np.array(by).astype(getattr(row, name).dtype) for name, by in damage.items()}
        )

    monkeypatch.setattr(simulations.ensemble, "kernel_for", lambda *_: replace(kernel, rows=rows))
    with pytest.raises(EngineFault, match="a chain among 0 to 9 broke an invariant in generations 1 to 3"):
        run_ensemble(s, generations=3, replicates=10, seed=0, statistics=[Requested("vocabulary")], record=[1])


@pytest.mark.parametrize(
    "p", [[1.0], [0.5, 0.5], [0.2, 0.0, 0.8], [1e-300, 1.0], [1e-12, 0.3, 0.7 - 1e-12], list(1.0 / np.arange(1, 301))]
)
def test_alias_table_holds_every_probability_exactly(p):
    p = np.array(p) / np.sum(p)
    table, K = alias_table(p, 400), len(p)
    mass = [0] * K
    for i in range(K):
        mass[i] += int(table.threshold[i])
        mass[table.other[i]] += 2**64 - int(table.threshold[i])
    assert sum(mass) == K * 2**64
    assert np.abs(np.array([m / (K * 2**64) for m in mass]) - p).max() < 1e-16
    assert all(m == 0 for m, q in zip(mass, p, strict=True) if q == 0)


def test_alias_draws_have_their_distribution():
    p = np.array([0.05, 0.0, 0.5, 0.2, 0.25])
    draw = jnp.arange(2**18, dtype=jnp.uint32)
    key = bits.generation_key(bits.chain_key(6, "alias"), np.uint32(1))
    drawn = jax.jit(lambda table: outcome(table, bits.bits(key, np.uint32(0), draw)))(alias_table(p))
    counts = np.bincount(np.asarray(drawn), minlength=5)
    assert counts[1] == 0
    assert stats.chisquare(counts[p > 0], len(draw) * p[p > 0]).pvalue > ALIAS


def test_padding_wastes_at_most_an_eighth():
    sizes = [padded(n) for n in range(1, 5000)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) < 90
    assert all(n <= size <= max(8, n * 9 / 8) for n, size in enumerate(sizes, start=1))


def test_lanes_depend_on_the_scenario_alone():
    for retention in (REPLACE, ACCUMULATE, share("iid", share=0.5)):
        s = scenario(retention, [10, 500, 20, 7])
        assert token_shape(covered(s), 1).width == token_shape(covered(s), 4).width


def test_a_chain_beyond_the_counter_is_refused():
    with pytest.raises(
        InputError, match="a chain of tokens must hold at most 268435456 cells, got 1000000000 within 1"
    ):
        kernel_for(scenario(REPLACE, 10**9))


def test_what_no_kernel_covers_is_said_in_one_line():
    base = scenario(REPLACE).dump()
    for change, line in (
        (
            {"estimator": {"kind": "additive", "pseudocount": 1.0}},
            'estimator.kind = "additive" for a tokens source; covered: "frequency"',
        ),
        ({"sampler": {"kind": "top_k", "k": 2}}, 'sampler.kind = "top_k" for a tokens source; covered: "faithful"'),
        ({"islands": {"models": 2, "migration": 0.1}}, "islands; covered: scenarios without it"),
    ):
        with pytest.raises(NoKernel) as refusal:
            kernel_for(parse_scenario(base | change))
        assert refusal.value.lines == (f"no kernel yet covers {line}",)
