r"""The mean and the scatter of n normal points in r dimensions without drawing the points.

A batch of n points from $N(0, I)$ has mean $z / \sqrt n$ and an independent scatter $A A'$, with $A$ lower triangular,
$A_{ii}^2 \sim \chi^2_{n-i}$ for i = 1 ... r, and normals below (Bartlett). Fewer points than r + 1 leave the columns
from the n-th on empty, which is the singular Wishart law.

Source: Bartlett, On the theory of statistical regression (1933); Srivastava, Singular Wishart and multivariate beta
distributions (2003).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, UInt32

from simulations.alias import AliasTable, alias_table
from simulations.bits import Bits, bits, normals, uniforms
from simulations.gamma import BOOSTS, GammaRow, boost, gamma_rows, log_gamma_ratio
from simulations.kernels.shape import padded
from simulations.kernels.space.factor import Factor


class VectorLaw(NamedTuple):
    """The numbers that a batch of n points needs: n, 1/sqrt(n), log(n-i) and the laws of the chi-squares with n-i."""

    count: Float64[Any, "*n"]
    inverse_root: Float64[Any, "*n"]
    log_freedom: Float64[Any, "*n r"]
    gamma: GammaRow


class VectorBatch(NamedTuple):
    """n points by their sufficient statistics: n, mean, and a factor of the scatter about the mean."""

    count: Float64[Any, "*n"]
    mean: Float64[Any, "*n r"]
    factor: Factor


class VectorSplit(NamedTuple):
    """How many of M points are real when each tosses its own coin: the law of the number, from `least` on.

    Chi-square laws stand in the order of falling freedom, so that those of one batch are neighbours.
    """

    row: AliasTable
    least: Float64[Any, ""]
    size: Float64[Any, ""]
    real: tuple[Float64[Any, "K"], GammaRow]
    synthetic: tuple[Float64[Any, "K"], GammaRow]
    boosted: Bool[Any, ""]


def draws(dimension: int) -> int:
    """Draws that belong to one batch: the mean, the chi-squares with their boosts, the normals below the diagonal."""
    return (2 + BOOSTS) * dimension + dimension * (dimension - 1) // 2


def vector_law(counts: np.ndarray, dimension: int) -> VectorLaw:
    """The law of batches with these numbers of points."""
    counts = np.asarray(counts, np.float64)
    freedom = np.maximum(counts[..., None] - 1.0 - np.arange(dimension), 0.0)
    inverse_root = np.where(counts > 0, 1.0 / np.sqrt(np.maximum(counts, 1.0)), 0.0)
    return VectorLaw(counts, inverse_root, np.log(np.maximum(freedom, 1.0)), gamma_rows(np.asarray(freedom / 2.0)))


def is_boosted(gamma: GammaRow) -> Bool[np.ndarray, "*n"]:
    """Whether a batch has a chi-square so small that it needs uniforms beside its normal."""
    return np.asarray((np.asarray(gamma.exponents) > 0).any(axis=(-2, -1)))


def vector_split(M: int, n: np.ndarray, probabilities: np.ndarray, dimension: int) -> VectorSplit:
    """The table of consecutive numbers n of real points among M, with their probabilities."""
    size = padded(len(n))

    def laws(counts: np.ndarray) -> tuple[np.ndarray, GammaRow]:
        freedom = np.maximum(counts.max() - 1.0 - np.arange(size + dimension), 0.0)
        return np.log(np.maximum(freedom, 1.0)), gamma_rows(np.asarray(freedom / 2.0))

    real, synthetic = laws(n), laws(M - n)
    boosted = is_boosted(real[1]) | is_boosted(synthetic[1])
    return VectorSplit(alias_table(probabilities, size), np.float64(n[0]), np.float64(len(n)), real, synthetic, boosted)


def split_laws(split: VectorSplit, place: Int32[Array, ""], M: Float64[Array, ""], dimension: int) -> tuple[Any, Any]:
    """The laws of the real batch and of the synthetic one, to be called, where least + place of M points are real."""

    def law(count: Float64[Array, ""], table: tuple[Any, GammaRow], start: Int32[Array, ""]) -> VectorLaw:
        log_freedom, gamma = table
        slices = [lax.dynamic_slice_in_dim(a, start, dimension) for a in (log_freedom, *gamma)]
        inverse_root = jnp.where(count > 0, 1.0 / jnp.sqrt(jnp.maximum(count, 1.0)), 0.0)
        return VectorLaw(count, inverse_root, slices[0], GammaRow(*slices[1:]))

    n = split.least + place
    last = (split.size - 1.0).astype(jnp.int32)
    return lambda: law(n, split.real, last - place), lambda: law(M - n, split.synthetic, place)


def drawn_batch(
    law: Callable[[], VectorLaw],
    boosted: Bool[Array, ""],
    key: Bits,
    replicate: UInt32[Array, ""],
    first_draw: int,
    r: int,
) -> VectorBatch:
    """A batch from N(0, I_r); it uses draws(r) draws from `first_draw` on.

    The barrier keeps XLA from computing a random number once for each of its uses.
    """
    row, column = np.tril_indices(r, -1)

    def words(first: int, count: int) -> Bits:
        return bits(key, replicate, jnp.asarray(first_draw + first + np.arange(count), jnp.uint32))

    exact = law()

    def lift() -> Float64[Array, "r"]:
        u = uniforms(words(2 * r, BOOSTS * r)).reshape(BOOSTS, r)
        return jax.vmap(lambda row, *u: boost(row, u))(exact.gamma, *u)

    z = normals(words(0, 2 * r))
    lifted = lax.cond(boosted, lift, lambda: jnp.zeros(r))
    log_scale = 0.5 * (exact.log_freedom + jax.vmap(log_gamma_ratio)(exact.gamma, z[r:], lifted))
    live = log_scale > -jnp.inf
    inverse = jnp.where(live, jnp.exp(-jnp.where(live, log_scale, 0.0)), 0.0)
    below = normals(words((2 + BOOSTS) * r, len(row))) * inverse[column] if r > 1 else jnp.zeros(0)
    unit = jnp.eye(r).at[row, column].set(below)
    mean, log_scale, unit = lax.optimization_barrier((z[:r] * exact.inverse_root, log_scale, unit))
    return VectorBatch(exact.count, mean, Factor(log_scale, unit))
