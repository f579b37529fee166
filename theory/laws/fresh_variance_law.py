r"""The distribution of the variance in a single chain that sees fresh real points: its function, density, quantiles.

$P(v_t\le x)$ is the mean, over the law of the model before, of the chance given that model, which is found once for a
level and serves all t. In units of the source; absolute errors are some 1e-10.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.early_chain import fits_of, resolved_at
from theory.laws.fresh_chain import FreshChain
from theory.laws.last_variance import after_the_fit

CLOSE = 1e-12  # of log x, where a quantile counts as found
MOST = 60


@dataclass(frozen=True)
class FreshVarianceLaw:
    """The law of the variances of a chain."""

    chain: FreshChain

    def both(self, t: float, x: float) -> tuple[float, float]:
        """P(v_t <= x) and the density at x > 0, t >= 1, inf among them."""
        if t == 1:
            return law_of_first_fit(self.chain.size, self.chain.size - 1 + self.chain.offset, x)
        resolved = resolved_at(self.chain, t)
        if not resolved.grid.lowest < math.log(x) < resolved.grid.highest:
            return float(math.log(x) > 0), 0.0
        chance, slope = _values(resolved, x) @ resolved.weights(t - 1)
        return min(1.0, max(0.0, float(chance))), max(0.0, float(slope))

    def quantile(self, t: float, q: float) -> float:
        """log x with P(v_t <= x) = q."""
        start = self.chain.mean_log(t) + math.sqrt(self.chain.log_variance(t)) * float(special.ndtri(q))
        return level_of(q, start, lambda place: self.both(t, math.exp(place)))


def level_of(q: float, start: float, both: Callable[[float], tuple[float, float]]) -> float:
    """Where a distribution function of log x is q, given it and the density of x, by Newton's steps in a bracket."""
    low, high, place = -math.inf, math.inf, start
    for _ in range(MOST):
        chance, slope = both(place)
        low, high = (place, high) if chance < q else (low, place)
        step = (q - chance) / (slope * math.exp(place)) if slope > 0 else math.inf
        step = math.copysign(min(abs(step), 1.0), q - chance)
        there = place + step
        if not low < there < high:
            there = (low + high) / 2
        if abs(there - place) < CLOSE:
            return there
        place = there
    return place


def law_of_first_fit(size: int, divisor: float, x: float) -> tuple[float, float]:
    """P(v_1 <= x) and the density at x."""
    a, squares = (size - 1) / 2, divisor * x / 2
    log = a * math.log(squares) - squares - math.lgamma(a)
    return float(special.gammainc(a, squares)), math.exp(log) / x


@lru_cache(maxsize=16)
def _values(chain: FreshChain, x: float) -> Float[np.ndarray, "2 N"]:
    return after_the_fit(chain.grid, fits_of(chain), x)
