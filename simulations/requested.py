"""A statistic as a run asks for it: a name of the vocabulary and, where the statistic takes one, its argument."""

from dataclasses import dataclass
from typing import Any

from theory.scenario import QUANTITIES, Scenario
from theory.scenario.errors import nearest, shown


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

    def mistake_in(self, scenario: Scenario) -> str | None:
        """What speaks against asking this of a scenario, in one line: the name, the family, the argument."""
        if self.name not in QUANTITIES:
            return f"no statistic is called {shown(self.name)}{nearest(self.name, QUANTITIES)}"
        quantity, family = QUANTITIES[self.name], scenario.family
        if family not in quantity.families:
            return f"{self.name} is defined for {', '.join(quantity.families)}; the scenario is of family {family}"
        argument = quantity.argument_in(family)
        if argument is None:
            return None if self.at is None else f"{self.name} takes no argument, got at = {shown(self.at)}"
        if self.at is None:
            return f'{self.name} needs its {argument}, as in {{ name = "{self.name}", at = 1 }}'
        vocabulary = getattr(scenario.source, "vocabulary", 0)
        if argument == "token" and self.at not in range(vocabulary):
            return f"at of {self.name} must be a token from 0 to {vocabulary - 1}, got {shown(self.at)}"
        return None


def _shortest(number: float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)
