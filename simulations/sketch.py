"""Quantiles over chains from counts that merge: values are sorted into bins whose width is 2^-11 of the value.

The first bits of a float64 (sign, exponent, 11 of the mantissa) are the number of its bin, so numbers in the order of
the bins are in the order of the values. Counts are whole numbers: a sketch is the same whatever the order in which
chains were added. Such a log-linear histogram is the idea of HdrHistogram and DDSketch (Masson, Rim and Lee 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64, Int32, Int64

MANTISSA = 11
"""Bits of the mantissa that a bin keeps: whole numbers up to 4096 have bins of their own."""

NOT_A_NUMBER = np.int32(2**31 - 1)

_DROPPED = 52 - MANTISSA


def bin_numbers(values: Float64[Any, "*n"]) -> Int32[Array, "*n"]:
    """The bin of each value; bins are in the order of the values, and nan has the last one."""
    distance = jax.lax.bitcast_convert_type(jnp.abs(values), jnp.int64) >> _DROPPED
    number = jnp.where(values < 0, -1 - distance, distance).astype(jnp.int32)
    return jnp.where(jnp.isnan(values), NOT_A_NUMBER, number)


@dataclass(frozen=True, eq=False)
class Sketch:
    """How many chains fell into which bin: distinct bins in increasing order, and their counts."""

    bins: Int32[np.ndarray, "b"]
    counts: Int64[np.ndarray, "b"]

    def quantiles(self, levels: Sequence[float]) -> Float64[np.ndarray, "q"]:
        """The least value that a share `level` of the chains does not exceed: its bin's edge nearer to zero.

        So it is at most 2^-11 of itself too near to zero, and exact for whole numbers up to 4096. nan where a chain has
        no value.
        """
        if not len(self.bins) or self.bins[-1] == NOT_A_NUMBER:
            return np.full(len(levels), np.nan)
        below = np.cumsum(self.counts)
        rank = np.maximum(np.ceil(np.asarray(levels) * below[-1] * (1 - 1e-15)), 1)
        return _edges(self.bins[np.searchsorted(below, rank)])


EMPTY = Sketch(np.zeros(0, np.int32), np.zeros(0, np.int64))


def sketch_of(numbers: Int32[np.ndarray, "n"]) -> Sketch:
    """The sketch of chains with these bins."""
    return Sketch(*(np.asarray(a) for a in np.unique(numbers, return_counts=True)))


def merged_sketches(a: Sketch, b: Sketch) -> Sketch:
    """The sketch of both sets of chains."""
    bins, place = np.unique(np.concatenate([a.bins, b.bins]), return_inverse=True)
    counts = np.zeros(len(bins), np.int64)
    np.add.at(counts, place, np.concatenate([a.counts, b.counts]))
    return Sketch(bins, counts)


def _edges(bins: Int32[np.ndarray, "*n"]) -> Float64[np.ndarray, "*n"]:
    distance = np.where(bins < 0, -1 - bins.astype(np.int64), bins.astype(np.int64)) << _DROPPED
    edges: Any = np.where(bins < 0, -1.0, 1.0) * distance.view(np.float64)
    return edges
