"""One generation of a chain that keeps every point there ever was, and fits points that are drawn from that pool.

Without replacement the pool is shuffled where it lies: M steps of Fisher and Yates bring a uniform M-subset to its
head, all at once, and the order of a pool means nothing else. Points are kept in units of the source, as real ones
are among them for ever.

A kernel density writes a uniformly chosen training point plus a normal of the bandwidth; it may train on the whole
pool.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, UInt32

from simulations.bits import Bits, bits, uniform_index
from simulations.kernels.line.batches import Batch, merged
from simulations.kernels.points.density import DensityTables, density_model, log_bandwidth
from simulations.kernels.points.points import PointTables, in_units
from simulations.kernels.points.points_draw import INDEX, Writer, real_points, summarised
from simulations.kernels.points.points_rows import PointRow
from simulations.measure import GaussianModel

CHOICE = INDEX + np.uint32(1 << 29)
"""Where the draws begin that choose the training points which a kernel density copies."""


class PoolState(NamedTuple):
    """The pool, what is fitted (also point by point where a kernel density needs the points), and the model."""

    pool: Float64[Array, "*R P"]
    fitted: Batch
    training: Float64[Array, "*R N"] | None
    model: GaussianModel


@dataclass(frozen=True)
class PoolProgram:
    """The step of one policy; `replacement` is None where the model is fitted to the whole pool."""

    replacement: bool | None
    density: bool
    writer: Writer
    pool: int
    cells: int
    real: int
    fitted: int

    def start(self) -> PoolState:
        """An empty pool, and the source."""
        zero = jnp.zeros(())
        training = jnp.zeros(self.fitted) if self.density and self.replacement is not None else None
        return PoolState(jnp.zeros(self.pool), Batch(zero, zero, zero - jnp.inf), training, GaussianModel(zero, zero))

    def step(
        self,
        tables: PointTables | DensityTables,
        row: PointRow,
        key: Bits,
        replicate: UInt32[Array, ""],
        state: PoolState,
    ) -> PoolState:
        """Let new points join the pool, draw the training set, fit it."""
        joining = self._written(tables, row, key, replicate, state)
        counted = jnp.arange(self.cells) < row.synthetic
        pool = lax.dynamic_update_slice(state.pool, joining, (row.before,))
        fresh = None
        if self.real:
            fresh = real_points(row.sampler.choices, key, replicate, self.real)
            pool = lax.dynamic_update_slice(pool, fresh, (row.before + row.synthetic,))
        if self.replacement is None:
            batch = merged(state.fitted, summarised(joining, counted))
            if fresh is not None:
                batch = merged(batch, summarised(fresh, jnp.arange(self.real) < row.real))
            return PoolState(pool, batch, None, self._model(tables, row, batch))
        pool, training = self._chosen(row, key, replicate, pool)
        batch = summarised(training, jnp.arange(self.fitted) < row.fitted)
        return PoolState(pool, batch, training if self.density else None, self._model(tables, row, batch))

    def observe(self, row: PointRow, state: PoolState) -> tuple[GaussianModel, Bool[Array, ""]]:
        """The model; infinitely wide or far is impossible, log v = -inf is a chain whose training points all agree."""
        shift, log_ratio = state.model
        return state.model, ~jnp.isfinite(shift) | jnp.isnan(log_ratio) | (log_ratio == jnp.inf)

    def _written(
        self,
        tables: PointTables | DensityTables,
        row: PointRow,
        key: Bits,
        replicate: UInt32[Array, ""],
        state: PoolState,
    ) -> Float64[Array, "n"]:
        """Points of the model before, those of the source in generation 1."""
        if not isinstance(tables, DensityTables):
            writing = GaussianModel(state.model.shift, state.model.log_ratio + row.sampler.log_factor)
            z = self.writer.draw(row.sampler, key, replicate, self.cells, in_units(writing, tables.centre))
            return writing.shift + jnp.exp(0.5 * writing.log_ratio) * z
        z = self.writer.draw(row.sampler, key, replicate, self.cells, jnp.zeros(()))
        cell = jnp.arange(self.cells, dtype=jnp.uint32) + CHOICE
        chosen = uniform_index(bits(key, replicate, cell), jnp.maximum(row.previous, 1).astype(jnp.uint32))
        training = state.pool if state.training is None else state.training
        copied = training.at[chosen].get(mode="promise_in_bounds")
        width = jnp.exp(log_bandwidth(tables, state.fitted))
        return jnp.where(row.first, z, copied + width * z)

    def _chosen(
        self, row: PointRow, key: Bits, replicate: UInt32[Array, ""], pool: Float64[Array, "P"]
    ) -> tuple[Float64[Array, "P"], Float64[Array, "N"]]:
        """The pool, and the training set drawn from it: all of it in generation 1."""
        cell = jnp.arange(self.fitted, dtype=jnp.uint32)
        there = (row.before + row.synthetic + row.real).astype(jnp.uint32)
        pair = bits(key, replicate, cell + INDEX)
        if self.replacement:
            chosen = jnp.where(row.first, cell, uniform_index(pair, there))
            return pool, pool.at[chosen].get(mode="promise_in_bounds")
        partner = cell + uniform_index(pair, jnp.maximum(there, cell + np.uint32(1)) - cell)
        partner = jnp.where(cell < row.fitted, partner, cell).astype(jnp.int32)
        head, moved, place = swapped(partner)
        training = pool.at[head].get(mode="promise_in_bounds")
        pool = pool.at[place].set(pool.at[moved].get(mode="promise_in_bounds"), mode="drop", unique_indices=True)
        return lax.dynamic_update_slice(pool, training, (0,)), training

    def _model(self, tables: PointTables | DensityTables, row: PointRow, batch: Batch) -> GaussianModel:
        if isinstance(tables, DensityTables):
            return density_model(tables, batch)
        return GaussianModel(batch.mean, batch.log_squares - row.log_divisor)


def swapped(partner: Int32[Array, "n"]) -> tuple[Int32[Array, "n"], Int32[Array, "n"], Int32[Array, "n"]]:
    """What the swaps of i = 0 ... n-1 with partner i or beyond do to an array: ``array[head]`` is its new head.

    And ``array[moved]`` goes to ``place``, beyond every array where it goes nowhere beyond the head. Before swap i
    another position holds what was at k at swap k, the last whose partner it was, or still its own.
    """
    n = partner.shape[0]
    cell = jnp.arange(n, dtype=jnp.int32)
    nowhere = jnp.iinfo(jnp.int32).max - n + cell

    def swap(i: Any, found: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
        head, moved, place = found
        j = partner[i]

        def held(position: Int32[Array, ""]) -> Int32[Array, ""]:
            last = jnp.max(jnp.where((partner == position) & (cell < i), cell, -1))
            return jnp.where(last < 0, position, jnp.max(jnp.where(cell == last, moved, -1)))

        gone = jnp.where((j < n) | jnp.any((partner == j) & (cell > i)), nowhere[i], j)
        return head.at[i].set(held(j)), moved.at[i].set(held(cell[i])), place.at[i].set(gone)

    return lax.fori_loop(0, n, swap, (cell, cell, nowhere))
