"""From counts to the weights that the next batch is drawn by: the fitted model, and what its sampler makes of it."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float64, Int64

SLACK = 1e-12
"""A head has mass p if it misses no more than this share of it: sums of floats are not exact."""


def fitted(counts: Int64[Array, "K"], pseudocount: Float64[Any, ""], real: Bool[Array, "K"]) -> Float64[Array, "K"]:
    """(c + pseudocount) / (n + K pseudocount) on the K tokens that there are, 0 on padding; 0 where nothing is counted.

    Pseudocount 0 is c / n.
    """
    weight = counts + jnp.where(real, pseudocount, 0.0)
    total = weight.sum()
    return weight / jnp.where(total > 0.0, total, 1.0)


def sampled(kind: str, argument: Float64[Any, ""], q: Float64[Array, "K"]) -> Float64[Array, "K"]:
    """Weights of the tokens that a sampler draws from model q, up to a factor; `argument` is its temperature, k or p.

    Powers are taken of q over its largest value, in logarithms. Of equally probable tokens the earlier ones in the
    order of the file come first for top_k and top_p.
    """
    if kind == "temperature":
        alive = q > 0.0
        largest = jnp.where(alive.any(), q.max(), 1.0)
        return jnp.where(alive, jnp.exp(jnp.log(jnp.where(alive, q / largest, 1.0)) / argument), 0.0)
    if kind == "faithful":
        return q
    order = jnp.argsort(-q, stable=True)
    if kind == "top_k":
        kept = np.arange(len(q)) < argument
    else:
        falling = q[order]
        mass = jnp.cumsum(falling)
        wanted = jnp.where(argument < 1.0, argument * mass[-1] * (1.0 - SLACK), jnp.inf)
        kept = jnp.concatenate([jnp.zeros(1), mass[:-1]]) < wanted
    return jnp.where(jnp.zeros(len(q), bool).at[order].set(kept, unique_indices=True), q, 0.0)


def proportions(weights: Float64[Array, "K"]) -> Float64[Array, "K"]:
    """Weights over their sum; all 0 where that is 0."""
    total = weights.sum()
    return weights / jnp.where(total > 0.0, total, 1.0)
