r"""The mean variance of one of two components whose labels cannot be mistaken, 0 where it is dead.

With n of M points a fit by maximum likelihood keeps 1 - 1/n of the variance of a component and adds 1/n of it to the
squared distance of both means. The last single point of the one that dies goes to the other: of M points it has then
one that lies far away. So the mean is linear in the variances of both and in the squared distance, with coefficients
that depend on the count and on the fits to come.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy import special


class Parts(NamedTuple):
    """Coefficients of the variance of the component, of that of the other, and of the squared distance of means."""

    own: Float[np.ndarray, " n"]
    other: Float[np.ndarray, " n"]
    apart: Float[np.ndarray, " n"]


def component_variance(
    M: int, weight: float, own: float, other: float, apart: float, t: Int[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """E of v_t for the component of this weight, from its variance, the other's, and the squared distance of means.

    M >= 4 points; t fits take t products of vectors with a matrix of M - 3 rows.
    """
    counts = np.arange(2.0, M - 1.0)
    step, first = binomial_weights(M, counts / M), binomial_weights(M, np.array([weight]))
    values, source = np.full(t.shape, float(own)), (own, other, apart)
    last = int(t.max(initial=0))
    wanted: dict[int, list[int]] = {}
    for place, fits in enumerate(t):
        wanted.setdefault(int(fits), []).append(place)
    parts, alone = Parts(np.ones(M - 3), np.zeros(M - 3), np.zeros(M - 3)), 1.0
    for fits in range(1, last + 1):
        if fits in wanted:
            found = one_fit_before(M, first, counts, parts, alone)
            values[wanted[fits]] = sum(float(part[0]) * moment for part, moment in zip(found, source, strict=True))
        parts, alone = one_fit_before(M, step, counts, parts, alone), alone * (1.0 - 1.0 / M)
    return values


def one_fit_before(
    M: int, chances: Float[np.ndarray, "S n"], counts: Float[np.ndarray, " n"], after: Parts, alone: float
) -> Parts:
    """The coefficients before a fit from those after it: ``chances`` of 2 ... M - 2 points, then of M - 1 and of M.

    ``alone`` is what is kept in the end of the variance that a component has as the only one.
    """
    both, swallowing, all_points = chances[:, :-2], chances[:, -2], chances[:, -1]
    swallowed = alone * (M - 1.0) / M**2 * swallowing
    own = both @ ((1.0 - 1.0 / counts) * after.own + after.apart / counts)
    own = own + alone * (1.0 - 1.0 / M) ** 2 * swallowing + alone * (1.0 - 1.0 / M) * all_points
    other = both @ ((1.0 - 1.0 / (M - counts)) * after.other + after.apart / (M - counts)) + swallowed
    return Parts(own, other, both @ after.apart + swallowed)


def binomial_weights(M: int, share: Float[np.ndarray, " S"]) -> Float[np.ndarray, "S n"]:
    """The chances of 2 ... M points of M, each with this chance (0 < share < 1)."""
    k = np.arange(2.0, M + 1.0)
    log_ways = special.gammaln(M + 1.0) - special.gammaln(k + 1.0) - special.gammaln(M - k + 1.0)
    return np.exp(log_ways + special.xlogy(k, share[:, None]) + special.xlog1py(M - k, -share[:, None]))
