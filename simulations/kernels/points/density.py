"""One generation of a Gaussian kernel density: its draws are uniformly chosen training points plus normals.

The model is the density itself: with n points of mean x̄ and mean squared deviation s^2, and bandwidth h, its mean is
x̄ and its variance s^2 + h^2 (s^2 has divisor n whatever the bandwidth is relative to). It is no normal law, so that it
has neither the Wasserstein distance nor the divergences of one.

The training points are the state. They are kept about their own mean in units of their own spread, so that thousands of
orders of magnitude of variance can be lost, or won.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float64, UInt32

from simulations.bits import Bits, bits, uniform_index, word64
from simulations.kernels.line.batches import Batch
from simulations.kernels.points.points_draw import COIN, INDEX, Writer, real_points, summarised
from simulations.kernels.points.points_rows import PointRow
from simulations.measure import GaussianModel, GaussianUnits


class DensityTables(NamedTuple):
    """Arrays of a run: the source's units, log(h / sigma_0) of a bandwidth in data units, the log of a relative one.

    That is over the spread of the points, whose divisor is their number less ``lost``, or over that of the model
    before. Bandwidths that are not meant are -inf.
    """

    source: GaussianUnits
    log_fixed: Float64[Any, ""]
    log_relative: Float64[Any, ""]
    lost: Float64[Any, ""]
    log_of_model: Float64[Any, ""]


class DensityState(NamedTuple):
    """Training points about their mean in units of their own spread, logs of that unit and of the bandwidth in it, the
    model, and the real points that are kept.
    """

    points: Float64[Array, "*R N"]
    log_scale: Float64[Array, "*R"]
    log_width: Float64[Array, "*R"]
    model: GaussianModel
    kept: Float64[Array, "*R n"] | None


@dataclass(frozen=True)
class DensityProgram:
    """The step of "replace", "iid", "stratified" or "fixed" on so many cells."""

    policy: str
    cells: int
    real: int

    def start(self) -> DensityState:
        """No points yet: the first generation reads the source alone."""
        zero = jnp.zeros(())
        kept = jnp.zeros(self.real) if self.policy == "fixed" else None
        return DensityState(jnp.zeros(self.cells), zero, zero, GaussianModel(zero, zero), kept)

    def step(
        self, tables: DensityTables, row: PointRow, key: Bits, replicate: UInt32[Array, ""], state: DensityState
    ) -> DensityState:
        """Draw the training set of the generation and measure its spread."""
        cell = jnp.arange(self.cells, dtype=jnp.uint32)
        z = Writer("central").draw(row.sampler, key, replicate, self.cells, jnp.zeros(()))
        chosen = uniform_index(bits(key, replicate, cell + INDEX), jnp.maximum(row.previous, 1).astype(jnp.uint32))
        points = state.points.at[chosen].get(mode="promise_in_bounds") + jnp.exp(state.log_width) * z
        points, kept = jnp.where(row.first, z, points), state.kept

        def of_the_source(real: Float64[Array, "n"]) -> Float64[Array, "n"]:
            return jnp.exp(-state.log_scale) * (real - state.model.shift)

        if self.policy == "iid":
            coin = word64(bits(key, replicate, cell + COIN)) >> np.uint64(1)
            points = jnp.where(
                coin < row.share, of_the_source(real_points(row.sampler.choices, key, replicate, self.cells)), points
            )
        elif self.real:
            fresh = real_points(row.sampler.choices, key, replicate, self.real)
            if kept is not None:
                kept = fresh = jnp.where(row.first, fresh, kept)
            is_real = cell[: self.real] < row.real
            tail = jnp.roll(points, row.real)  # the synthetic points follow the real ones
            points = jnp.concatenate([jnp.where(is_real, of_the_source(fresh), tail[: self.real]), tail[self.real :]])
        counted = cell < row.fitted.astype(jnp.uint32)
        spread = summarised(points, counted)
        log_unit = 0.5 * (spread.log_squares - jnp.log(spread.count))
        log_unit = jnp.where(log_unit > -jnp.inf, log_unit, 0.0)
        standard = jnp.where(counted, (points - spread.mean) * jnp.exp(-log_unit), 0.0)
        log_scale = state.log_scale + log_unit
        units = Batch(spread.count, 0.0 * spread.mean, spread.log_squares - 2.0 * log_unit)
        log_fixed = jnp.maximum(tables.log_fixed, tables.log_of_model + 0.5 * state.model.log_ratio)
        tables = tables._replace(log_fixed=log_fixed - log_scale)
        moved = state.model.shift + jnp.exp(state.log_scale) * spread.mean
        shift = jnp.where(jnp.isfinite(moved), moved, state.model.shift)
        model = GaussianModel(shift, 2.0 * log_scale + density_model(tables, units).log_ratio)
        return DensityState(standard, log_scale, log_bandwidth(tables, units), model, kept)

    def observe(self, row: PointRow, state: DensityState) -> tuple[GaussianModel, Bool[Array, ""]]:
        """The model; log v = -inf is a chain whose training points all agree."""
        return state.model, jnp.isnan(state.model.shift) | jnp.isnan(state.model.log_ratio)


def log_bandwidth(tables: DensityTables, training: Batch) -> Float64[Array, ""]:
    """log h, in the units of the batch and of log_fixed."""
    relative = tables.log_relative + 0.5 * (
        training.log_squares - jnp.log(jnp.maximum(training.count - tables.lost, 1.0))
    )
    return jnp.maximum(tables.log_fixed, relative)


def density_model(tables: DensityTables, training: Batch) -> GaussianModel:
    """The mean and the log-variance of the density on these points: the mean squared deviation plus h^2."""
    log_squared = training.log_squares - jnp.log(jnp.maximum(training.count, 1.0))
    return GaussianModel(training.mean, jnp.logaddexp(log_squared, 2.0 * log_bandwidth(tables, training)))
