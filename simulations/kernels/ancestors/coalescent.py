"""The last generation of a token chain, traced back: only the cells that it descends from are ever looked at.

Every cell of generation t copies a uniformly chosen cell of generation t-1 unless it is real, and a real one is a draw
of the source. So the distinct ancestors of the last training set, each with the number of its cells that descend from
it, are followed back until all of them are real; then each draws its token. There are about 2 M / n of them n
generations back: the work is M log T, not M T, and real data end lineages sooner still.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float64, Int64, UInt32, UInt64

from simulations.alias import AliasTable, alias_table
from simulations.host_bits import generator
from simulations.kernels.ancestors.coalescent_ancestry import Ancestry
from simulations.kernels.ancestors.coalescent_method import WIDTH, together
from simulations.kernels.ancestors.coalescent_way import way_back
from simulations.kernels.kernel import EngineFault, HostKernel
from theory.scenario import Scenario
from theory.scenario.source import TokenSource, ZipfSource


def coalescent_kernel(scenario: Scenario, generations: int) -> HostKernel:
    """The kernel of the last generation of a token chain with retention replace or real_share.

    Raises InputError where the sizes end before the run does.
    """
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    way, p0 = way_back(scenario, generations), scenario.source.distribution()
    table, K = alias_table(p0), len(p0)

    def chains(
        key: UInt32[np.ndarray, "2"], first: int, count: int, generations: int, record: Sequence[int]
    ) -> Iterator[tuple[int, Float64[np.ndarray, "R K"]]]:
        rngs = [generator(key, generations, replicate) for replicate in range(first, first + count)]
        founders = Ancestry(rngs, way).founders()
        words = [rng.integers(0, 2**64, len(below), dtype=np.uint64) for rng, below in zip(rngs, founders, strict=True)]
        token = drawn(table, np.concatenate(words)) + K * np.repeat(np.arange(count), [len(word) for word in words])
        below = np.concatenate(founders)
        counts = np.zeros((count, K), np.int64)
        np.add.at(counts.reshape(-1), token, below)
        if (counts.sum(axis=1) != way.last).any() or int(below.min()) < 1:
            raise EngineFault(f"chains {first} to {first + count - 1} lost lineages on the way from {generations}")
        yield from ((t, counts / way.last) for t in record)

    def chain(
        key: UInt32[np.ndarray, "2"], replicate: int, generations: int, record: Sequence[int]
    ) -> Iterator[tuple[int, Float64[np.ndarray, "K"]]]:
        for t, frequencies in chains(key, replicate, 1, generations, record):
            yield t, frequencies[0]

    return HostKernel("tokens", WIDTH, p0, p0, chain, together(way.last, K), chains)


def drawn(table: AliasTable, words: UInt64[np.ndarray, "n"]) -> Int64[np.ndarray, "n"]:
    """The outcomes that 64-bit words choose, as simulations.alias.outcome does."""
    K, half = np.uint64(table.size), np.uint64(32)
    low = (words & np.uint64(2**32 - 1)) * K
    column = ((words >> half) * K + (low >> half)) >> half
    return np.where(words * K < table.threshold[column], column.astype(np.int64), table.other[column])
