r"""The reference of passages under exponential forgetting: Wiener and Hopf's factors from characteristic functions.

With $\varphi(\tau)=E F^{i\tau}$ and the harmonic measure of the walk, $-\log(1-\varphi)$, split at 0 by Cauchy
integrals, ladder heights are known by their transforms, and those of the first fit are ratios of Gamma functions: times
and chances are inverse transforms that converge like $e^{-\pi|s|/2}$. An exponential step of the same mean takes away
what is singular. No operator and no panel of places.
"""

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from scipy import special

from theory.claims.gaussian.forgetting import read
from theory.scenario import Scenario

FAR = 1000.0  # in units of one over the largest fall in a step
S = np.concatenate([1.0 + 0j + 1j * (np.arange(500) + 0.5) * 0.12])


@dataclass(frozen=True)
class Factored:
    """The walk of log F: M, the offset of the divisor, the rate."""

    size: int
    offset: float
    rate: float

    @cached_property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """log F and probabilities: Gauss-Legendre's rule in the root of the chi-square."""
        nu, divisor = self.size - 1, self.size - 1 + self.offset
        low, high = max(0.0, math.sqrt(nu) - 8), math.sqrt(nu) + 8
        widest = math.log1p(self.rate * (high**2 - divisor) / divisor) - math.log1p(-self.rate)
        nodes, weights = np.polynomial.legendre.leggauss(200 + int(0.6 * self.heard * widest))
        r = (low + high) / 2 + (high - low) / 2 * nodes
        chances = weights * np.exp((nu - 1) * np.log(r) - r * r / 2)
        return np.log1p(self.rate * (r * r - divisor) / divisor), chances / chances.sum()

    @cached_property
    def moments(self) -> tuple[float, float]:
        """-E log F and E (log F)^2."""
        y, p = self.points
        return -float(p @ y), float(p @ y**2)

    @property
    def heard(self) -> float:
        """The frequency beyond which phi, which falls as its power (M-1)/2, is left out."""
        return min(FAR, max(200.0, 10 ** (24 / (self.size - 1)))) / -math.log1p(-self.rate)

    @cached_property
    def frequencies(self) -> tuple[np.ndarray, np.ndarray]:
        """Positive frequencies and weights: panels that grow, then of the length of an oscillation."""
        least = -math.log1p(-self.rate)
        ends = [0.0, 1e-4 / least]
        while ends[-1] < self.heard:
            ends.append(min(ends[-1] * 1.35, ends[-1] + 5 / least))
        ends += list(ends[-1] * 1.7 ** np.arange(1, 60))
        nodes, weights = np.polynomial.legendre.leggauss(14)
        half = np.diff(ends)[:, None] / 2
        return (np.array(ends[:-1])[:, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()

    @cached_property
    def differences(self) -> tuple[np.ndarray, np.ndarray]:
        """-log(1 - phi) and 1/(1 - phi) less those of the exponential step."""
        (y, p), d, tau = self.points, self.moments[0], self.frequencies[0]
        heard = int(np.searchsorted(tau, self.heard))
        beyond = np.empty(heard, complex)
        for start in range(0, heard, 512):
            phase = tau[start : min(start + 512, heard), None] * y
            cosine = 2 * np.sin(phase / 2) ** 2
            cubic = np.where(
                np.abs(phase) < 0.3, -(phase**3) / 6 * (1 - phase**2 / 20 * (1 - phase**2 / 42 * (1 - phase**2 / 72 * (
                    1 - phase**2 / 110)))), np.sin(phase) - phase,
            )  # fmt: skip
            beyond[start : start + len(phase)] = (cosine - 1j * cubic) @ p  # of 1 - phi, the mean step apart
        far, tau = 1 / (1j * d * tau[heard:]), tau[:heard]
        lacking = 1j * d * tau + beyond
        simple = 1j * d * tau / (1 + 1j * d * tau)
        apart = beyond - d**2 * tau**2 / (1 + 1j * d * tau)
        first, second = -np.log1p(apart / simple), -apart / (lacking * simple)
        return np.concatenate((first, -np.log1p(far))), np.concatenate((second, -far))

    def falling(self, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The transforms at s of what both differences have on the negative half line."""
        tau, weights = self.frequencies
        values = []
        for function in self.differences:
            total = (function * weights) @ (1 / (s - 1j * tau[:, None])) + (function.conj() * weights) @ (
                1 / (s + 1j * tau[:, None])
            )
            values.append(total / (2 * np.pi))
        return values[0], values[1]

    @cached_property
    def totals(self) -> tuple[float, float]:
        """Their integrals against -1/(i tau), as s tends to 0 from above, for the falling and for the rising part."""
        tau, weights = self.frequencies
        d, square = self.moments
        first, second = self.differences
        falling = -float((first.imag / tau) @ weights) / np.pi
        rising = (square / (2 * d * d) - 1) / 2 + float((second.imag / tau) @ weights) / np.pi
        return falling, rising

    @cached_property
    def on_the_line(self) -> tuple[np.ndarray, np.ndarray]:
        """The renewal measure of the ladder heights and its derivative in the number of fits, by transforms at S."""
        d = self.moments[0]
        first, second = self.falling(S)
        return (1 + d * S) / (d * S) * np.exp(first), 1 / (d * S) + second


@cache
def factored(size: int, offset: float, rate: float) -> Factored:
    """The factors of one walk."""
    return Factored(size, offset, rate)


def _first_fit(scenario: Scenario, s: np.ndarray) -> np.ndarray:
    """E (X/L)^s."""
    size, offset, _ = read(scenario)
    a = (size - 1) / 2
    return np.exp(special.loggamma(a + s) - special.loggamma(a) + s * math.log(2 / (size - 1 + offset)))


def times(scenario: Scenario, start: float) -> tuple[float, float]:
    """E T and sd T from v_0 = x e^start."""
    walk = factored(*read(scenario))
    falling, rising = walk.totals
    ladder = math.exp(-falling)  # the mean time between ladder points, mean height over mean step
    renewed, slope = walk.on_the_line
    weight = np.exp(S * start) * _first_fit(scenario, S) * renewed / S * (S[1] - S[0]).imag / np.pi
    count, counted = float(weight.sum().real), float((weight * slope).sum().real)
    mean, pairs = ladder * count, ladder * (rising * count + counted)
    return 1 + mean, math.sqrt(2 * pairs + mean - mean**2)


def above(scenario: Scenario, level: float) -> float:
    """P(some v_t > v_0 e^level): the first fit and, by its transform, the highest place of the walk after it."""
    walk = factored(*read(scenario))
    tau, weights = walk.frequencies
    first = walk.differences[0]
    near, far = (1 / (S + sign * 1j * tau[:, None]) for sign in (1, -1))
    rising = (first * weights) @ near + (first.conj() * weights) @ far
    none = -float((first.imag / tau) @ weights) / np.pi  # the exponential step never rises
    highest = np.exp(rising / (2 * np.pi) + none)
    both = _first_fit(scenario, -S) * highest * np.exp(S * level) / S
    return 1 - float(both.sum().real) * (S[1] - S[0]).imag / np.pi
