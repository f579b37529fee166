"""Policies under a known mean: those of the examples, and what joins a pool."""

from theory.claims.gaussian.known_mean import setting
from theory.scenario import Scenario, parse_scenario


def with_policy(size: int | dict | None, variance: float = 2.25, **retention) -> Scenario:
    """A scenario of the examples; without a size the policy has its own."""
    tables = setting(1, variance).dump() | {"retention": retention}
    del tables["sample_size"]
    sizes = size if isinstance(size, dict) else {"kind": "constant", "size": size}
    return parse_scenario(tables if size is None else tables | {"sample_size": sizes})


def joining(scenario: Scenario, fit: int) -> tuple[int, int]:
    """Real and synthetic points that join a pool."""
    if scenario.retention.kind == "pool":
        return scenario.retention.real_points(fit), scenario.retention.synthetic_points(fit)
    return (scenario.first_size, 0) if fit == 1 else (0, scenario.sample_size.at(fit))


def pools(scenario: Scenario) -> bool:
    return scenario.retention.kind in ("accumulate", "pool")


FRESH = {"kind": "real_share", "scheme": "stratified", "share": 0.3}
BY_COIN = {"kind": "real_share", "scheme": "iid", "share": 0.25}
WEIGHTED = {"kind": "weighted", "weight": 0.3, "real": 7, "synthetic": 11}
FORGOTTEN = {"kind": "forgetting", "rate": 0.3}
LISTED = {"kind": "pool", "real": [5, 0, 2, 0], "synthetic": [0, 4, 3, 7]}
