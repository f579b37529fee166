"""One generation of a token chain: every cell of the training set copies a uniformly chosen cell of the one before.

A model that is the frequencies of N tokens and draws from them *is* the list of those tokens with a random index: no
probabilities, no binomials, nothing to reject, exact to 2^-64 per cell. Real tokens come from the source by an alias
table.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, Int64, UInt32, UInt64

from simulations.alias import AliasTable, alias_table, outcome
from simulations.bits import Bits, bits, uniform_index, word64
from simulations.kernels.coverage import Setting
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.shape import token_shape
from theory.scenario.source import GaussianSource

COIN = np.uint32(1 << 30)
"""Draw i says which cell the i-th copies or, if it is real, which token of the source; draw COIN + i says whether."""


class TokenState(NamedTuple):
    """The training set cell by cell; accumulation keeps every cell there was, and their counts."""

    cells: Int32[Array, "*R N"]
    counts: Int64[Array, "*R K"] | None


class TokenRow(NamedTuple):
    """Numbers of one generation: cells to copy from, cells to fill, real ones among them, cells the model counts."""

    first: Bool[Any, "*T"]
    before: UInt32[Any, "*T"]
    batch: UInt32[Any, "*T"]
    real: UInt32[Any, "*T"]
    total: Int64[Any, "*T"]


class TokenTables(NamedTuple):
    """Arrays of a run: the source as probabilities and as a table to draw from; share * 2^63 under scheme "iid"."""

    source: Float64[Any, "K"]
    alias: AliasTable
    share: UInt64[Any, ""]


@dataclass(frozen=True)
class TokenProgram:
    """The step of one policy on arrays of so many tokens and cells; `real` may be real, `pool` are kept."""

    policy: str
    tokens: int
    cells: int
    real: int
    pool: int

    def start(self) -> TokenState:
        """No cells yet: the first generation reads the source alone."""
        cells = jnp.zeros(self.pool or self.cells, jnp.int32)
        return TokenState(cells, jnp.zeros(self.tokens, jnp.int64) if self.pool else None)

    def step(
        self, tables: TokenTables, row: TokenRow, key: Bits, replicate: UInt32[Array, ""], state: TokenState
    ) -> TokenState:
        """Fill the cells of the generation."""
        cell = jnp.arange(self.cells, dtype=jnp.uint32)

        def source(cells: int) -> Int32[Array, "n"]:
            return outcome(tables.alias, bits(key, replicate, cell[:cells]))

        def trained() -> Int32[Array, "N"]:
            chosen = uniform_index(bits(key, replicate, cell), row.before)
            copied = state.cells.at[chosen].get(mode="promise_in_bounds")
            if self.policy == "iid":
                coin = word64(bits(key, replicate, COIN + cell)) >> np.uint64(1)
                return jnp.where(coin < tables.share, source(self.cells), copied)
            if self.policy == "stratified":
                head = jnp.where(cell[: self.real] < row.real, source(self.real), copied[: self.real])
                return jnp.concatenate([head, copied[self.real :]])
            if self.policy == "fixed":
                return jnp.where(cell < row.real, state.cells, copied)
            return copied

        batch = lax.cond(row.first, lambda: source(self.cells), trained)
        if state.counts is None:
            return TokenState(batch, None)
        pool = lax.dynamic_update_slice(state.cells, batch, (row.before.astype(jnp.int32),))
        return TokenState(pool, state.counts + self._counts(batch, row.batch))

    def observe(self, row: TokenRow, state: TokenState) -> tuple[Float64[Array, "K"], Bool[Array, ""]]:
        """Frequencies of the tokens; impossible is a count outside 0 ... N, or counts that do not sum to N."""
        counts = self._counts(state.cells, row.batch) if state.counts is None else state.counts
        broken = (counts < 0).any() | (counts > row.total).any() | (counts.sum() != row.total)
        return counts / row.total, broken

    def _counts(self, cells: Int32[Array, "N"], filled: UInt32[Any, ""]) -> Int64[Array, "K"]:
        full = jnp.arange(self.cells, dtype=jnp.uint32) < filled
        counts = jnp.zeros(self.tokens, jnp.int32).at[cells].add(full.astype(jnp.int32), mode="drop")
        return counts.astype(jnp.int64)


def token_kernel(setting: Setting, generations: int) -> Kernel:
    """The kernel of a covered token setting for so many generations.

    Raises InputError where one chain would be too large.
    """
    assert not isinstance(setting.source, GaussianSource)
    policy, shape, sizes = setting.policy, token_shape(setting, generations), setting.batches(generations)
    totals = np.cumsum(sizes) if policy == "accumulate" else sizes
    before = np.concatenate([[0], totals[:-1]]).astype(np.uint32)

    def rows(first: int) -> TokenRow:
        i = np.minimum(np.arange(first, first + BLOCK), len(sizes)) - 1
        real = setting.real_points(sizes[i]).astype(np.uint32)
        return TokenRow(i == 0, before[i], sizes[i].astype(np.uint32), real, totals[i])

    p0 = setting.source.distribution()
    source = np.pad(p0, (0, shape.tokens - len(p0)))
    tables = TokenTables(source, alias_table(p0, shape.tokens), np.uint64(int(setting.share() * 2.0**63)))
    program = TokenProgram(policy, shape.tokens, shape.cells, shape.real, shape.pool)
    return Kernel("tokens", program, shape.width, tables, rows, source)
