r"""One generation of a token chain: every cell of the training set copies a uniformly chosen cell of the one before.

A model that is the frequencies of N tokens and draws from them *is* the list of those tokens with a random index: no
probabilities, no binomials, nothing to reject, exact to 2^-64 per cell. Real tokens come from the source by an alias
table. Add-$\lambda$ smoothing is mutation: with probability $\lambda K / (N + \lambda K)$, to 2^-63, a cell holds a
uniformly chosen token instead of a copy.
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
from simulations.kernels.setting import batches, policy_of
from simulations.kernels.tokens.gather_shape import gather_shape, gather_sizes
from simulations.kernels.tokens.tally import tally
from theory.scenario import Scenario
from theory.scenario.estimator import Additive
from theory.scenario.retention import RealShare, Window
from theory.scenario.source import TokenSource, ZipfSource

COIN = np.uint32(1 << 30)
SEEN = np.uint32(2 << 30)
"""Draw i says which cell the i-th copies or which token it holds; draw COIN + i whether it copies, is real or mutates;
draw SEEN + i which cell of the pool the i-th cell of a subset is."""


class TokenState(NamedTuple):
    """The training set cell by cell; or all cells that are kept with their counts, or with the subset that was seen."""

    cells: Int32[Array, "*R N"]
    counts: Int64[Array, "*R K"] | None
    seen: Int32[Array, "*R M"] | None


class TokenRow(NamedTuple):
    """Numbers of one generation.

    `before` cells made the model that is copied from, `batch` are new and go to `place`, the first `real` of them
    real; `total` make the new model. Of all coins, in units of 2^-63, `share` make a cell real, those up to
    `mutation` uniform.
    """

    first: Bool[Any, "*T"]
    full: Bool[Any, "*T"]
    before: UInt32[Any, "*T"]
    place: UInt32[Any, "*T"]
    batch: UInt32[Any, "*T"]
    real: UInt32[Any, "*T"]
    total: Int64[Any, "*T"]
    share: UInt64[Any, "*T"]
    mutation: UInt64[Any, "*T"]


class TokenTables(NamedTuple):
    """Arrays of a run: the source as probabilities and as a table to draw from."""

    source: Float64[Any, "K"]
    alias: AliasTable


@dataclass(frozen=True)
class TokenProgram:
    """The step of one policy on arrays of so many tokens and cells; `smoothed` where cells may mutate."""

    policy: str
    tokens: int
    cells: int
    real: int
    kept: int
    smoothed: bool

    def start(self) -> TokenState:
        """No cells yet: the first generation reads the source alone."""
        subset = self.policy == "accumulate_subsample"
        counted = self.kept and not subset
        return TokenState(
            jnp.zeros(self.kept or self.cells, jnp.int32),
            jnp.zeros(self.tokens, jnp.int64) if counted else None,
            jnp.zeros(self.cells, jnp.int32) if subset else None,
        )

    def step(
        self, tables: TokenTables, row: TokenRow, key: Bits, replicate: UInt32[Array, ""], state: TokenState
    ) -> TokenState:
        """Fill the cells of the generation."""
        cell = jnp.arange(self.cells, dtype=jnp.uint32)

        def source(cells: int) -> Int32[Array, "n"]:
            return outcome(tables.alias, bits(key, replicate, cell[:cells]))

        def trained() -> Int32[Array, "N"]:
            word = bits(key, replicate, cell)
            model = state.cells if state.seen is None else state.seen
            filled = model.at[uniform_index(word, row.before)].get(mode="promise_in_bounds")
            if self.smoothed or self.policy == "iid":
                coin = word64(bits(key, replicate, COIN + cell)) >> np.uint64(1)
                if self.smoothed:
                    anything = uniform_index(word, tables.alias.size).astype(jnp.int32)
                    filled = jnp.where(coin < row.mutation, anything, filled)
                if self.policy == "iid":
                    return jnp.where(coin < row.share, source(self.cells), filled)
            if self.policy == "fixed":
                return jnp.where(cell < row.real, state.cells, filled)
            if self.real:
                head = jnp.where(cell[: self.real] < row.real, source(self.real), filled[: self.real])
                return jnp.concatenate([head, filled[self.real :]])
            return filled

        batch = lax.cond(row.first, lambda: source(self.cells), trained)
        if not self.kept:
            return TokenState(batch, None, None)
        place = row.place.astype(jnp.int32)
        old = lax.dynamic_slice(state.cells, (place,), (self.cells,))
        new = jnp.where(cell < row.batch, batch, old) if self.policy == "window" else batch
        pool = lax.dynamic_update_slice(state.cells, new, (place,))
        if state.counts is None:
            found = uniform_index(bits(key, replicate, SEEN + cell), row.place + row.batch)
            seen = jnp.where(row.first, batch, pool.at[found].get(mode="promise_in_bounds"))
            return TokenState(pool, None, seen)
        counts = state.counts + tally(batch, row.batch, self.tokens)
        if self.policy == "window":
            counts = counts - tally(old, jnp.where(row.full, row.batch, 0), self.tokens)
        return TokenState(pool, counts, None)

    def observe(self, row: TokenRow, state: TokenState) -> tuple[Float64[Array, "K"], Bool[Array, ""]]:
        """Frequencies of the tokens; impossible is a count outside 0 ... N, or counts that do not sum to N."""
        counts = state.counts
        if counts is None:
            counts = tally(state.cells if state.seen is None else state.seen, row.batch, self.tokens)
        broken = (counts < 0).any() | (counts > row.total).any() | (counts.sum() != row.total)
        return counts / row.total, broken


def token_kernel(scenario: Scenario, generations: int) -> Kernel:
    """The kernel of a covered token scenario for so many generations.

    Raises InputError where one chain would be too large.
    """
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    shape, sizes = gather_shape(scenario, generations), gather_sizes(scenario, batches(scenario, generations))
    shape.require_countable(generations)
    retention, policy = scenario.retention, policy_of(scenario)
    before = np.concatenate([[0], sizes.fitted[:-1]]).astype(np.uint32)
    place = np.concatenate([[0], sizes.batch.cumsum()[:-1]])
    window = retention.length if isinstance(retention, Window) else generations + 1
    if policy == "window":
        place = np.arange(generations) % window * sizes.batch
    K = scenario.source.vocabulary
    weight = K * scenario.estimator.pseudocount if isinstance(scenario.estimator, Additive) else 0.0

    def rows(first: int) -> TokenRow:
        i = np.minimum(np.arange(first, first + BLOCK), generations) - 1
        share = np.zeros(BLOCK)
        if isinstance(retention, RealShare) and policy == "iid":
            share = np.array([retention.share_of(int(M)) for M in sizes.batch[i]])
        mutation = share + (1.0 - share) * weight / np.maximum(before[i] + weight, 1.0)
        return TokenRow(
            first=i == 0,
            full=i >= window,
            before=before[i],
            place=place[i].astype(np.uint32),
            batch=sizes.batch[i].astype(np.uint32),
            real=sizes.real[i].astype(np.uint32),
            total=sizes.fitted[i],
            share=(share * 2.0**63).astype(np.uint64),
            mutation=(mutation * 2.0**63).astype(np.uint64),
        )

    p0 = scenario.source.distribution()
    source = np.pad(p0, (0, shape.tokens - len(p0)))
    tables = TokenTables(source, alias_table(p0, shape.tokens))
    program = TokenProgram(policy, shape.tokens, shape.cells, shape.real, shape.kept, weight > 0)
    return Kernel("tokens", program, shape.width, tables, rows, source)
