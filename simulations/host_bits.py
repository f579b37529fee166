"""Random numbers of chains that numpy runs: a pure function of (key, generation, replicate, stream).

Philox4x64-10 turns a 128-bit key and a 256-bit counter into 256 random bits. The key is the chain key beside a constant
word; of the counter's four words the lowest is numpy's own and counts draws, the others are generation, replicate and
stream. So two generators never meet before each has given 2^66 words.

Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC11).
"""

from typing import Any

import numpy as np
from jaxtyping import UInt32
from numpy.random.bit_generator import ISeedSequence

HOST_WORD = 0x484F5354
"""The other half of every key ("HOST")."""


def generator(key: UInt32[np.ndarray, "2"], generation: int, replicate: int, stream: int = 0) -> np.random.Generator:
    """The generator of one generation of one chain; all three numbers below 2^64. It takes 2 microseconds to make.

    `stream` tells apart generators of one generation whose draws must not depend on each other's number.
    """
    words = np.array([HOST_WORD, (int(key[0]) << 32) | int(key[1])], np.uint64)
    counter = np.array([0, generation, replicate, stream], np.uint64)
    return np.random.Generator(np.random.Philox(_Key(words), counter=counter))  # type: ignore[arg-type]


class _Key(ISeedSequence):
    """A key as it is: numpy hashes a seed, and draws one from the system first where it is given a key."""

    def __init__(self, words: np.ndarray):
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> np.ndarray:
        return self._words
