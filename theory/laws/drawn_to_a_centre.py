r"""A Gaussian that is drawn towards a centre in every fit: its mean variance, and how far it has come, by one operator.

Draws of a model $N(\mu,v)$ tilted by $e^{-\beta(x-c)^2/2}$ are normal with variance $w=\frac v{1+\beta v}$ and a mean
whose distance from $c$ is $\frac1{1+\beta v}$ of that of $\mu$. So a fit leads from $v$ to $wS$, $S=\chi^2_{M-1}/L$;
the distance from c, given the variances, is $(1-g)(\mu_0-c)+\varepsilon$ with
$$g'=\frac{g+\beta v}{1+\beta v},\qquad E\varepsilon'^2=\frac{E\varepsilon^2}{(1+\beta v)^2}+\frac wM.$$
The density of $\log v$ is kept on a grid, beside it the same with $g$, $g^2$ and $E\varepsilon^2$ for weights: the
trapezoidal rule converges faster than any power of its step, and all terms are positive.
"""

import bisect
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import sparse, special

from theory.laws.chi_square import exponential_remainder
from theory.laws.first_passage import log_peak

FINEST, PART = 0.2, 0.45  # the step: at most so wide, and at most so much of the deviation of the logarithm of a fit
SPREAD, TAIL = 9.0, 42.0  # deviations, and logarithm of a density, beyond which nothing is kept


class Drawn(NamedTuple):
    """After a fit: E v and E epsilon^2 in units of v_0, E g and E g^2."""

    variance: float
    way: float
    way_squared: float
    noise: float


@dataclass(frozen=True)
class DrawnToACentre:
    """M >= 2 points, the offset of the divisor, beta v_0 > 0, and whether the first fit sees real points."""

    M: int
    offset: float
    strength: float
    real: bool = True

    def fits(self, until: int) -> Iterator[Drawn]:
        """After 1, 2, ... fits, ``until`` at most."""
        beta, M = self.strength, self.M
        pulled, first = (0.0, 1.0) if self.real else (beta / (1 + beta), 1 / (1 + beta))
        state = np.array([1.0, pulled, pulled**2, first / M])
        yield Drawn(first * self.mean, *state[1:].tolist())
        if until < 2:
            return
        y, h = self._grid(until)
        v, pull = np.exp(y), 1 + beta * np.exp(y)
        kernel = self._kernel(y, y - np.log(pull), h)
        state = self._density(y - math.log(first))[:, None] * state
        for _ in range(until - 1):
            one, g, gg, noise = state.T
            x, w = beta * v, v / pull
            state = kernel @ np.stack(
                [one, (g + x * one) / pull, (gg + 2 * x * g + x**2 * one) / pull**2, noise / pull**2 + w / M * one],
                axis=1,
            )
            yield Drawn(float(h * v @ state[:, 0]), *(h * state[:, 1:].sum(axis=0)).tolist())

    @property
    def mean(self) -> float:
        """E S."""
        return (self.M - 1) / (self.M - 1 + self.offset)

    @property
    def _half(self) -> float:
        return (self.M - 1) / 2

    def _density(self, u: Float[np.ndarray, "*U"]) -> Float[np.ndarray, "*U"]:
        """Of log S, at u."""
        return np.exp(log_peak(self._half) - self._half * exponential_remainder(u - math.log(self.mean)))

    def _kernel(self, y: Float[np.ndarray, " Y"], drawn: Float[np.ndarray, " Y"], h: float) -> sparse.csr_array:
        """From logarithms of variances that are drawn to those of the next fit, near pairs alone."""
        sd = math.sqrt(float(special.polygamma(1, self._half)))
        below, above = SPREAD * sd + TAIL / self._half - math.log(self.mean), SPREAD * sd + math.log(self.mean)
        band = np.arange(math.ceil((below + above) / h) + 1)
        rows = np.searchsorted(y, drawn - below)[:, None] + band
        columns = np.broadcast_to(np.arange(len(y))[:, None], rows.shape)
        inside = rows < len(y)
        rows, columns = rows[inside], columns[inside]
        return sparse.csr_array((h * self._density(y[rows] - drawn[columns]), (rows, columns)), shape=(len(y),) * 2)

    def most_fits(self, most: int, work: float) -> int:
        """The fits that so much work, points of the grid times fits, leads to: at least one, ``most`` at most."""
        return bisect.bisect_right(range(1, most), work, key=lambda t: t * self._size(t + 1)) + 1

    def _size(self, fits: int) -> float:
        low, high, h = self._ends(fits)
        return (high - low) / h

    def _grid(self, fits: int) -> tuple[Float[np.ndarray, " Y"], float]:
        """Logarithms of v/v_0 that matter up to so many fits, and their step."""
        low, high, h = self._ends(fits)
        return low + h * np.arange(math.ceil((high - low) / h) + 1), h

    def _ends(self, fits: int) -> tuple[float, float, float]:
        """The least and the largest of them, and the step."""
        sd = math.sqrt(float(special.polygamma(1, self._half)))
        h = min(FINEST, PART * sd)
        divisor = math.log((self.M - 1 + self.offset) / 2)
        falls, rises = divisor - float(special.digamma(self._half)), float(special.digamma(self._half + 1)) - divisor
        wide = SPREAD * sd * math.sqrt(fits) + TAIL / self._half
        low = -wide - max(falls, 0.0) * fits - math.log1p(self.strength * fits)
        once = SPREAD * sd + max(rises, 0.0)
        high = min(wide + max(rises, 0.0) * fits, once + max(0.0, -math.log(self.strength)))
        return low, high, h
