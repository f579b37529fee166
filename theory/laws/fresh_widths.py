r"""How the errors of mean and standard deviation of a chain with fresh real points vary together, at every t.

The law of $(\mu_t,v_t)$ is a row of chances on a grid of $\log v$ and $|\mu|$, carried from fit to fit by the density
of a fit. All that is read off it are means of $e^2=(\sqrt v-1)^2$ and deviations, never differences of large terms.
In units of the source, the mean from its mean.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.fresh_chain import COINS, FORGOTTEN, SETTLED, binomial_nodes
from theory.laws.fresh_first_passage import FreshPassage
from theory.laws.mixed_batches import log_chi_square_nodes

RARE, LOW = 1e-14, 1e-13  # chances of models beyond the grid


@dataclass(frozen=True)
class FreshWidths:
    """Fits to ``size`` points; ``parts`` are chances of numbers of real ones; L = size - 1 + ``offset``."""

    size: int
    parts: tuple[tuple[float, float], ...]
    offset: float

    @cached_property
    def chain(self) -> FreshPassage:
        """The chain above a level that none reaches."""
        real = sum(chance * real for chance, real in self.parts)
        slowly = math.log(real / special.gammainccinv(real + 1, LOW))
        first = math.log(2 * special.gammaincinv((self.size - 1) / 2, LOW) / (self.size - 1 + self.offset))
        return FreshPassage(self.size, self.parts, self.offset, min(slowly, first) - 0.3, RARE)

    @property
    def count(self) -> int:
        """How many points the grid has."""
        return math.prod(self.chain.counts)

    @cached_property
    def _rows(self) -> list[Float[np.ndarray, " N"]]:
        return [self.chain.first]

    @cached_property
    def stationary(self) -> Float[np.ndarray, " N"]:
        """The row that a fit leaves as it is, of sum 1."""
        likely = int(np.argmax(self.chain.first))
        system = np.eye(len(self.chain.first)) - self.chain.fit[0].T
        system[likely] = 1.0
        return np.linalg.solve(system, np.eye(len(system))[likely])

    def law(self, t: float) -> Float[np.ndarray, " N"]:
        """Chances of the points after t >= 1 fits, inf among them."""
        if t > FORGOTTEN * self.size / self.chain.real:
            return self.stationary
        rows = self._rows
        while len(rows) < t and (len(rows) == 1 or np.abs(rows[-1] - rows[-2]).sum() > SETTLED):
            row = rows[-1] @ self.chain.fit[0]
            rows.append(row / row.sum())
        return rows[min(int(t), len(rows)) - 1]

    def spread(self, t: float, error: float) -> tuple[float, float, float]:
        """E e^2, its variance and its covariance with d^2 of the mean ``error``, d that of the mean, t >= 1."""
        if t == 1:
            squares, chances = log_chi_square_nodes(self.size - 1)
            apart = np.expm1((squares - math.log(self.size - 1 + self.offset)) / 2) ** 2
            expected = float(chances @ apart)
            return expected, float(chances @ (apart - expected) ** 2), 0.0
        (place, _), (mean, _) = self.chain.above, self.chain.means
        law = self.law(t).reshape(len(place), len(mean))
        apart = np.expm1(place / 2) ** 2
        expected = float(law.sum(axis=1) @ apart)
        together = (apart - expected) @ law
        return expected, float(law.sum(axis=1) @ (apart - expected) ** 2), float(together @ (mean**2 - error))


@lru_cache(maxsize=4)
def widths_stratified(size: int, real: int, offset: float) -> FreshWidths:
    """Exactly so many fresh real points in every fit from the second on."""
    return FreshWidths(size, ((1.0, real),), offset)


@lru_cache(maxsize=4)
def widths_by_coins(size: int, share: float, offset: float) -> FreshWidths:
    """Each point real with this chance."""
    return FreshWidths(size, binomial_nodes(size, share, COINS), offset)
