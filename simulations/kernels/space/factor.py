r"""Covariances by triangular factors that never underflow: logarithms of the diagonal, and a unit lower part.

A covariance is $N D^2 N'$ with $D$ diagonal, kept as logarithms, and $N$ lower triangular with ones on its diagonal.
A chain may lose thousands of orders of magnitude of its determinant, each direction at its own rate; products and sums
of such factors only ever see ratios. An exact zero on the diagonal is $\log D = -\infty$; its column of $N$ is empty.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int

from simulations.bits import log

_LEAST = np.finfo(np.float64).tiny


class Factor(NamedTuple):
    """N and log D of the covariance N D^2 N'."""

    log_scale: Float64[Any, "*n r"]
    unit: Float64[Any, "*n r r"]


def identity(dimension: int, log_scale: Float64[Array, ""] | float = 0.0) -> Factor:
    """The factor of a multiple of the identity."""
    return Factor(jnp.full(dimension, log_scale, jnp.float64), jnp.eye(dimension))


def scaled(factor: Factor, log_scale: Float64[Array, ""] | float) -> Factor:
    """The factor times a number, given by its logarithm."""
    return Factor(factor.log_scale + log_scale, factor.unit)


def product(a: Factor, b: Factor) -> Factor:
    """The factor (N_a D_a)(N_b D_b) = N_a (D_a N_b D_a^-1) D_a D_b."""
    log_scale = a.log_scale + b.log_scale
    live = log_scale > -jnp.inf
    inner = _conjugated(b.unit, a.log_scale, live)
    unit = a.unit + lax.fori_loop(
        0, len(log_scale), lambda k, total: total + a.unit[:, k, None] * inner[k], jnp.zeros_like(inner)
    )
    return Factor(log_scale, jnp.where(live, unit, jnp.eye(len(log_scale))))


def quotient(a: Factor, b: Factor) -> Factor:
    """The factor (N_a D_a)^-1 (N_b D_b), with zeros in the rows where D_a is zero: how b looks to the model a."""
    log_scale = jnp.where(b.log_scale > -jnp.inf, b.log_scale - a.log_scale, -jnp.inf)
    inner = _conjugated(solved(a, b.unit), -a.log_scale, log_scale > -jnp.inf)
    return Factor(log_scale, inner + jnp.eye(len(log_scale)))


def solved(factor: Factor, right: Float64[Array, "r k"]) -> Float64[Array, "r k"]:
    """N^-1 times the columns on the right."""
    below = factor.unit - jnp.eye(len(factor.log_scale))
    return lax.fori_loop(0, len(below), lambda j, x: x - below[:, j, None] * x[j], right)


def _conjugated(
    unit: Float64[Array, "r r"], log_scale: Float64[Array, "r"], live: Bool[Array, "r"]
) -> Float64[Array, "r r"]:
    """D unit D^-1 below the diagonal, zero in columns that are not alive and in rows where D is zero."""
    dead_row = ~jnp.isfinite(log_scale)
    finite = jnp.where(dead_row, 0.0, log_scale)
    kept = jnp.tril(jnp.ones(unit.shape, bool), -1) & live & ~dead_row[:, None]
    return jnp.where(kept, jnp.exp(jnp.where(kept, finite[:, None] - finite, 0.0)) * unit, 0.0)


def summed(a: Factor, b: Factor, log_weight: Float64[Array, ""] | float) -> Factor:
    """The factor of the covariance a + exp(log_weight) b, column by column of b."""

    def column(c: Int[Array, ""], total: Factor) -> Factor:
        return with_outer(total, b.unit[:, c], 2.0 * b.log_scale[c] + log_weight, first=c)

    return lax.fori_loop(0, len(a.log_scale), column, a)


def with_outer(
    factor: Factor, vector: Float64[Array, "r"], log_weight: Float64[Array, ""] | float, first: Int[Array, ""] | int = 0
) -> Factor:
    """The factor of N D^2 N' + exp(log_weight) w w' for a vector w whose entries before `first` are zero.

    Method C1 of Gill, Golub, Murray and Saunders with its two running scales as logarithms: the entries of D only
    grow, and an entry that was zero takes all that is left of the weight, so that ranks stay exact.

    Source: Gill, Golub, Murray and Saunders, Methods for modifying matrix factorizations (1974).
    """

    def eliminate(j, carry):
        log_scale, unit, w, log_weight = carry
        p, log_square = w[j], 2.0 * log_scale[j]
        added = log_weight + 2.0 * log(jnp.maximum(jnp.abs(p), _LEAST))
        idle = (p == 0.0) | (added == -jnp.inf)
        distance = jnp.where(idle, 0.0, added - log_square)
        e = jnp.exp(-jnp.abs(distance))
        grown = jnp.maximum(log_square, added) + log(1.0 + e)
        share = jnp.where(distance > 0.0, 1.0, e) / (1.0 + e)
        column = unit[:, j]
        rest = w - p * column
        moved = column + jnp.where(idle, 0.0, share / jnp.where(idle, 1.0, p)) * rest
        return (
            log_scale.at[j].set(jnp.where(idle, log_scale[j], 0.5 * grown)),
            unit.at[:, j].set(moved),
            rest,
            jnp.where(idle, log_weight, log_weight + (log_square - grown)),
        )

    start = (*factor, vector, jnp.asarray(log_weight, jnp.float64))
    log_scale, unit, _, _ = lax.fori_loop(first, len(vector), eliminate, start)
    return Factor(log_scale, unit)
