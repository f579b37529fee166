r"""The first fit after which the variance of a chain with fresh real points lies below a level: its whole law.

On a grid of $\log v$ from the level up, and of $|\mu|$, the law $p_t$ of the chains that have not been below is a row
of chances, and $d$ are the chances of falling below in the next fit: $P(T>t+1)=P(T>t)-p_t\cdot d$. The quotient of the
last two settles, and T is geometric from then on. No chance is a difference: one of $10^{-30}$ in a fit is as accurate
as any other. In units of the source, the mean from its mean.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.fresh_chain import binomial_nodes
from theory.laws.fresh_density import Points, density_of_a_fit, legendre
from theory.laws.kummer import density_of_log

RARE = 1e-12  # chance of a model beyond the grid
FEWEST, DENSE, BELOW = 15, 2.0, 30  # points of log v, more for each standard deviation of a fit, and below the level
CLOSE, WIDE = 0.37, 2.0  # step of the mean in standard deviations of a fit; its scale in those of the chain
SETTLED, MOST_FITS = 1e-13, 20_000  # change of the chance of a fall
COINS = 8  # numbers of real points that stand for all


@dataclass(frozen=True)
class FreshPassage:
    """Fits to ``size`` points, ``parts`` chances of numbers of real ones; L = size - 1 + ``offset``; log of a level."""

    size: int
    parts: tuple[tuple[float, float], ...]
    offset: float
    level: float
    rare: float = RARE

    @property
    def divisor(self) -> float:
        """L."""
        return self.size - 1 + self.offset

    @cached_property
    def real(self) -> float:
        """The mean number of real points."""
        return sum(chance * real for chance, real in self.parts)

    @cached_property
    def spread(self) -> float:
        """The standard deviation of the mean over chains, about."""
        return 1 / math.sqrt(self.real * (2 - self.real / self.size))

    @cached_property
    def highest(self) -> float:
        """log v, by the law of 1/v where real points are rare, Gamma(n + offset)/n, and of the first fit."""
        slowly = math.log(self.real / special.gammaincinv(self.real + self.offset, self.rare))
        first = math.log(2 * special.gammainccinv((self.size - 1) / 2, self.rare) / self.divisor)
        return max(slowly, first, self.level + 0.5)

    @cached_property
    def counts(self) -> tuple[int, int]:
        """Points of log v from the level up, and of the mean."""
        fits = (self.highest - self.level) / math.sqrt(2 / self.size)
        reach = -special.stdtrit(2 * (self.real + self.offset), self.rare)
        return math.ceil(FEWEST + DENSE * fits), math.ceil(math.asinh(reach / WIDE) / self._step) + 1

    @property
    def _step(self) -> float:
        lowest = min(math.exp(self.level), 1.0)
        of_a_fit = math.sqrt(self.real + (self.size - self.real) * lowest) / self.size
        return CLOSE * of_a_fit / (WIDE * self.spread)

    @cached_property
    def means(self) -> Points:
        """|mu| and its weights, the trapezoidal rule in its hyperbolic arcsine."""
        theta, scale = self._step * np.arange(self.counts[1]), WIDE * self.spread
        weight = self._step * scale * np.cosh(theta)
        weight[0] /= 2
        return scale * np.sinh(theta), weight

    @cached_property
    def above(self) -> Points:
        """log v and its weights."""
        return legendre(self.level, self.highest, self.counts[0])

    @cached_property
    def fit(self) -> tuple[Float[np.ndarray, "N N"], Float[np.ndarray, " N"]]:
        """Chances of one fit from the row's point to the column's, and of falling below the level."""
        depth = (50 + math.sqrt(140 * (self.size - 1))) / (self.size - 1)  # a chance of e^-34
        below = legendre(self.level - depth, self.level, BELOW)
        after = np.concatenate((self.above[0], below[0])), np.concatenate((self.above[1], below[1]))
        v, count = np.exp(self.above[0]), self.counts[0]
        chances = sum(
            chance * density_of_a_fit(v, after, self.means, real, self.size - real, self.divisor)
            for chance, real in self.parts
        )
        fallen = chances[:, :, count:].sum(axis=(2, 3))  # type: ignore[index]
        return np.ascontiguousarray(chances[:, :, :count].reshape(fallen.size, -1)), fallen.ravel()  # type: ignore[index]

    @cached_property
    def first(self) -> Float[np.ndarray, " N"]:
        """The law after one fit, to real points, of the chains that are not below."""
        half, (place, weight), (mean, length) = (self.size - 1) / 2, self.above, self.means
        of_variance = density_of_log(place - math.log(2 / self.divisor), half) * weight
        of_mean = np.exp(-self.size * mean**2 / 2) * length
        law = np.outer(of_variance, of_mean).ravel()
        return law / law.sum() * special.gammaincc(half, self.divisor * math.exp(self.level) / 2)

    @cached_property
    def survival(self) -> tuple[Float[np.ndarray, " T"], float]:
        """P(T > 1), P(T > 2), ... until the chance of a fall has settled, and that chance."""
        chances, fallen = self.fit
        law, alive = self.first, [float(self.first.sum())]
        falls = float(law @ fallen) / alive[-1]
        for _ in range(MOST_FITS):
            alive.append(alive[-1] * (1 - falls))
            law = law @ chances
            law *= alive[-1] / law.sum()  # what lies beyond the grid is taken to be like the rest
            before, falls = falls, float(law @ fallen) / alive[-1]
            if abs(falls - before) <= SETTLED * falls:
                break
        return np.array(alive), falls

    def times(self) -> tuple[float, float, float]:
        """P(v_1 >= level) and, over these chains, mean and standard deviation of the further fits until v < level."""
        alive, falls = self.survival
        left, fits = alive / alive[0], np.arange(len(alive))
        last = float(left[-1])
        mean = float(left[:-1].sum()) + last / falls
        square = float(((2 * fits + 1) * left)[:-1].sum()) + last * (2 * fits[-1] + (2 - falls) / falls) / falls
        return float(alive[0]), mean, math.sqrt(max(square - mean**2, 0.0))

    def quantile(self, q: float) -> float:
        """The first t with P(T <= t) >= q."""
        alive, falls = self.survival
        found = np.flatnonzero(1 - alive >= q)
        if len(found):
            return float(found[0] + 1)
        return len(alive) + math.ceil((math.log1p(-q) - math.log(alive[-1])) / math.log1p(-falls))


@lru_cache(maxsize=4)
def stratified_passage(size: int, real: int, offset: float, level: float) -> FreshPassage:
    """Exactly so many fresh real points in every fit."""
    return FreshPassage(size, ((1.0, real),), offset, level)


@lru_cache(maxsize=4)
def passage_by_coins(size: int, share: float, offset: float, level: float) -> FreshPassage:
    """Each point real with this chance."""
    return FreshPassage(size, binomial_nodes(size, share, COINS), offset, level)
