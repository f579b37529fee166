r"""Exact binomial draws in float64 and int64, whole arrays of them at a time, from counted random bits.

Written for the rarer of the two outcomes, whose probability is at most one half and is known to full relative
precision. Where fewer than 10 are expected the quantile of one uniform is found by adding up probabilities; elsewhere
Hörmann's transformed rejection proposes and the saddle-point form of the law (`simulations.binomial_law`) accepts.
Hörmann's quick acceptance is left out: a device that computes whole arrays would compute the exact test all the same.

Both loops run over whole arrays and end for every input: sums within MOST_TERMS terms (beyond, the probability is below
2^-65, which no uniform reaches), attempts after MOST_ATTEMPTS, all of which fail with a probability of 1e-33 at most.
A draw that did not end, or whose arguments make no sense, comes back flagged. An attempt is accepted with probability
0.70 or more, 0.88 where counts are large, but the slowest draw is waited for: a million draws take 7 passes there, and
11 where ten are expected.

Errors: a probability is off by 1e-13 of itself at most and, as tails are differences and uniforms have finitely many
bits, by 1e-15.

Sources: Hörmann, The generation of binomial random variates (1993), algorithm BTRS; Loader (2000).
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int64, UInt32, UInt64

from simulations.binomial_law import EXACT, excess, log_shape, root_factor
from simulations.bits import Bits, bits, log, require_double_precision, threefry2x32, uniforms, word64

RESERVED = np.uint32(2**32 - 1)
"""No draw has this number: it is the place of the keys that a key leads to."""

SUMMED_BELOW = 10.0
"""Expected counts of the rarer outcome below this are drawn by adding up probabilities."""

TERMS, MOST_TERMS = 8, 128
"""Terms in one pass, and in all."""

MOST_ATTEMPTS = 64
"""Attempts in all; a pass makes one."""


def subkey(key: Bits, number: UInt32[Any, ""]) -> Bits:
    """A key of its own for every number; its bits belong to no draw of the key it comes from, but for RESERVED ones."""
    return threefry2x32(key, (number, RESERVED))


def binomial(
    key: Bits,
    replicate: UInt32[Any, ""],
    draw: UInt32[Array, "*n"],
    n: Int64[Array, "*n"],
    p: Float64[Array, "*n"],
    q: Float64[Array, "*n"] | None = None,
) -> tuple[Int64[Array, "*n"], Bool[Array, "*n"]]:
    """How many of n trials succeed, 0 ... n, and whether the draw failed: then the number means nothing.

    `q` is the probability of failure, 1 - p where it is left out: give it where p is so near to 1 that 1 - p has lost
    its digits. Only the lesser of both is used. Attempt a of a draw reads bits (replicate, draw) of subkeys 2a and
    2a + 1, so a draw number serves one binomial of one key, RESERVED excepted, and no two attempts share bits.

    A draw fails where n lies outside 0 ... 2^53, a probability is nan or outside [0, 1], or no attempt was accepted.
    """
    require_double_precision()
    q = 1.0 - p if q is None else q
    rarer, trials = jnp.minimum(p, q), n.astype(jnp.float64)
    senseless = (n < 0) | (n > EXACT) | ~((p >= 0.0) & (p <= 1.0) & (q >= 0.0) & (q <= 1.0))
    trials, rarer = jnp.where(senseless, 0.0, trials), jnp.where(senseless, 0.0, rarer)
    summed = trials * rarer < SUMMED_BELOW
    word = word64(bits(subkey(key, np.uint32(0)), replicate, draw))
    few, unsummed = _summed(word, jnp.where(summed, trials, 0.0), rarer)
    many = _accepted(key, replicate, draw, word, summed, trials, rarer)
    count = jnp.where(summed, few, jnp.maximum(many, 0.0)).astype(jnp.int64)
    failed = senseless | unsummed | (many < 0.0)
    return jnp.where(p <= q, count, n - count), failed


def _summed(
    word: UInt64[Array, "*n"], n: Float64[Array, "*n"], p: Float64[Array, "*n"]
) -> tuple[Float64[Array, "*n"], Bool[Array, "*n"]]:
    r"""The number of k = 0, 1, ... with u < P(X > k), for u uniform on the midpoints of 2^64 parts.

    The upper tail starts at P(X > 0) without cancellation and loses f(k) at a time. It never exceeds 2 r f(k), where
    r <= 1/2 is the ratio of the next term to this: that bound takes over where rounding would stop the descent, and
    is 0 at k = n.
    """
    odds, exponent = p / (1.0 - p), n * jnp.log1p(-p)

    def ahead(tail):
        return (word.astype(jnp.float64) + 0.5) * 2.0**-64 < tail

    def unfinished(carry):
        k, _, _, tail = carry
        return (k < MOST_TERMS) & ahead(tail).any()

    def add(carry):
        k, count, f, tail = carry
        ratio = odds * (n - k) * (1.0 / (k + 1.0))
        for i in range(TERMS):
            count = count + ahead(tail)
            f = f * ratio
            ratio = odds * (n - (k + (i + 1.0))) * (1.0 / (k + (i + 2.0)))
            tail = jnp.minimum(tail - f, jnp.where(ratio <= 0.5, 2.0 * ratio * f, jnp.inf))
        return k + TERMS, count, f, tail

    start = (jnp.zeros(()), jnp.zeros_like(n), jnp.exp(exponent), -jnp.expm1(exponent))
    _, count, _, tail = lax.while_loop(unfinished, add, start)
    return count, ahead(tail)


def _accepted(
    key: Bits,
    replicate: UInt32[Any, ""],
    draw: UInt32[Array, "*n"],
    word: UInt64[Array, "*n"],
    idle: Bool[Array, "*n"],
    n: Float64[Array, "*n"],
    p: Float64[Array, "*n"],
) -> Float64[Array, "*n"]:
    """Hörmann's transformed rejection for np >= 10 and p <= 1/2, 0 where `idle`; -1 where all attempts failed.

    The proposal is floor((2a/w + b) u + np + 1/2) for u uniform on (-1/2, 1/2) and w = 1/2 - |u|, a ratio of uniforms
    whose hat lies above the law; `word` holds the bits of the first u. Every pass makes the bits and the keys of the
    next: XLA would make those of its own again for each of the arrays that hang on them.
    """
    n, p = jnp.where(idle, 40.0, n), jnp.where(idle, 0.5, p)
    mean = n * p
    spread = jnp.sqrt(mean * (1.0 - p))
    mode = jnp.floor(mean + p)
    offset = excess(mode, n, p)
    mode_shape, b = log_shape(mode, n, p, offset), 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    hat = (2.83 + 5.1 / b) * spread / jnp.sqrt(root_factor(mode, n))

    def keys(number):
        """Those of the height of this attempt and of the proposal of the next."""
        return subkey(key, 2 * number + 1), subkey(key, 2 * number + 2)

    def unfinished(carry):
        return (carry[0] < MOST_ATTEMPTS) & (carry[1] < 0.0).any()

    def attempt(carry):
        number, value, word, (height_key, next_key) = carry
        w = ((word & np.uint64(2**63 - 1)).astype(jnp.float64) + 0.5) * 2.0**-64
        u = jnp.where(word >> np.uint64(63) == 0, 0.5 - w, w - 0.5)
        steps = jnp.floor((2.0 * a / w + b) * u + (0.5 - offset))
        k = mode + steps
        possible = (k >= 0.0) & (k <= n)
        k, steps = jnp.where(possible, k, mode), jnp.where(possible, steps, 0.0)
        height = uniforms(bits(height_key, replicate, draw)) * hat / (a / w**2 + b)
        needed = 0.5 * log(height**2 * root_factor(k, n))
        accepted = possible & (needed <= log_shape(k, n, p, steps + offset) - mode_shape)
        value = jnp.where((value < 0.0) & accepted, k, value)
        return number + np.uint32(1), value, word64(bits(next_key, replicate, draw)), keys(number + np.uint32(1))

    first = jnp.uint32(0)
    start = (first, jnp.where(idle, 0.0, -1.0), word, keys(first))
    return lax.while_loop(unfinished, attempt, start)[1]
