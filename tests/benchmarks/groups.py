"""The groups of benchmarks by name; each is a module with `rows(effort)`, and one has the curves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from paper.benchmarks import Curve, Row

GROUPS = ("bits", "gaussian", "tokens", "sizes", "solver", "evaluators", "grid", "memory", "startup", "roofline")
CURVES = "curves"


@dataclass(frozen=True)
class Effort:
    """How many rounds, whether everything is made small, and whom to tell what is being measured."""

    rounds: int
    quick: bool
    say: Callable[[str], None]

    def at_most(self, rounds: int) -> int:
        """The rounds of a comparison that takes long."""
        return min(self.rounds, rounds)


def rows_of(group: str, effort: Effort) -> Iterator[Row]:
    """The rows of a group, one after the other as they are measured."""
    yield from import_module(f"tests.benchmarks.group_{group}").rows(effort)


def curves_of(effort: Effort) -> list[Curve]:
    """Cost against size."""
    return import_module("tests.benchmarks.curves").curves(effort)
