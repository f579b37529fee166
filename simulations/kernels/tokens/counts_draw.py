r"""Multinomial counts by numpy, at every size, with every probability exact to 2e-12 of itself.

$n$ draws are first shared among blocks of some 100 tokens by the sums of their weights, then within each block token
by token: $X_j \sim \mathrm{Bin}(n - X_1 - \dots - X_{j-1},\; w_j / (w_j + w_{j+1} + \dots))$. numpy forms the
denominator by taking weights away from 1, so the largest weight of a block is put last: what is left is never smaller
than it, nothing cancels, and a token of weight 0 is never drawn.

numpy's binomial takes $(1-p)^n$ from $1-p$ rounded, which for $n = 10^{13}$ is wrong in the fourth digit. Among more
than 2^30 draws rare tokens are therefore shared out among their like, and their number is drawn in two steps:
$\mathrm{Bin}(n, p) = \mathrm{Bin}(\mathrm{Bin}(n, 2^{-20}), 2^{20} p)$.
"""

import numpy as np
from jaxtyping import Float64, Int64, Shaped, UInt32

from simulations.host_bits import generator

BLOCK = 128
"""Tokens at most that are drawn one after the other."""

LARGEST_GROUPED = 4096
"""Vocabularies up to here are drawn for many chains at once; beyond, tokens that are gone are set aside."""

MANY_DRAWS = 2**30
RARE = 2.0**-28
"""Among more draws than that, tokens below this share of the weight are drawn apart."""

THINNING = 2.0**-20

Weights = Shaped[np.ndarray, "R K"]
"""Not negative, int64 or float64; they need not sum to 1."""


class Streams:
    """Generators for one generation of neighbouring chains, a new one for each call of numpy.

    Chains are the rows of arrays and are drawn in their order, so that a chain does not depend on those that follow it
    in its group, however many they are.
    """

    def __init__(self, key: UInt32[np.ndarray, "2"], generation: int, first: int):
        self._key, self._generation, self._first, self._next = key, generation, first, 0

    def generator(self) -> np.random.Generator:
        """The next generator."""
        self._next += 1
        return generator(self._key, self._generation, self._first, self._next - 1)


def multinomial(streams: Streams, n: Int64[np.ndarray, "R"], weights: Weights) -> Int64[np.ndarray, "R K"]:
    """Counts of n draws of each row, with probabilities proportional to its weights."""
    K = weights.shape[-1]
    if K > LARGEST_GROUPED and len(weights) == 1:
        alive = np.flatnonzero(weights[0])
        if 5 * len(alive) < 4 * K:
            counts = np.zeros((1, K), np.int64)
            counts[0, alive] = _in_classes(streams, n, weights[:, alive])[0]
            return counts
    return _in_classes(streams, n, weights)


def binomial(streams: Streams, n: Int64[np.ndarray, "R"], p: Float64[np.ndarray, "R"]) -> Int64[np.ndarray, "R"]:
    """Successes among n, with p <= 1/2."""
    first, second = streams.generator(), streams.generator()
    thinned = (n > 2**26) & (n * p < 30.0)
    survivors = first.binomial(n, np.where(thinned, THINNING, 1.0))
    return second.binomial(survivors, np.where(thinned, p / THINNING, p))


def _in_classes(streams: Streams, n: Int64[np.ndarray, "R"], weights: Weights) -> Int64[np.ndarray, "R K"]:
    if n.max(initial=0) <= MANY_DRAWS:
        return _in_blocks(streams, n, weights)
    total = weights.sum(axis=1)
    rare = weights < RARE * total[:, None]
    apart = np.where(rare, weights, 0)
    among = apart.sum(axis=1)
    few = binomial(streams, n, among / np.where(total > 0, total, 1))
    counts = _in_blocks(streams, n - few, np.where(rare, 0, weights))
    return counts + _in_blocks(streams, few, apart)


def _in_blocks(streams: Streams, n: Int64[np.ndarray, "R"], weights: Weights) -> Int64[np.ndarray, "R K"]:
    R, K = weights.shape
    blocks = -(-K // BLOCK)
    width = -(-K // blocks)
    if blocks * width > K:
        weights = np.concatenate([weights, np.zeros((R, blocks * width - K), weights.dtype)], axis=1)
    weights = weights.reshape(R * blocks, width)
    total = weights.sum(axis=1)
    if blocks > 1:
        n = _in_blocks(streams, n, total.reshape(R, blocks)).ravel()
    p = weights / np.where(total > 0, total, 1)[:, None]
    row, largest = np.arange(len(p)), p.argmax(axis=1)
    p[row, largest], p[:, -1] = p[:, -1].copy(), p[row, largest]
    counts = streams.generator().multinomial(n, p)
    counts[row, largest], counts[:, -1] = counts[:, -1].copy(), counts[row, largest]
    return counts.reshape(R, blocks * width)[:, :K]
