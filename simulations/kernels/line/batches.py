r"""The mean and the spread of n normal points without drawing the points.

A batch of n points from $N(0, 1)$ has mean $Z/\sqrt n$ and sum of squared deviations $\chi^2_{n-1}$, independent
(Cochran). Sums of squares are kept as logarithms: a chain may lose thousands of orders of magnitude of variance.
"""

from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float64, Int32, UInt32

from simulations.bits import Bits, bits, log, normals, uniforms
from simulations.chi_square import BOTH, SERIES, TABLED, Table, log_chi_square
from simulations.gamma import (
    BOOSTED,
    BOOSTS,
    DEGREE,
    LONG,
    SHORT,
    SHORT_DEGREE,
    GammaRow,
    boost,
    gamma_rows,
    log_gamma_ratio,
)

DRAWS = 8
"""Draws that belong to one batch: a normal for the mean, one for the spread, the boosting uniforms, two unused."""

_LEAST = np.finfo(np.float64).tiny


class BatchLaw(NamedTuple):
    """The numbers that a batch of n points needs: n, 1/sqrt(n), log(n-1) and the law of its chi-square.

    An empty batch and a single point have no spread: their chi-square is the point mass at 0.
    """

    count: Float64[Any, "*n"]
    inverse_root: Float64[Any, "*n"]
    log_freedom: Float64[Any, "*n"]
    gamma: GammaRow


class Batch(NamedTuple):
    """n points by their sufficient statistics: n, mean, and log of the sum of squared deviations from the mean."""

    count: Float64[Array, ""]
    mean: Float64[Array, ""]
    log_squares: Float64[Array, ""]


def batch_law(counts: np.ndarray) -> BatchLaw:
    """The law of batches with these numbers of points."""
    counts = np.asarray(counts, np.float64)
    freedom = np.maximum(counts - 1.0, 0.0)
    inverse_root = np.where(counts > 0, 1.0 / np.sqrt(np.maximum(counts, 1.0)), 0.0)
    return BatchLaw(counts, inverse_root, np.log(np.maximum(freedom, 1.0)), gamma_rows(np.asarray(freedom / 2.0)))


def drawn_batch(law: BatchLaw, key: Bits, replicate: UInt32[Array, ""], first_draw: int) -> Batch:
    """A batch from N(0, 1); it uses DRAWS draws from `first_draw` on.

    The branches are more than a saving: XLA fuses nothing across them, else it computes every random number again for
    each number that depends on it.
    """

    def draw(i: int) -> Bits:
        return bits(key, replicate, np.uint32(first_draw + i))

    def drawn(route: int, centre: Float64[Array, ""], driving: Float64[Array, ""]) -> Batch:
        lift = boost(law.gamma, [uniforms(draw(2 + i)) for i in range(BOOSTS)]) if route == BOOSTED else 0.0
        ratio = log_gamma_ratio(law.gamma, driving, lift, SHORT_DEGREE if route == SHORT else DEGREE)
        return Batch(law.count, centre * law.inverse_root, law.log_freedom + ratio)

    branches = [partial(drawn, route) for route in (SHORT, LONG, BOOSTED)]
    return lax.switch(law.gamma.route, branches, normals(draw(0)), normals(draw(1)))


def drawn_batch_of(
    count: Float64[Array, ""],
    table: Table,
    route: Int32[Array, ""],
    key: Bits,
    replicate: UInt32[Array, ""],
    first_draw: int,
) -> Batch:
    """A batch from N(0, 1) whose number of points is this chain's own."""

    def drawn(way: int, centre: Float64[Array, ""], driving: Float64[Array, ""]) -> Batch:
        mean = jnp.where(count > 0, centre / jnp.sqrt(jnp.maximum(count, 1.0)), 0.0)
        return Batch(count, mean, log_chi_square(table, way, count, driving))

    branches = [partial(drawn, way) for way in (TABLED, BOTH, SERIES)]
    return lax.switch(route, branches, *(normals(bits(key, replicate, np.uint32(first_draw + i))) for i in range(2)))


def merged(a: Batch, b: Batch) -> Batch:
    """Two batches as one, by Chan's formula in logarithms.

    squares = squares_a + squares_b + (n_a n_b / n) (mean_b - mean_a)^2, scaled by the largest of the three terms.

    Source: Chan, Golub and LeVeque, Algorithms for computing the sample variance (1983).
    """
    count = a.count + b.count
    share = b.count / jnp.maximum(count, 1.0)
    difference = b.mean - a.mean
    between = a.count * share * difference**2
    log_between = jnp.where(between < _LEAST, -jnp.inf, log(jnp.maximum(between, _LEAST)))
    largest = jnp.maximum(jnp.maximum(a.log_squares, b.log_squares), log_between)
    scale = jnp.maximum(largest, -1e300)  # keeps -inf out of the differences: a batch without any spread
    total = jnp.exp(a.log_squares - scale) + jnp.exp(b.log_squares - scale) + jnp.exp(log_between - scale)
    log_squares = jnp.where(largest < scale, -jnp.inf, scale + log(jnp.maximum(total, _LEAST)))
    return Batch(count, a.mean + difference * share, log_squares)
