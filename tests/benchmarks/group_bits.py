"""Random bits and normals alone: the limit that every ensemble is set against."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from paper.benchmarks import Row, Target
from simulations.bits import Bits, bits, normals
from simulations.lane import COMPILER_OPTIONS
from tests.benchmarks.engine import ALONE, OURS, OURS_ALONE, scaled
from tests.benchmarks.groups import Effort
from tests.benchmarks.jax_random import words
from tests.benchmarks.rounds import Contender, measured
from tests.benchmarks.threads import ONE, TWO, numpy_contenders

FUSED, WIDE = "fused threefry", "fused threefry, widest vectors"
"""The same bits consumed by nothing but an exclusive or: compiled by XLA's own options, and by the engine's."""

LANE, STEPS = 4096, 400
"""Chains side by side and draws of each: a lane's state stays in a core's cache."""

NORMALS = 2 * LANE * STEPS


def rows(effort: Effort) -> Iterator[Row]:
    """Bytes of random bits, and normals."""
    effort.say("random bits")
    yield _bits(effort)
    effort.say("normals")
    yield _normals(effort)


def limits() -> list[Contender]:
    """Two lanes at once whose bits are only combined by exclusive or; their work is in bytes consumed."""
    amount = 2.0 * 8 * LANE * STEPS
    return [
        Contender(FUSED, partial(_two, _plain_lane, "xor"), amount, 2),
        Contender(WIDE, partial(_two, _lane, "xor"), amount, 2),
    ]


def _bits(effort: Effort) -> Row:
    number = 2**21
    rates = measured([*limits(), Contender("jax.random", words(number), 4.0 * number, 2)], effort.rounds)
    ratios = {"jax.random": rates.ratio(WIDE, "jax.random"), FUSED: rates.ratio(WIDE, FUSED)}
    note = "the limit of what follows; bits are combined by exclusive or and never stored"
    return Row("bits", "bytes per second", "threefry2x32-20", "byte/s", "", rates.rate(WIDE), ratios, (), note)


def _normals(effort: Effort) -> Row:
    chunk = 8192

    def draw(rng: np.random.Generator, share: int) -> None:
        rng.standard_normal(out=_buffer(share))

    rates = measured(
        [
            Contender(OURS, partial(_two, _lane, "normals"), NORMALS, 2),
            Contender(OURS_ALONE, partial(_one, _lane, "normals"), NORMALS / 2, 1),
            *numpy_contenders(draw, NORMALS, NORMALS, chunk),
            *limits(),
        ],
        effort.rounds,
    )
    ratios = {name: rates.ratio(OURS, name) for name in (ONE, TWO)} | {ALONE: rates.ratio(OURS_ALONE, ONE)}
    ratios |= {limit: scaled(rates.ratio(OURS, limit), 8.0) for limit in (FUSED, WIDE)}
    target = Target(TWO, 1.0, ratios[TWO].median)
    return Row(
        "bits", "normals per second", "float64", "draws/s", "", rates.rate(OURS), ratios, (target,),
        "numpy's fill a buffer that stays in cache; 8 random bytes each",
    )  # fmt: skip


@cache
def _buffer(length: int) -> np.ndarray:
    return np.empty(length)


def _one(lane: Callable[..., Any], what: str, number: int = 0) -> object:
    return jax.block_until_ready(lane(what, np.array([1, 2], np.uint32), np.uint32(number * LANE)))


def _two(lane: Callable[..., Any], what: str) -> object:
    return list(two_at_once().map(partial(_one, lane, what), (0, 1)))


@cache
def two_at_once() -> ThreadPoolExecutor:
    """Two threads that wait for two lanes."""
    return ThreadPoolExecutor(2)


def _draws(what: str, key: jax.Array, first: jax.Array) -> Any:
    replicates = first + jnp.arange(LANE, dtype=jnp.uint32)

    def drawn(i: jax.Array) -> Bits:
        return bits((key[0], key[1]), replicates, i.astype(jnp.uint32))

    def combined(i, held):
        high, low = drawn(i)
        return held ^ high ^ low

    if what == "xor":
        return lax.fori_loop(0, STEPS, combined, jnp.zeros(LANE, jnp.uint32))
    return lax.fori_loop(0, STEPS, lambda i, held: held + normals(drawn(i)), jnp.zeros(LANE))


_plain_lane = partial(jax.jit, static_argnums=0)(_draws)
_lane = partial(jax.jit, static_argnums=0, compiler_options=COMPILER_OPTIONS)(_draws)
