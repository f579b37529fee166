"""Method "coalescent": where only the last generation is looked at, its ancestors are traced back."""

import math
from typing import TYPE_CHECKING

from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.setting import batches, disturbed
from theory.scenario import Scenario
from theory.scenario.retention import RealShare

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel

LARGEST_CHAIN = 2**32
"""Cells of the largest training set."""

CELL_BYTES = 64
"""What one cell of the last training set takes while its parents, or its token, are drawn."""

WIDTH = 64
"""Chains in a lane."""

CELLS_AT_ONCE = 2**17
"""Final cells, or tokens, of chains that are traced together: their arrays stay in a core's cache."""

READING_NANOSECONDS = 3.0
"""One number that a measure looks at."""


def without_memory(scenario: Scenario) -> str | None:
    """What of a token scenario keeps its lineages from being traced, in the words of `Method.problem`.

    Every cell must copy one cell of the generation before, or be real.
    """
    source, retention = f"a {scenario.source.kind} source", scenario.retention
    if retention.kind not in ("replace", "real_share"):
        return f'retention.kind = "{retention.kind}" for {source}; covered: "replace" or "real_share"'
    if scenario.estimator.kind != "frequency":
        return f'estimator.kind = "{scenario.estimator.kind}" for {source}; covered: "frequency"'
    if scenario.sampler.kind != "faithful":
        return f'sampler.kind = "{scenario.sampler.kind}" for {source}; covered: "faithful"'
    if isinstance(retention, RealShare) and retention.scheme == "iid" and retention.share is None:
        assert scenario.sample_size is not None
        if scenario.sample_size.constant is None:
            kind = scenario.sample_size.kind
            return (
                f'sample_size.kind = "{kind}" with scheme "iid" and real in the place of share; '
                "covered: a share, or sizes that stay the same"
            )
    return disturbed(scenario)


def largest(question: Question) -> int:
    """The largest training set of a run that `without_memory` has no objection to."""
    new = batches(question.scenario, question.generations)
    return int((new.real + new.synthetic).max())


def together(M: int, K: int) -> int:
    """Chains whose ancestors are traced together."""
    return max(1, min(WIDTH, CELLS_AT_ONCE // max(M, K)))


def _problem(question: Question) -> str | None:
    problem = without_memory(question.scenario)
    if problem is None and (cells := largest(question)) > LARGEST_CHAIN:
        return f"training sets of {cells} tokens; covered: up to {LARGEST_CHAIN}"
    return problem


def _cost(question: Question) -> Cost:
    M, T = largest(question), question.generations
    K = question.scenario.source.vocabulary  # type: ignore[union-attr]
    doublings = math.log(T + 1.0)
    total = (17.0 + 8.0 * doublings) * M + 6e4 * (1.0 + doublings)
    lane_bytes = together(M, K) * (CELL_BYTES * M + 24 * K)
    return Cost(total / T, WIDTH, lane_bytes, READING_NANOSECONDS * K, 400 * K, compiler_bytes=0)


def _kernel(question: Question) -> "HostKernel":
    from simulations.kernels.ancestors.coalescent import coalescent_kernel

    return coalescent_kernel(question.scenario, question.generations)


METHOD = Method(
    "coalescent", "the ancestors of the last training set, traced back", _problem, _cost, _kernel, of_the_last=True
)
