"""One generation of a mixture of normals: points are drawn from the mixture before, and it is fitted to them again.

The state is the mixture in units of its own mean and standard deviation, with where and how large these are in the
source's: the whole may shrink without end, and so may each component within it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, UInt32

from simulations.bits import Bits, bits, normals, uniforms, word64
from simulations.kernels.families.mixture_fit import Components, likeliest, location_and_log_scale
from simulations.kernels.kernel import Kernel
from simulations.kernels.points.points_counts import lane_width, point_counts
from simulations.kernels.points.points_draw import COIN, INDEX, REAL, SYNTHETIC
from simulations.kernels.points.points_rows import PointRow, point_rows
from simulations.kernels.setting import policy_of
from simulations.kernels.shape import padded
from simulations.measures_families import MixtureReading, MixtureUnits
from theory.scenario import Scenario
from theory.scenario.source import MixtureSource

CHOICE = np.uint32(1 << 29)
"""The draw of a real point and that of its component are so far apart."""


class MixtureState(NamedTuple):
    """The mixture in its own units, those units in the source's, its log-variance, and the points that are kept."""

    model: Components
    shift: Float64[Array, "*R"]
    log_scale: Float64[Array, "*R"]
    log_ratio: Float64[Array, "*R"]
    kept: Float64[Array, "*R P"] | None


class MixtureTables(NamedTuple):
    """Arrays of a run: the source's units, and the source in them."""

    source: MixtureUnits
    components: Components


@dataclass(frozen=True)
class MixtureProgram:
    """The step of one policy: "replace", "iid", "stratified", "fixed" or "accumulate"; `pool` points are kept."""

    policy: str
    components: int
    cells: int
    real: int
    pool: int

    def start(self) -> MixtureState:
        """The source's units; its components are those of the tables."""
        model = Components(*(jnp.zeros(self.components) for _ in range(3)))
        zero, held = jnp.zeros(()), self.real if self.policy == "fixed" else self.pool
        return MixtureState(model, zero, zero, zero, jnp.zeros(held) if held else None)

    def step(
        self, tables: MixtureTables, row: PointRow, key: Bits, replicate: UInt32[Array, ""], state: MixtureState
    ) -> MixtureState:
        """Draw the training set of the generation, fit the mixture to it, take its units."""
        cell, kept = jnp.arange(self.cells, dtype=jnp.uint32), state.kept
        source = tables.components
        model = Components(*(jnp.where(row.first, new, old) for new, old in zip(source, state.model, strict=True)))
        own, z = _chosen(model, bits(key, replicate, cell + INDEX)), normals(bits(key, replicate, cell + SYNTHETIC))
        points = model.means[own] + jnp.exp(model.log_deviations[own]) * z

        def of_the_source(cells: int) -> Float64[Array, "n"]:
            cell = jnp.arange(cells, dtype=jnp.uint32) + REAL
            chosen, z = _chosen(source, bits(key, replicate, cell + CHOICE)), normals(bits(key, replicate, cell))
            return source.means[chosen] + jnp.exp(source.log_deviations[chosen]) * z

        def in_units(points: Float64[Array, "n"]) -> Float64[Array, "n"]:
            return (points - state.shift) * jnp.exp(-state.log_scale)

        if self.policy == "accumulate":
            assert kept is not None
            written = state.shift + jnp.exp(state.log_scale) * points
            kept = lax.dynamic_update_slice(kept, written, (row.before,))
            points, own, z = in_units(kept), jnp.full(self.pool, -1), jnp.zeros(self.pool)
        elif self.policy == "iid":
            real = (word64(bits(key, replicate, cell + COIN)) >> np.uint64(1)) < row.share
            points, own = jnp.where(real, in_units(of_the_source(self.cells)), points), jnp.where(real, -1, own)
        elif self.real:
            fresh = of_the_source(self.real)
            if kept is not None:
                kept = fresh = jnp.where(row.first, fresh, kept)
            real = (cell < row.real.astype(jnp.uint32))[: self.real]
            own, z, points = (jnp.roll(part, row.real) for part in (own, z, points))
            points = points.at[: self.real].set(jnp.where(real, in_units(fresh), points[: self.real]))
            own = own.at[: self.real].set(jnp.where(real, -1, own[: self.real]))
        distances = (points[:, None] - model.means) * jnp.exp(-model.log_deviations)
        distances = jnp.where(own[:, None] == jnp.arange(len(model.means)), z[:, None], distances)
        fitted = likeliest(model, distances, jnp.arange(len(points)) < row.fitted)
        mean, log_unit = location_and_log_scale(fitted)
        unit = jnp.where(log_unit > -jnp.inf, log_unit, 0.0)
        standard = Components(fitted.weights, (fitted.means - mean) * jnp.exp(-unit), fitted.log_deviations - unit)
        shift = state.shift + jnp.exp(state.log_scale) * mean
        ratio = jnp.where(state.log_ratio > -jnp.inf, 2.0 * (state.log_scale + log_unit), -jnp.inf)
        return MixtureState(standard, shift, state.log_scale + unit, ratio, kept)

    def observe(self, row: PointRow, state: MixtureState) -> tuple[MixtureReading, Bool[Array, ""]]:
        """Location, log-variance, components; impossible are weights that do not sum to 1, or an infinite mean."""
        weights = state.model.weights
        broken = ~(jnp.abs(weights.sum() - 1.0) < 1e-9) | (weights < 0).any()
        broken = broken | ~jnp.isfinite(state.shift) | jnp.isnan(state.log_ratio)
        log_ratios = 2.0 * (state.log_scale + state.model.log_deviations)
        return MixtureReading(state.shift, state.log_ratio, weights, log_ratios), broken


def _chosen(model: Components, pair: Bits) -> Int32[Array, "n"]:
    """A component with the probability of its weight; one of weight 0 never."""
    cumulative = jnp.cumsum(model.weights)
    place = uniforms(pair) * cumulative[-1]
    return (place[:, None] >= cumulative[:-1]).sum(1, dtype=jnp.int32)


def mixture_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered mixture for so many generations.

    Raises InputError where one chain would be too large.
    """
    source, counts, policy = scenario.source, point_counts(scenario, generations), policy_of(scenario)
    assert isinstance(source, MixtureSource)
    weights = np.array(source.weights) / np.sum(source.weights)
    mean = float(weights @ np.array(source.means))
    variance = float(weights @ (np.array(source.variances) + (np.array(source.means) - mean) ** 2))
    means = (np.array(source.means) - mean) / np.sqrt(variance)
    components = Components(weights, means, 0.5 * np.log(np.array(source.variances) / variance))
    cells = padded(int(counts.synthetic.max() if policy == "accumulate" else counts.fitted.max()))
    pool = padded(int(counts.fitted.max())) + cells if policy == "accumulate" else 0
    real = min(padded(int(counts.real.max())), cells) if counts.real.max() else 0
    program = MixtureProgram(policy, len(weights), cells, real, pool)
    units = MixtureUnits(np.float64(variance), np.float64(np.log(variance)))
    return Kernel(
        "mixture",
        program,
        lane_width(scenario.first_size * len(weights)),
        MixtureTables(units, components),
        lambda first: point_rows(scenario, counts, first),
        MixtureReading(np.zeros(()), np.zeros(()), weights, 2.0 * components.log_deviations),
    )
