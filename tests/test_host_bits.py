"""The host's random bits against Philox as its authors publish it, and that no two generators share a counter."""

import numpy as np
import pytest

from simulations import bits
from simulations.host_bits import HOST_WORD, generator

MASK = 2**64 - 1


def philox4x64(key, counter):
    """The ten rounds in exact integers."""
    k0, k1 = key
    a, b, c, d = counter
    for _ in range(10):
        left, right = 0xD2E7470EE14C6C93 * a, 0xCA5A826395121157 * c
        a, b, c, d = (right >> 64) ^ b ^ k0, right & MASK, (left >> 64) ^ d ^ k1, left & MASK
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & MASK, (k1 + 0xBB67AE8584CAA73B) & MASK
    return a, b, c, d


@pytest.mark.parametrize(
    ("key", "counter", "answer"),
    [
        (
            (0, 0),
            (0, 0, 0, 0),
            (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B),
        ),
        (
            (MASK, MASK),
            (MASK, MASK, MASK, MASK),
            (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0),
        ),
        (
            (0x452821E638D01377, 0xBE5466CF34E90C6C),
            (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
            (0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6),
        ),
    ],
)
def test_the_rounds_are_those_of_the_published_answers(key, counter, answer):
    assert philox4x64(key, counter) == answer


@pytest.mark.parametrize(("generation", "replicate", "stream"), [(1, 0, 0), (7, 3, 2), (2**32 - 1, 2**32 - 1, 5)])
def test_a_generator_is_its_counter(generation, replicate, stream):
    key = bits.chain_key(11, "host")
    words = HOST_WORD, (int(key[0]) << 32) | int(key[1])
    expected = [word for i in (1, 2, 3) for word in philox4x64(words, (i, generation, replicate, stream))]
    drawn = generator(key, generation, replicate, stream).bit_generator.random_raw(12)
    assert drawn.tolist() == expected


def test_generators_never_meet():
    keys = [bits.chain_key(seed, digest) for seed in (0, 1, 2**32) for digest in ("a", "b")]
    places = [(t, r, s) for t in (1, 2) for r in (0, 1, 2) for s in (0, 1)]
    first = {generator(key, *place).bit_generator.random_raw() for key in keys for place in places}
    assert len(first) == len(keys) * len(places)


def test_a_generator_is_new_each_time():
    key = bits.chain_key(3, "again")
    assert np.array_equal(generator(key, 1, 2).random(5), generator(key, 1, 2).random(5))
