"""One generation of a token chain: every cell of the training set copies a uniformly chosen cell of the one before.

A model that is the frequencies of N tokens and draws from them *is* the list of those tokens with a random index: no
probabilities, no binomials, nothing to reject, exact to 2^-64 per cell. Real tokens come from the source by an alias table.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, Int64, UInt32, UInt64

from simulations.alias import AliasTable, alias_table, outcome
from simulations.bits import Bits, bits, uniform_index, word64
from simulations.kernels.kernel import BLOCK, Kernel
from simulations.kernels.shape import token_shape
from theory.scenario import Scenario

COIN = np.uint32(1 << 30)
"""Draw i says which cell the i-th copies or, where it is real, which token of the source it is; draw COIN + i whether."""


class TokenState(NamedTuple):
    """The training set cell by cell; accumulation keeps every cell there was, and their counts."""

    cells: Int32[Array, "*R N"]
    counts: Int64[Array, "*R K"] | None


class TokenRow(NamedTuple):
    """Numbers of one generation: cells to copy from, cells to fill, real ones among them, cells that the model counts."""

    first: Bool[Any, "*T"]
    before: UInt32[Any, "*T"]
    batch: UInt32[Any, "*T"]
    real: UInt32[Any, "*T"]
    total: Int64[Any, "*T"]


class TokenTables(NamedTuple):
    """Arrays of a whole run: the source as probabilities and as a table to draw from; share * 2^63 under scheme "iid"."""

    source: Float64[Any, "K"]
    alias: AliasTable
    share: UInt64[Any, ""]


@dataclass(frozen=True)
class TokenProgram:
    """The step of one policy, for arrays of so many tokens and cells, of which `real` may be real and `pool` are kept."""

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
        if self.policy != "accumulate":
            return TokenState(batch, None)
        pool = lax.dynamic_update_slice(state.cells, batch, (row.before.astype(jnp.int32),))
        return TokenState(pool, state.counts + self._counts(batch, row.batch))

    def observe(self, row: TokenRow, state: TokenState) -> tuple[Float64[Array, "K"], Bool[Array, ""]]:
        """Frequencies of the tokens; impossible is a count outside 0 ... N, or counts that do not sum to N."""
        counts = self._counts(state.cells, row.batch) if state.counts is None else state.counts
        broken = (counts < 0).any() | (counts > row.total).any() | (counts.sum() != row.total)
        return counts / row.total, broken

    def _counts(self, cells: Int32[Array, "N"], filled: UInt32[Array, ""]) -> Int64[Array, "K"]:
        full = jnp.arange(self.cells, dtype=jnp.uint32) < filled
        counts = jnp.zeros(self.tokens, jnp.int32).at[cells].add(full.astype(jnp.int32), mode="drop")
        return counts.astype(jnp.int64)


def token_kernel(scenario: Scenario, policy: str, generations: int) -> Kernel:
    """The kernel of a covered token scenario for so many generations.

    Raises InputError where one chain would be too large.
    """
    retention, shape = scenario.retention, token_shape(scenario, generations)
    later = [scenario.sample_size.at(t) for t in range(2, generations + 1)]
    sizes = np.array([scenario.first_size, *later])
    totals = np.cumsum(sizes) if policy == "accumulate" else sizes
    before = np.concatenate([[0], totals[:-1]])

    def rows(first: int) -> TokenRow:
        t = np.minimum(np.arange(first, first + BLOCK), len(sizes))
        M = sizes[t - 1]
        real = [retention.real_points(int(m)) if policy in ("stratified", "fixed") else 0 for m in M]
        return TokenRow(
            t == 1, before[t - 1].astype(np.uint32), M.astype(np.uint32), np.array(real, np.uint32), totals[t - 1]
        )  # fmt: skip

    p0 = scenario.source.distribution()
    source = np.pad(p0, (0, shape.tokens - len(p0)))
    share = retention.share_of(int(sizes[0])) if policy == "iid" else 0.0
    tables = TokenTables(source, alias_table(p0, shape.tokens), np.uint64(int(share * 2.0**63)))
    program = TokenProgram(policy, shape.tokens, shape.cells, shape.real, shape.pool)
    return Kernel("tokens", program, shape.width, tables, rows, source)
