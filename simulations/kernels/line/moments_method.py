"""Method "moments": Gaussians on the line by the exact laws of a batch's mean and spread, without drawing points."""

from typing import TYPE_CHECKING

from simulations.kernels.line.gaussian_shape import lane_width, slots, table_bytes, too_many_numbers
from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.setting import disturbed, policy_of
from theory.scenario.errors import alternatives
from theory.scenario.retention import Pool, Window
from theory.scenario.sampler import Tilt
from theory.scenario.source import GaussianSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

NANOSECONDS = {
    "replace": 9.0,
    "accumulate": 10.5,
    "forgetting": 10.5,
    "fixed": 12.0,
    "stratified": 22.0,
    "weighted": 22.0,
    "pool": 22.0,
    "iid": 36.0,
    "window": 9.0,
}
"""One generation of one chain on one core."""

REAL_NANOSECONDS = 11.0
"""The real points that join a batch of a window, beside."""

HELD_NANOSECONDS = 2.0
"""One batch that a window holds, beside."""

COMPILER_BYTES, SLOT_COMPILER_BYTES, LARGEST_UNROLLED = 250_000_000, 7_000_000, 64
"""What the compiler needs, and more for each of so many batches that a window holds."""

RETENTIONS = ("replace", "real_share", "accumulate", "weighted", "window", "forgetting", "pool")
ESTIMATORS = ("moments", "known_mean", "known_variance")
SAMPLERS = ("faithful", "scaled", "tilt")


def _problem(question: Question) -> str | None:
    s = question.scenario
    source, sampler, retention = s.source, s.sampler, s.retention
    if not isinstance(source, GaussianSource):
        return f'source.kind = "{source.kind}"; covered: "gaussian"'
    if source.dimension > 1:
        return f"a gaussian source in {source.dimension} dimensions; covered: 1 dimension"
    if retention.kind not in RETENTIONS:
        return f'retention.kind = "{retention.kind}" for a gaussian source; covered: {alternatives(RETENTIONS)}'
    if isinstance(retention, Pool) and retention.budget is not None:
        return "retention.budget for a gaussian source; covered: pools without it"
    if s.estimator.kind not in ESTIMATORS:
        return f'estimator.kind = "{s.estimator.kind}" for a gaussian source; covered: {alternatives(ESTIMATORS)}'
    if sampler.kind not in SAMPLERS:
        return f'sampler.kind = "{sampler.kind}" for a gaussian source; covered: {alternatives(SAMPLERS)}'
    if isinstance(sampler, Tilt) and sampler.reward == "quadratic" and sampler.strength < 0.0:
        return (
            f'sampler.strength = {sampler.strength:g} with reward "quadratic"; '
            "covered: strengths of at least 0, as the tilt of a wide model has no integral below"
        )
    return disturbed(s) or too_many_numbers(s, question.generations)


def _cost(question: Question) -> Cost:
    s = question.scenario
    if s.sample_size is not None:
        s.sample_size.at(question.generations)
    held = slots(s, question.generations)
    nanoseconds = NANOSECONDS[policy_of(s)]
    if isinstance(s.retention, Window):
        nanoseconds += HELD_NANOSECONDS * s.retention.length + REAL_NANOSECONDS * s.retention.refreshed
    width = lane_width(s)
    return Cost(
        nanoseconds,
        width,
        width * 16 * (8 + held),
        table_bytes=table_bytes(s, question.generations),
        compiler_bytes=COMPILER_BYTES + SLOT_COMPILER_BYTES * min(held, LARGEST_UNROLLED),
    )


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.line.gaussian_rows import gaussian_kernel

    return gaussian_kernel(question)


METHOD = Method("moments", "means and spreads of batches from their exact laws", _problem, _cost, _kernel)
