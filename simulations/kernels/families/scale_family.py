"""What both methods of a scale family cover and cost; nothing here starts JAX."""

from typing import TYPE_CHECKING

from simulations.kernels.method import Cost, Question
from simulations.kernels.points.points_counts import run_counts
from simulations.kernels.setting import disturbed, policy_of, unrefreshed
from theory.scenario.errors import alternatives
from theory.scenario.retention import Pool

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

SCALE_LANE = 4096
"""Chains in a lane."""

POLICIES = ("replace", "iid", "stratified", "fixed", "accumulate", "pool")
"""Policies under which batches are known by their sums or maxima alone."""


def uncovered(question: Question, policies: tuple[str, ...] = POLICIES) -> str | None:
    """What no method covers of a family whose batches are known by one number, in the words of `Method.problem`."""
    s = question.scenario
    source = f"a {s.source.kind} source"
    if policy_of(s) not in policies:
        kinds = dict.fromkeys("real_share" if p in ("iid", "stratified", "fixed") else p for p in policies)
        return f'retention.kind = "{s.retention.kind}" for {source}; covered: {alternatives(kinds)}'
    if isinstance(s.retention, Pool) and s.retention.budget is not None:
        return f"retention.budget = {s.retention.budget} for {source}; covered: pools that are fitted as a whole"
    if s.sampler.kind != "faithful":
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: "faithful"'
    return disturbed(s) or unrefreshed(s, source)


def scale_cost(question: Question) -> Cost:
    """Two batches at most, each one draw; the sizes must last for the run."""
    run_counts(question.scenario, question.generations)
    nanoseconds = 60.0 if question.scenario.family == "uniform" else 90.0
    return Cost(nanoseconds, SCALE_LANE, 16 * 8 * SCALE_LANE, table_bytes=10_000_000)


def scale_kernel_of(question: Question) -> "Kernel":
    """The compiled kernel."""
    from simulations.kernels.families.scale import scale_kernel

    return scale_kernel(question.scenario, question.generations)
