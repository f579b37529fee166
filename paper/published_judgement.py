"""What a published statement is worth, decided by numbers: confirmed, narrower than stated, or one of three worse."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from theory.claim import Source
from theory.predict import predict
from theory.scenario import Scenario

EQUAL = 1e-9
"""Relative difference up to which two formulas are the same."""

SHARP = 1.01
"""A rate is sharp if the true one is no more than this times as fast."""


class Outcome(StrEnum):
    """The verdicts of the table."""

    CONFIRMED = "confirmed"
    NARROWER = "narrower than stated"
    CONSTANT = "constant wrong"
    NOT_SHARP = "not sharp"
    REFUTED = "refuted"


@dataclass(frozen=True)
class Found:
    """A verdict and the numbers that the table prints with it, by name."""

    outcome: Outcome
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """One published statement beside the claims that show what it is worth.

    The first claim cites the source; its record says where the statement stands and how the source counts. A statement
    without claims, which a law decides that belongs to no scenario, says so itself by ``source``. ``states`` and
    ``finds`` are LaTeX; ``<name>`` in ``finds`` is a number that ``judge`` found.
    """

    key: str
    claims: tuple[str, ...]
    states: str
    finds: str
    judge: Callable[[], Found]
    source: Source | None = None


def value(scenario: Scenario, statistic: str, t: float, at: float | None = None) -> float:
    """What the strongest claim says at one t."""
    return float(predict(scenario, statistic, [t], at).value[0])


def the_same(stated: Sequence[float], exact: Sequence[float], **numbers: float) -> Found:
    """Confirmed where all are equal; constant wrong where they differ by one factor; else refuted."""
    ratios = [one / other for one, other in zip(stated, exact, strict=True)]
    if all(abs(ratio - 1) <= EQUAL for ratio in ratios):
        return Found(Outcome.CONFIRMED, numbers)
    constant = all(abs(ratio / ratios[0] - 1) <= EQUAL for ratio in ratios)
    return Found(Outcome.CONSTANT if constant else Outcome.REFUTED, {"factor": ratios[0], **numbers})


def in_the_end(stated: Sequence[float], exact: Sequence[float], **numbers: float) -> Found:
    """Of a leading order: confirmed where the quotients approach 1, each nearer than the one before."""
    away = [abs(one / other - 1) for one, other in zip(stated, exact, strict=True)]
    nearer = all(later < earlier for earlier, later in itertools.pairwise(away))
    return Found(Outcome.CONFIRMED if nearer and away[-1] < 1e-3 else Outcome.CONSTANT, numbers)


def all_of(*findings: Found) -> Found:
    """The numbers of all, and the first verdict that is not confirmed where there is one."""
    outcomes = (found.outcome for found in findings if found.outcome is not Outcome.CONFIRMED)
    numbers = {name: number for found in findings for name, number in found.numbers.items()}
    return Found(next(outcomes, Outcome.CONFIRMED), numbers)


def as_stated(holds: bool, read_beyond: bool = True, **numbers: float) -> Found:
    """Refuted where it does not hold as stated; narrower where it fails just outside what it was stated of."""
    outcome = Outcome.REFUTED if not holds else Outcome.CONFIRMED if read_beyond else Outcome.NARROWER
    return Found(outcome, numbers)


def as_a_rate(stated: float, true: float, **numbers: float) -> Found:
    """Of a bound by a rate: refuted where it promises more than is true, sharp where it promises nearly as much."""
    if stated > true * (1 + EQUAL):
        return Found(Outcome.REFUTED, numbers)
    factor = true / stated
    return Found(Outcome.CONFIRMED if factor <= SHARP else Outcome.NOT_SHARP, {"factor": factor, **numbers})
