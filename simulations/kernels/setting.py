"""Numbers of a scenario that kernels of every family read: the policy by one name, the points of each generation."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from theory.scenario import Scenario
from theory.scenario.retention import Pool, RealShare, Weighted, Window
from theory.scenario.scenario import DISTURBANCES

POLICIES = (
    "replace",
    "iid",
    "stratified",
    "fixed",
    "accumulate",
    "accumulate_subsample",
    "weighted",
    "window",
    "forgetting",
    "pool",
)


class Batches(NamedTuple):
    """Points that enter a training set new in generations 1 ... T: real ones, and draws of the model before.

    Under scheme "iid" both share `synthetic` (each point tosses its own coin); under "fixed" the real points are the
    first ones of generation 1, counted again in every generation.
    """

    real: Int64[np.ndarray, "T"]
    synthetic: Int64[np.ndarray, "T"]


def policy_of(scenario: Scenario) -> str:
    """What kernels tell apart: the kind of the retention policy, or the scheme of a real share."""
    retention = scenario.retention
    return retention.scheme if isinstance(retention, RealShare) else retention.kind


def batches(scenario: Scenario, generations: int) -> Batches:
    """The new points of every generation.

    Raises InputError where the sizes end before the run does.
    """
    retention, sizes, later = scenario.retention, scenario.sample_size, range(2, generations + 1)
    real, synthetic = np.zeros(generations, np.int64), np.zeros(generations, np.int64)
    if isinstance(retention, Pool):
        real[1:] = [retention.real_points(t) for t in later]
        synthetic[1:] = [retention.synthetic_points(t) for t in later]
    elif isinstance(retention, Weighted):
        real[1:], synthetic[1:] = retention.real, retention.synthetic
    else:
        assert sizes is not None
        synthetic[1:] = sizes.constant or [sizes.at(t) for t in later]
        if refreshed(scenario) or (isinstance(retention, RealShare) and retention.scheme != "iid"):
            assert isinstance(retention, RealShare | Window)
            distinct, place = np.unique(synthetic[1:], return_inverse=True)
            real[1:] = np.array([retention.real_points(int(M)) for M in distinct], np.int64)[place]
            synthetic -= real
    real[0] = scenario.first_size
    return Batches(real, synthetic)


def refreshed(scenario: Scenario) -> bool:
    """Whether fresh real points join the batches of a window."""
    return isinstance(scenario.retention, Window) and scenario.retention.refreshed


def unrefreshed(scenario: Scenario, source: str) -> str | None:
    """The real points in a window, in the words of `Method.problem`, for methods that draw batches of one kind."""
    if not refreshed(scenario):
        return None
    field = "share" if scenario.retention.share is not None else "real"  # type: ignore[union-attr]
    return f"a window with retention.{field} for {source}; covered: windows without real points"


def share(scenario: Scenario) -> float:
    """The probability that a point is real under scheme "iid" with a share, else 0."""
    retention = scenario.retention
    if not isinstance(retention, RealShare) or retention.scheme != "iid":
        return 0.0
    return retention.share_of(scenario.first_size)


def disturbed(scenario: Scenario) -> str | None:
    """The disturbance of a scenario that no kernel covers, in the words of `Method.problem`."""
    for name in DISTURBANCES:
        if getattr(scenario, name) is not None:
            return f"{name}; covered: scenarios without it"
    return None
