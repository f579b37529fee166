r"""The mean and the spread of n normal points without drawing the points.

A batch of n points from $N(\mu, v)$ has mean $\mu + \sqrt{v/n}\,Z$ and sum of squared deviations $v\,\chi^2_{n-1}$,
independent (Cochran). Sums of squares are kept as logarithms: a chain may lose thousands of orders of magnitude of
variance.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, UInt32

from simulations.bits import Bits, bits, log, normals, uniforms
from simulations.gamma import BOOSTS, GammaRow, boost, gamma_rows, log_gamma_ratio

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


def is_boosted(law: BatchLaw) -> Bool[np.ndarray, "*n"]:
    """Whether a batch is so small that its chi-square needs uniforms beside its normal."""
    return np.asarray((np.asarray(law.gamma.exponents) > 0).any(axis=-1))


def drawn_batch(
    law: Callable[[], BatchLaw],
    boosted: Bool[Array, ""],
    key: Bits,
    replicate: UInt32[Array, ""],
    first_draw: int,
    mean: Float64[Array, ""] | float,
    log_variance: Float64[Array, ""] | float,
) -> Batch:
    """A batch from N(mean, exp(log_variance)); it uses DRAWS draws from `first_draw` on.

    The branches of the conditional are more than a saving: XLA fuses nothing across them, else it computes every random
    number again for each number that depends on it. So the law is called, and gathered if it is, inside.
    """

    def draw(i: int) -> Bits:
        return bits(key, replicate, np.uint32(first_draw + i))

    def drawn(small: bool) -> Batch:
        exact = law()
        lift = boost(exact.gamma, [uniforms(draw(2 + i)) for i in range(BOOSTS)]) if small else 0.0
        shift = jnp.exp(0.5 * jnp.asarray(log_variance)) * normals(draw(0)) * exact.inverse_root
        ratio = log_gamma_ratio(exact.gamma, normals(draw(1)), lift)
        return Batch(exact.count, mean + shift, log_variance + exact.log_freedom + ratio)

    return lax.cond(boosted, lambda: drawn(True), lambda: drawn(False))


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
