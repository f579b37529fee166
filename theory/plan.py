"""Inverse questions: the least real data, sample size or horizon with which a statistic keeps to a target.

The statistic is predicted at values of one field of a scenario; where an inequality begins or ceases to hold is found
by bisection, to the last whole number or to 1e-12. Of a pair of bounds the side counts that proves the target.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal, get_args

from scipy import optimize

from theory.predict import NotCovered, Prediction, predict
from theory.scenario import InputError, Scenario, parse_scenario, statistic_called
from theory.scenario.errors import nearest, shown
from theory.scenario.retention import RealShare, Window
from theory.scenario.scenario import KINDS
from theory.scenario.values import LARGEST_COUNT, Real

Goal = Literal["above", "below", "minimum", "maximum"]

LONGEST = 10**9
"""Generations beyond which no horizon is looked for."""

_EXCLUSIVE = {"share": "real", "real": "share", "bandwidth": "relative", "relative": "bandwidth"}
_BISECTIONS = 200


@dataclass(frozen=True)
class Plan:
    """The value of a field that meets a goal, or, infeasible, the one that comes nearest, with what it attains there.

    `end` says which end of the values that meet the goal it is: "least" or "greatest"; "best" for a minimum, a maximum
    and what comes nearest.
    """

    field: str
    value: float
    statistic: str
    goal: Goal
    target: float | None
    t: float
    attained: float
    claim: tuple[str, ...]
    kind: tuple[str, ...]
    end: Literal["least", "greatest", "best"]
    feasible: bool


@dataclass(frozen=True)
class _Domain:
    """Values of a field in increasing order: place x of it is `value(x)`; whole places only where `whole`."""

    places: tuple[float, ...]
    value: Callable[[float], float]
    whole: bool


def plan(
    scenario: Scenario,
    field: str,
    statistic: str,
    goal: Goal,
    target: float | None = None,
    t: float = math.inf,
    at: float | None = None,
) -> Plan:
    """The least (or greatest) value of a field with which the statistic is at least ("above") or at most the target.

    Where greater values meet the target it is the least of them, else the greatest. `field` is dotted, as
    "retention.share", or "t": then the first generation that meets the target, or the last before it is missed.
    "minimum" and "maximum" look for the value at which the statistic is least or greatest.

    Raises InputError for a field that cannot be varied, and for a statistic that no claim covers anywhere in its range.
    """

    @cache
    def told(place: float) -> Prediction | None:
        try:
            if field == "t":
                return predict(scenario, statistic, (place,), at)
            return predict(_changed(scenario, field, domain.value(place)), statistic, (t,), at)
        except InputError as error:
            refusals[place] = error
            return None

    def attained(place: float) -> float:
        prediction = told(place)
        assert prediction is not None
        sides = {"above": prediction.lower, "maximum": prediction.lower, "below": prediction.upper}
        side = sides.get(goal, prediction.upper)
        return float((prediction.value if side is None else side)[0])

    def meets(place: float) -> bool:
        value = attained(place)
        return value >= target if goal == "above" else value <= target  # type: ignore[operator]

    def planned(place: float, end: Literal["least", "greatest", "best"], feasible: bool = True) -> Plan:
        prediction = told(place)
        assert prediction is not None
        value = domain.value(place)
        when = value if field == "t" else t
        said = (prediction.claim, prediction.kind)
        return Plan(field, value, statistic, goal, target, when, attained(place), *said, end, feasible)

    if statistic_called(statistic).shape:
        raise InputError(f"statistic {statistic} must have a single value where one is planned for, got a vector")
    refusals: dict[float, InputError] = {}
    domain = _domain(scenario, field)
    if field == "t":
        places = list(_horizons(told, meets))
    else:
        places = _with_edges([place for place in domain.places if told(place)], domain, told)
    if not places:
        uncovered = [refusal for refusal in refusals.values() if isinstance(refusal, NotCovered)]
        raise uncovered[0] if uncovered else refusals[min(refusals, key=lambda place: abs(place - 1))]
    worth = -1.0 if goal in ("above", "maximum") else 1.0
    if goal in ("minimum", "maximum"):
        return planned(_optimum(lambda place: worth * attained(place), places, domain), "best")
    met = [meets(place) for place in places]
    if not any(met):
        return planned(min(places, key=lambda place: worth * attained(place)), "best", feasible=False)
    if met[-1] or not met[0]:
        last_missed = max((i for i, ok in enumerate(met) if not ok), default=-1) if met[-1] else met.index(True) - 1
        if last_missed < 0:
            return planned(places[0], "least")
        return planned(_bisected(places[last_missed], places[last_missed + 1], meets, domain), "least")
    first_missed = met.index(False)
    return planned(_bisected(places[first_missed], places[first_missed - 1], meets, domain), "greatest")


def _domain(scenario: Scenario, field: str) -> _Domain:
    """Places spread over what the field may hold; where a share must make whole points, only such as do."""
    if field == "t":
        return _Domain((), lambda place: place, whole=True)
    rule = _rule(scenario, field)
    retention, sizes = scenario.retention, scenario.sample_size
    mixes = isinstance(retention, Window) or (isinstance(retention, RealShare) and retention.scheme != "iid")
    whole_points = mixes and retention.share is not None
    if field == "sample_size.size" and whole_points:
        step = Fraction(repr(retention.share)).denominator
        return _Domain(tuple(_whole_steps(LARGEST_COUNT // step))[1:], lambda place: int(place) * step, True)
    if rule.whole:
        low = int(rule.at_least or 0)
        return _Domain(tuple(low + step for step in _whole_steps(LARGEST_COUNT - low)), lambda place: int(place), True)
    if field == "retention.share" and whole_points and sizes is not None and sizes.constant is not None:
        M = sizes.constant
        return _Domain(tuple(_whole_steps(M)), lambda place: place / M, whole=True)
    if rule.at_most == 1:
        inner = [10.0**-k for k in range(12, 1, -1)] + [k / 64 for k in range(1, 64)]
        ends = [0.0, *sorted(inner), 1.0]
        return _Domain(tuple(ends if rule.at_least == 0 else ends[1:]), lambda place: place, whole=False)
    positive = [10.0 ** (k / 4) for k in range(-48, 49)]
    if rule.above == 0:
        return _Domain(tuple(positive), lambda place: place, whole=False)
    return _Domain((*(-x for x in positive[::-1]), 0.0, *positive), lambda place: place, whole=False)


def _whole_steps(most: int) -> Iterator[int]:
    """0, 1, 2, 3, then steps of an eighth, and the end."""
    step = 0
    while step < most:
        yield step
        step += max(1, step // 8)
    yield most


def _rule(scenario: Scenario, field: str) -> Real:
    """What numbers a field of the scenario may hold.

    Raises InputError where it is no field of the scenario, or holds no number.
    """
    table, _, name = field.partition(".")
    part = getattr(scenario, table, None) if table in KINDS else None
    fields = type(part).model_fields if part is not None else {}
    rules = {key: rule for key, info in fields.items() if (rule := _real(info.annotation, info.metadata)) is not None}
    if name not in rules:
        known = [f"{kind}.{key}" for kind in KINDS for key, rule in _numbers(getattr(scenario, kind))] + ["t"]
        raise InputError(f"FIELD must be one of {', '.join(known)}, got {shown(field)}{nearest(field, known)}")
    return rules[name]


def _numbers(part: Any) -> list[tuple[str, Real]]:
    fields = type(part).model_fields if part is not None else {}
    found = [(key, _real(info.annotation, info.metadata)) for key, info in fields.items()]
    return [(key, rule) for key, rule in found if rule is not None]


def _real(annotation: Any, metadata: Any = ()) -> Real | None:
    for entry in (*metadata, *getattr(annotation, "__metadata__", ())):
        if isinstance(entry, Real):
            return entry
    for inner in get_args(annotation):
        if hasattr(inner, "__metadata__") and (found := _real(inner)) is not None:
            return found
    return None


def _changed(scenario: Scenario, field: str, value: float) -> Scenario:
    table, _, name = field.partition(".")
    tables = scenario.dump()
    inner = {key: old for key, old in tables.get(table, {}).items() if key != _EXCLUSIVE.get(name)}
    return parse_scenario(tables | {table: inner | {"kind": getattr(scenario, table).kind, name: value}})


def _with_edges(valid: list[float], domain: _Domain, told: Callable[[float], Prediction | None]) -> list[float]:
    """The places with an answer, and where the answers begin and end between two places of the domain."""
    if not valid:
        return []
    before = max((place for place in domain.places if place < valid[0]), default=None)
    after = min((place for place in domain.places if place > valid[-1]), default=None)

    def answered(place: float) -> bool:
        return told(place) is not None

    first = [] if before is None else [_bisected(before, valid[0], answered, domain)]
    last = [] if after is None else [_bisected(after, valid[-1], answered, domain)]
    return sorted({*first, *valid, *last})


def _horizons(told: Callable[[float], Prediction | None], meets: Callable[[float], bool]) -> Iterator[float]:
    """Generations 0, 1, 2, 3, ... in growing steps, until what they say of the target has changed once."""
    first: bool | None = None
    for step in _whole_steps(LONGEST):
        if told(float(step)) is None:
            return
        yield float(step)
        now = meets(float(step))
        first = now if first is None else first
        if now is not first:
            return


def _bisected(missed: float, met: float, meets: Callable[[float], bool], domain: _Domain) -> float:
    """The place nearest to `missed` that meets the condition."""
    for _ in range(_BISECTIONS):
        middle = (missed + met) // 2 if domain.whole else (missed + met) / 2
        apart = abs(met - missed)
        if middle in (missed, met) or (not domain.whole and apart <= 1e-12 * abs(met)):
            if domain.whole and apart > 1:
                middle = met + (1 if missed > met else -1)
            else:
                break
        missed, met = (missed, middle) if meets(middle) else (middle, met)
    return met


def _optimum(worth: Callable[[float], float], places: list[float], domain: _Domain) -> float:
    """The place of the least worth: of the places, then between the neighbours of the best of them."""
    finite = [place for place in places if math.isfinite(worth(place))] or places
    best = min(finite, key=worth)
    i = places.index(best)
    low, high = places[max(i - 1, 0)], places[min(i + 1, len(places) - 1)]
    if domain.whole:
        while high - low > 2:
            third = (high - low) // 3
            a, b = low + third, high - third
            low, high = (low, b) if worth(a) <= worth(b) else (a, high)
        return min((low + k for k in range(int(high - low) + 1)), key=worth)
    found = float(optimize.minimize_scalar(worth, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x)
    return min((found, best), key=worth)
