"""Where all data are kept: for ever, or in a window until it is full. There a window is an accumulation.

A claim about accumulated data then covers a window as well, with ``reach`` at its last fit to all data and no limit.
"""

import math

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.scenario import Scenario

ACCUMULATED, WINDOW = retains("accumulate"), retains("window")
UNTIL_FULL = '"window", which keeps all data until it is full, up to t = retention.length'

KEPT = Assumption(
    f'the retention policy is "accumulate", or {UNTIL_FULL}', lambda s: ACCUMULATED.holds(s) or WINDOW.holds(s)
)
GAUSSIAN_KEPT = (GAUSSIAN, MOMENTS, KEPT, CONSTANT_SIZE, FAITHFUL, UNDISTURBED)


def keeps_all(scenario: Scenario) -> bool:
    """For ever, or in a window until it is full."""
    return KEPT.holds(scenario)


def until_full(scenario: Scenario) -> float:
    """The last fit to all data; inf for ever."""
    return scenario.retention.length if scenario.retention.kind == "window" else math.inf


def keeps_for_ever(scenario: Scenario) -> bool:
    """Whether the long run is one of all data."""
    return math.isinf(until_full(scenario))
