"""The compiled program: one lane of chains through one block of generations, with what is read off them.

A lane has a fixed number of chains, padded where fewer are asked for. The number of generations, which of them are
recorded and which statistics are read are all data, so one program serves every run of a kernel: no choice of a user
can change the last bit of a number.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32, Shaped, UInt32

from simulations.bits import generation_key
from simulations.kernels.kernel import BLOCK, Observation, Program, Row, State, Tables
from simulations.measure import EVENTS, MEASURES
from simulations.moments import FIELDS
from simulations.readout import CLOCKS, LARGEST_REQUEST, Slot
from simulations.sketch import bin_numbers

COMPILER_OPTIONS = {"xla_cpu_prefer_vector_width": 512}
"""XLA's own default is 256; the wider one is worth half the time of a chain where the processor has it."""


class Wanted(NamedTuple):
    """The statistics to read, as codes and arguments; only the first `count` are meant.

    A clock shows the generation in which an event came to a chain, infinity before. Clock k is read by the code that is
    k above those of the measures; only the first `clocks` are meant, each with the code and argument of its event.
    """

    code: Int32[Any, "128"]
    at: Float64[Any, "128"]
    count: Int32[Any, ""]
    event: Int32[Any, "4"]
    event_at: Float64[Any, "4"]
    clocks: Int32[Any, ""]


class Block(NamedTuple):
    """What a run of generations is: its first one and length, which are recorded, and the numbers of each."""

    first: UInt32[Any, ""]
    length: Int32[Any, ""]
    recorded: Bool[Any, "64"]
    rows: Row


class Detail(NamedTuple):
    """What is handed over beside summaries, chain by chain, for so many statistics: "nothing", "bins" or "values"."""

    what: str = "nothing"
    slots: int = 0


class Reading(NamedTuple):
    """By recorded generation and statistic: the fields of a simulations.moments.Summary, and the detail asked for."""

    summary: Float64[Array, "64 128 8"]
    detail: Shaped[Array, "64 s R"]


class Lane(NamedTuple):
    """Which chains: number of the first, how many are meant, their states and clocks."""

    first: UInt32[Any, ""]
    count: Int32[Any, ""]
    state: State
    clocks: Float64[Any, "4 R"]


def wanted(slots: Sequence[Slot], measures: str) -> Wanted:
    """What is asked for, padded to the fixed length."""
    code, at = np.zeros(LARGEST_REQUEST, np.int32), np.zeros(LARGEST_REQUEST)
    event, event_at, clocks = np.zeros(CLOCKS, np.int32), np.zeros(CLOCKS), 0
    readable = len(MEASURES[measures])
    for place, slot in enumerate(slots):
        code[place], at[place] = slot.code, slot.at
        if slot.code >= readable:
            event[clocks], event_at[clocks], code[place] = slot.code - readable, slot.at, readable + clocks
            clocks += 1
    return Wanted(code, at, np.int32(len(slots)), event, event_at, np.int32(clocks))


@partial(jax.jit, static_argnames=("program", "width"))
def started(program: Program, width: int) -> State:
    """The states of a lane before the first fit."""
    return jax.tree.map(lambda a: jnp.broadcast_to(a, (width, *a.shape)), program.start())


@partial(jax.jit, static_argnames=("program", "measures", "detail"), compiler_options=COMPILER_OPTIONS)
def advanced(
    program: Program,
    measures: str,
    detail: Detail,
    tables: Tables,
    key: UInt32[Any, "2"],
    want: Wanted,
    block: Block,
    lane: Lane,
) -> tuple[State, Float64[Array, "4 R"], Reading, Bool[Array, ""]]:
    """A lane at the end of a block: states, clocks, what was read in each recorded generation, and whether a state was
    impossible.
    """
    width = jax.tree.leaves(lane.state)[0].shape[0]
    meant = jnp.arange(width) < lane.count
    replicates = lane.first + jnp.arange(width, dtype=jnp.uint32)
    nothing = _empty(detail, width)

    def generation(i, carry):
        state, clocks, readings, broken = carry
        row = jax.tree.map(lambda a: lax.dynamic_index_in_dim(a, i, keepdims=False), block.rows)
        folded = generation_key(key, block.first + i.astype(jnp.uint32))
        state = jax.vmap(lambda r, s: program.step(tables, row, folded, r, s))(replicates, state)

        def look():
            observed, wrong = jax.vmap(lambda s: program.observe(row, s))(state)
            return observed, (wrong & meant).any()

        def struck():
            t = (block.first + i.astype(jnp.uint32)).astype(jnp.float64)
            return _struck(measures, tables, want, look()[0], clocks, t)

        clocks = lax.cond(want.clocks > 0, struck, lambda: clocks)

        def read():
            observed, wrong = look()
            return _readings(measures, detail, tables, want, observed, clocks, meant, nothing), wrong

        reading, wrong = lax.cond(block.recorded[i], read, lambda: (nothing, jnp.zeros((), bool)))
        put = partial(lax.dynamic_update_index_in_dim, index=i, axis=0)
        return state, clocks, jax.tree.map(put, readings, reading), broken | wrong

    start = jax.tree.map(lambda a: jnp.zeros((BLOCK, *a.shape), a.dtype), nothing)
    return lax.fori_loop(0, block.length, generation, (lane.state, lane.clocks, start, jnp.zeros((), bool)))


def _empty(detail: Detail, width: int) -> Reading:
    dtype = jnp.int32 if detail.what == "bins" else jnp.float64
    return Reading(jnp.zeros((LARGEST_REQUEST, len(FIELDS))), jnp.zeros((detail.slots, width), dtype))


def _readings(
    measures: str,
    detail: Detail,
    tables: Tables,
    want: Wanted,
    observed: Observation,
    clocks: Float64[Array, "4 R"],
    meant: Bool[Array, "R"],
    nothing: Reading,
) -> Reading:
    def one(j, reading):
        branches = [
            lambda measure=measure: jax.vmap(lambda o: measure(tables.source, o, want.at[j]))(observed)
            for measure in MEASURES[measures].values()
        ]
        branches += [lambda clock=clock: clocks[clock] for clock in range(CLOCKS)]
        values = lax.switch(want.code[j], branches)
        put = partial(lax.dynamic_update_index_in_dim, index=j, axis=0)
        summary = put(reading.summary, _summary(values, meant))
        if not detail.slots:
            return Reading(summary, reading.detail)
        return Reading(summary, put(reading.detail, bin_numbers(values) if detail.what == "bins" else values))

    return lax.fori_loop(0, want.count, one, nothing)


def _struck(
    measures: str,
    tables: Tables,
    want: Wanted,
    observed: Observation,
    clocks: Float64[Array, "4 R"],
    t: Float64[Array, ""],
) -> Float64[Array, "4 R"]:
    """The clocks, those set to t whose event comes now for the first time."""
    events = list(EVENTS.get(measures, {}).values())
    if not events:
        return clocks

    def one(j, clocks):
        branches = [
            lambda event=event: jax.vmap(lambda o: event(tables.source, o, want.event_at[j]))(observed)
            for event in events
        ]
        now = (lax.switch(want.event[j], branches) > 0) & (clocks[j] == jnp.inf)
        return clocks.at[j].set(jnp.where(now, t, clocks[j]))

    return lax.fori_loop(0, want.clocks, one, clocks)


def _summary(values: Float64[Array, "R"], meant: Bool[Array, "R"]) -> Float64[Array, "8"]:
    """The fields of a simulations.moments.Summary, in two passes: first the mean, then sums of deviations from it."""
    finite = meant & jnp.isfinite(values)
    count = _total(finite)
    mean = _total(jnp.where(finite, values, 0.0)) / jnp.maximum(count, 1.0)
    d = jnp.where(finite, values - mean, 0.0)
    above, below, invalid = (
        _total(meant & event) for event in (values == jnp.inf, values == -jnp.inf, jnp.isnan(values))
    )
    return jnp.stack([count, mean, _total(d**2), _total(d**3), _total(d**4), above, below, invalid])


def _total(x: Shaped[Array, "R"]) -> Float64[Array, ""]:
    """The sum, by columns first: a chain of dependent additions takes longer than the chains it adds up."""
    return x.astype(jnp.float64).reshape(-1, min(64, x.shape[0])).sum(0).sum()
