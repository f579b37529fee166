"""What exact claims about passages under exponential forgetting share: conditions, levels, what is bound."""

import math

from theory.claim import Assumption
from theory.claims.gaussian.forgetting import GAUSSIAN_FORGETTING, read
from theory.laws.forgotten_passage import Later, later_fits
from theory.scenario import Scenario

FEWEST, MOST, SLOWEST = 5, 2000, 1e-4
RESOLVED = Assumption(
    f"the sample size is between {FEWEST} and {MOST}",
    lambda s: s.sample_size is not None and FEWEST <= (s.sample_size.constant or 0) <= MOST,
)
MIXES = Assumption(
    f"the rate is at least {SLOWEST:g} and below 1",
    lambda s: s.retention.kind == "forgetting" and SLOWEST <= s.retention.rate < 1,
)
FORGETTING_WALK = (*GAUSSIAN_FORGETTING, RESOLVED, MIXES)


def log_ratio(scenario: Scenario, at: float) -> float:
    """log(v_0/at), also near 0."""
    unit = scenario.source.variance
    return math.log1p((unit - at) / at) if unit / 2 <= at <= 2 * unit else math.log(unit / at)


def later(scenario: Scenario, at: float) -> Later:
    """Of chains with v_1 >= at, at up to v_0."""
    return later_fits(log_ratio(scenario, at), *read(scenario))
