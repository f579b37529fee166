"""Method "points": Gaussians on the line whose points are really drawn; it needs no law of a batch."""

from typing import TYPE_CHECKING

import numpy as np

from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.points.points_counts import POOLS, lane_width, point_counts, replaces
from simulations.kernels.setting import disturbed, policy_of
from theory.scenario.errors import alternatives
from theory.scenario.estimator import Kernel as KernelDensity
from theory.scenario.sampler import BestOf
from theory.scenario.source import GaussianSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

POINT_NANOSECONDS = 7.0
"""One point of a batch on one core, drawn and summed; one more draw to choose from; one point chosen from a pool."""

HELD_NANOSECONDS, SHUFFLED_NANOSECONDS = 0.3, 1.5
"""A place of the pool, which every generation passes on whole, or shuffled where it draws without repetition."""

SWAP_NANOSECONDS = 9.0
"""A pair of points of a training set without repetition: where each lay before the others were chosen."""

ESTIMATORS = ("moments", "kernel")
BESIDE_THE_MODEL = ("replace", "real_share")
SAMPLERS = ("faithful", "scaled", "truncated", "best_of")
DENSITY_POLICIES = ("replace", "iid", "stratified", "fixed", "accumulate", "accumulate_subsample", "pool")


def _problem(question: Question) -> str | None:
    s = question.scenario
    assert isinstance(s.source, GaussianSource)
    source = "a gaussian source"
    if s.source.dimension > 1:
        return f"{source} in {s.source.dimension} dimensions; covered: 1 dimension"
    if s.estimator.kind not in ESTIMATORS:
        return f'estimator.kind = "{s.estimator.kind}" for {source}; covered: {alternatives(ESTIMATORS)}'
    if s.sampler.kind not in SAMPLERS:
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: {alternatives(SAMPLERS)}'
    if isinstance(s.estimator, KernelDensity):
        if s.sampler.kind != "faithful":
            return f'sampler.kind = "{s.sampler.kind}" with estimator.kind "kernel"; covered: "faithful"'
        if policy_of(s) not in DENSITY_POLICIES:
            allowed = alternatives(
                dict.fromkeys(("real_share" if p in ("iid", "stratified", "fixed") else p) for p in DENSITY_POLICIES)
            )
            return f'retention.kind = "{s.retention.kind}" with estimator.kind "kernel"; covered: {allowed}'
        if s.estimator.sd == "model" and s.retention.kind not in BESIDE_THE_MODEL:
            return (
                f'retention.kind = "{s.retention.kind}" with estimator.sd "model"; covered: '
                f"{alternatives(BESIDE_THE_MODEL)}"
            )
    return disturbed(s)


def _cost(question: Question) -> Cost:
    s = question.scenario
    counts = point_counts(s, question.generations)
    sampler, policy = s.sampler, policy_of(s)
    choices = sampler.k if isinstance(sampler, BestOf) and sampler.reward == "quadratic" else 1
    drawn = choices * counts.synthetic + counts.real * (policy != "fixed")
    work = drawn * (2 if policy == "iid" else 1)
    chosen = replaces(s)
    if chosen is not None:
        work = work + 4 * counts.fitted
    width = lane_width(s.first_size)
    cells = int((counts.synthetic + counts.real + counts.fitted * (policy not in ("accumulate", "pool"))).max())
    held = int((counts.before + counts.real + counts.synthetic).max()) if policy in POOLS else 0
    swaps = float(np.square(counts.fitted.astype(np.float64)).mean()) if chosen is False else 0.0
    nanoseconds = 30.0 + POINT_NANOSECONDS * float(work.mean()) + SWAP_NANOSECONDS * swaps
    nanoseconds += (SHUFFLED_NANOSECONDS if chosen is False else HELD_NANOSECONDS) * held
    return Cost(nanoseconds, width, 8 * width * (6 * cells + 3 * held) + 2**16)


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.points.points_kernel import points_kernel

    return points_kernel(question.scenario, question.generations)


METHOD = Method("points", "every point is drawn", _problem, _cost, _kernel)
