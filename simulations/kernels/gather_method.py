"""Method "gather": every cell of a training set copies a cell of the one before."""

from typing import TYPE_CHECKING

from simulations.kernels.coverage import covered, uncovered
from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.shape import token_shape

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

CELL_NANOSECONDS = {"replace": 3.0, "fixed": 3.0, "accumulate": 4.0, "stratified": 4.0, "iid": 9.0}
"""One token of one training set on one core."""

READING_NANOSECONDS = 3.0
"""One number that a measure looks at."""


def _problem(question: Question) -> str | None:
    return uncovered(question.scenario)


def _cost(question: Question) -> Cost:
    setting = covered(question.scenario)
    shape = token_shape(setting, question.generations)
    return Cost(
        nanoseconds=shape.cells * CELL_NANOSECONDS[setting.policy],
        width=shape.width,
        lane_bytes=shape.width * (12 * shape.cells + 12 * shape.pool + 40 * shape.tokens),
        reading=READING_NANOSECONDS * shape.tokens,
        table_bytes=400 * shape.tokens,
    )


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.tokens import token_kernel

    return token_kernel(covered(question.scenario), question.generations)


METHOD = Method("gather", "every cell copies a cell of the training set before", _problem, _cost, _kernel)
