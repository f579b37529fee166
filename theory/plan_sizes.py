"""How a budget of points is best spread over the fits of a chain whose data are replaced: sizes that can be drawn.

Equal sizes leave the least error of the last model; added up over all models, sizes that fall as the root of the fits
to come do. The sizes found are whole, no fit has fewer than two points, and no other such sizes do better.
"""

import math
from dataclasses import dataclass

import numpy as np

from theory.claims import claims
from theory.laws.budget import best_whole_sizes, final_weights, running_weights
from theory.predict import Prediction, predict
from theory.scenario import InputError, Scenario, parse_scenario
from theory.scenario.errors import alternatives, nearest, shown

FEWEST = 2
"""Points of a fit: an unbiased estimate of a variance needs them."""

MOST_FITS = 100_000

LAST = ("mean_squared_error", "effective_real_size")
"""Statistics of the last model, for which equal sizes are best."""

SUMS = ("cumulative_squared_error",)
"""Statistics of all models together."""

BOUNDS = {
    (False, "unbiased"): "gaussian-replace-budget-lower-bound",
    (False, "mle"): "gaussian-replace-budget-mle-lower-bound",
    (True, "unbiased"): "gaussian-replace-cumulative-budget-lower-bound",
}
"""The claim that no sizes do better than, by whether all models count and by the divisor."""


@dataclass(frozen=True)
class SizePlan:
    """The best sizes, what they attain, what equal ones would, and the bound that no sizes of this budget pass."""

    sizes: tuple[int, ...]
    statistic: str
    budget: int
    t: int
    attained: float
    equal: float
    bound: float
    claim: str
    kind: str
    bounded_by: str


def plan_sizes(scenario: Scenario, statistic: str, budget: int, t: float) -> SizePlan:
    """Whole sizes with the sum ``budget`` for t fits, of the least error or the greatest effective size.

    Raises InputError for another statistic, policy, estimator or source, and where the budget is short.
    """
    _check(scenario, statistic, budget, t)
    fits = int(t)
    weights = running_weights(fits) if statistic in SUMS else final_weights(fits)
    sizes = best_whole_sizes(weights, budget, FEWEST)
    best = _told(scenario, sizes.tolist(), statistic)
    even = best_whole_sizes(final_weights(fits), budget, FEWEST)
    bound, bounded_by = _bound(scenario, sizes.tolist(), statistic)
    return SizePlan(
        tuple(sizes.tolist()), statistic, budget, fits, float(best.value[0]),
        float(_told(scenario, even.tolist(), statistic).value[0]), bound, best.claim[0], best.kind[0], bounded_by,
    )  # fmt: skip


def _check(scenario: Scenario, statistic: str, budget: int, t: float) -> None:
    divisors = [divisor for all_models, divisor in BOUNDS if all_models is (statistic in SUMS)]
    lines = []
    if statistic not in (*LAST, *SUMS):
        known = [*LAST, *SUMS]
        lines.append(
            f"statistic must be {alternatives(known)} where a budget is spent, got {shown(statistic)}"
            f"{nearest(statistic, known)}"
        )
    elif scenario.family != "gaussian" or getattr(scenario.source, "dimension", 1) > 1:
        lines.append("source must be a Gaussian on the line where a budget is spent")
    elif scenario.retention.kind != "replace":
        lines.append(f'retention.kind must be "replace" where a budget is spent, got {shown(scenario.retention.kind)}')
    elif getattr(scenario.estimator, "divisor", None) not in divisors:
        lines.append(f"estimator.divisor must be {alternatives(divisors)} where a budget is spent on {statistic}")
    elif scenario.sampler.kind != "faithful":
        lines.append(f'sampler.kind must be "faithful" where a budget is spent, got {shown(scenario.sampler.kind)}')
    if not (math.isfinite(t) and 1 <= t <= MOST_FITS):
        lines.append(f"--t must be a number of fits from 1 to {MOST_FITS} where a budget is spent, got {t:g}")
    elif budget < FEWEST * t:
        least = FEWEST * int(t)
        lines.append(f"--budget must be at least {least}, {FEWEST} points for each of {int(t)} fits, got {budget}")
    if lines:
        raise InputError(lines)


def _told(scenario: Scenario, sizes: list[int], statistic: str) -> Prediction:
    return predict(_with_sizes(scenario, sizes), statistic, (len(sizes),))


def _bound(scenario: Scenario, sizes: list[int], statistic: str) -> tuple[float, str]:
    """The value that sizes of this sum, whole or not, do not pass, and the claim that says so."""
    name = BOUNDS[statistic in SUMS, scenario.estimator.divisor]  # type: ignore[union-attr]
    value = float(claims()[name].evaluate(_with_sizes(scenario, sizes), np.array([len(sizes)]), None)[0])
    if statistic == "effective_real_size":
        value = scenario.source.variance / value  # type: ignore[union-attr]
    return value, name


def _with_sizes(scenario: Scenario, sizes: list[int]) -> Scenario:
    return parse_scenario(scenario.dump() | {"sample_size": {"kind": "explicit", "sizes": sizes}})
