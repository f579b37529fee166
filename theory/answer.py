"""What the catalogue answers to a scenario, as plain data and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from theory.by_generation import predict_each
from theory.coverage import Coverage
from theory.plan import Plan
from theory.plan_sizes import SizePlan
from theory.predict import (
    NotCovered,
    Prediction,
    Quantiles,
    claims_about,
    nearest_claim,
    reason_not_covered,
    statistics_of,
)
from theory.scenario import QUANTITIES, Scenario

MOST_ENTRIES = 16
"""Entries of a vector that a table shows; --json has them all."""

HEADINGS = ("statistic", "t", "value", "kind", "claim")
COVERAGE_KEY = (
    "at finite t, then at t = inf if that differs; - where no claim answers; the weaker of divisors mle, unbiased"
)
QUANTILE_HEADINGS = ("statistic", "t", "quantile", "value", "kind", "claim")


def answer_data(prediction: Prediction) -> dict[str, Any]:
    """One prediction for JSON: `claim` and `kind` are lists only where several claims answer, or a pair of bounds."""
    data: dict[str, Any] = {
        "statistic": prediction.statistic,
        "t": [_generation(t) for t in prediction.t],
        "value": prediction.value,
        "claim": _one_or_all(prediction.claim),
        "kind": _one_or_all(prediction.kind),
    }
    sides = {"lower": prediction.lower, "upper": prediction.upper}
    return data | {name: side for name, side in sides.items() if side is not None}


def answer_rows(prediction: Prediction) -> list[tuple[str, ...]]:
    """One row of a table for each t."""
    rows = []
    for index, t in enumerate(prediction.t):
        claims, kinds, values = zip(*prediction.said(index), strict=True)
        name = prediction.statistic if index == 0 else ""
        value = " to ".join(map(_number, values))
        rows.append((name, str(_generation(t)), value, " and ".join(kinds), " and ".join(claims)))
    return rows


def everything_covered(scenario: Scenario, t: Sequence[float]) -> tuple[list[Prediction], dict[str, str]]:
    """The predictions of every statistic that a claim covers at all t, and for the others the reason why none does."""
    covered: list[Prediction] = []
    others: dict[str, str] = {}
    for name in statistics_of(scenario):
        argument = QUANTITIES[name].argument_in(scenario.family)
        try:
            if argument is None:
                covered += predict_each(scenario, name, () if QUANTITIES[name].final else t)
            elif claims_about(scenario, name):
                others[name] = f"ask for it with --statistic {name} --at {argument.upper()}"
            else:
                others[name] = _reason(reason_not_covered(scenario, name), name)
        except NotCovered as error:
            others[name] = _reason(str(error), name)
    return covered, others


def _reason(line: str, name: str) -> str:
    return line.removeprefix(f"{name}: ")


def _generation(t: float) -> int | str:
    return "inf" if t == float("inf") else int(t)


def _one_or_all(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(set(names)) == 1 else list(names)


def _number(value: Any) -> str:
    if getattr(value, "ndim", 0):
        shown = ", ".join(f"{x + 0.0:.6g}" for x in value[:MOST_ENTRIES])
        return f"[{shown}{', ...' if len(value) > MOST_ENTRIES else ''}]"
    return f"{value + 0.0:.10g}"  # 0, never -0


def quantile_data(prediction: Quantiles) -> dict[str, Any]:
    """Quantiles of one chain for JSON: `value` has a list for each t, with an entry for each level."""
    return {
        "statistic": prediction.statistic,
        "t": [_generation(t) for t in prediction.t],
        "quantile": prediction.q,
        "value": prediction.value,
        "claim": prediction.claim,
        "kind": prediction.kind,
    }


def quantile_rows(prediction: Quantiles) -> list[tuple[str, ...]]:
    """One row of a table for each t and level."""
    return [
        (
            prediction.statistic if place == (0, 0) else "",
            str(_generation(prediction.t[place[0]])),
            f"{prediction.q[place[1]]:g}",
            _number(value),
            prediction.kind,
            prediction.claim,
        )
        for place, value in np.ndenumerate(prediction.value)
    ]


def uncovered_lines(scenario: Scenario, reasons: Mapping[str, str]) -> list[str]:
    """What no claim answers: a line for each reason, and below it each statistic with its nearest claim, if any."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, reason in reasons.items():
        nearest = None if claims_about(scenario, name) else nearest_claim(scenario, name)
        if nearest is not None:
            failing = "; ".join(nearest.failing_assumptions(scenario))
            reason = f"no claim covers this scenario; the nearest assumes that {failing}"
        groups.setdefault(reason, []).append((name, "" if nearest is None else nearest.id))
    lines = []
    for reason, members in groups.items():
        if members[0][1]:
            width = max(len(name) for name, _ in members)
            lines += [f"{reason}:", *(f"  {name:{width}}  {claim}" for name, claim in members)]
        else:
            lines.append(f"{', '.join(name for name, _ in members)}: {reason}")
    return lines or ([] if statistics_of(scenario) else [f"no statistic is defined yet for a {scenario.family} source"])


def plan_data(found: Plan) -> dict[str, Any]:
    """A plan for JSON: the value of the field, what the statistic attains with it, and the claim that says so."""
    return {
        "field": found.field,
        "value": _generation(found.value) if found.field == "t" else found.value,
        "end": found.end,
        "statistic": found.statistic,
        "goal": found.goal,
        "target": found.target,
        "t": _generation(found.t),
        "attained": found.attained,
        "claim": _one_or_all(found.claim),
        "kind": _one_or_all(found.kind),
        "feasible": found.feasible,
    }


def plan_line(found: Plan) -> str:
    """A plan in a line: which value, which goal, what is attained, and by which claim."""
    goal = {"above": "at least", "below": "at most"}.get(found.goal, found.goal)
    goal = goal if found.target is None else f"{goal} {_number(found.target)}"
    when = "" if found.field == "t" else f" at t = {_generation(found.t)}"
    kinds, ids = (" and ".join(dict.fromkeys(names)) for names in (found.kind, found.claim))
    claims = f"{_number(found.attained)} ({kinds}: {ids})"
    where = f"{found.field} = {_number(found.value)}"
    if not found.feasible:
        return f"no {found.field} has {found.statistic} {goal}{when}; {where} comes nearest, with {claims}"
    return f"{where} is the {found.end} with {found.statistic} {goal}{when}: {claims}"


def sizes_data(found: SizePlan) -> dict[str, Any]:
    """The best sizes for JSON, as a table of a scenario file, with what they, equal sizes and no sizes attain."""
    return {
        "field": "sample_size",
        "value": {"kind": "explicit", "sizes": list(found.sizes)},
        "end": "best",
        "statistic": found.statistic,
        "goal": "maximum" if found.statistic == "effective_real_size" else "minimum",
        "target": None,
        "budget": found.budget,
        "t": found.t,
        "attained": found.attained,
        "equal": found.equal,
        "bound": found.bound,
        "claim": found.claim,
        "kind": found.kind,
        "bound_claim": found.bounded_by,
        "feasible": True,
    }


def sizes_lines(found: SizePlan) -> str:
    """The best sizes as a scenario file has them, then what they attain beside equal ones and the bound."""
    sizes = ", ".join(str(size) for size in found.sizes)
    return "\n".join([
        f'sample_size = {{ kind = "explicit", sizes = [{sizes}] }}',
        f"best of all sizes with the sum {found.budget}: {found.statistic} at t = {found.t} is "
        f"{_number(found.attained)} ({found.kind}: {found.claim})",
        f"equal sizes: {_number(found.equal)}; no sizes pass {_number(found.bound)} ({found.bounded_by})",
    ])  # fmt: skip


def coverage_data(found: Coverage) -> list[dict[str, Any]]:
    """A matrix of coverage for JSON: one record for each pair of a statistic and a policy."""
    return [
        {
            "statistic": statistic,
            "retention": policy,
            "finite": answer.finite or None,
            "limit": answer.limit or None,
        }
        for (statistic, policy), answer in found.answers.items()
    ]


def coverage_rows(found: Coverage) -> list[tuple[str, ...]]:
    """One row for each statistic; one kind where the limit is answered as every t is, else both."""
    rows = []
    for statistic in found.statistics:
        answers = [found.answers[statistic, policy] for policy in found.policies]
        rows.append((statistic, *(_both(answer.finite, answer.limit) for answer in answers)))
    return rows


def _both(finite: str, limit: str) -> str:
    return (finite or "-") if finite == limit else f"{finite or '-'}, {limit or '-'}"
