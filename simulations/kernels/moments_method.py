"""Method "moments": Gaussians on the line by the exact laws of a batch's mean and spread, without drawing points."""

from typing import TYPE_CHECKING

from simulations.kernels.coverage import covered, uncovered
from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.shape import GAUSSIAN_LANE

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

NANOSECONDS = {"replace": 18.0, "fixed": 40.0, "accumulate": 40.0, "stratified": 55.0, "iid": 100.0}
"""One generation of one chain on one core."""


def _problem(question: Question) -> str | None:
    return uncovered(question.scenario)


def _cost(question: Question) -> Cost:
    setting = covered(question.scenario)
    setting.sizes.at(question.generations)
    return Cost(NANOSECONDS[setting.policy], GAUSSIAN_LANE, 16 * 8 * GAUSSIAN_LANE)


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.gaussian import gaussian_kernel

    return gaussian_kernel(covered(question.scenario), question.generations)


METHOD = Method("moments", "means and spreads of batches from their exact laws", _problem, _cost, _kernel)
