"""Chains of token counts, drawn by numpy: every policy, estimator and sampler of the vocabulary, at every size.

Small vocabularies are drawn for a group of chains at once. A chain is the same however many follow it in its group.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float64, UInt32

from simulations.kernels.kernel import HostKernel
from simulations.kernels.setting import batches
from simulations.kernels.shape import chains_together
from simulations.kernels.tokens.counts_model import bend_of, fit_of
from simulations.kernels.tokens.counts_policies import Draws, policy
from theory.scenario import Scenario
from theory.scenario.source import TokenSource, ZipfSource


def counts_kernel(scenario: Scenario, generations: int) -> HostKernel:
    """The kernel of a token scenario for so many generations.

    Raises InputError where the sizes end before the run does.
    """
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    p0, plan = scenario.source.distribution(), batches(scenario, generations)
    fit, bend, together = fit_of(scenario), bend_of(scenario), chains_together(len(p0))

    def chains(
        key: UInt32[np.ndarray, "2"], first: int, count: int, generations: int, record: Sequence[int]
    ) -> Iterator[tuple[int, Float64[np.ndarray, "R K"]]]:
        kept, wanted, model = policy(scenario, plan), set(record), None
        for t in range(1, generations + 1):
            draws = Draws(p0, fit, key, t, range(first, first + count))
            model = kept.first(draws) if model is None else kept.next(t, draws, bend(model.weights), model)
            if t in wanted:
                yield t, model.frequencies

    def chain(
        key: UInt32[np.ndarray, "2"], replicate: int, generations: int, record: Sequence[int]
    ) -> Iterator[tuple[int, Float64[np.ndarray, "K"]]]:
        first = replicate - replicate % together
        return ((t, p[-1]) for t, p in chains(key, first, replicate - first + 1, generations, record))

    return HostKernel("tokens", together, p0, p0, chain, together, chains)
