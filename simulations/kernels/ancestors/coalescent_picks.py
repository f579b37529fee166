"""Of all the parents that lineages choose through many generations, only those that matter are drawn.

Lineages carry labels 0 ... D-1. Going back one generation, each in turn picks a number u uniform below M, the cells of
the generation before. It joins label u where u is smaller than its own and belongs to a lineage that has not itself
joined another; else it has a cell to itself. As many numbers as there are cells taken so far, and no more, make it
join: this is the law of choosing cells. A pick at or above D - 1 means nothing, so that only the few picks below are
drawn, by the gaps between them, over all lineages and generations of a block in one go.

Which picks take effect follows from their order alone: one does where neither of its two labels has gone before.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

SHORT = 300
"""Fewer picks than this are taken one after the other in Python."""

LEAST_STAKE = 1e-300
"""Stands for a probability of 0 where a gap is divided by it."""


class Places(NamedTuple):
    """What lineages meet in each generation of a block, going back; one entry stands for all where they agree.

    `cells` that a lineage may pick, `real` ones among them, which come first, and the `share` of lineages that are real
    themselves, before they pick.
    """

    generations: int
    cells: Int64[np.ndarray, "_"]
    real: Int64[np.ndarray, "_"]
    share: Float64[np.ndarray, "_"]

    def stake(self, lineages: int) -> float:
        """A bound of the probability that a pick matters."""
        return float((self.share + (1.0 - self.share) * ((self.real + lineages - 1) / self.cells)).max())


class Picks(NamedTuple):
    """Picks that may take effect, in their order: chain, generation within the block, label, label picked, cell picked.

    Labels of a chain start where those of the chain before end. A pick with `label == picked` ends the lineage: it is
    real itself, or it picked the real cell `cell`.
    """

    chain: Int64[np.ndarray, "E"]
    generation: Int64[np.ndarray, "E"]
    label: Int64[np.ndarray, "E"]
    picked: Int64[np.ndarray, "E"]
    cell: Int64[np.ndarray, "E"]


def picks(rngs: Sequence[np.random.Generator], lineages: Int64[np.ndarray, "C"], blocks: Sequence[Places]) -> Picks:
    """The picks of so many lineages in each of some chains, every chain through a block of its own."""
    stakes = np.array([block.stake(int(D)) for block, D in zip(blocks, lineages, strict=True)])
    slots = lineages * np.array([block.generations for block in blocks])
    numbers, slot, v = _marked(rngs, slots, stakes)
    chain = np.repeat(np.arange(len(rngs)), numbers)
    D = np.repeat(lineages, numbers)
    generation = ((slot + 0.5) * np.repeat(1.0 / lineages, numbers)).astype(np.int64)  # exact below 2^51
    label = slot - generation * D
    cells, real, share = _met(blocks, numbers, generation)
    v *= np.repeat(stakes, numbers)
    if share is not None:
        itself = v < share
        v -= share
        v /= np.where(share < 1.0, 1.0 - share, 1.0)
    u = (v * cells).astype(np.int64)
    picked = u if real is None else u - real
    ends = picked < 0
    if share is not None:
        ends |= itself
    matters = np.flatnonzero(ends | (picked < label))
    first = (np.cumsum(lineages) - lineages)[chain[matters]]
    label = label[matters]
    picked = np.where(ends[matters], label, picked[matters])
    return Picks(chain[matters], generation[matters], label + first, picked + first, u[matters])


def _met(blocks: Sequence[Places], numbers: np.ndarray, generation: np.ndarray):
    """Cells, real ones and shares at each mark; None where there is nothing real in any chain."""
    spans = np.array([len(block.cells) for block in blocks])
    entry = np.repeat(np.cumsum(spans) - spans, numbers)
    if (spans > 1).any():
        entry += np.where(np.repeat(spans > 1, numbers), generation, 0)
    cells, real, share = (np.concatenate(fields) for fields in list(zip(*blocks, strict=True))[1:])
    return cells[entry], real[entry] if real.any() else None, share[entry] if share.any() else None


def _marked(
    rngs: Sequence[np.random.Generator], slots: np.ndarray, stakes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of so many slots of every chain those that are marked, each by itself with the chain's probability below 1.

    How many there are in each chain, which they are, in order, and a uniform number for each.
    """
    means = slots * stakes
    amounts = (means + 4.0 * np.sqrt(means)).astype(np.int64) + 8
    ends = np.cumsum(amounts)
    gaps, uniform = np.empty(ends[-1]), np.empty(ends[-1])
    for rng, start, end in zip(rngs, ends - amounts, ends, strict=True):
        rng.standard_exponential(out=gaps[start:end])
        rng.random(out=uniform[start:end])
    scale = -1.0 / np.log1p(-np.maximum(stakes, LEAST_STAKE))
    gaps *= np.repeat(scale, amounts)
    np.minimum(gaps, np.repeat(slots, amounts), out=gaps)
    place = np.cumsum(gaps.astype(np.int64) + 1)
    place -= np.repeat(np.append(0, place[ends[:-1] - 1]), amounts) + 1
    if (place[ends - 1] < slots).any():
        return _prolonged(rngs, slots, scale, np.split(place, ends[:-1]), np.split(uniform, ends[:-1]))
    marked = place < np.repeat(slots, amounts)
    kept = np.flatnonzero(marked)
    return np.add.reduceat(marked, ends - amounts, dtype=np.int64), place[kept], uniform[kept]


def _prolonged(rngs, slots, scale, places, uniforms):
    """As `_marked`, for the rare case that gaps are too few in some chain."""
    for c, rng in enumerate(rngs):
        while places[c][-1] < slots[c]:
            gaps = np.minimum(rng.standard_exponential(64) * scale[c], slots[c])
            places[c] = np.append(places[c], places[c][-1] + np.cumsum(gaps.astype(np.int64) + 1))
            uniforms[c] = np.append(uniforms[c], rng.random(64))
    numbers = np.array([np.searchsorted(place, n) for place, n in zip(places, slots, strict=True)])
    kept = [np.concatenate([all_[:n] for all_, n in zip(of, numbers, strict=True)]) for of in (places, uniforms)]
    return numbers, kept[0], kept[1]


def in_effect(label: Int64[np.ndarray, "E"], picked: Int64[np.ndarray, "E"], size: int) -> Int64[np.ndarray, "n"]:
    """The picks that take effect, by their places: those neither of whose labels is that of an earlier one in effect.

    In rounds: a pick certainly counts where no open pick before it has one of its labels; what such a pick makes
    impossible is dropped.
    """
    never = len(label)
    active = np.arange(never)
    gone, first = np.full(size, never), np.full(size, never)
    rounds = []
    while len(active) > SHORT:
        mine, other = label[active], picked[active]
        first[mine[::-1]] = active[::-1]
        certain = (first[mine] == active) & (first[other] >= active)
        first[mine] = never
        counting, rest = active[np.flatnonzero(certain)], active[np.flatnonzero(~certain)]
        gone[label[counting]] = counting
        rounds.append(counting)
        active = rest[np.flatnonzero((gone[label[rest]] > rest) & (gone[picked[rest]] > rest))]
    dead, last = set(), []
    for place, mine, other in zip(active.tolist(), label[active].tolist(), picked[active].tolist(), strict=True):
        if mine not in dead and other not in dead:
            dead.add(mine)
            last.append(place)
    return np.sort(np.concatenate([*rounds, np.array(last, np.int64)])) if rounds else np.array(last, np.int64)
