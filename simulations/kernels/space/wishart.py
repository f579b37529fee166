"""One generation of a Gaussian chain in r dimensions: mean and covariance factor, batches from their exact laws.

Chains run in the source's coordinates, in which it is N(0, I) on its range; measures give it its units back. Batches of
the model are drawn and merged in the model's own coordinates, in which nothing is small, however narrow the model is;
real points join in those of the source.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, UInt32

from simulations.alias import outcome
from simulations.bits import Bits, bits, log
from simulations.kernels.kernel import Kernel
from simulations.kernels.setting import share
from simulations.kernels.space.factor import Factor, identity, product, quotient, scaled, solved, summed, with_outer
from simulations.kernels.space.wishart_batches import VectorBatch, drawn_batch, draws, split_laws, vector_split
from simulations.kernels.space.wishart_method import older_batches, width_of
from simulations.kernels.space.wishart_rows import KEEPING, REAL, Joining, WishartRow, kind_of, wishart_rows
from simulations.kernels.tosses import toss_law
from simulations.measures_vector import VectorModel, VectorUnits
from theory.scenario import Scenario
from theory.scenario.source import GaussianSource

LEAST_EIGENVALUE = 1e-12
"""Eigenvalues of the source's correlations below this are read as zero: a singular covariance, written in decimals."""


class WishartState(NamedTuple):
    """A model and the batches kept: of a window, in the model's coordinates; a fixed real set, in the source's."""

    model: VectorModel
    kept: VectorBatch | None


class WishartTables(NamedTuple):
    """Arrays of a whole run: the source's units, and under scheme "iid" the split into real and synthetic points."""

    source: VectorUnits
    split: Any


@dataclass(frozen=True)
class WishartProgram:
    """The step of one policy in so many dimensions; `older` is the number of batches that a window keeps."""

    policy: str
    dimension: int
    older: int = 0

    def start(self) -> WishartState:
        """The source, in its own coordinates."""
        r = self.dimension
        none = VectorBatch(jnp.zeros(()), jnp.zeros(r), identity(r, -jnp.inf))
        kept = none if self.policy == "fixed" else None
        if self.older:
            kept = jax.tree.map(lambda a: jnp.broadcast_to(a, (self.older, *a.shape)), none)
        return WishartState(VectorModel(jnp.zeros(r), *identity(r)), kept)

    def step(
        self, tables: WishartTables, row: WishartRow, key: Bits, replicate: UInt32[Array, ""], state: WishartState
    ) -> WishartState:
        """Draw the batches of the generation, merge those of the model in its coordinates, move it, add real points."""
        model, kept = state
        r, boosted, joining, fresh = self.dimension, row.boosted, row.joining, row.fresh
        real_law: Any = lambda: row.real  # noqa: E731
        synthetic_law: Any = lambda: row.synthetic  # noqa: E731
        if self.policy == "iid":
            place = outcome(tables.split.row, bits(key, replicate, np.uint32(2 * draws(r))))
            boosted = tables.split.boosted
            real_law, synthetic_law = split_laws(tables.split, place, row.size, r)

        drawn = drawn_batch(synthetic_law, boosted, key, replicate, 0, r)
        batch = VectorBatch(drawn.count, drawn.mean * jnp.exp(row.log_spread), scaled(drawn.factor, row.log_spread))
        if self.policy == "refreshed":
            real = drawn_batch(real_law, boosted, key, replicate, draws(r), r)
            return self._refreshed(row, model, batch, real, kept)
        if self.policy in KEEPING:
            relative = _joined(jnp.zeros(r), identity(r, 0.5 * row.log_kept), batch, joining)
        else:
            relative = batch.mean, scaled(batch.factor, 0.5 * joining.log_weight)
        if self.older:
            relative = lax.fori_loop(
                0,
                self.older,
                lambda a, there: _joined(*there, *jax.tree.map(lambda x: x[a], (kept, row.older))),
                relative,
            )
        mean, factor = relative[0], scaled(relative[1], -0.5 * row.log_divisor)
        if self.older:
            seen = jax.vmap(lambda b: _seen_from(mean, factor, b))
            youngest = jax.tree.map(lambda new, old: jnp.concatenate([new[None], old[:-1]]), batch, kept)
            kept = seen(youngest)
        shift = model.shift + model.unit @ (jnp.exp(model.log_scale) * mean)
        moved = product(Factor(model.log_scale, model.unit), factor)

        if self.policy in REAL:
            there = shift, scaled(moved, 0.5 * row.log_divisor)
            real = lambda: drawn_batch(real_law, boosted, key, replicate, draws(r), r)  # noqa: E731
            points: VectorBatch = lax.cond(row.first, real, lambda: kept) if self.policy == "fixed" else real()
            kept = points if self.policy == "fixed" else None
            if self.policy == "iid":
                fresh = _tossed(drawn.count, points.count)
            assert fresh is not None
            shift, moved = _joined(*there, points, fresh)
            moved = scaled(moved, -0.5 * row.log_divisor)
        return WishartState(VectorModel(shift, *moved), kept)

    def _refreshed(
        self, row: WishartRow, model: VectorModel, batch: VectorBatch, real: VectorBatch, kept: VectorBatch | None
    ) -> WishartState:
        """Real points join the batch, and it the others; all are kept in the source's coordinates."""
        frame = Factor(model.log_scale, model.unit)
        mean = model.shift + model.unit @ (jnp.exp(model.log_scale) * batch.mean)
        assert row.fresh is not None
        pooled = _joined(mean, product(frame, batch.factor), real, row.fresh)
        if self.older:
            youngest = VectorBatch(batch.count + real.count, *pooled)
            pooled = lax.fori_loop(
                0,
                self.older,
                lambda a, there: _joined(*there, *jax.tree.map(lambda x: x[a], (kept, row.older))),
                pooled,
            )
            kept = jax.tree.map(lambda new, old: jnp.concatenate([new[None], old[:-1]]), youngest, kept)
        return WishartState(VectorModel(pooled[0], *scaled(pooled[1], -0.5 * row.log_divisor)), kept)

    def observe(self, row: WishartRow, state: WishartState) -> tuple[VectorModel, Bool[Array, ""]]:
        """The model; a mean that is no number or a covariance without bound is impossible, a singular one is not."""
        shift, log_scale, unit = state.model
        broken = ~jnp.isfinite(shift).all() | ~jnp.isfinite(unit).all() | jnp.isnan(log_scale).any()
        return state.model, broken | (log_scale == jnp.inf).any()


def _joined(
    mean: Float64[Array, "r"], factor: Factor, batch: VectorBatch, how: Joining
) -> tuple[Float64[Array, "r"], Factor]:
    """Mean and scatter with one more batch."""
    apart = batch.mean - mean
    factor = summed(factor, batch.factor, how.log_weight)
    return mean + how.share * apart, with_outer(factor, apart, how.log_between)


def _seen_from(mean: Float64[Array, "r"], factor: Factor, batch: VectorBatch) -> VectorBatch:
    """A batch in the coordinates of a model that is given in the batch's own."""
    narrow = factor.log_scale == -jnp.inf
    inverse = jnp.where(narrow, 0.0, jnp.exp(-jnp.where(narrow, 0.0, factor.log_scale)))
    apart = solved(factor, (batch.mean - mean)[:, None])[:, 0]
    return VectorBatch(batch.count, inverse * apart, quotient(factor, batch.factor))


def _tossed(synthetic: Float64[Array, ""], real: Float64[Array, ""]) -> Joining:
    """Points that join others with equal weights, where their numbers are random."""
    part = real / (synthetic + real)
    between = synthetic * part
    log_between = jnp.where(between > 0.0, log(jnp.maximum(between, 1e-300)), -jnp.inf)
    return Joining(jnp.zeros(()), log_between, part)


def source_units(source: GaussianSource) -> VectorUnits:
    """A factor of the source's covariance, with as many columns as its rank, and its log-determinant."""
    covariance = source.covariance_matrix()
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    inverse = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 0)
    correlation = covariance * inverse[:, None] * inverse
    values, vectors = np.linalg.eigh(correlation)
    kept = values > LEAST_EIGENVALUE
    if kept.all():
        root = np.linalg.cholesky(correlation)
        log_determinant = 2.0 * (np.log(deviation) + np.log(np.diag(root))).sum()
        return VectorUnits(deviation[:, None] * root, np.float64(log_determinant))
    return VectorUnits(deviation[:, None] * vectors[:, kept] * np.sqrt(values[kept]), np.float64(-np.inf))


def wishart_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered scenario for so many generations."""
    assert isinstance(scenario.source, GaussianSource)
    units = source_units(scenario.source)
    r, older, policy = units.factor.shape[1], older_batches(scenario), kind_of(scenario)
    split = None
    if policy == "iid":
        M = scenario.first_size
        split = vector_split(M, *toss_law(M, share(scenario)), r)
    program = WishartProgram("replace" if policy == "window" and not older else policy, r, older)
    rows = wishart_rows(scenario, generations, r)
    start = VectorModel(np.zeros(r), np.zeros(r), np.eye(r))
    return Kernel("gaussian_vector", program, width_of(r, older), WishartTables(units, split), rows, start)
