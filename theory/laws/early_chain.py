r"""The law of a Gaussian chain after few fits with fresh real points, which is narrower than the stationary one.

What is steep in the model before asks a law for more coefficients while it is narrow. Few fits need no matrix: the row
of weights on a finer grid is carried through them one by one.
"""

import dataclasses
import math
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.edged_grid import EdgedGrid
from theory.laws.fresh_chain import FreshChain
from theory.laws.mixed_batches import FreshBatches, carried

SETTLING = 0.1  # (1 - share)^2t, how far the squared width of the law after t fits still is from the last one's
RESOLVED = 5.5  # polynomials times the width of log v_t, or of the mean, over half the range of the grid
FINER = 2.3, 1.6  # points for log v and for the mean to one of the grid that serves late laws


class EarlyChain(FreshChain):
    """The same chain on a finer grid, its weights without a matrix."""

    @cached_property
    def grid(self) -> EdgedGrid:
        """The same ranges, resolved for narrow laws."""
        late = FreshChain(self.size, self.parts, self.offset).grid
        variances, means = (
            round(more * count) for more, count in zip(FINER, (late.variances, late.means), strict=True)
        )
        return dataclasses.replace(late, variances=variances, means=means)

    @property
    def fits(self) -> list[tuple[float, FreshBatches]]:
        """What a fit may be, with its chance."""
        return fits_of(self)

    def weights(self, fits: float) -> Float[np.ndarray, " N"]:
        """Of the model after so many fits, carried from those before."""
        rows = self._rows
        while len(rows) <= fits:
            parts = [chance * carried(self.grid, fit, rows[-1]) for chance, fit in self.fits]
            rows.append(np.sum(parts, axis=0) / np.sum(parts))
        return rows[int(fits)]


def fits_of(chain: FreshChain) -> list[tuple[float, FreshBatches]]:
    """The numbers of real points that a fit may have, with their chances."""
    divisor = chain.size - 1 + chain.offset
    return [(chance, FreshBatches(real, chain.size - real, divisor)) for chance, real in chain.parts]


def resolved_at(chain: FreshChain, t: float) -> FreshChain:
    """The chain on a grid that resolves its law before fit t."""
    kept = (1 - chain.expected / chain.size) ** 2
    if kept**t < SETTLING:
        return chain
    grid, width = chain.grid, math.sqrt((1 - kept**t) / (1 - kept) / chain.size)  # of the mean
    of_variance = 2 * grid.variances * math.sqrt(2) * width / (grid.highest - grid.lowest)
    of_mean = 2 * grid.means * math.asinh(width / grid.scale) / math.asinh(grid.reach / grid.scale)
    return chain if min(of_variance, of_mean) > RESOLVED else _early(chain)


@lru_cache(maxsize=6)
def _early(chain: FreshChain) -> EarlyChain:
    return EarlyChain(chain.size, chain.parts, chain.offset)
