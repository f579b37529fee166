r"""How far the source diverges from a model that sees fresh real points: $E[(v_0+(\mu-\mu_0)^2)/v]$ and $E\log v$.

$E[1/v]=\int E e^{-sv}ds$, and under the weight $e^{-sv}$ the distance $z$ of the batch means stays normal, its mean and
variance divided by $1+2sc$, so that $E[(\mu-\mu_0)^2e^{-sv}]$ is in closed form too, given the model before. In units
of the source.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.fresh_chain import STEP, FreshChain


def divergence_from_source(chain: FreshChain, t: float) -> float:
    """E[1/v - 1 + d^2/v + log v]/2 after fit t >= 1, d the error of the mean."""
    return (_quotients(chain, t)[1] - 1 + chain.mean_log(t)) / 2


def mean_precision(chain: FreshChain, t: float) -> float:
    """E[1/v] after fit t >= 1."""
    return _quotients(chain, t)[0]


def _quotients(chain: FreshChain, t: float) -> tuple[float, float]:
    v, mean, weight = chain.before(t)
    alone, both = (_after(chain, v, mean) if t == 1 else _from_grid(chain)) @ weight
    return float(alone), float(both)


@lru_cache(maxsize=6)
def _from_grid(chain: FreshChain) -> Float[np.ndarray, "2 N"]:
    return _after(chain, chain.grid.variance, chain.grid.mean)


def _after(chain: FreshChain, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " N"]) -> Float[np.ndarray, "2 N"]:
    """E 1/v' and E (1 + d^2)/v', given the models before."""
    total = np.zeros((2, len(v)))
    for chance, real in chain.parts:
        felt = np.exp(chain.x[:, None] + chain.exponents(real, v, mean))
        total[0] += chance * felt.sum(0)
        total[1] += chance * (felt * (1 + squared_error(chain, real, v, mean))).sum(0)
    return STEP * total


def squared_error(
    chain: FreshChain, real: float, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " N"]
) -> Float[np.ndarray, "S N"]:
    """E d^2 exp(-s v') over E exp(-s v') at every s, given the models before."""
    n, N = real, chain.size
    m, s = N - n, np.exp(chain.x)[:, None] / (N - 1 + chain.offset)
    between = 2 * s * (m + n * v) / N
    slope = (v - 1) * n * m / N / (m + n * v)  # of the next mean in the distance
    centre = m / N * mean - slope * mean * between / (1 + between)
    left = (v - 1) ** 2 * n * m / N**2 / (m + n * v) / (1 + between)
    return centre**2 + left + v / (m + n * v)
