r"""The law of a Gaussian chain that sees fresh real points in every fit: any mean over it, by one matrix.

Backwards in time one fit is a matrix on functions of $(\mu,v)$, so that the law of model $t$ is a row of weights at the
grid's points, multiplied by it from the right. The last fit is in closed form: given the model before,
$$E e^{-sv'}=\Big(1+\tfrac{2s}L\Big)^{-\frac{n-1}2}\Big(1+\tfrac{2sv}L\Big)^{-\frac{m-1}2}(1+2sc)^{-\frac12}
\exp\frac{-sk\mu^2/L}{1+2sc},\qquad k=\tfrac{nm}N,\quad c=\frac{m+nv}{NL}.$$
Means of $\log v$, $\sqrt v$ and $1/v$ are integrals over it. In units of the source, the mean from its mean.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.edged_grid import EdgedGrid
from theory.laws.mixed_batches import FreshBatches, one_fit

STEP = 1 / 5  # in log s; the transform is analytic for |Im log s| < pi/2
LEFT, GONE = -66.0, 40.0
RARE = 1e-11  # chance of a variance beyond the grid, and a thousand times that of a mean
MARGIN, MEAN_MARGIN = 0.1, 1.25  # of the ranges, for their soft edges
COINS = 6  # numbers of real points that stand for all
SETTLED, FORGOTTEN = 1e-14, 60.0  # change of the weights in a fit; fits times share


@dataclass(frozen=True)
class FreshChain:
    """Fits to ``size`` points; ``parts`` are chances of numbers of real ones; L = size - 1 + ``offset``."""

    size: int
    parts: tuple[tuple[float, float], ...]
    offset: float

    @property
    def expected(self) -> float:
        """The mean number of real points."""
        return sum(chance * real for chance, real in self.parts)

    @cached_property
    def grid(self) -> EdgedGrid:
        """Ranges by the law of 1/v for small shares, Gamma(n + offset)/n, and by chi-squares; a t-law of the mean."""
        n, N = self.expected, self.size
        a = n / N
        highest = math.log(n / special.gammaincinv(n + self.offset, RARE))
        slowly = math.log(special.gammainccinv(n + 1, RARE) / n) - math.log(2 * special.gammaincinv(N / 2, RARE) / N)
        lowest = min(slowly, -math.log(2 * a * special.gammaincinv(n / 2, RARE) / n))
        slow = max(0.0, math.log10(0.3 / a))  # short steps keep more of the edges
        wide = max(0.0, highest + lowest - 9)
        margin = MARGIN * (highest + lowest)
        reach = -special.stdtrit(2 * (n + self.offset), 1e3 * RARE) / math.sqrt(n * (2 - a))
        scale = min(reach, 1 / math.sqrt(max(1 - a, 1 / N)))
        theta = MEAN_MARGIN * math.asinh(reach / scale)
        return EdgedGrid(
            -lowest - margin, highest + margin, scale * math.sinh(theta), scale,
            variances=math.ceil(60 + 16 * slow + 2.5 * wide), means=math.ceil(30 + 10 * slow),
        )  # fmt: skip

    @cached_property
    def operator(self) -> Float[np.ndarray, "N N"]:
        """One fit, as a matrix on values at the grid's points."""
        divisor = self.size - 1 + self.offset
        return sum(
            chance * one_fit(self.grid, FreshBatches(real, self.size - real, divisor)) for chance, real in self.parts
        )  # type: ignore[return-value]

    @cached_property
    def stationary(self) -> Float[np.ndarray, " N"]:
        """The row that the operator leaves as it is, of sum 1."""
        count = len(self.operator)
        system = np.eye(count) - self.operator.T
        system[0] = 1.0
        return np.linalg.solve(system, np.eye(1, count)[0])

    @cached_property
    def _rows(self) -> list[Float[np.ndarray, " N"]]:
        """Weights of the models 0, 1, ... as far as they have been asked for."""
        return [self.grid.reading(np.ones(1), np.zeros(1), np.ones(1))]

    def weights(self, fits: float) -> Float[np.ndarray, " N"]:
        """Of the model after so many fits, inf among them."""
        if fits > FORGOTTEN / (self.expected / self.size):
            return self.stationary
        rows = self._rows
        while len(rows) <= fits and (len(rows) == 1 or np.abs(rows[-1] - rows[-2]).sum() > SETTLED):
            row = rows[-1] @ self.operator
            rows.append(row / row.sum())  # rounding would add up
        return rows[min(int(fits), len(rows) - 1)]

    def before(self, t: float) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
        """Variance, mean and weight of the model that drew the synthetic points of fit t >= 1: at t = 1 the source."""
        if t == 1:
            return np.ones(1), np.zeros(1), np.ones(1)
        return self.grid.variance, self.grid.mean, self.weights(t - 1)

    @cached_property
    def x(self) -> Float[np.ndarray, " S"]:
        """log s, up to where the transform has vanished for the least variance of the grid."""
        divisor = self.size - 1 + self.offset
        growth = 2 * GONE / (self.size - 1)
        end = math.log(divisor / 2) - self.grid.lowest + (growth if growth > 30 else math.log(math.expm1(growth)))
        return LEFT + STEP * np.arange(math.ceil((max(end, 5.0) - LEFT) / STEP) + 1)

    def exponents(
        self, real: float, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " N"]
    ) -> Float[np.ndarray, "S N"]:
        """log E exp(-s v') after a fit with so many real points, at every s, given the models before."""
        n, N = real, self.size
        m, s = N - n, np.exp(self.x)[:, None] / (N - 1 + self.offset)
        between = 2 * s * (m + n * v) / N
        squares = (n - 1) * np.log1p(2 * s) + (m - 1) * np.log1p(2 * s * v) + np.log1p(between)
        return -squares / 2 - s * (n * m / N) * mean**2 / (1 + between)

    def less(self, t: float) -> Float[np.ndarray, " S"]:
        """1 - E exp(-s v_t) at every s, t >= 1."""
        v, mean, weight = self.before(t)
        return (self._after(v, mean) if t == 1 else self._from_grid) @ weight

    @cached_property
    def _from_grid(self) -> Float[np.ndarray, "S N"]:
        return self._after(self.grid.variance, self.grid.mean)

    def _after(self, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S N"]:
        """1 - E exp(-s v') at every s, given the models before."""
        return -sum(chance * np.expm1(self.exponents(real, v, mean)) for chance, real in self.parts)  # type: ignore[return-value]

    def mean_log(self, t: float) -> float:
        """E log v_t."""
        return float(STEP * np.sum(self._apart(t)))

    def log_variance(self, t: float) -> float:
        """Var log v_t: exp(-s v) is the chance that log G - log v exceeds log s, G exponential."""
        apart = self._apart(t)
        mean = STEP * np.sum(apart)
        return float(-2 * STEP * np.sum(self.x * apart) - mean * (2 * np.euler_gamma + mean))

    def less_than_root(self, t: float) -> float:
        """1 - E sqrt v_t."""
        return float(-STEP * np.sum(self._apart(t) * np.exp(-self.x / 2)) / (2 * math.sqrt(math.pi)))

    def _apart(self, t: float) -> Float[np.ndarray, " S"]:
        """exp(-s), the transform of the source, less that of v_t."""
        return self.less(t) + np.expm1(-np.exp(self.x))


@lru_cache(maxsize=6)
def stratified(size: int, real: int, offset: float) -> FreshChain:
    """Exactly so many fresh real points in every fit from the second on."""
    return FreshChain(size, ((1.0, real),), offset)


@lru_cache(maxsize=6)
def by_coins(size: int, share: float, offset: float) -> FreshChain:
    """Each point real with this chance."""
    return FreshChain(size, binomial_nodes(size, share, COINS), offset)


def binomial_nodes(size: int, share: float, count: int) -> tuple[tuple[float, float], ...]:
    """Chances of numbers of real points that stand for all: Gauss's rule for the binomial law.

    Its nodes are the roots of a Krawtchouk polynomial, no whole numbers: all that is averaged is an entire function of
    the number of real points, whose batches have chi-squares with as many degrees of freedom.
    """
    k = np.arange(count)
    middle = share * (size - k) + k * (1 - share)
    beside = np.sqrt(k[1:] * share * (1 - share) * (size - k[1:] + 1))
    numbers, vectors = np.linalg.eigh(np.diag(middle) + np.diag(beside, 1) + np.diag(beside, -1))
    return tuple((float(chance), float(number)) for chance, number in zip(vectors[0] ** 2, numbers, strict=True))
