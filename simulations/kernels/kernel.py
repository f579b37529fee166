"""What the ensemble needs to know of a family: one generation of one chain, and the numbers that it reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Array, Bool, UInt32

from simulations.bits import Bits

BLOCK = 64
"""Generations in one call of a compiled program; their numbers are handed over together."""

Tables = Any
"""A tuple of arrays that stay the same through a run; its field `source` is what measures compare with."""

Row = Any
"""A tuple of numbers and arrays that belong to one generation: sizes, divisors, coefficients."""

State = Any
"""A tuple of arrays: all that the next generation of a chain needs."""

Observation = Any
"""What a measure reads off a chain."""


@runtime_checkable
class Program(Protocol):
    """One generation of one chain as pure functions, compiled once for each value of the program (it is hashable)."""

    def start(self) -> State:
        """The state before the first fit."""
        ...

    def step(self, tables: Tables, row: Row, key: Bits, replicate: UInt32[Array, ""], state: State) -> State:
        """The state one generation later; every random number is a function of key, replicate and draw."""
        ...

    def observe(self, row: Row, state: State) -> tuple[Observation, Bool[Array, ""]]:
        """What the measures of the family read, and whether the state is impossible, which stops the run.

        An absorbing state is possible.
        """
        ...


@dataclass(frozen=True, eq=False)
class Kernel:
    """A program with the numbers of one scenario, run by JAX a lane of `width` chains at a time.

    `measures` is the key of simulations.measure.MEASURES whose measures read its observations. `rows(first)` holds
    generations first ... first + 63 on its leading axis, for t up to the length that the kernel was made for (the last
    is repeated beyond). `source` is the observation at t = 0.
    """

    measures: str
    program: Program
    width: int
    tables: Tables
    rows: Callable[[int], Row]
    source: Observation


@dataclass(frozen=True, eq=False)
class HostKernel:
    """Chains run one at a time by numpy, a lane of `width` of them by one thread.

    `chain(key, replicate, generations, record)` yields (t, observation) for every t >= 1 of the record, in order; its
    random numbers are a function of key, replicate and generation. `reference` is what measures compare with, `source`
    the observation at t = 0. A chain raises EngineFault where it reaches an impossible state.

    Where `together` is more than 1, `chains(key, first, count, generations, record)` runs so many neighbours, or as
    many as are left of them, and its observations have a leading axis of chains; one chain is then the same in any
    company.
    """

    measures: str
    width: int
    reference: Any
    source: Observation
    chain: Callable[[UInt32[np.ndarray, "2"], int, int, Sequence[int]], Iterator[tuple[int, Observation]]]
    together: int = 1
    chains: (
        Callable[[UInt32[np.ndarray, "2"], int, int, int, Sequence[int]], Iterator[tuple[int, Observation]]] | None
    ) = None


class EngineFault(RuntimeError):
    """A chain reached a state that cannot be: the engine or the machine is at fault, and the numbers are withheld."""
