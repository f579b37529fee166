"""Method "lineages": which tokens the last generation holds, from the number of its ancestors alone."""

import math
from typing import TYPE_CHECKING

from simulations.kernels.ancestors.coalescent_method import largest, without_memory
from simulations.kernels.method import Cost, Method, Question
from theory.scenario.errors import alternatives

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel

PRESENCE = ("vocabulary", "vocabulary_variance", "absence", "fixation_probability", "lost_mass")
"""Statistics that ask which tokens are there, and nothing about how many of each."""

WIDTH = 16
"""Chains in a lane."""

DENSE_NANOSECONDS = 1.2e5
"""One generation in which very many lineages meet."""

SPARSE_NANOSECONDS = 4e5
"""A stretch of generations at the end of which e times fewer lineages are left."""

TOKEN_NANOSECONDS = 80.0
"""One token that may or may not be there."""


def _problem(question: Question) -> str | None:
    problem = without_memory(question.scenario)
    if problem is not None:
        return problem
    other = [name for name in question.statistics if name not in PRESENCE]
    if other or not question.statistics:
        asked = f'the statistic "{other[0]}"' if other else "statistics that are not known"
        return f"{asked}; covered: {alternatives(PRESENCE)}"
    largest(question)
    return None


def _cost(question: Question) -> Cost:
    M, T = largest(question), question.generations
    K = question.scenario.source.vocabulary  # type: ignore[union-attr]
    dense = min(T, 8.0 + math.sqrt(M / 250.0))
    total = dense * DENSE_NANOSECONDS + SPARSE_NANOSECONDS * math.log(1.0 + T / dense) + TOKEN_NANOSECONDS * K
    return Cost(total / T, WIDTH, 60 * K + 2**22, 3.0 * K, 40 * K, compiler_bytes=0)


def _kernel(question: Question) -> "HostKernel":
    from simulations.kernels.ancestors.lineages import lineages_kernel

    return lineages_kernel(question.scenario, question.generations)


METHOD = Method(
    "lineages", "the number of ancestors of the last training set", _problem, _cost, _kernel, of_the_last=True
)
