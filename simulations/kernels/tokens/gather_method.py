"""Method "gather": every cell of a training set copies a cell of the one before."""

from typing import TYPE_CHECKING

from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.setting import disturbed, policy_of, unrefreshed
from simulations.kernels.tokens.gather_shape import KEEPING, LARGEST_CHAIN, gather_shape
from simulations.kernels.tokens.token_cost import gather_nanoseconds, leading_batches
from theory.scenario.errors import alternatives
from theory.scenario.retention import AccumulateSubsample, Pool

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

POLICIES = ("replace", "iid", "stratified", "fixed", *KEEPING)
RETENTIONS = ("replace", "real_share", *KEEPING)
ESTIMATORS = ("frequency", "additive")

READING_NANOSECONDS = 3.0
"""One number that a measure looks at."""


def _problem(question: Question) -> str | None:
    s = question.scenario
    if disturbed(s):
        return disturbed(s)
    source, retention = f"a {s.source.kind} source", s.retention
    if unrefreshed(s, source):
        return unrefreshed(s, source)
    if policy_of(s) not in POLICIES:
        return f'retention.kind = "{retention.kind}" for {source}; covered: {alternatives(RETENTIONS)}'
    if isinstance(retention, AccumulateSubsample) and not retention.replacement:
        return f"retention.replacement = false for {source}; covered: true"
    if isinstance(retention, Pool) and retention.budget is not None:
        return f"retention.budget = {retention.budget} for {source}; covered: pools without it"
    assert s.estimator is not None
    if s.estimator.kind not in ESTIMATORS:
        return f'estimator.kind = "{s.estimator.kind}" for {source}; covered: {alternatives(ESTIMATORS)}'
    if s.sampler.kind != "faithful":
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: "faithful"'
    if retention.kind == "window" and s.sample_size is not None and s.sample_size.constant is None:
        return f'sample_size.kind = "{s.sample_size.kind}" for a window of tokens; covered: sizes that stay the same'
    plan = leading_batches(s)
    largest = int((plan.real + plan.synthetic).max())
    if largest > LARGEST_CHAIN:
        return f"training sets of {largest} tokens; covered: up to {LARGEST_CHAIN}"
    return None


def _cost(question: Question) -> Cost:
    shape = gather_shape(question.scenario, question.generations)
    return Cost(
        nanoseconds=gather_nanoseconds(question.scenario),
        width=shape.width,
        lane_bytes=shape.width * (12 * shape.cells + 12 * shape.kept + 40 * shape.tokens),
        reading=READING_NANOSECONDS * shape.tokens,
        table_bytes=400 * shape.tokens,
    )


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.tokens.tokens import token_kernel

    return token_kernel(question.scenario, question.generations)


METHOD = Method("gather", "every cell copies a cell of the training set before", _problem, _cost, _kernel)
