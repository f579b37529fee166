"""Policies under which fits multiply a covariance by independent factors that know no directions, and how far."""

import math

from theory.claim import Assumption
from theory.claims.assumptions import sample_size_at_least
from theory.claims.gaussian.factors import MOST_FITS
from theory.scenario import Scenario


def replaces(scenario: Scenario) -> bool:
    return scenario.retention.kind == "replace"


def forgets(scenario: Scenario) -> bool:
    return scenario.retention.kind == "forgetting"


def _sized(scenario: Scenario) -> bool:
    sizes = scenario.sample_size
    return sizes is not None and (sizes.constant is None if replaces(scenario) else sizes.constant is not None)


INDEPENDENT_MOVES = (
    Assumption(
        'the retention policy is "accumulate", "forgetting" or "replace"',
        lambda s: s.retention.kind in ("accumulate", "forgetting", "replace"),
    ),
    Assumption("the sample size varies where data are replaced, and is the same in every generation otherwise", _sized),
    Assumption(
        "the first batch has at least 2 points, and every batch where data are replaced",
        lambda s: s.sample_size is not None and s.first_size >= 2
        and (not replaces(s) or sample_size_at_least(2).holds(s)),
    ),
)  # fmt: skip


def reach(scenario: Scenario) -> float:
    """Fits that take seconds where sizes vary."""
    return MOST_FITS if replaces(scenario) else math.inf


def settles(scenario: Scenario) -> bool:
    """Whether the end of a chain is known: not where sizes vary."""
    return not replaces(scenario)
