r"""The variance under weighted data as a chain on the line: $v'=wA+(1-w)vB$, A and B chi-squares over their divisors.

Given $v$ the density of $z=v'$ is
$$\frac{z^{a+b-1}e^{-z/\theta_1}}{\Gamma(a+b)\,\theta_1^a\theta_2^b}\;{}_1F_1(b;a+b;z/\theta_1-z/\theta_2),\quad
a=\tfrac{n-1}2,\;b=\tfrac{m-1}2,\;\theta_1=\tfrac{2w}{L_n},\;\theta_2=\tfrac{2(1-w)v}{L_m},$$
analytic in both logarithms, so that one fit is a matrix on Gauss-Legendre panels of $\log v$, one of which ends at the
level that is asked for. Kummer's function is one of a single variable: it is taken from polynomials on a line. In units
of the source's variance. A chain costs some 0.2 s.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.absorption import absorption_times
from theory.laws.first_passage import panels
from theory.laws.kummer import density_of_log, log_density_of_sum

Points = Float[np.ndarray, " N"]
WIDTH, WIDEST = 1.6, 2.0  # of a panel, in standard deviations of a fit and at most
DEEP = 38.0  # logarithm of a chance that is left out
AROUND = 8.0  # standard deviations within which the real points' part of the variance lies
NODES = 16
SHARPENED = 10


@dataclass(frozen=True)
class WeightedChain:
    """Weight 0 < w <= 1, n >= 2 real and m >= 1 synthetic points, offset of both divisors; the logarithm of a level."""

    weight: float
    real: int
    synthetic: int
    offset: float
    level: float

    @property
    def afresh(self) -> bool:
        """Whether every fit forgets the model before."""
        return self.weight == 1 or self.synthetic == 1

    @cached_property
    def _shapes(self) -> tuple[float, float]:
        return (self.real - 1) / 2, 0.0 if self.afresh else (self.synthetic - 1) / 2

    @cached_property
    def _rates(self) -> tuple[float, float]:
        """Logarithms of theta_1 and of theta_2/v."""
        real, drawn = self.real - 1 + self.offset, self.synthetic - 1 + self.offset
        return math.log(2 * self.weight / real), -math.inf if self.afresh else math.log(2 * (1 - self.weight) / drawn)

    @cached_property
    def edges(self) -> Points:
        """Ends of the panels: narrow where the next variance is sure to a small part of itself."""
        a, b = self._shapes
        first = math.log(2 / (self.real - 1 + self.offset))
        low = min(_lower(a) + self._rates[0], self.level - DEEP / (a + b))
        high = max(_upper(a) + first, self.level) + 0.1 + (0.0 if self.afresh else (DEEP + 4) / self._index)
        upwards, downwards = [self.level], [self.level]
        while upwards[-1] < high:
            upwards.append(upwards[-1] + self._width(upwards[-1], 1))
        while downwards[-1] > low:
            downwards.append(downwards[-1] - self._width(downwards[-1], -1))
        return np.array([*downwards[:0:-1], *upwards])

    @property
    def size(self) -> int:
        """How many points there are."""
        return NODES * (len(self.edges) - 1)

    def _width(self, place: float, way: int) -> float:
        """Of the panel that begins here and goes up or down: what is resolved everywhere on it."""
        width = WIDEST
        for part in (0.0, 0.25, 0.5, 0.75, 1.0):
            width = min(width, max(self._resolved(place + way * part * width), part * width))
        return width

    def _resolved(self, place: float) -> float:
        """Standard deviations of the fits that lead here; no more than the real points leave, near where those do."""
        a, b = self._shapes
        real = math.exp(self._rates[0]) * a
        drawn = max(math.exp(place) - real * (1 + AROUND / math.sqrt(a)), 0.0) if b else 0.0
        sd = math.sqrt(real**2 / a + (drawn**2 / b if b else 0.0)) / (real + drawn)
        return min(WIDEST, WIDTH * sd, 12 / (a + b) if math.exp(place) < real else math.inf)

    @cached_property
    def _index(self) -> float:
        """kappa > 0 with E((1-w) B)^kappa = 1, at most 200: chances of high variances fall as its power."""
        b, rate, high = self._shapes[1], self._rates[1], 200.0

        def growth(s: float) -> float:
            return math.lgamma(b + s) - math.lgamma(b) + s * rate

        if growth(high) < 0:
            return high
        low = 1e-3
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if growth(middle) < 0 else (low, middle)
        return low

    @cached_property
    def grid(self) -> tuple[Points, Points]:
        """log v and the weights of the points."""
        return panels(self.edges)

    @cached_property
    def below(self) -> Float[np.ndarray, " N"]:
        """1 below the level, 0 above it."""
        return (self.grid[0] < self.level).astype(np.float64)

    @cached_property
    def first(self) -> Points:
        """Chances of the points after the first fit, to real points alone."""
        a, (points, weights) = self._shapes[0], self.grid
        chances = density_of_log(points - math.log(2 / (self.real - 1 + self.offset)), a) * weights
        chances[-1] += max(0.0, 1 - chances.sum())
        return chances

    @cached_property
    def fit(self) -> Float[np.ndarray, "N N"]:
        """Chances of one fit; what is beyond all points goes to the last."""
        chances = self.within.copy()
        chances[:, -1] += np.maximum(0.0, 1 - chances.sum(axis=1))
        return chances

    @cached_property
    def within(self) -> Float[np.ndarray, "N N"]:
        """Chances of one fit, from the point of the row to that of the column."""
        (a, b), (points, weights) = self._shapes, self.grid
        if self.afresh:
            chances = np.tile(density_of_log(points - self._rates[0], a) * weights, (len(points), 1))
        else:
            x = points[None, :] - self._rates[0]
            y = points[None, :] - points[:, None] - self._rates[1]
            chances = np.exp(log_density_of_sum(x, y, a, b)) * weights
        return chances

    @cached_property
    def stationary(self) -> Points:
        """Chances of the points in the end; a few more fits make rare ones as accurate as others, one by one."""
        system = np.eye(self.size) - self.within.T
        middle = int(np.argmax(self.first))  # the equation of a point that chains often see gives way to the total
        system[middle] = 1.0
        law = np.abs(np.linalg.solve(system, np.eye(self.size)[middle]))
        for _ in range(SHARPENED):
            law = law @ self.within
        return law

    @property
    def settled(self) -> int:
        """Fits after which nothing of the first model is left: (1 - w)^t below e^-40."""
        return 2 if self.afresh else 2 + math.ceil(40 / -math.log1p(-self.weight))

    def law(self, t: float) -> Points:
        """Chances of the points after t >= 1 fits, inf among them."""
        if t > self.settled:
            return self.stationary
        chances = self.first
        for _ in range(int(t) - 1):
            chances = chances @ self.fit
        return chances

    def cdf(self, t: float) -> float:
        """P(log v_t <= level), relatively accurate to 1e-11 where it is above 1e-30."""
        return float(self.law(t) @ self.below)

    def time_below(self) -> tuple[float, float, float]:
        """P(v_1 >= level) and, over these chains, mean and standard deviation of the further fits until v < level."""
        start = NODES * int(np.searchsorted(self.edges, self.level))
        mean, variance = absorption_times(self.fit[start:, start:], self.fit[start:, :start].sum(axis=1))
        chances = self.first[start:]
        alive = float(chances.sum())
        later = float(chances @ mean) / alive
        with np.errstate(over="ignore", invalid="ignore"):
            spread = float(chances @ (variance + (mean - later) ** 2)) / alive
        return alive, later, math.sqrt(spread)

    def widths(self, t: float) -> tuple[float, float, float]:
        r"""E e^2, E e^4 and E d^2 e^2 at t >= 1, inf among them: e = sqrt v - 1, d the error of the mean."""
        apart = np.expm1(self.grid[0] / 2) ** 2
        kept = (1 - self.weight) ** 2
        added = self.weight**2 / self.real + kept / self.synthetic * np.exp(self.grid[0])
        if t > self.settled:
            law = self.stationary @ self.within
            system = np.eye(self.size) - kept * self.within.T
            strayed = np.linalg.solve(system, (law * added) @ self.within)
        else:
            law, strayed = self.first, self.first / self.real
            for _ in range(int(t) - 1):
                law, strayed = law @ self.within, (kept * strayed + law * added) @ self.within
        return float(law @ apart), float(law @ apart**2), float(strayed @ apart)

    def survival(self) -> Iterator[float]:
        """P(T > 1), P(T > 2), ... of the first t with v_t below the level, which is not above the source's."""
        start = NODES * int(np.searchsorted(self.edges, self.level))
        chances, fit = self.first[start:], self.fit[start:, start:]
        while True:
            yield float(chances.sum())
            chances = chances @ fit

    def quantile(self, t: float, q: float) -> float:
        """The log v_t below which a chain lies with probability q: the integral of the density's polynomials."""
        chances = self.law(t)
        total = np.cumsum(chances.reshape(-1, NODES).sum(axis=1))
        panel = min(int(np.searchsorted(total, q)), len(total) - 1)
        points, weights = (part.reshape(-1, NODES)[panel] for part in self.grid)
        middle, half = (self.edges[panel] + self.edges[panel + 1]) / 2, (self.edges[panel + 1] - self.edges[panel]) / 2
        density = chances.reshape(-1, NODES)[panel] / weights * half
        series = np.polynomial.legendre.legfit((points - middle) / half, density, NODES - 1)
        integral, low, high = np.polynomial.legendre.legint(series, lbnd=-1), -1.0, 1.0
        wanted = q - (float(total[panel - 1]) if panel else 0.0)
        for _ in range(60):
            place = (low + high) / 2
            short = np.polynomial.legendre.legval(place, integral) < wanted
            low, high = (place, high) if short else (low, place)
        return float(middle + half * low)

    def lacking(self, frequencies: Float[np.ndarray, " F"], t: float) -> Float[np.ndarray, " F"]:
        r"""1 - E cos(xi (mu_t - mu_0)): given the path the mean is normal, its variance a sum over fits.

        Each fit adds w^2/n + (1-w)^2 v/m to (1-w)^2 of the variance before.
        """
        halves, kept = frequencies**2 / 2, (1 - self.weight) ** 2
        own, drawn = self.weight**2 / self.real, kept / self.synthetic * np.exp(self.grid[0])
        remembered = self.settled // 2 if kept else 1
        later, power = np.zeros((self.size, len(halves))), 1.0
        for _ in range(int(min(t - 1, remembered))):
            exponent = -np.outer(own + drawn, halves * power)
            later, power = -np.expm1(exponent) + np.exp(exponent) * (self.fit @ later), power * kept
        exponent = -halves / self.real * power  # of what the first fit, or the last that is remembered, leaves
        return -np.expm1(exponent) + np.exp(exponent) * (self.law(max(1, t - remembered)) @ later)


@lru_cache(maxsize=8)
def weighted_chain(weight: float, real: int, synthetic: int, offset: float, level: float) -> WeightedChain:
    """The chain with a panel that ends at log v = level."""
    return WeightedChain(weight, real, synthetic, offset, level)


def _lower(a: float) -> float:
    """The logarithm below which one of a Gamma variable lies with chance e^-DEEP at most."""
    return (math.lgamma(a + 1) - DEEP) / a if a < 20 else math.log(a) - math.sqrt(2.4 * DEEP / a)


def _upper(a: float) -> float:
    """The logarithm above which it lies with chance e^-DEEP at most."""
    return math.log(a + math.sqrt(2 * a * DEEP) + DEEP)
