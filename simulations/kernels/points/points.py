"""One generation of a Gaussian chain on the line whose points are drawn: state (mean, log variance), batches of points.

Each batch is reduced to its count, mean and sum of squares as soon as it is drawn, and batches are merged by Chan's
formula: no policy that trains on whole batches needs their points again. Points are drawn in the units of the model
that writes them, so that nothing underflows.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, UInt32

from simulations.bits import Bits, bits, word64
from simulations.kernels.line.batches import Batch, merged
from simulations.kernels.points.points_draw import COIN, Writer, real_points, summarised
from simulations.kernels.points.points_rows import PointRow
from simulations.measure import GaussianModel, GaussianUnits

FARTHEST = 1e300
"""Distances in units of the model beyond this are as good as infinite."""


class PointTables(NamedTuple):
    """Arrays of a run: the source's units, and the centre of the reward in them."""

    source: GaussianUnits
    centre: Float64[Any, ""]


class PointState(NamedTuple):
    """A model and the batches that the policy keeps: the real ones of generation 1, the pool, or a window of them."""

    model: GaussianModel
    held: Batch | None


@dataclass(frozen=True)
class PointProgram:
    """The step of one policy on so many cells; `length` batches are kept by a window."""

    policy: str
    writer: Writer
    cells: int
    real: int
    length: int

    def start(self) -> PointState:
        """The source, in its own units, and nothing kept."""
        zero, nothing = jnp.zeros(()), None
        if self.policy in ("fixed", "accumulate", "pool"):
            nothing = Batch(zero, zero, zero - jnp.inf)
        elif self.policy == "window":
            nothing = Batch(*(jnp.full(self.length, value) for value in (0.0, 0.0, -jnp.inf)))
        return PointState(GaussianModel(zero, zero), nothing)

    def step(
        self, tables: PointTables, row: PointRow, key: Bits, replicate: UInt32[Array, ""], state: PointState
    ) -> PointState:
        """Draw the points of the generation, fit the training set that the policy makes of them."""
        log_ratio = state.model.log_ratio + row.sampler.log_factor
        writing = GaussianModel(state.model.shift, log_ratio)
        z = self.writer.draw(row.sampler, key, replicate, self.cells, in_units(writing, tables.centre))
        written = jnp.arange(self.cells) < row.synthetic
        if self.policy == "iid":
            return self._by_coin(row, key, replicate, writing, z, written)

        def real() -> Batch:
            return summarised(
                real_points(row.sampler.choices, key, replicate, self.real), jnp.arange(self.real) < row.real
            )

        batch = summarised(z, written)
        if self.policy in ("replace", "window", "forgetting"):
            return self._relative(row, state, batch, real() if self.policy == "window" and self.real else None)
        training, held = in_source_units(writing, batch), state.held
        if self.policy == "accumulate":
            assert held is not None
            training = held = merged(held, training)
            return PointState(_fitted(row, training), held)

        if self.policy == "fixed":
            assert held is not None
            held = lax.cond(row.first, real, lambda: state.held)
            return PointState(_fitted(row, merged(held, training)), held)
        if self.policy == "pool":
            assert held is not None
            training = held = merged(held, merged(real(), training))
        elif self.policy == "stratified":
            training = merged(real(), training)
        elif self.policy == "weighted":
            return PointState(_weighted(row, real(), training), None)
        return PointState(_fitted(row, training), held)

    def observe(self, row: PointRow, state: PointState) -> tuple[GaussianModel, Bool[Array, ""]]:
        """The model; infinitely wide or far is impossible, log v = -inf is a chain whose points all agree."""
        shift, log_ratio = state.model
        return state.model, ~jnp.isfinite(shift) | jnp.isnan(log_ratio) | (log_ratio == jnp.inf)

    def _by_coin(
        self,
        row: PointRow,
        key: Bits,
        replicate: UInt32[Array, ""],
        writing: GaussianModel,
        z: Float64[Array, "n"],
        written: Bool[Array, "n"],
    ) -> PointState:
        """Every point is real by its own coin."""
        coin = word64(bits(key, replicate, jnp.arange(self.cells, dtype=jnp.uint32) + COIN)) >> np.uint64(1)
        is_real = coin < row.share
        fresh = summarised(real_points(row.sampler.choices, key, replicate, self.cells), written & is_real)
        synthetic = in_source_units(writing, summarised(z, written & ~is_real))
        return PointState(_fitted(row, merged(fresh, synthetic)), None)

    def _relative(self, row: PointRow, state: PointState, batch: Batch, real: Batch | None) -> PointState:
        """Policies that may lose all of the variance: everything stays in the units of the model before."""
        factor, model = row.sampler.log_factor, state.model
        batch = Batch(batch.count, batch.mean * jnp.exp(0.5 * factor), batch.log_squares + factor)
        if real is not None:
            mean = (real.mean - model.shift) * jnp.exp(-0.5 * model.log_ratio)
            batch = merged(batch, Batch(real.count, mean, real.log_squares - model.log_ratio))
        training, held = batch, None
        if self.policy == "window":
            assert state.held is not None
            held = Batch(*(jnp.roll(old, 1).at[0].set(new) for old, new in zip(state.held, batch, strict=True)))
            older = Batch(*(part[1:] for part in held))
            training = lax.scan(lambda pool, batch: (merged(pool, batch), None), batch, older)[0]
        log_step = training.log_squares - row.log_divisor
        if self.policy == "forgetting":
            log_step = jnp.logaddexp(jnp.log1p(-row.weight), jnp.log(row.weight) + log_step)
            training = training._replace(mean=row.weight * training.mean)
        shift = model.shift + jnp.exp(0.5 * model.log_ratio) * training.mean
        if held is not None:
            stretch = jnp.where(log_step > -jnp.inf, -0.5 * log_step, 0.0)
            means = (held.mean - training.mean) * jnp.exp(stretch)
            held = Batch(held.count, jnp.where(held.count > 0, means, 0.0), held.log_squares + 2.0 * stretch)
        return PointState(GaussianModel(shift, model.log_ratio + log_step), held)


def in_units(model: GaussianModel, place: Float64[Array, ""]) -> Float64[Array, ""]:
    """A place of the source's axis in the units of a model."""
    distance = (place - model.shift) * jnp.exp(-0.5 * jnp.maximum(model.log_ratio, -FARTHEST))
    return jnp.nan_to_num(jnp.clip(distance, -FARTHEST, FARTHEST))


def in_source_units(model: GaussianModel, batch: Batch) -> Batch:
    """A batch that was drawn in the units of a model."""
    mean = model.shift + jnp.exp(0.5 * model.log_ratio) * batch.mean
    return Batch(batch.count, mean, model.log_ratio + batch.log_squares)


def _fitted(row: PointRow, training: Batch) -> GaussianModel:
    return GaussianModel(training.mean, training.log_squares - row.log_divisor)


def _weighted(row: PointRow, real: Batch, synthetic: Batch) -> GaussianModel:
    """Means and within-batch variances mixed; no between term."""
    w = row.weight
    within = jnp.log(w) + real.log_squares - row.log_real_divisor
    other = jnp.log1p(-w) + synthetic.log_squares - row.log_divisor
    return GaussianModel(w * real.mean + (1.0 - w) * synthetic.mean, jnp.logaddexp(within, other))
