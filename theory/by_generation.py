"""Every generation by the strongest claim that knows it, where claims do not reach equally far."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from theory.claim import Kind
from theory.predict import Prediction, answering_claims, claims_about, predict
from theory.scenario import Scenario

BOUNDS = (Kind.UPPER_BOUND, Kind.LOWER_BOUND)


def predict_each(
    scenario: Scenario, statistic: str, t: Sequence[float] = (), at: float | None = None
) -> list[Prediction]:
    """Predictions of neighbouring generations, one where one claim, or a pair of bounds, is as good for all of them.

    A window that is not yet full is a pool that keeps all, of which more is known. Errors as ``predict`` raises them,
    where some generation has no answer.
    """
    reaches = sorted({claim.reach(scenario) for claim in claims_about(scenario, statistic) if claim.reach is not None})
    if len(t) < 2 or not (reaches or np.isinf(t).any()):
        return [predict(scenario, statistic, t, at)]

    def best(generations: Sequence[float]) -> set[Kind]:
        claims = answering_claims(scenario, statistic, np.array(generations))
        sides = {claim.kind for claim in claims if claim.kind in BOUNDS}
        return sides if claims and claims[0].kind in BOUNDS else {claim.kind for claim in claims[:1]}

    runs: list[tuple[float, ...]] = []
    for _, run in groupby(t, lambda generation: (int(np.searchsorted(reaches, generation)), np.isinf(generation))):
        part = tuple(run)
        if runs and best(runs[-1]) == best(part) == best(runs[-1] + part):
            runs[-1] += part
        else:
            runs.append(part)
    if not all(best(run) for run in runs):
        runs = [tuple(t)]
    return [predict(scenario, statistic, run, at) for run in runs]
