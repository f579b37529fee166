"""Lineages through many generations at once: who joins whom, and which of them reach real cells."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from simulations.kernels.ancestors.coalescent_picks import Places, in_effect, picks


class Survivors(NamedTuple):
    """Final cells below each lineage that is left, and below each that ended; where those ended."""

    below: Int64[np.ndarray, "_"]
    ended: Int64[np.ndarray, "_"]
    generation: Int64[np.ndarray, "_"]
    cell: Int64[np.ndarray, "_"]


def traced(
    rngs: Sequence[np.random.Generator], below: Sequence[Int64[np.ndarray, "_"]], blocks: Sequence[Places]
) -> list[Survivors]:
    """The lineages of some chains, with so many final cells below each, taken back through a block of each chain.

    In every generation the cells that are not real must be at least as many as the lineages.
    """
    lineages = np.array([len(cells) for cells in below])
    found = picks(rngs, lineages, blocks)
    effect = in_effect(found.label, found.picked, int(lineages.sum()))
    chain, generation, label, picked, cell = (field[effect] for field in found)
    ends = label == picked
    end, joining = np.flatnonzero(ends), np.flatnonzero(~ends)
    total = _gathered(np.concatenate(below), label[joining], picked[joining])
    left = np.ones(len(total), bool)
    left[label] = False
    after = np.add.reduceat(left, np.cumsum(lineages) - lineages, dtype=np.int64)
    places = [np.cumsum(after)[:-1], np.searchsorted(chain[end], np.arange(1, len(rngs)))]
    parts = [np.split(total[np.flatnonzero(left)], places[0])]
    parts += [np.split(field, places[1]) for field in (total[label[end]], generation[end], cell[end])]
    return [Survivors(*fields) for fields in zip(*parts, strict=True)]


class Count(NamedTuple):
    """How many lineages are left, and where those that ended did."""

    left: int
    generation: Int64[np.ndarray, "_"]
    cell: Int64[np.ndarray, "_"]


def counted(rng: np.random.Generator, lineages: int, block: Places) -> Count:
    """As `traced` for one chain, in time and memory that grow with the joinings and ends alone."""
    found = picks([rng], np.array([lineages]), [block])
    labels, place = np.unique(np.concatenate([found.label, found.picked]), return_inverse=True)
    label, picked = np.split(place, 2)
    effect = in_effect(label, picked, len(labels))
    ends = effect[label[effect] == picked[effect]]
    return Count(lineages - len(effect), found.generation[ends], found.cell[ends])


def _gathered(below: np.ndarray, joining: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """Final cells below each label that joined no other, those of all that joined it included."""
    towards = np.arange(len(below))
    towards[joining] = joined
    while True:
        further = towards[joined]
        if np.array_equal(further, joined):
            break
        towards[joining] = joined = further
    np.add.at(below, joined, below[joining])
    return below
