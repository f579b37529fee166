r"""How far the source diverges from a model with kept real points: $E[(v_0+(\mu-\mu_0)^2)/v]$ and $E\log v$.

In units of the kept points, from their mean, the source has the variance $v_0=n/Q$ and the mean $p\sim N(0,v_0/n)$:
quotients need no unit, $E[(\mu'-p)^2/v']$. Rows of weights $1,v_0,p^2$ on functions even in the mean, and of $p$ on odd
ones, are carried from fit to fit. Given the model before, under the weight $e^{-sv'}$ the distance of the batch means
stays normal, and $1/v'$ is the integral of $e^{-sv'}$.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.fresh_chain import FORGOTTEN, SETTLED, STEP
from theory.laws.kept_chain import ONE, KeptChain
from theory.laws.mixed_batches import KeptBatches, one_fit

Rows = Float[np.ndarray, "4 N"]
ALONE, SOURCE, SQUARE, PLACE = range(4)  # rows: means over the chain of a function, of it times v_0, p^2 and p


@dataclass(frozen=True)
class KeptPrecision:
    """The quotients by the variance of a chain."""

    chain: KeptChain

    @cached_property
    def odd_operator(self) -> Float[np.ndarray, "N N"]:
        """One fit, as a matrix on values of functions that are odd in the mean."""
        n, N = self.chain.real, self.chain.size
        return one_fit(self.chain.grid, KeptBatches(n, N - n, N - 1 + self.chain.offset, float(n)), odd=True)

    @cached_property
    def source(self) -> Rows:
        """Weights of the source: its variance and mean in units of the kept points are the places of the chain's."""
        v, p, rows = self.chain.source
        return rows[ONE] * np.stack([np.ones_like(v), v, p**2, p])

    @cached_property
    def stationary(self) -> Rows:
        """In the end: the chain is independent of where the source is."""
        law = self.chain.stationary[ONE] / self.chain.stationary[ONE].sum()
        totals = self.source.sum(1)
        totals[PLACE] = 0.0
        return totals[:, None] * law

    @cached_property
    def _rows(self) -> list[Rows]:
        v, p, _ = self.chain.source
        return [np.stack([self.chain.grid.reading(v, p, row, odd=k == PLACE) for k, row in enumerate(self.source)])]

    def before(self, t: float) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"], Rows]:
        """Variance, mean and weights of the model that drew the synthetic points of fit t >= 1."""
        grid = self.chain.grid
        if t == 1:
            v, p, _ = self.chain.source
            return v, p, self.source
        if t > FORGOTTEN * self.chain.size / self.chain.real:
            return grid.variance, grid.mean, self.stationary
        rows = self._rows
        while len(rows) < t and (len(rows) == 1 or np.abs(rows[-1] - rows[-2]).sum() > SETTLED):
            even, odd = rows[-1][:PLACE] @ self.chain.operator, rows[-1][PLACE] @ self.odd_operator
            even *= (self.source[:PLACE].sum(1) / even.sum(1))[:, None]  # rounding would add up
            rows.append(np.vstack([even, odd]))
        return grid.variance, grid.mean, rows[min(int(t), len(rows)) - 1]

    def quotients(self, t: float) -> Float[np.ndarray, " 2"]:
        """E v_0/v_t and E (mu_t - mu_0)^2/v_t after fit t >= 1."""
        v, mean, rows = self.before(t)
        inverse, first, second = self._after(v, mean) if t == 1 else self._from_grid
        apart = rows[ALONE] @ second - 2 * rows[PLACE] @ first + rows[SQUARE] @ inverse
        return np.array([rows[SOURCE] @ inverse, apart])

    @cached_property
    def _from_grid(self) -> Float[np.ndarray, "3 N"]:
        return self._after(self.chain.grid.variance, self.chain.grid.mean)

    def _after(self, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " N"]) -> Float[np.ndarray, "3 N"]:
        """E 1/v', E mu'/v' and E mu'^2/v' given the models before."""
        n, N = self.chain.real, self.chain.size
        m, total = N - n, np.zeros((3, len(v)))
        for x in self.chain.x:
            s = np.exp(x) / (N - 1 + self.chain.offset)
            wide = 1 + 2 * s * n * v / N
            squares = 2 * s * n + (m - 1) * np.log1p(2 * s * v) + np.log(wide)
            felt = np.exp(x - squares / 2 - s * (n * m / N) * mean**2 / wide)
            centre = m / N * mean / wide
            total += felt * np.stack([np.ones_like(v), centre, centre**2 + m / N**2 * v / wide])
        return STEP * total


def divergence_from_source(chain: KeptChain, t: float) -> float:
    """E[v_0/v - 1 + d^2/v + log v/v_0]/2 after fit t >= 1, d the error of the mean."""
    return float(kept_precision(chain).quotients(t).sum() - 1 + chain.mean_log(t)) / 2


@lru_cache(maxsize=2)
def kept_precision(chain: KeptChain) -> KeptPrecision:
    """The same object for the same numbers: its matrix is made once."""
    return KeptPrecision(chain)
