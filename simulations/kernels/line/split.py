"""How many of M points are real when each is real by its own coin: a binomial number by inverting its distribution.

Sixty-four random bits are compared with the cumulative probabilities of the numbers that they can reach, each exact to
2^-53 of itself and rounded to 2^-64. Pairs of M and share have a row each, so that sizes may change.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float64, Int32, UInt64

from simulations.bits import Bits, word64
from simulations.kernels.line.gaussian_shape import likely
from simulations.kernels.shape import padded

ONE = 2**64


class Split(NamedTuple):
    """By row: the cumulative probabilities of consecutive numbers, in units of 2^-64, and the least of the numbers."""

    cumulative: UInt64[Any, "D K"]
    least: Float64[Any, "D"]


def binomial_split(sizes: list[int], shares: list[float]) -> Split:
    """The rows of these pairs, padded to few different shapes."""
    ranges = [likely(M, share) for M, share in zip(sizes, shares, strict=True)]
    K = 1 << max(7, max(most - least for least, most in ranges).bit_length())
    cumulative = np.full((padded(len(sizes)), K), ONE - 1, np.uint64)
    for row, (M, share, (least, most)) in enumerate(zip(sizes, shares, ranges, strict=True)):
        cumulative[row, : most - least] = _cumulative(_binomial(M, share, np.arange(least, most + 1)))
    lowest = np.zeros(len(cumulative))
    lowest[: len(ranges)] = [least for least, _ in ranges]
    return Split(cumulative, lowest)


def real_points(split: Split, row: Int32[Array, ""], pair: Callable[[], Bits]) -> Float64[Array, ""]:
    """The number that 64 random bits choose in a row."""
    cumulative = split.cumulative[row]

    def searched() -> Int32[Array, ""]:
        word, place, step = word64(pair()), jnp.zeros((), jnp.int32), cumulative.shape[0] // 2
        while step:
            below = cumulative.at[place + (step - 1)].get(mode="promise_in_bounds") < word
            place = place + jnp.where(below, np.int32(step), np.int32(0))
            step //= 2
        return place

    only_one = cumulative[0] == np.uint64(ONE - 1)
    place = lax.cond(only_one, lambda: jnp.zeros((), jnp.int32), searched)
    return split.least[row] + place.astype(jnp.float64)


def _binomial(M: int, share: float, n: np.ndarray) -> Float64[np.ndarray, "K"]:
    """Binomial probabilities of consecutive n by the ratio of neighbours, scaled to sum to 1 over them."""
    ratio = (M - n[:-1]) / n[1:] * (share / (1.0 - share) if share < 1.0 else 1.0)
    log_p = np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    p = np.exp(log_p - log_p.max())
    return p / p.sum()


def _cumulative(p: Float64[np.ndarray, "K"]) -> UInt64[np.ndarray, "K-1"]:
    """Cumulative probabilities but the last; what rounding leaves over falls to the likeliest number."""
    if len(p) == 1:
        return np.zeros(0, np.uint64)
    weights = np.floor(p * float(ONE)).astype(np.uint64)
    mode = int(np.argmax(p))
    weights[mode] = int(weights[mode]) + ONE - 1 - sum(weights.tolist())
    return np.cumsum(weights, dtype=np.uint64)[:-1]
