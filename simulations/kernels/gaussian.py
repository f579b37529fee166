"""One generation of a Gaussian chain in one dimension: state (mean, log variance), batches from their exact laws.

A normal law is a location and a scale, and estimators by moments respect both: every chain runs from the source N(0, 1)
and measures give it the source's units. A chain starts at the source itself, so that at t = 1 synthetic and real points
are one law and no policy needs a special first generation.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, UInt32

from simulations.alias import outcome
from simulations.bits import Bits, bits
from simulations.kernels.batches import DRAWS, Batch, batch_law, drawn_batch, is_boosted, merged
from simulations.kernels.coverage import Setting
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.shape import GAUSSIAN_LANE
from simulations.kernels.split import binomial_split, law_at
from simulations.measure import GaussianModel, GaussianUnits
from theory.scenario.estimator import Moments
from theory.scenario.source import GaussianSource


class GaussianState(NamedTuple):
    """A model and, under scheme "fixed", the mean and the log sum of squares of the real batch that is kept."""

    model: GaussianModel
    kept: tuple[Float64[Array, "*R"], Float64[Array, "*R"]] | None


class GaussianRow(NamedTuple):
    """Numbers of one generation: a BatchLaw for each of its batches (None where the policy draws none), the pool that
    older batches left, the log of the divisor.
    """

    first: Bool[Any, "*T"]
    boosted: Bool[Any, "*T"]
    real: Any
    synthetic: Any
    pool_count: Float64[Any, "*T"]
    log_pool_divisor: Float64[Any, "*T"]
    log_divisor: Float64[Any, "*T"]


class GaussianTables(NamedTuple):
    """Arrays of a whole run: the source's units, and under scheme "iid" the Split into real and synthetic points."""

    source: GaussianUnits
    split: Any


@dataclass(frozen=True)
class GaussianProgram:
    """The step of one policy: "replace", "stratified", "fixed", "iid" or "accumulate"."""

    policy: str

    def start(self) -> GaussianState:
        """The source, in its own units."""
        zero = jnp.zeros(())
        return GaussianState(GaussianModel(zero, zero), (zero, zero) if self.policy == "fixed" else None)

    def step(
        self, tables: GaussianTables, row: GaussianRow, key: Bits, replicate: UInt32[Array, ""], state: GaussianState
    ) -> GaussianState:
        """Draw the batches of the generation, merge them into one training set, fit it."""
        model, kept = state
        boosted, real_law, synthetic_law = row.boosted, lambda: row.real, lambda: row.synthetic
        if self.policy == "iid":
            split = tables.split
            boosted, place = split.boosted, outcome(split.row, bits(key, replicate, np.uint32(2 * DRAWS)))
            real_law, synthetic_law = partial(law_at, split.real, place), partial(law_at, split.synthetic, place)

        def real() -> Batch:
            return drawn_batch(real_law, boosted, key, replicate, DRAWS, 0.0, 0.0)

        training = drawn_batch(synthetic_law, boosted, key, replicate, 0, model.shift, model.log_ratio)
        if self.policy in ("iid", "stratified"):
            training = merged(real(), training)
        elif self.policy == "fixed":
            kept = lax.cond(row.first, lambda: tuple(real()[1:]), lambda: kept)
            training = merged(Batch(row.real.count, *kept), training)
        elif self.policy == "accumulate":
            training = merged(Batch(row.pool_count, model.shift, model.log_ratio + row.log_pool_divisor), training)
        return GaussianState(GaussianModel(training.mean, training.log_squares - row.log_divisor), kept)

    def observe(self, row: GaussianRow, state: GaussianState) -> tuple[GaussianModel, Bool[Array, ""]]:
        """The model; infinitely wide or far is impossible, log v = -inf is a chain whose points all agree."""
        shift, log_ratio = state.model
        return state.model, ~jnp.isfinite(shift) | jnp.isnan(log_ratio) | (log_ratio == jnp.inf)


def gaussian_kernel(setting: Setting, generations: int) -> Kernel:
    """The kernel of a covered 1-D Gaussian setting for so many generations."""
    assert isinstance(setting.source, GaussianSource)
    assert isinstance(setting.estimator, Moments)
    policy, divide_by = setting.policy, np.vectorize(setting.estimator.divide_by, otypes=[float])
    sizes = setting.batches(generations)
    pools = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if policy == "accumulate" else np.zeros_like(sizes)

    def rows(first: int) -> GaussianRow:
        t = np.minimum(np.arange(first, first + BLOCK), len(sizes))
        M, pool = sizes[t - 1], pools[t - 1]
        n = setting.real_points(M)
        real = batch_law(n) if policy in ("stratified", "fixed") else None
        synthetic = batch_law(M - n) if policy != "iid" else None
        boosted = np.any([is_boosted(law) for law in (real, synthetic) if law is not None] or [t < 0], axis=0)
        log_pool_divisor = np.where(pool > 0, np.log(divide_by(np.maximum(pool, sizes[0]))), -np.inf)
        log_divisor = np.log(divide_by(M + pool))
        return GaussianRow(t == 1, boosted, real, synthetic, pool.astype(float), log_pool_divisor, log_divisor)

    variance = np.float64(setting.source.variance or 0.0)
    split = binomial_split(setting.first, setting.share()) if policy == "iid" else None
    tables = GaussianTables(GaussianUnits(variance, np.log(variance)), split)
    start = GaussianModel(np.zeros(()), np.zeros(()))
    return Kernel("gaussian", GaussianProgram(policy), GAUSSIAN_LANE, tables, rows, start)
