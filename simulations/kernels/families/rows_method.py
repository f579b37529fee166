"""Method "rows": least squares on rows that are really drawn."""

from typing import TYPE_CHECKING

from simulations.kernels.families.scale_family import uncovered
from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.points.points_counts import lane_width, point_counts
from theory.scenario.estimator import LeastSquares
from theory.scenario.source import RegressionSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

POLICIES = ("replace", "iid", "stratified", "fixed", "accumulate", "weighted", "forgetting")

NUMBER_NANOSECONDS, FACTOR_NANOSECONDS = 6.0, 0.6
"""One number of a row drawn on one core; one product of two of them in the factorisation."""


def _problem(question: Question) -> str | None:
    s = question.scenario
    problem = uncovered(question, POLICIES)
    assert isinstance(s.source, RegressionSource)
    assert isinstance(s.estimator, LeastSquares)
    if problem is None and s.source.design == "reused":
        M = s.sample_size.constant if s.sample_size else None
        if M is None or s.first_size != M:
            return 'sizes that change with source.design "reused"; covered: sizes that stay the same'
    if problem is None and s.estimator.ridge and s.retention.kind == "accumulate":
        return f'estimator.ridge = {s.estimator.ridge} with retention.kind "accumulate"; covered: no ridge'
    return problem


def _cost(question: Question) -> Cost:
    counts, source = point_counts(question.scenario, question.generations), question.scenario.source
    assert isinstance(source, RegressionSource)
    d, rows = source.dimension, counts.real + counts.synthetic
    first, most = float(rows[0]), int(rows.max())
    work = first * (d + 1) * NUMBER_NANOSECONDS + first * (d + 1) ** 2 * FACTOR_NANOSECONDS + 1500.0
    width = lane_width(int(first) * (d + 1))
    return Cost(work, width, 8 * width * 8 * (most + d) * (d + 1), reading=float(d))


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.families.regression import regression_kernel

    return regression_kernel(question.scenario, question.generations)


METHOD = Method("rows", "every row is drawn and fitted", _problem, _cost, _kernel)
