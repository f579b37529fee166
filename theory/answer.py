"""What the catalogue answers to a scenario, as plain data and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from theory.claim import Claim
from theory.predict import NotCovered, Prediction, claims_about, predict, reason_not_covered, statistics_of
from theory.scenario import QUANTITIES, Scenario, statistic_called

HEADINGS = ("statistic", "t", "value", "kind", "claim")
QUANTILE_HEADINGS = ("statistic", "t", "quantile", "value", "kind", "claim")


def answer_data(prediction: Prediction) -> dict[str, Any]:
    """One prediction for JSON: `claim` and `kind` are lists only where more than one claim answers."""
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
        lower, upper = (side if side is None else _number(side[index]) for side in (prediction.lower, prediction.upper))
        value = f"{lower} to {upper}" if lower and upper else _number(prediction.value[index])
        name = prediction.statistic if index == 0 else ""
        rows.append((name, str(_generation(t)), value, prediction.kind[index], prediction.claim[index]))
    return rows


def everything_covered(scenario: Scenario, t: Sequence[float]) -> tuple[list[Prediction], dict[str, str]]:
    """The predictions of every statistic that a claim covers, and for the others the reason why none does."""
    covered: list[Prediction] = []
    others: dict[str, str] = {}
    for name in statistics_of(scenario):
        argument = QUANTITIES[name].argument_in(scenario.family)
        try:
            if argument is None:
                covered.append(predict(scenario, name, () if QUANTITIES[name].final else t))
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
        shown = ", ".join(f"{x:.6g}" for x in value[:6])
        return f"[{shown}{', ...' if len(value) > 6 else ''}]"
    return f"{value:.10g}"


def single_chain(scenario: Scenario, statistic: str, t: Sequence[float], levels: Sequence[float]) -> tuple[Claim, Any]:
    """The strongest claim that knows the law of one chain, and its quantiles [T, Q] at these probabilities.

    Raises NotCovered where none does.
    """
    statistic_called(statistic)
    generations = np.asarray(t, dtype=np.float64)
    for claim in claims_about(scenario, statistic):
        if claim.quantile is not None:
            return claim, claim.quantile(scenario, generations, np.asarray(levels, dtype=np.float64))
    raise NotCovered(f"{statistic}: no claim knows its law in a single chain here, so --quantile has no answer")


def quantile_data(claim: Claim, t: Sequence[float], levels: Sequence[float], values: Any) -> dict[str, Any]:
    """Quantiles of one chain for JSON: `value` has a list for each t, with an entry for each level."""
    return {
        "statistic": claim.statistic,
        "t": [_generation(generation) for generation in t],
        "quantile": levels,
        "value": values,
        "claim": claim.id,
        "kind": claim.kind.value,
    }


def quantile_rows(claim: Claim, t: Sequence[float], levels: Sequence[float], values: Any) -> list[tuple[str, ...]]:
    """One row of a table for each t and level."""
    return [
        (claim.statistic, str(_generation(generation)), f"{level:g}", _number(value), claim.kind.value, claim.id)
        for generation, row in zip(t, values, strict=True)
        for level, value in zip(levels, row, strict=True)
    ]


def grouped(reasons: Mapping[str, str]) -> list[str]:
    """One line for each reason, with every statistic that it keeps from an answer."""
    names: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        names.setdefault(reason, []).append(name)
    return [f"{', '.join(those)}: {reason}" for reason, those in names.items()]
