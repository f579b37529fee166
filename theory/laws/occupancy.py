r"""Balls thrown into boxes: the law of how many boxes are hit, and what many rounds of throwing do.

Throw n balls into M boxes, one after another. From j boxes hit the next ball hits an old one with probability
$j/M$, a new one with $1-j/M$; with $T_{nj}$ the probability that n balls hit j boxes,
$$T_{nj} = \tfrac jM\,T_{n-1,j} + \bigl(1-\tfrac{j-1}M\bigr)T_{n-1,j-1} = S(n,j)\,M^{\underline j}\,M^{-n}.$$
These are the ancestors of n tokens in a text of M: tokens drawn from the same place share a parent.
"""

import numpy as np
from jaxtyping import Float


def occupancy_matrix(size: int, M: int) -> Float[np.ndarray, "n j"]:
    """T[n-1, j-1] = P(n balls hit j of M boxes), n, j = 1 … size; 0 for j > M.

    Sums of positive terms: the relative error is about n ulp.
    """
    T = np.zeros((size, size))
    T[0, 0] = 1.0
    j = np.arange(1.0, size + 1.0)
    stay, climb = j / M, 1.0 - (j - 1.0) / M
    for n in range(1, size):
        T[n] = T[n - 1] * stay
        T[n, 1:] += T[n - 1, :-1] * climb[1:]
    return T


def survival_of_all(size: int, M: int) -> Float[np.ndarray, " n"]:
    """T_nn - 1 = prod_{i<n} (1-i/M) - 1, accurate near 0: minus the chance that n balls do not hit n boxes."""
    with np.errstate(divide="ignore"):
        return np.expm1(np.cumsum(np.log1p(-np.minimum(np.arange(size) / M, 1.0))))


class OccupancyPowers:
    r"""Many rounds at once: a law of n is carried over g rounds in about log2 g products of a vector with a
    stored matrix.

    What is stored and squared is $E = T^g - I$, because $(I+E)^2 - I = 2E + E^2$ keeps the small chances of
    the first rounds to full relative accuracy; squaring T itself would lose g ulp.
    """

    def __init__(self, size: int, M: int) -> None:
        departure = occupancy_matrix(size, M)
        np.fill_diagonal(departure, survival_of_all(size, M))
        self.departures = [departure]

    @property
    def size(self) -> int:
        """The largest number of balls."""
        return len(self.departures[0])

    def advance(self, law: Float[np.ndarray, " n"], rounds: int) -> Float[np.ndarray, " n"]:
        """The law of the number left after ``rounds`` rounds, from a law on 1 … size."""
        for bit in range(rounds.bit_length()):
            if len(self.departures) == bit:
                last = self.departures[-1]
                self.departures.append(2.0 * last + last @ last)
            if rounds >> bit & 1:
                law = law + law @ self.departures[bit]
        return law
