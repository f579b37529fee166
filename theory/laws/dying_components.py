r"""How many of two components live, where labels cannot be mistaken and fewer than two points are no component.

The count of one is binomial with the share of the last fit, and 0 and M are for ever: a count of 1 is one of 0, and
one of M - 1 is one of M, as the other component dies.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int

from theory.laws.count_chain import count_chain


def components_alive(M: int, weight: float, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The mean number of components alive after t fits to M >= 4 points, of two with the weights w and 1 - w."""
    counts = count_chain(M).counts
    alive, values = (counts >= 2) * 1.0 + (counts <= M - 2), np.full(t.shape, 2.0)
    for place, law in _laws(M, weight, t):
        values[place] = float(law @ alive)
    return values


def component_dead(M: int, weight: float, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The chance that the component of weight w, of two, is dead after t fits to M >= 4 points."""
    counts, values = count_chain(M).counts, np.zeros(t.shape)
    for place, law in _laws(M, weight, t):
        values[place] = float(law[counts <= 1].sum())
    return values


def _laws(M: int, weight: float, t: Int[np.ndarray, " T"]) -> Iterator[tuple[int, Float[np.ndarray, " n"]]]:
    """The place of every t > 0, and weights of the counts of the component after so many fits."""
    chain = count_chain(M)
    law, step = (_with_deaths(rows, M, chain.counts) for rows in (chain.rows(np.array([M * weight])), chain.generation))
    done = 1
    for place in np.argsort(t):
        fits = int(t[place])
        if fits > 0:
            law, done = law @ np.linalg.matrix_power(step, fits - done), fits
            yield int(place), law[0]


def _with_deaths(rows: Float[np.ndarray, "S n"], M: int, counts: Float[np.ndarray, " n"]) -> Float[np.ndarray, "S n"]:
    """The same weights of counts where single points are moved to the other component."""
    rows = rows.copy()
    for single, whole in ((1, 0), (M - 1, M)):
        one, other = np.flatnonzero(counts == single), np.flatnonzero(counts == whole)
        rows[:, other] += rows[:, one]
        rows[:, one] = 0.0
    return rows
