"""What the two plain token methods cost on one core, by the scenario alone, so that the quicker one is chosen.

A generation is as large as the mean of the first 64, or of as many as there are.
"""

import numpy as np

from simulations.kernels.setting import Batches, batches, policy_of
from simulations.kernels.shape import chains_together
from theory.scenario import InputError, Scenario
from theory.scenario.retention import AccumulateSubsample, Pool, RealShare
from theory.scenario.source import TokenSource, ZipfSource

COPY_NANOSECONDS = 3.0
"""One cell that copies another and is counted."""

NEAR_CELLS = 2**17
FAR_NANOSECONDS = 3.0
"""More where a training set has more cells than a core keeps near."""

COIN_NANOSECONDS = 1.5
"""One cell that tosses a coin first."""

SOURCE_NANOSECONDS = 3.5
"""One cell that may be drawn from the source."""

DRAW_NANOSECONDS = 65.0
"""One token whose count is drawn by numpy."""

PASS_NANOSECONDS = 10.0
"""One token, alive or not, in all that is done beside drawing it."""

CALL_NANOSECONDS = 8e4
"""The calls of numpy for one generation of a group of chains."""

BEND_NANOSECONDS = {"temperature": 25.0, "top_k": 15.0, "top_p": 40.0, "tilt": 15.0, "best_of": 15.0}
"""One token under a sampler."""

GAMMA_NANOSECONDS = 30.0
"""One token of a draw from the posterior."""


def leading_batches(scenario: Scenario) -> Batches:
    """The batches of the first generations: 64, or half of that as often as it takes for them to exist."""
    for generations in (64, 32, 16, 8, 4, 2):
        try:
            return batches(scenario, generations)
        except InputError:
            continue
    return batches(scenario, 1)


def gather_nanoseconds(scenario: Scenario) -> float:
    """One generation of one chain of cells."""
    plan, policy = leading_batches(scenario), policy_of(scenario)
    size = float((plan.real + plan.synthetic).mean())
    cell = COPY_NANOSECONDS + (FAR_NANOSECONDS if size > NEAR_CELLS else 0.0)
    if policy == "accumulate_subsample" or policy == "window":
        cell *= 2.0
    if policy == "iid":
        cell += SOURCE_NANOSECONDS
    if policy == "iid" or scenario.estimator.kind == "additive":  # type: ignore[union-attr]
        cell += COIN_NANOSECONDS
    drawn = float(plan.real[1:].mean()) if len(plan.real) > 1 and policy != "fixed" else 0.0
    return size * cell + drawn * SOURCE_NANOSECONDS + _vocabulary(scenario)


def counts_nanoseconds(scenario: Scenario) -> float:
    """One generation of one chain of counts."""
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    plan, retention = leading_batches(scenario), scenario.retention
    K, p0, M = _vocabulary(scenario), scenario.source.distribution(), float((plan.real + plan.synthetic).mean())
    smooth = scenario.estimator.kind != "frequency"  # type: ignore[union-attr]
    alive = K if smooth else float(-np.expm1(-M * p0).sum())
    real = float(-np.expm1(-float(plan.real[1:].mean()) * p0).sum()) if len(plan.real) > 1 else 0.0
    drawn = alive + (0.0 if isinstance(retention, RealShare) and retention.scheme == "fixed" else real)
    if isinstance(retention, AccumulateSubsample) or (isinstance(retention, Pool) and retention.budget is not None):
        drawn += alive
    token = PASS_NANOSECONDS + BEND_NANOSECONDS.get(scenario.sampler.kind, 0.0)
    token += GAMMA_NANOSECONDS if scenario.estimator.kind == "posterior" else 0.0  # type: ignore[union-attr]
    return drawn * DRAW_NANOSECONDS + K * token + CALL_NANOSECONDS / chains_together(K)


def _vocabulary(scenario: Scenario) -> int:
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    return scenario.source.vocabulary
