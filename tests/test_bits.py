"""Random bits: published answers, JAX's own generator, golden hashes; what is made of them is exact and in range."""

import hashlib
from functools import partial

import jax
import jax.extend.random
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest
from budget import declare, normal_limit
from scipy import stats

from simulations import bits

N = 2**17
WORDS = declare("uniforms, normals and indices of one stream", 6e-9)
SCALE = declare("moments of many normals", 1e-9)
NEIGHBOURS = declare("correlation of neighbouring counters", 1e-9)
ALL = 0xFFFFFFFF


def words(*pairs):
    """Bit pairs as arrays."""
    high, low = np.array(pairs, dtype=np.uint32).T
    return jnp.asarray(high), jnp.asarray(low)


def stream(seed=7, generation=3, replicate=0, n=N):
    """The first n draws of one replicate in one generation."""
    return _stream(bits.chain_key(seed, "digest"), np.uint32(generation), np.uint32(replicate), n)


@partial(jax.jit, static_argnames="n")
def _stream(key, generation, replicate, n):
    return bits.bits(bits.generation_key(key, generation), replicate, jnp.arange(n, dtype=jnp.uint32))


word64, uniforms, normals, uniform_index, log = map(
    jax.jit, (bits.word64, bits.uniforms, bits.normals, bits.uniform_index, bits.log)
)


@pytest.mark.parametrize(
    ("key", "counter", "answer"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((ALL, ALL), (ALL, ALL), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_published_answers_of_random123(key, counter, answer):
    assert (
        tuple(int(word) for word in bits.threefry2x32(*(tuple(map(np.uint32, pair)) for pair in (key, counter))))
        == answer
    )


def test_equals_the_threefry_of_jax():
    key = bits.chain_key(11, "x")
    counter = jnp.arange(2000, dtype=jnp.uint32).reshape(2, 1000) * np.uint32(2654435761)
    ours = bits.threefry2x32((key[0], key[1]), (counter[0], counter[1]))
    theirs = jax.extend.random.threefry_2x32(jnp.asarray(key), counter)
    assert np.array_equal(np.stack(ours), theirs)


def test_keys_and_bits_are_golden():
    assert [hex(word) for word in bits.chain_key(0, "digest")] == ["0x3439afd6", "0xf464f8d9"]
    drawn = np.stack([np.stack(stream(5, t, r, 1000)) for t in (1, 2**32 - 1) for r in (0, 1, 2**32 - 1)])
    assert hashlib.sha256(drawn.astype("<u4").tobytes()).hexdigest()[:16] == "fe9e462ad4341beb"


def test_seeds_scenarios_generations_replicates_and_draws_have_streams_of_their_own():
    keys = {tuple(bits.chain_key(seed, digest)) for seed in (0, 1, 2**32, 2**64 - 1) for digest in ("a", "b")}
    assert len(keys) == 8
    drawn = {int(word64(stream(0, t, r, 2))[i]) for t in range(5) for r in range(5) for i in range(2)}
    assert len(drawn) == 50


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_beyond_64_bits_are_refused(seed):
    with pytest.raises(ValueError, match=f"seed must be at least 0 and below 2\\^64, got {seed}"):
        bits.chain_key(seed, "digest")


def test_counters_beyond_32_bits_are_refused():
    bits.require_counters(replicates=2**32 - 1)
    with pytest.raises(ValueError, match=r"replicates must be at least 0 and below 2\^32, got 4294967296"):
        bits.require_counters(replicates=2**32)


def test_samplers_refuse_single_precision():
    pair = stream(n=4)
    jax.config.update("jax_enable_x64", False)
    try:
        for sample in (bits.uniforms, bits.normals, bits.word64, lambda p: bits.uniform_index(p, np.uint32(3))):
            with pytest.raises(RuntimeError, match="jax_enable_x64"):
                sample(pair)
    finally:
        jax.config.update("jax_enable_x64", True)


def test_uniforms_lie_strictly_inside_and_have_52_bits():
    u = np.asarray(uniforms(words((0, 0), (ALL, ALL), (0, 1 << 12), (0x80000000, 0))))
    assert u.tolist() == [2.0**-53, 1 - 2.0**-53, 1.5 * 2.0**-52, 0.5 + 2.0**-53]


@pytest.mark.parametrize("n", [1, 2, 3, 10, 1000, 2**24 - 1, 2**24 + 1, 2**31, 2**32 - 1])
def test_index_is_the_floor_of_the_exact_product(n):
    pair = tuple(jnp.concatenate(both) for both in zip(words((0, 0), (ALL, ALL), (0, ALL)), stream(n=500), strict=True))
    exact = [(int(word) * n) >> 64 for word in word64(pair)]
    assert np.asarray(uniform_index(pair, np.uint32(n))).tolist() == exact


def test_logarithm_is_that_of_numpy():
    y = np.concatenate([2.0 ** np.linspace(-1022, 1023, 20001), 1.0 + np.linspace(-1e-3, 1e-3, 2001)])
    assert np.abs(np.asarray(log(jnp.asarray(y))) - np.log(y)).max() <= 3e-13  # of 709
    near = np.linspace(0.5, 2.0, 30001)
    near = near[near != 1.0]
    assert np.abs(np.asarray(log(jnp.asarray(near))) / np.log(near) - 1.0).max() < 1e-15


def test_normal_is_the_inverse_of_the_normal_cdf():
    pair = tuple(
        jnp.concatenate(both)
        for both in zip(
            words((0, 0), (ALL, ALL), (0x000FFFFF, ALL), (0, 1), (0x80000000, 5)), stream(n=300), strict=True
        )
    )
    z = np.asarray(normals(pair))
    with mp.workdps(40):
        for word, value in zip(np.asarray(word64(pair)).tolist(), z, strict=True):
            tail = (2 * (word & (2**52 - 1)) + 1) / mp.mpf(2) ** 54
            exact = mp.sqrt(2) * mp.erfinv(1 - 2 * tail) * (1 if word >> 63 == 0 else -1)
            assert abs(value / exact - 1) < 1e-14
    assert z[0] == -normals(words((0x80000000, 0)))[0]
    assert 8.29 < z[0] < 8.3


def test_distributions_of_a_stream():
    pair = stream()
    limit = WORDS / 6
    u, z = np.asarray(uniforms(pair)), np.asarray(normals(pair))
    assert stats.kstest(u, "uniform").pvalue > limit
    assert stats.kstest(z, "norm").pvalue > limit
    assert abs(np.sum(z**2) - N) / np.sqrt(2 * N) < normal_limit(limit)
    for n in (10, 1000):
        counts = np.bincount(np.asarray(uniform_index(pair, np.uint32(n))), minlength=n)
        assert stats.chisquare(counts).pvalue > limit
    odd = np.asarray(uniform_index(pair, np.uint32(2**24 + 1))) % 2
    assert abs(odd.sum() - N / 2) / np.sqrt(N / 4) < normal_limit(limit)


def test_a_scale_off_by_a_thousandth_would_be_seen():
    """Moments of 2^25 normals: the limit on the variance is 0.0015, on the scale half of that."""

    @jax.jit
    def sums(replicate):
        z = bits.normals(_stream(bits.chain_key(8, "moments"), np.uint32(1), replicate, 2**20))
        return jnp.stack([z.sum(), (z**2).sum(), (z**4).sum()])

    n = 2**25
    mean, second, fourth = sum(np.asarray(sums(np.uint32(r))) for r in range(32)) / n
    z = np.array([mean, (second - 1) / np.sqrt(2), (fourth - 3) / np.sqrt(96)]) * np.sqrt(n)
    limit = normal_limit(SCALE, 3)
    assert np.abs(z).max() < limit
    assert limit * np.sqrt(2 / n) < 2e-3


def test_neighbouring_counters_are_uncorrelated():
    z = [np.asarray(normals(stream(7, t, r))) for t, r in ((3, 0), (3, 1), (4, 0))]
    pairs = [z[0] * z[1], z[0] * z[2], z[1] * z[2], z[0][1:] * z[0][:-1]]
    assert max(abs(p.sum()) / np.sqrt(len(p)) for p in pairs) < normal_limit(NEIGHBOURS, len(pairs))
