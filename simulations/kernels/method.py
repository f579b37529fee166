"""Methods: the ways in which a question can be simulated, what each covers, and what it costs; nothing here starts JAX.

Every method is exact. Which one answers is chosen by the scenario alone, so that a longer run extends a shorter one;
only the methods that see nothing but the last generation are chosen by what is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from theory.scenario import InputError, Scenario

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel, Kernel


class NoKernel(InputError):
    """No kernel covers the scenario; the one line names the field that none covers."""


@dataclass(frozen=True)
class Question:
    """A scenario, for how many generations it runs, which of them are looked at, and for which statistics if known."""

    scenario: Scenario
    generations: int = 1
    record: tuple[int, ...] = ()
    statistics: tuple[str, ...] = ()

    @property
    def only_last(self) -> bool:
        """Whether nothing but the last generation, and the source perhaps, is looked at."""
        return bool(self.record) and set(self.record) <= {0, self.generations} and self.generations in self.record


@dataclass(frozen=True)
class Cost:
    """What one chain takes: nanoseconds of one core per generation, chains in a lane, bytes of a lane and of tables.

    `reading` is nanoseconds per statistic and recorded generation of one chain, `compiler_bytes` what the compiler
    needs for the program, 0 where numpy runs the chains.
    """

    nanoseconds: float
    width: int
    lane_bytes: int
    reading: float = 3.0
    table_bytes: int = 0
    compiler_bytes: int = 250_000_000


@dataclass(frozen=True)
class Method:
    """One way to simulate a family.

    `problem` says in words what of a question the method does not cover ("sampler.kind = ..., covered: ..."), or None;
    `cost` and `kernel` may be asked only where it is None. A method `of_the_last` generation is chosen only for
    questions about nothing else; one that is not `automatic` only where it is asked for by name, or where JAX computes
    on an accelerator and it is the `accelerated` one of its family.
    """

    name: str
    title: str
    problem: Callable[[Question], str | None]
    cost: Callable[[Question], Cost]
    kernel: "Callable[[Question], Kernel | HostKernel]"
    of_the_last: bool = False
    automatic: bool = True
    accelerated: bool = False
