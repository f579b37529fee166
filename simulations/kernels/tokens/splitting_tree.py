"""Multinomial counts by halving: a node of a binary tree over the tokens shares its points out among two by a binomial.

The probability of a side is left / (left + right), both of them sums of non-negative weights: nothing is subtracted, a
side of weight 0 gets nothing, and counts add up by construction. All nodes of one depth are drawn at once, so that K
tokens take log2 K steps of whole arrays: a loop over tokens, in which each takes from what the one before left over,
has K. Next to independent Poisson draws of slightly less than the total and a categorical rest, the other parallel way,
there is no capacity to overflow, no sort, and no table to look the rest up in.
"""

from itertools import pairwise
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int64, UInt32

from simulations.binomial import binomial
from simulations.bits import Bits

TREES = 4
"""Multinomials that one key and replicate serve."""

FEW, TOGETHER = 32, 4
"""Depths of at most so many pairs are one loop; of the wider ones the last two are two, the next so many are one."""


def split(
    key: Bits, replicate: UInt32[Any, ""], weights: Float64[Array, "B K"], totals: Int64[Array, "B"]
) -> tuple[Int64[Array, "B K"], Bool[Array, ""]]:
    """Counts of `totals[b]` points over tokens with probabilities proportional to weights[b], at most TREES of them.

    The second result says whether a binomial failed, or points had only tokens of weight 0 to go to. Node i of the
    depth that has m pairs, counted from the leaves upwards, has draw number (pairs below) + i in tree 0; tree b adds
    b 2^30.
    """
    trees = len(weights)
    sides = []  # of every depth, from the leaves upwards
    sums = weights
    while not sides or sums.shape[1] > 1:
        sums = jnp.pad(sums, [(0, 0), (0, sums.shape[1] % 2)])
        sides.append((sums[:, 0::2], sums[:, 1::2]))
        sums = sides[-1][0] + sides[-1][1]
    pairs = [left.shape[1] for left, _ in sides]
    below = np.cumsum([0, *pairs]).astype(np.uint32)
    tree = np.arange(trees, dtype=np.uint32)[:, None] * np.uint32(2**30)

    def depth(carry, level):
        counts, failed = carry
        left, right, place = level
        width = left.shape[1]
        counts, both = counts[:, :width], left + right
        node = tree + place + np.arange(width, dtype=np.uint32)
        whole = jnp.where(both > 0.0, both, 1.0)
        lefts, wrong = binomial(key, replicate, node, counts, left / whole, right / whole)
        shared = jnp.stack([lefts, counts - lefts], axis=-1).reshape(trees, 2 * width)
        return (shared, failed | wrong.any()), None

    counts, failed = totals[:, None], ((totals > 0) & ~(sums[:, 0] > 0.0)).any()
    for band in reversed(_bands(pairs)):
        width = pairs[band[0]]
        padded = [tuple(jnp.pad(side, [(0, 0), (0, width - pairs[i])]) for side in sides[i]) for i in reversed(band)]
        lefts, rights = (jnp.stack([both[side] for both in padded]) for side in (0, 1))
        start = jnp.pad(counts, [(0, 0), (0, max(0, 2 * width - counts.shape[1]))])[:, : 2 * width]
        (counts, failed), _ = lax.scan(depth, (start, failed), (lefts, rights, below[list(reversed(band))]))
    return counts[:, : weights.shape[1]], failed


def _bands(pairs: list[int]) -> list[list[int]]:
    """Depths, numbered from the leaves upwards, that are computed at the width of their lowest by one compiled loop.

    A loop for every depth would compile for half a minute at a million tokens; this takes a third more arithmetic.
    """
    depths = list(range(len(pairs)))
    wide = sum(m > FEW for m in pairs)
    cuts = sorted({min(cut, wide) for cut in (1, 2, 2 + TOGETHER)} | {0, len(pairs)})
    return [depths[first:last] for first, last in pairwise(cuts) if first < last]
