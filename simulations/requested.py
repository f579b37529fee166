"""A statistic as a run asks for it: a name of the vocabulary and, where the statistic takes one, its argument."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Requested:
    """``Requested("moment", 3).label`` is ``moment@3``; without an argument the label is the name."""

    name: str
    at: float | None = None

    @property
    def label(self) -> str:
        """The name under which a store keeps the statistic."""
        return self.name if self.at is None else f"{self.name}@{_shortest(self.at)}"

    @property
    def entry(self) -> str | dict[str, Any]:
        """How a sweep file writes it."""
        return self.name if self.at is None else {"name": self.name, "at": _shortest(self.at)}


def _shortest(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)
