"""Some chains on their way back beside each other: each takes its own steps with its own random numbers."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int64

from simulations.kernels.ancestors.coalescent_block import Survivors, traced
from simulations.kernels.ancestors.coalescent_picks import Places
from simulations.kernels.ancestors.coalescent_way import Way

SPREAD = 8
"""Where cells are more than so many for each lineage, those picked are sorted; else they are marked in an array."""


class Ancestry:
    """Lineages of every chain by the final cells below each, and the draws of the source that were reached so far."""

    def __init__(self, rngs: Sequence[np.random.Generator], way: Way):
        self._rngs, self._way = rngs, way
        self._below = [np.ones(way.last - way.last_real, np.int64) for _ in rngs]
        self._steps = [0 for _ in rngs]
        self._founders: list[list[np.ndarray]] = [[] for _ in rngs]
        self._kept = [np.zeros(0, np.int64) for _ in rngs]
        for chain in range(len(rngs)):
            self._end(chain, np.ones(way.last_real, np.int64), np.arange(way.last_real))

    def founders(self) -> list[Int64[np.ndarray, "_"]]:
        """By chain, the number of final cells that descend from each draw of the source."""
        while open_ := [chain for chain in range(len(self._rngs)) if self._is_open(chain)]:
            blocks = {chain: self._way.block(self._steps[chain], len(self._below[chain])) for chain in open_}
            if any(blocks.values()):
                self._many_steps({chain: block for chain, block in blocks.items() if block is not None})
            for chain in open_:
                if blocks[chain] is None:
                    self._one_step(chain)
        found = []
        for below, ended, kept in zip(self._below, self._founders, self._kept, strict=True):
            found.append(np.concatenate([below, *ended, kept[np.flatnonzero(kept)]]))
        return found

    def _is_open(self, chain: int) -> bool:
        lonely = len(self._below[chain]) <= (self._way.policy == "replace")
        return self._steps[chain] < self._way.steps and not lonely

    def _many_steps(self, blocks: dict[int, Places]) -> None:
        below = [self._below[c] for c in blocks]
        survivors = traced([self._rngs[c] for c in blocks], below, list(blocks.values()))
        for (chain, block), found in zip(blocks.items(), survivors, strict=True):
            self._below[chain] = found.below
            self._steps[chain] += block.generations
            if len(found.ended):
                self._end(chain, *self._met(found, int(block.real.max())))

    def _met(self, found: Survivors, real: int) -> tuple[np.ndarray, np.ndarray]:
        """Ended lineages; those that met in one fresh real cell of one generation as one."""
        if self._way.policy != "stratified":
            return found.ended, found.cell
        _, place = np.unique(found.generation * real + found.cell, return_inverse=True)
        total = np.zeros(int(place.max()) + 1, np.int64)
        np.add.at(total, place, found.ended)
        return total, total

    def _one_step(self, chain: int) -> None:
        """Every lineage tosses its coin, then picks a cell."""
        step, rng, below = self._steps[chain], self._rngs[chain], self._below[chain]
        share, cells = float(self._way.share[step]), int(self._way.cells[step])
        if share > 0.0:
            real = rng.random(len(below)) < share
            self._end(chain, below[real], below[real])
            below = below[~real]
        cell, total = _sums(rng.integers(0, cells, len(below)), below, cells)
        real = int(np.searchsorted(cell, self._way.real[step]))
        self._end(chain, total[:real], cell[:real])
        self._below[chain] = total[real:]
        self._steps[chain] += 1

    def _end(self, chain: int, below: np.ndarray, cell: np.ndarray) -> None:
        """Lineages that reached real cells; under scheme "fixed" these are known by their number, and met again."""
        if self._way.policy != "fixed":
            self._founders[chain].append(below)
            return
        if len(self._kept[chain]) == 0:
            self._kept[chain] = np.zeros(int(self._way.kept), np.int64)
        np.add.at(self._kept[chain], cell, below)


def _sums(picked: np.ndarray, below: np.ndarray, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct cells that were picked, in order, and the final cells below each."""
    if cells <= SPREAD * len(picked):
        total = np.zeros(cells, np.int64)
        np.add.at(total, picked, below)
        cell = np.flatnonzero(total > 0)
        return cell, total[cell]
    cell, place = np.unique(picked, return_inverse=True)
    total = np.zeros(len(cell), np.int64)
    np.add.at(total, place, below)
    return cell, total
