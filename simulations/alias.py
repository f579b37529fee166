"""Draws from a finite distribution in constant time, each probability exact to K 2^-64.

Walker's alias table in integers: column i of K equal columns belongs to i below its threshold and to one other outcome
above it. Floats are integers over a power of two, so nothing is rounded before the thresholds are. One 64-bit word
chooses the column with its high part and the place in the column with its low part.

Source: Vose, A linear algorithm for generating random numbers with a given distribution (1991).
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64, Int32, UInt32, UInt64

from simulations.bits import Bits, uniform_index, word64

_COLUMN = 2**64


class AliasTable(NamedTuple):
    """`size` columns (the arrays may be longer): outcome i where the low part is below threshold[i], else other[i]."""

    threshold: UInt64[Any, "K"]
    other: Int32[Any, "K"]
    size: UInt32[Any, ""]


def alias_table(probabilities: Float64[np.ndarray, "K"], padded_to: int = 0) -> AliasTable:
    """The table of a distribution that sums to 1 up to rounding; outcomes of probability 0 are never drawn."""
    K = len(probabilities)
    mantissa, exponent = np.frexp(probabilities)
    parts = [m << int(e) for m, e in zip((mantissa * 2.0**53).astype(int).tolist(), exponent + 1074, strict=True)]
    whole = sum(parts)
    weights = [part * K * _COLUMN // whole for part in parts]
    weights[int(np.argmax(probabilities))] += K * _COLUMN - sum(weights)

    threshold, other = np.zeros(max(K, padded_to), np.uint64), np.zeros(max(K, padded_to), np.int32)
    other[:K] = np.arange(K)
    small = [i for i in range(K) if weights[i] < _COLUMN]
    large = [i for i in range(K) if weights[i] > _COLUMN]
    while small:
        i, j = small.pop(), large[-1]
        threshold[i], other[i] = weights[i], j
        weights[j] -= _COLUMN - weights[i]
        if weights[j] <= _COLUMN:
            large.pop()
            if weights[j] < _COLUMN:
                small.append(j)
    return AliasTable(threshold, other, np.uint32(K))


def outcome(table: AliasTable, pair: Bits) -> Int32[Array, "..."]:
    """The outcome that 64 random bits choose."""
    column = uniform_index(pair, table.size).astype(jnp.int32)
    place = word64(pair) * table.size.astype(jnp.uint64)  # modulo 2^64: the position within the column
    below = place < table.threshold.at[column].get(mode="promise_in_bounds")
    return jnp.where(below, column, table.other.at[column].get(mode="promise_in_bounds"))
