"""Method "branching": Poisson laws, whose sums are a critical branching process."""

from typing import TYPE_CHECKING

from simulations.kernels.families.scale_family import POLICIES, uncovered
from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.points.points_counts import run_counts
from theory.scenario.source import PoissonSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel

BRANCHING_LANE = 64
"""Chains that one thread runs after each other."""

LARGEST_SUM = 1e13
"""The greatest expected sum of a training set."""

NANOSECONDS = 6000.0
"""One generation of one chain."""


def _problem(question: Question) -> str | None:
    problem = uncovered(question, (*POLICIES, "window", "forgetting"))
    s = question.scenario
    assert isinstance(s.source, PoissonSource)
    if problem is None:
        largest = int(run_counts(s, question.generations).fitted.max())
        if s.source.rate * largest > LARGEST_SUM:
            problem = f"source.rate = {s.source.rate:g} with {largest} points; covered: sums of at most 1e13"
    return problem


def _cost(question: Question) -> Cost:
    return Cost(NANOSECONDS, BRANCHING_LANE, 10_000, compiler_bytes=0)


def _kernel(question: Question) -> "HostKernel":
    from simulations.kernels.families.branching import branching_kernel

    return branching_kernel(question.scenario, question.generations)


METHOD = Method("branching", "the sum of a batch is one Poisson number", _problem, _cost, _kernel)
