r"""The number of boxes that balls hit: n balls, each into one of M boxes, drawn without throwing where they are many.

Boxes with independent Poisson numbers of balls, mean $\lambda = n/M$, that happen to hold n in all, hold them as if
they had been thrown. The boxes hit are then Binomial(M, $1 - e^{-\lambda}$), and given that there are j the total S_j
is a sum of j Poisson numbers that are not 0:
$$P(j) \propto \mathrm{Bin}(j; M, 1-e^{-\lambda})\,P(S_j = n).$$
A binomial j is accepted with probability $P(S_j = n) / c$, where $c \ge P(S_j = n)$ for all j that occur. Both come
from the Fourier integral of the law of S_j; see `ExactTotal`. Few balls are thrown one by one, and of many that seldom
meet only the meetings are drawn.
"""

import math

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.special import zeta

from simulations.kernels.ancestors.coalescent_block import counted
from simulations.kernels.ancestors.coalescent_picks import Places
from simulations.kernels.kernel import EngineFault

FEW = 2**14
"""So many balls are thrown one by one, or all their meetings drawn."""

MEETINGS = 500
"""Where fewer balls than this are expected to meet an earlier one, the meetings are drawn."""

SPARSE = 0.2
"""Balls for each box up to which meetings are drawn."""

ORDERS = 16
"""Cumulants in the logarithm of a characteristic function."""

NODES = 49
"""Points of a Fourier integral, the first at 0."""

REACH = 9.5
"""Standard deviations, in the place and in the frequency, beyond which a law counts as 0: e^-45."""


def occupied(rng: np.random.Generator, balls: int, boxes: int) -> int:
    """Boxes hit by so many balls, exact up to the rounding of float64; both numbers may reach 1e15."""
    if balls <= 1 or boxes <= 1:
        return min(balls, boxes)
    if balls <= SPARSE * boxes and (balls <= FEW or 0.5 * balls * (balls / boxes) < MEETINGS):
        none = np.zeros(1)
        return counted(rng, balls, Places(1, np.array([boxes]), none.astype(np.int64), none)).left
    if boxes * math.exp(-balls / boxes) < 1e-30:
        return boxes
    if balls <= FEW:
        return _thrown(rng, balls, boxes)
    return _accepted(rng, balls, boxes)


def _thrown(rng: np.random.Generator, balls: int, boxes: int) -> int:
    hit = rng.integers(0, boxes, balls)
    full = np.zeros(boxes, bool)
    full[hit] = True
    return int(np.count_nonzero(full))


def _accepted(rng: np.random.Generator, balls: int, boxes: int) -> int:
    mean = balls / boxes
    law = ExactTotal(mean, balls, boxes)
    tries = int(3.0 / law.acceptance) + 4
    while True:
        if mean < 1.0:
            hit = rng.binomial(boxes, -math.expm1(-mean), tries)
        else:
            hit = boxes - rng.binomial(boxes, math.exp(-mean), tries)
        good = law.accepts(hit, rng.random(tries))
        if good.any():
            return int(hit[np.argmax(good)])


class ExactTotal:
    r"""$P(S_j = n)$ for sums of j Poisson numbers of mean $\lambda$ that are not 0, relative to a bound over j.

    With $K(s)$ the cumulants' series about the mean, $P = \pi^{-1}\int_0^\pi \Re e^{jK(i\theta) - i\theta(n-j\mu)}$;
    the trapezoidal rule at 49 points up to 9.5 / s.d. leaves less than e^-45, as the law has no mass 20 s.d. away, and
    the series' remainder is smaller still where the s.d. is at least 20. Without the phase the integral bounds P.
    """

    def __init__(self, mean: float, balls: int, boxes: int):
        kappa = cumulants(mean)
        middle = -boxes * math.expm1(-mean)
        spread = math.sqrt(boxes * math.exp(-mean) * -math.expm1(-mean))
        self._balls, self._excess = balls, kappa[0] - 1.0
        self._deviation = math.sqrt(middle * kappa[1])
        theta = np.linspace(0.0, REACH / self._deviation, NODES)
        power = np.cumprod(np.broadcast_to(theta[:, None], (NODES, ORDERS)), axis=1)
        power /= np.cumprod(np.arange(1.0, ORDERS + 1.0))
        sign = np.array([0.0, -1.0, 0.0, 1.0] * (ORDERS // 4))  # real and imaginary parts of i^k, k = 1, 2, ...
        self._theta, self._real = theta, power @ (kappa * sign)
        self._imaginary = power[:, 2:] @ (kappa * np.roll(sign, 1))[2:]
        self._weight = np.full(NODES, theta[1] / math.pi)
        self._weight[0] *= 0.5
        self._bound = float(self._weight @ np.exp((middle - 12.0 * spread - 1.0) * self._real)) * (1.0 + 1e-12)

    @property
    def acceptance(self) -> float:
        """The share of binomial proposals that pass, about."""
        return min(1.0, self._deviation / math.sqrt(self._balls))

    def relative(self, hit: Int64[np.ndarray, "n"]) -> Float64[np.ndarray, "n"]:
        """P(S_j = n) over the bound."""
        j = hit.astype(np.float64)
        beyond = (self._balls - hit) - j * self._excess
        value = np.zeros(len(hit))
        near = np.flatnonzero(np.abs(beyond) < REACH * self._deviation)
        j, beyond = j[near, None], beyond[near, None]
        value[near] = (np.exp(j * self._real) * np.cos(j * self._imaginary - beyond * self._theta)) @ self._weight
        return value / self._bound

    def accepts(self, hit: Int64[np.ndarray, "n"], uniform: Float64[np.ndarray, "n"]) -> Bool[np.ndarray, "n"]:
        """Which proposals pass.

        Raises EngineFault where a probability exceeds its bound.
        """
        relative = self.relative(hit)
        if (relative > 1.0).any():
            raise EngineFault(f"{self._balls} balls: the law of boxes hit exceeds its bound")
        return uniform < relative


def cumulants(mean: float) -> Float64[np.ndarray, "16"]:
    r"""Cumulants of a Poisson number that is not 0, orders 1 ... 16: $(x\,d/dx)^{k-1}\,x/(1-e^{-x})$ at x = mean.

    Below 1 term by term from the Bernoulli numbers' series, above from $x + \sum_m x e^{-mx}$: neither cancels.
    """
    if mean < 1.0:
        k = np.arange(2.0, 61.0, 2.0)
        series = -2.0 * zeta(k) * np.cos(0.5 * np.pi * k) * (mean / (2.0 * np.pi)) ** k
        orders = np.arange(ORDERS)[:, None]
        return (orders == 0)[:, 0] + 0.5 * mean + (k**orders) @ series
    m = np.arange(1.0, 131.0)
    y, factor = m * mean, np.exp(-m * mean) / m
    found, polynomial = [], np.array([0.0, 1.0])
    for _ in range(ORDERS):
        found.append(mean + factor @ np.polynomial.polynomial.polyval(y, polynomial))
        by_y = np.append(polynomial * np.arange(len(polynomial)), 0.0)
        polynomial = by_y - np.append(0.0, polynomial)
    return np.array(found)
