"""Method "em": mixtures fitted by expectation maximisation to points that are really drawn."""

from typing import TYPE_CHECKING

from simulations.kernels.families.scale_family import uncovered
from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.points.points_counts import lane_width, point_counts
from theory.scenario.source import MixtureSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

POLICIES = ("replace", "iid", "stratified", "fixed", "accumulate")

STEPS, POINT_NANOSECONDS = 100, 10.0
"""Steps that the slowest fit of a lane may take; one point and component in one of them."""


def _problem(question: Question) -> str | None:
    return uncovered(question, POLICIES)


def _cost(question: Question) -> Cost:
    counts, source = point_counts(question.scenario, question.generations), question.scenario.source
    assert isinstance(source, MixtureSource)
    J, first, most = len(source.weights), int(counts.fitted[0]), int(counts.fitted.max())
    width = lane_width(first * J)
    return Cost(STEPS * POINT_NANOSECONDS * first * J, width, 8 * width * most * (8 * J + 8), reading=3.0 * J)


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.families.mixture import mixture_kernel

    return mixture_kernel(question.scenario, question.generations)


METHOD = Method("em", "mixtures by expectation maximisation on points that are drawn", _problem, _cost, _kernel)
