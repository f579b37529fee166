"""What is known, as a matrix: for every retention policy and every statistic the kind of claim that answers.

The matrix is asked, not written: each entry is what `predict` would choose in one ordinary setting of the policy, the
weaker of two where the divisor of the variance matters.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.claim import Claim, Kind
from theory.predict import answering_claims, statistics_of
from theory.scenario import QUANTITIES, InputError, Scenario, ScenarioError, example_text, parse_scenario

POLICIES: Mapping[str, Mapping[str, Any]] = {
    "replace": {"kind": "replace"},
    "iid share": {"kind": "real_share", "scheme": "iid", "share": 0.2},
    "stratified share": {"kind": "real_share", "scheme": "stratified", "share": 0.2},
    "fixed share": {"kind": "real_share", "scheme": "fixed", "share": 0.2},
    "accumulate": {"kind": "accumulate"},
    "subsample": {"kind": "accumulate_subsample", "replacement": False},
    "subsample, replacement": {"kind": "accumulate_subsample", "replacement": True},
    "weighted": {"kind": "weighted", "weight": 0.3, "real": 10, "synthetic": 20},
    "window": {"kind": "window", "length": 4},
    "window, share": {"kind": "window", "length": 4, "share": 0.2},
    "forgetting": {"kind": "forgetting", "rate": 0.3},
    "pool": {"kind": "pool", "real": [20] + 7 * [5], "synthetic": [0] + 7 * [15]},
    "pool, budget": {"kind": "pool", "real": [20] + 7 * [5], "synthetic": [0] + 7 * [15], "budget": 20},
}
"""One ordinary setting of each policy, by the name of its column; 100 points where the policy carries no sizes."""

SIZE = {"kind": "constant", "size": 100}
GENERATION = 5.0
"""Where an answer at finite t is asked for."""

SOURCES = ("gaussian", "gaussian_vector", "tokens", "uniform", "exponential", "poisson", "mixture", "regression")
"""Kinds that have a matrix; the Gaussian in several dimensions has one of its own."""

BOUNDS = "bounds"
"""What is said where only a lower and an upper bound answer."""


@dataclass(frozen=True)
class Answer:
    """The kind of claim that answers at a finite t, and the kind that answers at t = inf; empty where none does."""

    finite: str
    limit: str


@dataclass(frozen=True)
class Coverage:
    """The matrix of one source: an answer for each pair of a statistic and a policy."""

    source: str
    statistics: tuple[str, ...]
    policies: tuple[str, ...]
    answers: Mapping[tuple[str, str], Answer]

    @property
    def uncovered(self) -> tuple[tuple[str, str], ...]:
        """The pairs that nothing answers, by name."""
        return tuple(pair for pair, answer in self.answers.items() if not (answer.finite or answer.limit))


def coverage(source: str = "gaussian") -> Coverage:
    """The matrix of a kind of source. Raises InputError for a kind that has none."""
    if source not in SOURCES:
        from theory.scenario.errors import alternatives, nearest, shown

        raise InputError(f"source must be {alternatives(SOURCES)}, got {shown(source)}{nearest(source, SOURCES)}")
    settings = {policy: found for policy in POLICIES if (found := _settings(source, policy))}
    statistics = tuple(statistics_of(next(iter(settings.values()))[0]))
    answers = {
        (statistic, policy): Answer(
            _weakest(scenarios, statistic, np.inf if QUANTITIES[statistic].final else GENERATION),
            _weakest(scenarios, statistic, np.inf) if QUANTITIES[statistic].limit else "",
        )
        for statistic in statistics
        for policy, scenarios in settings.items()
    }
    return Coverage(source, statistics, tuple(settings), answers)


def _settings(source: str, policy: str) -> list[Scenario]:
    """The scenarios of one column, one for each divisor; empty where the vocabulary does not allow the policy."""
    tables = tomllib.loads(example_text(source)) | {"retention": POLICIES[policy], "sample_size": SIZE}
    if POLICIES[policy]["kind"] in ("weighted", "pool"):
        del tables["sample_size"]
    divisors = ("mle", "unbiased") if source.startswith("gaussian") else (None,)
    try:
        return [
            parse_scenario(tables | ({"estimator": {"kind": "moments", "divisor": divisor}} if divisor else {}))
            for divisor in divisors
        ]
    except ScenarioError:
        return []


def _weakest(scenarios: list[Scenario], statistic: str, t: float) -> str:
    """What is promised in all the scenarios: nothing if one of them has no answer."""
    kinds = [_kind(answering_claims(scenario, statistic, np.array([t]))) for scenario in scenarios]
    weaker = [kind.value for kind in reversed(Kind) if kind is not Kind.EXACT]
    return min(kinds, key=["", *weaker, BOUNDS, Kind.EXACT.value].index)


def _kind(claims: list[Claim]) -> str:
    """The kind that `predict` would name: the strongest; bounds by both sides where both are known."""
    if not claims:
        return ""
    bounds = {claim.kind for claim in claims} & {Kind.LOWER_BOUND, Kind.UPPER_BOUND}
    best = claims[0].kind
    return BOUNDS if best in bounds and len(bounds) == 2 else best.value
