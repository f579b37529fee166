"""Least squares by orthogonalising columns one after the other: no squared condition number, and nothing but sums.

Each column is subtracted from the later ones as often as they contain it, the right-hand side last of all (modified
Gram and Schmidt). That is as stable as reflections where the right-hand side takes part (Björck 1967). Calls of a
linear algebra library would wait for each other for ever where two lanes share two processors.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float64


class Solution(NamedTuple):
    """The coefficients, and the triangular factor R of the columns: R'R is their Gram matrix."""

    coefficients: Float64[Array, "d"]
    triangle: Float64[Array, "d d"]


def least_squares(columns: Float64[Array, "d n"], right: Float64[Array, "n"]) -> Solution:
    """The coefficients x that make |sum_k x_k columns_k - right| least; the columns are linearly independent."""
    d = columns.shape[0]
    later = jnp.arange(d + 1)

    def orthogonalised(j: Any, carry: Any) -> Any:
        rest, factor = carry
        column = rest[j]
        square = (column * column).sum()
        share = jnp.where(later > j, (rest * column).sum(-1) / square, 0.0)
        line = jnp.sqrt(square) * jnp.where(later == j, 1.0, share)
        return rest - share[:, None] * column, factor.at[j].set(line)

    start = lax.optimization_barrier(jnp.concatenate([columns, right[None]])), jnp.zeros((d, d + 1))
    _, factor = lax.fori_loop(0, d, orthogonalised, start)

    def substituted(i: Any, x: Float64[Array, "d"]) -> Float64[Array, "d"]:
        line = factor[d - 1 - i]
        return x.at[d - 1 - i].set((line[d] - (line[:d] * x).sum()) / line[d - 1 - i])

    return Solution(lax.fori_loop(0, d, substituted, jnp.zeros(d)), factor[:, :d])
