"""Method "counts": numpy draws the counts of a training set, whatever its size."""

from typing import TYPE_CHECKING

from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.setting import batches, disturbed, unrefreshed
from simulations.kernels.shape import chains_together
from simulations.kernels.tokens.token_cost import counts_nanoseconds
from theory.scenario.retention import Window
from theory.scenario.source import TokenSource, ZipfSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import HostKernel

READING_NANOSECONDS = 2.0
"""One number that a measure looks at."""

ARRAYS = 12
"""Numbers of 8 bytes that a chain holds for each token at its peak."""


def _problem(question: Question) -> str | None:
    scenario = question.scenario
    return disturbed(scenario) or unrefreshed(scenario, f"a {scenario.source.kind} source")


def _cost(question: Question) -> Cost:
    scenario = question.scenario
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    batches(scenario, question.generations)  # raises where the sizes end before the run does
    K, retention = scenario.source.vocabulary, scenario.retention
    together = chains_together(K)
    kept = retention.length if isinstance(retention, Window) else 0
    return Cost(
        nanoseconds=counts_nanoseconds(scenario),
        width=together,
        lane_bytes=together * K * 8 * (ARRAYS + min(kept, question.generations)),
        reading=READING_NANOSECONDS * K,
        table_bytes=24 * K,
        compiler_bytes=0,
    )


def _kernel(question: Question) -> "HostKernel":
    from simulations.kernels.tokens.counts import counts_kernel

    return counts_kernel(question.scenario, question.generations)


METHOD = Method("counts", "numpy draws the counts of each training set", _problem, _cost, _kernel)
