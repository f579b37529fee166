"""One generation of a token chain by its counts: each batch is a multinomial, drawn by halving the vocabulary.

Time and memory depend on the number of tokens K, not on the number of points M: K - 1 binomials a batch. Nothing leaves
the device, no shape depends on data, and a chain is a handful of loops over whole arrays, so that an accelerator runs
many chains at once. A processor is better served by numpy, whose loop over tokens stops where the points run out.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, Int64, UInt32

from simulations.binomial import subkey
from simulations.bits import Bits
from simulations.kernels.tokens.splitting_law import fitted, proportions, sampled
from simulations.kernels.tokens.splitting_shape import SplittingShape
from simulations.kernels.tokens.splitting_tree import split

SUBSAMPLE = np.uint32(2**31)
"""The subkey of draws from a pool: its number is one that no attempt of a binomial has."""


class SplittingState(NamedTuple):
    """Counts by part, the model where it outlives its counts, and whether a draw ever failed.

    The parts are one, but for "window" (a batch each), "fixed" and "weighted" (real, synthetic), and a subsampled pool
    (everything, the sample). The model is kept as frequencies and as fitted.
    """

    counts: Int64[Array, "*R parts K"]
    model: Float64[Array, "*R 2 K"] | None
    failed: Bool[Array, "*R"]


class SplittingRow(NamedTuple):
    """Numbers of one generation.

    New real and synthetic points, the size of a sample of the pool, the place in the window, all points of the state;
    the share of real points under "iid"; the weight of real points under "weighted", of the newest under "forgetting".
    """

    first: Bool[Any, "*T"]
    real: Int64[Any, "*T"]
    synthetic: Int64[Any, "*T"]
    sample: Int64[Any, "*T"]
    place: Int32[Any, "*T"]
    total: Int64[Any, "*T"]
    share: Float64[Any, "*T"]
    weight: Float64[Any, "*T"]


class SplittingTables(NamedTuple):
    """Arrays of a run: the source, which tokens are no padding, the pseudocount, and the sampler's number."""

    source: Float64[Any, "K"]
    real: Bool[Any, "K"]
    pseudocount: Float64[Any, ""]
    argument: Float64[Any, ""]


@dataclass(frozen=True)
class SplittingProgram:
    """The step of one policy and one sampler on padded arrays."""

    shape: SplittingShape
    sampler: str

    def start(self) -> SplittingState:
        """No points yet: the first generation reads the source alone."""
        K = self.shape.tokens
        model = jnp.zeros((2, K)) if self.shape.policy == "forgetting" else None
        return SplittingState(jnp.zeros((self.shape.parts, K), jnp.int64), model, jnp.zeros((), bool))

    def step(
        self, tables: SplittingTables, row: SplittingRow, key: Bits, replicate: UInt32[Array, ""], state: SplittingState
    ) -> SplittingState:
        """Draw the new points, and put them where the policy does."""
        before = state.model[1] if state.model is not None else self._mixed(row, state.counts, self._fits(tables))
        law = sampled(self.sampler, tables.argument, before)
        if self.shape.policy == "iid":
            law = row.share * tables.source + (1.0 - row.share) * proportions(law)
        law = jnp.where(row.first, tables.source, law)
        weights, sizes = law[None], (row.real + row.synthetic)[None]
        if self.shape.apart:
            weights, sizes = jnp.stack([tables.source, law]), jnp.stack([row.real, row.synthetic])
        drawn, failed = split(key, replicate, weights, sizes)
        counts = self._held(row, state.counts, drawn)
        if self.shape.subsampled:
            pool = counts[0].astype(jnp.float64)[None]
            sample, wrong = split(subkey(key, SUBSAMPLE), replicate, pool, row.sample[None])
            counts, failed = counts.at[1].set(jnp.where(row.first, counts[0], sample[0])), failed | wrong
        model = None
        if state.model is not None:
            newest = jnp.stack([self._mixed(row, counts, fit) for fit in (_frequencies, self._fits(tables))])
            model = jnp.where(row.first, newest, row.weight * newest + (1.0 - row.weight) * state.model)
        return SplittingState(counts, model, state.failed | failed)

    def observe(self, row: SplittingRow, state: SplittingState) -> tuple[Float64[Array, "K"], Bool[Array, ""]]:
        """Frequencies; impossible is a failed draw, a count outside 0 ... N, or counts that do not sum to N."""
        counts = state.counts
        broken = state.failed | (counts < 0).any() | (counts > row.total).any() | (counts.sum() != row.total)
        return (self._mixed(row, counts, _frequencies) if state.model is None else state.model[0]), broken

    def _held(
        self, row: SplittingRow, before: Int64[Array, "parts K"], drawn: Int64[Array, "B K"]
    ) -> Int64[Array, "parts K"]:
        """The counts of every part with the new points in them; a sample of the pool is left as it was."""
        policy, batch = self.shape.policy, drawn.sum(axis=0)
        if policy in ("accumulate", "accumulate_subsample", "pool"):
            return before.at[0].add(batch)
        if policy == "window":
            return lax.dynamic_update_index_in_dim(before, batch, row.place, 0)
        if policy == "weighted":
            return drawn
        if policy == "fixed":
            return jnp.stack([jnp.where(row.first, drawn[0], before[0]), drawn[1]])
        return batch[None]

    def _mixed(self, row: SplittingRow, counts: Int64[Array, "parts K"], fit: Any) -> Float64[Array, "K"]:
        """What `fit` makes of the counts that the policy trains on; under "weighted" of each part, mixed."""
        if self.shape.policy == "weighted":
            real, synthetic = fit(counts[0]), fit(counts[1])
            weight = jnp.where(counts[1].sum() > 0, row.weight, 1.0)
            return weight * real + (1.0 - weight) * synthetic
        return fit(counts[1] if self.shape.subsampled else counts.sum(axis=0))

    def _fits(self, tables: SplittingTables) -> Any:
        return lambda counts: fitted(counts, tables.pseudocount, tables.real)


def _frequencies(counts: Int64[Array, "K"]) -> Float64[Array, "K"]:
    return counts / jnp.maximum(counts.sum(), 1)
