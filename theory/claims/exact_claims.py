"""Which exact claim knows a statistic of a scenario, how far, and whether to the limit."""

import math
from collections.abc import Callable
from functools import lru_cache

from theory.claim import Assumption, Claim, Kind
from theory.claims import claims
from theory.scenario import Scenario


def known(statistic: str) -> Assumption:
    """Some exact claim covers the statistic."""
    return Assumption(f"an exact claim covers {statistic}", lambda s: exact_claim(s, statistic) is not None)


@lru_cache(maxsize=256)
def exact_claims(scenario: Scenario, statistic: str) -> tuple[Claim, ...]:
    """All of them, those with the limit and the farthest reach first."""
    found = (
        claim
        for claim in claims().values()
        if claim.statistic == statistic and claim.kind is Kind.EXACT and claim.covers(scenario)
    )
    return tuple(sorted(found, key=lambda claim: (claim.knows_limit(scenario), _reach(claim, scenario)), reverse=True))


def exact_claim(scenario: Scenario, statistic: str, t: float | None = None) -> Claim | None:
    """The first of them, or the first that knows t, if there is one."""
    found = exact_claims(scenario, statistic)
    return next((claim for claim in found if t is None or knows(claim, scenario, t)), None)


def knows(claim: Claim, scenario: Scenario, t: float) -> bool:
    """Whether a claim that covers the scenario answers at this t."""
    return claim.knows_limit(scenario) if math.isinf(t) else t <= _reach(claim, scenario)


def _reach(claim: Claim, scenario: Scenario) -> float:
    return math.inf if claim.reach is None else claim.reach(scenario)


def reach_of(*statistics: str, besides: float = math.inf) -> Callable[[Scenario], float]:
    """The largest finite t at which all these moments are known."""

    def reach(scenario: Scenario) -> float:
        claims = [exact_claim(scenario, statistic) for statistic in statistics]
        return min(besides, *(_reach(claim, scenario) for claim in claims if claim is not None))

    return reach


def settles(*statistics: str) -> Callable[[Scenario], bool]:
    """Whether the limits of all these moments are known."""

    def known_limits(scenario: Scenario) -> bool:
        claims = [exact_claim(scenario, statistic) for statistic in statistics]
        return all(claim is not None and claim.knows_limit(scenario) for claim in claims)

    return known_limits
