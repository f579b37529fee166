"""How often each token stands in the cells of a training set."""

from typing import Any

import jax.numpy as jnp
from jax.custom_batching import custom_vmap
from jaxtyping import Array, Int32, Int64, UInt32


def tally(cells: Int32[Array, "N"], filled: UInt32[Any, ""], tokens: int) -> Int64[Array, "K"]:
    """Counts of the tokens 0 ... K - 1 in the first `filled` cells.

    Chains side by side are counted in one line of K counters after another: XLA adds into one long array in two thirds
    of the time that it takes to add into many.
    """

    @custom_vmap
    def one(cells, full):
        return jnp.zeros(tokens, jnp.int32).at[cells].add(full, mode="promise_in_bounds")

    @one.def_vmap
    def many(axis_size, in_batched, cells, full):
        shape = (axis_size, cells.shape[-1])
        own = jnp.arange(axis_size, dtype=jnp.int32)[:, None] * tokens
        place, full = jnp.broadcast_to(cells, shape) + own, jnp.broadcast_to(full, shape)
        counts = jnp.zeros(axis_size * tokens, jnp.int32)
        return counts.at[place.ravel()].add(full.ravel(), mode="promise_in_bounds").reshape(axis_size, tokens), True

    full = (jnp.arange(cells.shape[0], dtype=jnp.uint32) < filled).astype(jnp.int32)
    return one(cells, full).astype(jnp.int64)
