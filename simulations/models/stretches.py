"""How a text's words keep company with themselves: the copies of each type that a stretch of neighbours holds.

A stretch from a uniformly random place of the ring holds a word of c copies c · length / M times on average, however
they lie; but a word whose copies lie together is there several times or not at all.
"""

from collections import Counter

import numpy as np
from jaxtyping import Int64

from simulations.models.corpus import Corpus

Profile = tuple[tuple[int, tuple[int, ...], int], ...]
"""(count in the text, windows that hold 1, 2, … copies, types alike): all that theory needs of where the words lie."""

COMMONEST = 64  # copies; the words beyond are in no danger


def window_profile(corpus: Corpus, length: int) -> Profile:
    """For every type of at most ``COMMONEST`` copies, how many of the M windows of so many tokens hold it how often."""
    counts = corpus.counts
    by_type = np.split(np.argsort(corpus.stream, kind="stable"), np.cumsum(counts)[:-1])
    rare = [places for places in by_type if places.size <= COMMONEST]
    found = Counter((places.size, windows_holding(places, corpus.size, length)) for places in rare)
    return tuple(sorted((count, windows, types) for (count, windows), types in found.items()))


def windows_holding(places: Int64[np.ndarray, " c"], size: int, length: int) -> tuple[int, ...]:
    """The number of windows on a ring that hold 1, 2, … of the given places; ``length`` is at most ``size``.

    A sweep over the starts of windows: place q enters at q - length + 1 and leaves at q + 1.
    """
    if length == size:
        return (*(0,) * (places.size - 1), size)
    enters, leaves = (places - length + 1) % size, (places + 1) % size
    starts = np.concatenate([[0], enters, leaves])
    change = np.concatenate([[np.sum(places < length)], enters > 0, -(leaves > 0).astype(np.int64)])
    order = np.argsort(starts, kind="stable")
    lasting = np.diff(np.append(starts[order], size))
    windows = np.bincount(np.cumsum(change[order])[lasting > 0], weights=lasting[lasting > 0])
    return tuple(windows[1:].astype(np.int64).tolist())
