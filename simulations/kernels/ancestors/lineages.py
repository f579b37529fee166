"""Which tokens the last generation still holds: only the number of its ancestors is followed back, not who they are.

n lineages pick n cells of the generation before, of M, and as many go on as different cells are picked. Those that
reach real cells end. The cells that remain are so many independent draws of the source, and a token is there exactly
where one of them is: nothing of this grows with M.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Float64, UInt32

from simulations.host_bits import generator
from simulations.kernels.ancestors.coalescent_block import counted
from simulations.kernels.ancestors.coalescent_picks import Places
from simulations.kernels.ancestors.coalescent_way import Way, way_back
from simulations.kernels.ancestors.lineages_method import WIDTH
from simulations.kernels.ancestors.lineages_occupancy import FEW, MEETINGS, occupied
from simulations.kernels.kernel import EngineFault, HostKernel
from theory.scenario import Scenario
from theory.scenario.source import TokenSource, ZipfSource

EVENTS = 10_000
"""Joinings and ends to expect in a block of several generations, at most."""

CERTAIN = 745.0
"""A token with so many draws to expect is there: exp(-745) is the least number that is not 0."""


def founders_number(rng: np.random.Generator, way: Way) -> int:
    """How many draws of the source the last training set descends from."""
    lineages, ended, step = way.last - way.last_real, way.last_real, 0
    while step < way.steps and lineages > (way.policy == "replace"):
        block = way.block(step, lineages)
        if block is not None:
            block = _short(block, lineages)
        if block is None:
            real = int(rng.binomial(lineages, way.share[step])) if way.share[step] > 0.0 else 0
            cells, kept = int(way.cells[step]), int(way.real[step])
            picking = int(rng.binomial(lineages - real, kept / cells)) if kept else 0
            lineages = occupied(rng, lineages - real - picking, cells - kept)
            ended += real + (occupied(rng, picking, kept) if way.policy == "stratified" else 0)
            step += 1
        else:
            lineages, generation, cell = counted(rng, lineages, block)
            if way.policy == "stratified":
                ended += len(np.unique(generation * int(block.real.max() + 1) + cell))
            elif way.policy == "iid":
                ended += len(generation)
            step += block.generations
    return lineages + ended


def _short(block: Places, lineages: int) -> Places | None:
    """As much of a block as holds few enough joinings and ends, or None where one generation holds too many."""
    chance = block.share + (0.5 * (lineages - 1) + block.real) / block.cells
    expected = float(chance.max()) * lineages
    if expected > MEETINGS and lineages > FEW:
        return None
    length = block.generations if expected * block.generations <= EVENTS else max(1, int(EVENTS / expected))
    return Places(length, block.cells[:length], block.real[:length], block.share[:length])


class Presence:
    """Which tokens occur among independent draws of a source."""

    def __init__(self, p0: Float64[np.ndarray, "K"]):
        self._p0 = p0
        self._order = np.argsort(p0, kind="stable")
        self._order = self._order[np.searchsorted(p0[self._order], 0.0, side="right") :]
        self._p = p0[self._order]
        self._below = np.cumsum(self._p)
        self._below /= self._below[-1]

    def among(self, rng: np.random.Generator, draws: int) -> Bool[np.ndarray, "K"]:
        """By conditional binomials from the rarest token on where draws are many, else draw by draw.

        Both start at the rare end, where sums of probabilities are accurate.
        """
        present = np.zeros(len(self._p0), bool)
        rare = int(np.searchsorted(self._p, CERTAIN / draws))
        present[self._order[rare:]] = True
        if draws < rare:
            place = np.exp(-rng.standard_exponential(draws))  # uniform, and fine-grained near 0
            found = np.minimum(np.searchsorted(self._below, place, side="left"), len(self._p) - 1)
            present[self._order[found]] = True
        elif rare:
            rest = max(0.0, 1.0 - float(self._below[rare - 1]))
            counts = rng.multinomial(draws, np.append(self._p[:rare], rest) / (self._p[:rare].sum() + rest))
            present[self._order[:rare]] = counts[:rare] > 0
        return present


def lineages_kernel(scenario: Scenario, generations: int) -> HostKernel:
    """The kernel of the last generation's vocabulary in a token chain with retention replace or real_share.

    Its observation has the tokens that are there equal. Raises InputError where the sizes end before the run does.
    """
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    way, p0 = way_back(scenario, generations), scenario.source.distribution()
    presence = Presence(p0)

    def chain(
        key: UInt32[np.ndarray, "2"], replicate: int, generations: int, record: Sequence[int]
    ) -> Iterator[tuple[int, Float64[np.ndarray, "K"]]]:
        rng = generator(key, generations, replicate)
        number = founders_number(rng, way)
        present = presence.among(rng, number)
        if not 1 <= number <= way.last or not 1 <= np.count_nonzero(present) <= number:
            raise EngineFault(f"chain {replicate} descends from an impossible number of draws, {number}")
        yield from ((t, present / np.count_nonzero(present)) for t in record)

    return HostKernel("tokens", WIDTH, p0, p0, chain)
