"""Token kernels: the law of chains that draw every token, golden integer chains, exact edges, a working alarm."""

import hashlib
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from budget import declare
from scipy import stats
from token_cases import ACCUMULATE, ADDITIVE, CELLS, POOL, REPLACE, SUBSAMPLE, ZIPF, same_law, scenario, share
from token_recursion import token_recursion

import simulations.kernels.tokens.tokens
from simulations import bits
from simulations.alias import alias_table, outcome
from simulations.ensemble import EngineFault, Requested, run_ensemble
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.choice import chosen
from simulations.kernels.kernel import BLOCK
from simulations.kernels.method import Question
from simulations.kernels.shape import padded
from simulations.kernels.tokens.gather_shape import gather_shape
from simulations.lane import CLOCKS, Block, Detail, Lane, advanced, started, wanted
from theory.scenario import InputError, parse_scenario

TWINS = declare("token kernels against chains that draw every token", 1e-8)
ALIAS = declare("alias table against its distribution", 1e-9)
GENERATIONS, CHAINS = 3, 2**14


def frequencies(s, generations, replicates, seed=1):
    """[replicate, token] frequencies of generation T, straight from the compiled program."""
    kernel, key = kernel_for(s, generations, method="gather"), bits.chain_key(seed, s.digest)
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


def stepped(s, generations, replicates, seed=1):
    """The same, step by step and all chains beside each other: no measures need to be compiled."""
    kernel, key = kernel_for(s, generations, method="gather"), bits.chain_key(seed, s.digest)
    state, rows, numbers = started(kernel.program, replicates), kernel.rows(1), np.arange(replicates, dtype=np.uint32)
    step = jax.jit(jax.vmap(kernel.program.step, in_axes=(None, None, None, 0, 0)))
    for t in range(1, generations + 1):
        row = jax.tree.map(lambda a, i=t - 1: a[i], rows)
        state = step(kernel.tables, row, bits.generation_key(key, np.uint32(t)), numbers, state)
    return np.asarray(jax.vmap(lambda one: kernel.program.observe(row, one)[0])(state))[:, : s.source.vocabulary]


@pytest.mark.parametrize("name", CELLS)
def test_chains_have_the_law_of_chains_that_draw_every_token(name):
    s = CELLS[name]
    theirs = token_recursion(s, GENERATIONS, CHAINS, seed=2)[-1]
    assert same_law(stepped(s, GENERATIONS, CHAINS), theirs) > TWINS / len(CELLS)


GOLDEN = {
    "replace": (REPLACE, {}, "57f71e3e05d3676f"),
    "iid": (share("iid", share=0.25), {}, "4db9b5aac668ba8d"),
    "stratified": (share("stratified", share=0.25), {}, "3e681f1ecc3d78e2"),
    "fixed": (share("fixed", share=0.25), {}, "e80cd337ea9fdaec"),
    "accumulate": (ACCUMULATE, {}, "11787352effd6f83"),
    "additive": (share("iid", share=0.25), ADDITIVE, "41cd7d09aed6d0bb"),
    "subsample": (SUBSAMPLE, {}, "649e410a66425aed"),
    "window": ({"kind": "window", "length": 3}, {}, "5135d430c7d304b3"),
}
POOLED = {"accumulate": 70, "window": 3}


@pytest.mark.parametrize("policy", GOLDEN)
def test_integer_chains_are_golden(policy):
    """Seventy generations, so that two blocks are joined; the same as a plain Python loop over exact integers gave."""
    retention, more, golden = GOLDEN[policy]
    s = scenario(retention, 8, source=ZIPF, **more)
    total = 8 * POOLED.get(policy, 1)
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
    kernel = kernel_for(s, 3, method="gather")

    def rows(first):
        row = kernel.rows(first)
        return row._replace(
            **{name: getattr(row, name) + np.array(by).astype(getattr(row, name).dtype) for name, by in damage.items()}
        )

    monkeypatch.setattr(simulations.kernels.tokens.tokens, "token_kernel", lambda *_: replace(kernel, rows=rows))
    with pytest.raises(EngineFault, match="a chain among 0 to 9 broke an invariant in generations 1 to 3"):
        run_ensemble(
            s,
            generations=3,
            replicates=10,
            seed=0,
            statistics=[Requested("vocabulary")],
            record=[1],
            method="gather",
        )


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
        assert gather_shape(s, 1).width == gather_shape(s, 4).width


def test_a_chain_beyond_the_counter_is_refused_where_it_is_asked_for():
    with pytest.raises(InputError, match="does not cover training sets of 1000000000 tokens; covered: up to 268435456"):
        kernel_for(scenario(REPLACE, 10**9), method="gather")
    with pytest.raises(InputError, match="at most 268435456 cells with method gather, got 300000000 within 3000 gen"):
        kernel_for(scenario(ACCUMULATE, 10**5), 3000, method="gather")


def test_what_cells_do_not_cover_is_said_in_one_line():
    base, budget = scenario(REPLACE).dump(), {**POOL, "budget": 3}
    without = {name: table for name, table in base.items() if name != "sample_size"}
    for tables, line in (
        (
            base | {"estimator": {"kind": "posterior", "pseudocount": 1.0}},
            'estimator.kind = "posterior" for a tokens source; covered: "frequency" or "additive"',
        ),
        (
            base | {"sampler": {"kind": "top_k", "k": 2}},
            'sampler.kind = "top_k" for a tokens source; covered: "faithful"',
        ),
        (
            base | {"retention": {"kind": "accumulate_subsample", "replacement": False}},
            "retention.replacement = false for a tokens source; covered: true",
        ),
        (
            without | {"retention": budget},
            "retention.budget = 3 for a tokens source; covered: pools without it",
        ),
        (base | {"islands": {"models": 2, "migration": 0.1}}, "islands; covered: scenarios without it"),
    ):
        with pytest.raises(NoKernel) as refusal:
            kernel_for(parse_scenario(tables), method="gather")
        assert refusal.value.lines == (f'method "gather" does not cover {line}',)


def test_what_no_kernel_covers_is_said_in_one_line():
    with pytest.raises(NoKernel) as refusal:
        kernel_for(parse_scenario(scenario(REPLACE).dump() | {"islands": {"models": 2, "migration": 0.1}}))
    assert refusal.value.lines == ("no kernel yet covers islands; covered: scenarios without it",)


@pytest.mark.parametrize(
    ("K", "M", "more", "name"),
    [
        (100, 1000, {}, "gather"),
        (1000, 10**4, {}, "gather"),
        (5 * 10**4, 10**6, {}, "counts"),
        (10, 10**9, {}, "counts"),
        (100, 1000, {"sampler": {"kind": "top_k", "k": 5}}, "counts"),
        (10**5, 1000, ADDITIVE, "gather"),
    ],
)
def test_the_quicker_method_is_chosen_and_a_longer_run_is_no_other(K, M, more, name):
    s = scenario(REPLACE, M, source={"kind": "zipf", "vocabulary": K, "exponent": 1.1}, **more)
    assert {chosen(Question(s, T, tuple(range(T + 1)))).name for T in (2, 50, 2000)} == {name}


def test_a_schedule_that_grows_keeps_its_method():
    sizes = {"kind": "geometric", "size": 100, "ratio": 1.1}
    s = parse_scenario({"source": ZIPF, "retention": REPLACE, "sample_size": sizes})
    assert len({chosen(Question(s, T, tuple(range(T + 1)))).name for T in (2, 10, 100)}) == 1
