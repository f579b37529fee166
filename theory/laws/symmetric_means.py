"""Arrays of means of products that are symmetric in some of their axes, as vectors of those means that differ."""

from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

Groups = tuple[tuple[int, ...], ...]  # for each array, how many axes may be exchanged, one group after the other
Shapes = tuple[tuple[int, ...], ...]
Arrays = tuple[Float[np.ndarray, "N *axes"], ...]
Places = list[Int[np.ndarray, " p"]]


def places(groups: Groups, shapes: Shapes, in_pairs: bool = False) -> tuple[Places, Places]:
    """For each array: places of the means that differ, and of all of them among these.

    ``in_pairs``: four axes of one group are exchanged within two pairs only, and the two pairs with each other.
    """
    first, everywhere = [], []
    for exchanged, shape in zip(groups, shapes, strict=True):
        axes = np.indices(shape).reshape(sum(exchanged), -1)
        ordered = np.concatenate([np.sort(part, axis=0) for part in np.split(axes, np.cumsum(exchanged)[:-1])])
        if in_pairs and exchanged == (4,):
            pairs = np.sort(axes.reshape(2, 2, -1), axis=1)
            ordered = np.sort(pairs[:, 0] * shape[0] + pairs[:, 1], axis=0)
        _, chosen, back = np.unique(ordered, axis=1, return_index=True, return_inverse=True)
        first.append(chosen)
        everywhere.append(back.reshape(-1))
    return first, everywhere


def flat(arrays: Arrays, first: Places) -> Float[np.ndarray, "N d"]:
    """The means that differ, one row for each of N sets of arrays."""
    return np.concatenate(
        [part.reshape(len(part), -1)[:, chosen] for part, chosen in zip(arrays, first, strict=True)], axis=1
    )


def folded(rows: Float[np.ndarray, "N d"], everywhere: Places, shapes: Shapes) -> Arrays:
    """The arrays from their means that differ."""
    ends = np.cumsum([0, *(int(back.max()) + 1 for back in everywhere)])
    return tuple(
        rows[:, start:end][:, back].reshape(len(rows), *shape)
        for (start, end), back, shape in zip(pairwise(ends), everywhere, shapes, strict=True)
    )
