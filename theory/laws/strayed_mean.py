r"""How far a mean strays that sees fresh real points: the next mean is normal given the model before.

$\mu'\sim N(b\mu,(n+mv)/N^2)$, $b=m/N$, in units of the source and from its mean, so that the chance is the mean of two
complementary error functions over the law of the model before.
"""

import dataclasses
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.early_chain import resolved_at
from theory.laws.fresh_chain import FreshChain
from theory.laws.mixed_batches import log_chi_square_nodes

FINER = 3  # means to one of the grid


def chance_of_straying(chain: FreshChain, t: float, level: float) -> float:
    """P(|mu_t - mu_0| > level), t >= 1, the level in standard deviations of the source."""
    if t == 1:
        return float(_given(chain, np.ones(1), np.zeros(1), level)[0])
    if t == 2:  # mean and variance of the first model are independent
        log_squares, chance = log_chi_square_nodes(chain.size - 1)
        v = np.exp(log_squares) / (chain.size - 1 + chain.offset)
        return float(chance @ _given(chain, v, np.zeros(1), level, 1 / chain.size))
    resolved = resolved_at(chain, t)
    return min(1.0, max(0.0, float(resolved.weights(t - 1) @ _from_grid(resolved, level))))


@lru_cache(maxsize=16)
def _from_grid(chain: FreshChain, level: float) -> Float[np.ndarray, " N"]:
    """Given the models of the grid, as their law sees it: steeper in the mean than the grid's polynomials."""
    finer = dataclasses.replace(chain.grid, means=FINER * chain.grid.means)
    values = _given(chain, finer.variance, finer.mean, level)
    return chain.grid.projected(values.reshape(finer.variances, finer.means), finer)


def _given(
    chain: FreshChain, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " *N"], level: float, unsure: float = 0.0
) -> Float[np.ndarray, " N"]:
    """Given the models before, the mean of which may have a variance."""
    total = np.zeros(len(v))
    for chance, real in chain.parts:
        drawn = chain.size - real
        centre = drawn / chain.size * mean
        width = np.sqrt(2 * (real + drawn * v + drawn**2 * unsure)) / chain.size
        both = special.erfc((level - centre) / width) + special.erfc((level + centre) / width)
        total += chance * both / 2
    return total
