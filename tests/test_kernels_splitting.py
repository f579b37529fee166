"""Counts by splitting: every policy against chains that draw every token, enumerated laws, edges, bits, one compile."""

import hashlib
import itertools
from fractions import Fraction
from functools import partial
from math import factorial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from budget import declare
from scipy import stats
from suites import every_run
from token_cases import ACCUMULATE, CELLS, COUNTS, DISTINCT, POSTERIOR, REPLACE, same_law, scenario, share
from token_recursion import token_recursion

from simulations import bits
from simulations.ensemble import Requested, run_ensemble
from simulations.kernels import NoKernel, kernel_for
from simulations.kernels.choice import chosen
from simulations.kernels.method import Question
from simulations.kernels.tokens import splitting_tree
from simulations.kernels.tokens.splitting_tree import split
from simulations.lane import advanced

TWINS = declare("splitting against chains that draw every token", 1e-8)
ENUMERATED = declare("splitting against enumerated laws", 2e-9)
LARGE = declare("splitting of 10^12 points", 2e-9)
GENERATIONS, CHAINS = 3, 2**14
CASES = {
    name: (CELLS | COUNTS)[name]
    for name in (
        "replace on a list of sizes",
        "a token that does not exist",
        "additive",
        "iid with a number of real points on a list of sizes",
        "stratified on a list of sizes",
        "fixed",
        "accumulate after one token",
        "subsample",
        "window on a list of sizes",
        "pool with a budget",
        "weighted, additive",
        "forgetting, additive, on a list of sizes",
        "temperature",
        "top k, additive",
        "top p",
    )
}
KEY = bits.generation_key(bits.chain_key(2, "splitting"), np.uint32(1))


QUICKLY = {"xla_backend_optimization_level": 0}
"""Many programs run once each: what counts is how long they take to compile."""


@partial(jax.jit, static_argnames="program", compiler_options=QUICKLY)
def _run(program, tables, key, rows, replicates):
    def generation(state, numbered):
        t, row = numbered
        folded = bits.generation_key(key, t)
        state = jax.vmap(lambda r, one: program.step(tables, row, folded, r, one))(replicates, state)
        return state, jax.vmap(lambda one: program.observe(row, one))(state)

    start = jax.tree.map(lambda a: jnp.broadcast_to(a, (len(replicates), *a.shape)), program.start())
    T = len(jax.tree.leaves(rows)[0])
    return jax.lax.scan(generation, start, (jnp.arange(1, T + 1, dtype=jnp.uint32), rows))[1]


def chains(s, generations, replicates, seed=1):
    """Frequencies [generation, replicate, token] of the replicates with these numbers."""
    kernel = kernel_for(s, generations, method="splitting")
    rows = jax.tree.map(lambda a: a[:generations], kernel.rows(1))
    key = bits.chain_key(seed, s.digest)
    found, broken = _run(kernel.program, kernel.tables, key, rows, np.asarray(replicates, np.uint32))
    assert not broken.any()
    return np.asarray(found)[..., : s.source.vocabulary]


SECONDARY = ("a token that does not exist", "additive", "top k, additive", "top p", "pool with a budget")
FAST = [name for name in CASES if name not in SECONDARY]


@pytest.mark.parametrize("name", every_run(CASES, FAST))
def test_chains_have_the_law_of_chains_that_draw_every_token(name):
    ours = chains(CASES[name], GENERATIONS, np.arange(CHAINS))
    theirs = token_recursion(CASES[name], GENERATIONS, CHAINS, seed=3)
    for t in range(GENERATIONS):
        assert np.abs(ours[t].sum(axis=1) - 1.0).max() < 1e-12
        assert same_law(ours[t], theirs[t]) > TWINS / (len(CASES) * GENERATIONS)


def multinomial_law(M, p):
    """Probabilities of all count vectors, as exact fractions."""
    law = {}
    for counts in itertools.product(range(M + 1), repeat=len(p)):
        if sum(counts) == M:
            ways = factorial(M)
            for c in counts:
                ways //= factorial(c)
            law[counts] = ways * np.prod([q**c for q, c in zip(p, counts, strict=True)])
    return law


@pytest.mark.parametrize("generation", [1, 2])
def test_transitions_have_their_enumerated_law(generation):
    M, p0 = 4, [Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)]
    law = multinomial_law(M, p0)
    if generation == 2:
        second = dict.fromkeys(law, Fraction(0))
        for before, weight in law.items():
            for after, probability in multinomial_law(M, [Fraction(c, M) for c in before]).items():
                second[after] += weight * probability
        law = second
    assert sum(law.values()) == 1
    p = chains(scenario(REPLACE, M), GENERATIONS, np.arange(CHAINS), seed=7)[generation - 1]
    counts = np.round(p * M).astype(int)
    seen = np.array([(counts == np.array(outcome)).all(axis=1).sum() for outcome in law])
    expected = CHAINS * np.array([float(p) for p in law.values()])
    rare = expected < 60
    if rare.any():
        seen, expected = (np.append(x[~rare], x[rare].sum()) for x in (seen, expected))
    assert seen.sum() == CHAINS
    assert stats.chisquare(seen, expected).pvalue > ENUMERATED / 2


REPLICATES = 2000
splits = jax.jit(jax.vmap(partial(split, KEY), in_axes=(0, None, None)), compiler_options=QUICKLY)


def drawn(p, M):
    """Counts [replicate, token] of one multinomial each."""
    counts, failed = splits(np.arange(REPLICATES, dtype=np.uint32), np.asarray(p, float)[None], np.array([M]))
    assert not failed.any()
    return np.asarray(counts)[:, 0]


@pytest.mark.parametrize("K", every_run((1, 2, 37), (37,)))
@pytest.mark.parametrize("M", [0, 1, 1000, 10**12])
def test_counts_add_up_and_tokens_of_probability_zero_get_none(K, M):
    p = (np.arange(K) + 1) % 3 * 0.5 if K > 1 else np.ones(1)
    counts = drawn(p, M)
    assert counts.dtype == np.int64
    assert (counts.sum(axis=1) == M).all()
    assert (counts >= 0).all()
    assert (counts[:, p == 0] == 0).all()
    assert (counts[:, p > 0] > 0).any() == (M > 0)


def test_weights_of_very_different_size_keep_their_digits():
    counts = drawn([1e-300, 1.0, 1e-12, 0.0, 1e-300, *np.zeros(32)], 10**12)
    assert (counts[:, [0, *range(3, 37)]] == 0).all()
    assert stats.poisson.cdf(counts[:, 2].sum(), REPLICATES) > LARGE / 8
    assert stats.poisson.sf(counts[:, 2].sum() - 1, REPLICATES) > LARGE / 8


def test_a_batch_of_ten_to_the_twelve_has_its_moments():
    """Pearson's statistic of 37 tokens over 2000 chains is chi-square with 36 * 2000 degrees of freedom."""
    p = 1.0 / np.arange(1, 38)
    M, R = 10**12, REPLICATES
    counts = drawn(p, M)
    p = p / p.sum()
    square = ((counts - M * p) ** 2 / (M * p)).sum()
    assert min(stats.chi2.cdf(square, 36 * R), stats.chi2.sf(square, 36 * R)) > LARGE / 8
    z = (counts.mean(axis=0) - M * p) / np.sqrt(M * p * (1 - p) / R)
    assert 2 * stats.norm.sf(np.abs(z).max()) > LARGE / 4 / 37


def test_integer_chains_are_golden_and_the_same_in_any_company():
    s = CASES["stratified on a list of sizes"]
    whole = chains(s, GENERATIONS, np.arange(CHAINS))
    counts = np.round(whole[:, :64] * np.array([2, 6, 3])[:, None, None]).astype("<i8")
    assert (counts.sum(axis=2) == [[2], [6], [3]]).all()
    assert hashlib.sha256(counts.tobytes()).hexdigest()[:16] == "de3f883879c3ef45"
    assert np.array_equal(chains(s, 2, [70, 3, 12]), whole[:2, [70, 3, 12]])


@pytest.mark.slow
def test_how_depths_are_grouped_changes_no_count(monkeypatch):
    p = 1.0 / np.arange(1, 38)
    monkeypatch.setattr(splitting_tree, "FEW", 8)
    grouped = jax.jit(
        jax.vmap(lambda r, p: split(KEY, r, p, jnp.array([5000])), in_axes=(0, None)), compiler_options=QUICKLY
    )
    counts, _ = grouped(np.arange(6, dtype=np.uint32), p[None])
    assert np.array_equal(counts[:, 0], drawn(p, 5000)[:6])


@pytest.mark.parametrize("weights", [[0.0, 0.0], [np.nan, 1.0], [-1.0, 2.0]])
def test_weights_that_make_no_sense_fail(weights):
    _, failed = splits(np.arange(REPLICATES, dtype=np.uint32), np.array([weights]), np.array([4]))
    assert failed.all()


def test_a_failure_is_never_forgotten():
    kernel = kernel_for(CELLS["replace"], 3, method="splitting")
    row = jax.tree.map(lambda a: a[0], kernel.rows(1))
    state = kernel.program.start()
    state = state._replace(counts=state.counts.at[0, 0].set(5))
    assert not kernel.program.observe(row, state)[1]
    assert kernel.program.observe(row, state._replace(failed=jnp.ones((), bool)))[1]
    assert kernel.program.observe(row, state._replace(counts=state.counts.at[0, 1].set(1)))[1]
    assert kernel.program.observe(row, state._replace(counts=state.counts.at[0, :2].set(jnp.array([6, -1]))))[1]


@pytest.mark.slow
def test_one_compile_serves_sizes_and_shares():
    def run(K, M, **how_much):
        source = {"kind": "zipf", "vocabulary": K, "exponent": 1.0}
        s = scenario(share("iid", **how_much), M, source=source)
        result = run_ensemble(
            s,
            generations=2,
            replicates=3,
            seed=0,
            statistics=[Requested("vocabulary")],
            record=[0, 1, 2],
            method="splitting",
        )
        assert result.method == "splitting"
        assert result.mean[0, 0] == K

    run(13, 100, share=0.5)
    compiled = advanced._cache_size()
    for K, M, how_much in ((13, 10**12, {"share": 0.1}), (13, 1, {"share": 0.0}), (13, [7, 10**6], {"real": 3})):
        run(K, M, **how_much)
    assert advanced._cache_size() == compiled


def test_accelerators_split_and_processors_do_so_when_told():
    question = Question(CELLS["replace"], 3, (1, 2, 3))
    assert chosen(question, accelerator=True).name == "splitting"
    assert chosen(question).name != "splitting"
    assert chosen(question, "splitting").name == "splitting"


@pytest.mark.parametrize(
    ("s", "line"),
    [
        (
            scenario(REPLACE, **POSTERIOR),
            'estimator.kind = "posterior" for a tokens source; covered: "frequency" or "additive"',
        ),
        (
            COUNTS["tilt"],
            'sampler.kind = "tilt" for a tokens source; covered: "faithful", "temperature", "top_k" or "top_p"',
        ),
        (scenario(DISTINCT), "retention.replacement = false for a tokens source; covered: true"),
        (
            scenario({"kind": "window", "length": 300}),
            "retention.length = 300 for a tokens source; covered: at most 256",
        ),
        (
            scenario(ACCUMULATE, 10**15),
            "training sets of more than 2^53 points for a tokens source; covered: at most 2^53",
        ),
    ],
)
def test_what_splitting_does_not_cover_is_said_in_one_line(s, line):
    with pytest.raises(NoKernel) as refusal:
        kernel_for(s, 10, method="splitting")
    assert refusal.value.lines == (f'method "splitting" does not cover {line}',)
