"""How a statistic of the vocabulary is read off an ensemble: which measure, and what is done with it over chains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulations.measure import EVENTS, MEASURES, measured_by
from simulations.moments import Reading, Summary, deviation_reading, mean_reading, variance_reading
from simulations.requested import Requested
from theory.scenario import QUANTITIES, InputError, Scenario
from theory.scenario.errors import alternatives

LARGEST_REQUEST = 128
"""Statistics in one run."""

CLOCKS = 4
"""Times of whole chains in one run."""

OVER_CHAINS = {
    "log_variance_sd": ("log_variance", deviation_reading),
    "wasserstein2_squared_variance": ("wasserstein2_squared", variance_reading),
    "vocabulary_variance": ("vocabulary", variance_reading),
    "collapse_time_sd": ("collapse_time", deviation_reading),
}
"""Statistics that are moments over chains: the measure they come from, and the reading."""

SIGNED = ("log_variance", "log_determinant")
"""Measures that take both signs: their means rest on all chains."""


@dataclass(frozen=True)
class Readout:
    """One requested statistic: the measure, its place among the family's, and its argument."""

    requested: Requested
    measure: str
    code: int
    at: float

    @property
    def is_time(self) -> bool:
        """Whether it is the time of an event in a chain."""
        return any(self.measure in events for events in EVENTS.values())

    @property
    def slot(self) -> "Slot":
        """What is measured, whatever is made of it over chains."""
        return Slot(self.measure, self.code, self.at)

    def read(self, summary: Summary) -> Reading:
        """The statistic, from the summary of its measure."""
        if self.requested.name in OVER_CHAINS:
            return OVER_CHAINS[self.requested.name][1](summary)
        return mean_reading(summary, positive=self.measure not in SIGNED)


class Slot(NamedTuple):
    """One measure with its argument: its name, its place among the family's measures and then events, its argument."""

    measure: str
    code: int
    at: float


def readouts(scenario: Scenario, statistics: Sequence[Requested]) -> tuple[Readout, ...]:
    """What a run must measure, in the order asked for.

    Raises InputError with one line for each statistic that is unknown, of another family, without its argument, or a
    time or limit of a whole chain.
    """
    lines = [line for line in (_mistake(scenario, requested) for requested in statistics) if line]
    if not statistics:
        lines.append("statistics must name at least one statistic, got nothing")
    if len(statistics) > LARGEST_REQUEST:
        lines.append(f"statistics must name at most {LARGEST_REQUEST} statistics, got {len(statistics)}")
    if lines:
        raise InputError(lines)
    measures = _readable(scenario)
    events = EVENTS.get(measured_by(scenario), {})
    clocks = [requested for requested in statistics if OVER_CHAINS.get(requested.name, (requested.name,))[0] in events]
    if len(clocks) > CLOCKS:
        raise InputError(f"statistics must name at most {CLOCKS} times of whole chains, got {len(clocks)}")
    found = []
    for requested in statistics:
        name = OVER_CHAINS.get(requested.name, (requested.name,))[0]
        found.append(
            Readout(requested, name, measures.index(name), 0.0 if requested.at is None else float(requested.at))
        )
    return tuple(found)


def _readable(scenario: Scenario) -> list[str]:
    key = measured_by(scenario)
    return [*MEASURES[key], *EVENTS.get(key, ())]


def _mistake(scenario: Scenario, requested: Requested) -> str | None:
    mistake = requested.mistake_in(scenario)
    if mistake is not None:
        return f"statistics: {mistake}"
    measures = _readable(scenario)
    measured = [name for name in QUANTITIES if OVER_CHAINS.get(name, (name,))[0] in measures]
    if requested.name in measured:
        return None
    return (
        f'statistics: runs do not measure "{requested.name}" for a {scenario.source.kind} source; '
        f"they measure {alternatives(measured)}"
    )
