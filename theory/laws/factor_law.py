r"""What one fit multiplies a variance by, a constant plus a multiple of nearly a chi-square, as weighted points.

A model that moves towards a fit to $M$ of its own points by the rate $g$ has $F=1+\frac gL(\chi^2_{M-1}-L)$; a batch
of $M$ that joins a pool and makes it $P$ points has $F=1+\frac1L(\chi^2_{M-1}+wZ^2-M)$, $w=1-M/P$, with $Z$ the error
of the mean of the batch. In $y=\log(Q/n)$ the densities are analytic on the line: the trapezoidal rule is exact to
rounding. That of $Q=\chi^2_{M-1}+wZ^2$ is the density of $\chi^2_M$ times $\int\cos^{M-2}\theta\,e^{-\kappa
q\sin^2\theta}\,d\theta$, $\kappa=(1/w-1)/2$, and given $Q=q$ the mean of $wZ^2$ is that of $q\sin^2\theta$.

Moments of powers of $F$ come without cancellation, however near to 1 it is: what is linear in $F-1$ is known.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import exponential_remainder, log_mean_factor
from theory.laws.pooled_fit import less_log1p

NEGLIGIBLE = -42.0  # logarithm of a density that is left out, relative to its mode
FEW = 40  # degrees of freedom below which the left tail is mapped
STEP, WIDEST = 0.3, 0.125  # step in standard deviations of y, and at most
ROUNDS = 4
NODES = 32  # Gauss-Legendre points in the angle
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(NODES)


@dataclass(frozen=True)
class Factors:
    """The laws of K factors: log F at N points, the logarithms of their probabilities, and the mean of Z^2 there."""

    logs: Float[np.ndarray, "K N"]
    log_weights: Float[np.ndarray, "K N"]
    square: Float[np.ndarray, "K N"]
    first: Float[np.ndarray, " K"]  # E(F - 1)
    third: Float[np.ndarray, " K"]  # E(F - 1)^3
    first_square: Float[np.ndarray, " K"]  # E Z^2 (F - 1)

    @cached_property
    def weights(self) -> Float[np.ndarray, "K N"]:
        """The probabilities of the points."""
        return np.exp(self.log_weights)

    @cached_property
    def root_moments(self) -> tuple[Float[np.ndarray, " K"], ...]:
        """E(sqrt F - 1)^j for j = 1 to 4; with e = sqrt F - 1, F - 1 = e(2 + e) takes the leading part of odd ones."""
        e = np.expm1(self.logs / 2)
        second, fourth = self._mean(e**2), self._mean(e**4)
        third = self.third / 8 - self._mean(e**4 * (1.5 + 0.75 * e + e**2 / 8))
        return (self.first - second) / 2, second, third, fourth

    @cached_property
    def log_variance(self) -> Float[np.ndarray, " K"]:
        """Var log F."""
        return self._mean((self.logs - self._mean(self.logs)[:, None]) ** 2)

    @cached_property
    def log_mean(self) -> Float[np.ndarray, " K"]:
        """log E F."""
        return np.log1p(self.first)

    @cached_property
    def mean_gap(self) -> Float[np.ndarray, " K"]:
        """log E F - E log F, positive."""
        return self._mean(exponential_remainder(self.logs)) - above_log1p(self.first)

    @cached_property
    def log_mean_reciprocal(self) -> Float[np.ndarray, " K"]:
        """log E[1/F]."""
        return np.log1p(self._reciprocal)

    @cached_property
    def reciprocal_gap(self) -> Float[np.ndarray, " K"]:
        """log E[1/F] + E log F, positive."""
        return self._mean(exponential_remainder(-self.logs)) - above_log1p(self._reciprocal)

    def log_mean_square_with(self, power: float) -> Float[np.ndarray, " K"]:
        """log E[Z^2 F^power]; what is linear in F - 1 apart."""
        rest = exponential_remainder(power * self.logs) - power * exponential_remainder(self.logs)
        return np.log1p(power * self.first_square + self._mean(self.square * rest))

    @cached_property
    def _reciprocal(self) -> Float[np.ndarray, " K"]:
        """E[1/F] - 1 = -E(F - 1) + E (F - 1)^2/F."""
        return -self.first + self._mean(np.expm1(self.logs) ** 2 * np.exp(-self.logs))

    def _mean(self, values: Float[np.ndarray, "K N"]) -> Float[np.ndarray, " K"]:
        return (self.weights * values).sum(axis=1)


def factor_of_fit(M: int, offset: float, rate: float = 1.0, tilt: float = 0.0) -> Factors:
    """F = 1 + (g/L)(X - L) for a fit to M >= 2 points, L = M - 1 + offset; Z is independent of it.

    The points serve means of F^tilt too where g < 1.
    """
    L, nu = M - 1 + offset, M - 1

    def log_factor(y: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
        return y + log_mean_factor(M, offset) if rate == 1.0 else np.log1p(rate * (nu * np.expm1(y) - offset) / L)

    y, density = chi_square_points(nu, log_factor, tilt, finer=4.0)  # log F is steep near F = 0 where g is near 1
    mean, cubed = -offset * rate / L, (8 * nu - 6 * nu * offset - offset**3) * (rate / L) ** 3
    first, third = np.array([mean]), np.array([cubed])
    return Factors(log_factor(y)[None, :], _normalised(density[None, :]), np.ones((1, 1)), first, third, first)


def factor_of_batch(M: int, P: Float[np.ndarray, " K"], offset: float, tilt: float = 0.0) -> Factors:
    """F = 1 + (X + w Z^2 - M)/L for M points that join a pool and make it P, L = P - 1 + offset, w = 1 - M/P.

    The points serve means of F^tilt too.
    """
    P = np.asarray(P, dtype=np.float64)
    L, w, lost = (P - 1 + offset)[:, None], ((P - M) / P)[:, None], (M / P)[:, None]
    smallest = float(L.min())
    y, density = chi_square_points(M, lambda y: np.log1p(M * np.expm1(y) / smallest), tilt)
    q = M * np.exp(y)
    if M == 1:
        excess, density, square = w * q - 1, np.tile(density, (len(P), 1)), q
    else:
        likely, sine = _angular(M, q, lost / w / 2)
        excess, density, square = M * np.expm1(y), density + np.log(likely), q * sine / w
    variance, skew, mean = 2 * (M - 1) + 2 * w**2, 8 * (M - 1) + 8 * w**3, -lost
    third = (skew + 3 * variance * mean + mean**3) / L**3
    return Factors(
        np.log1p(excess / L), _normalised(density), square, (mean / L)[:, 0], third[:, 0], ((mean + 2 * w) / L)[:, 0]
    )


def chi_square_points(
    n: int, log_factor: Callable[[Float[np.ndarray, " N"]], Float[np.ndarray, " N"]], tilt: float = 0.0,
    finer: float = 1.0,
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:  # fmt: skip
    """Points y = log(Q/n) for Q chi-square with n degrees of freedom and the logarithms of weights, up to a constant.

    They are as many and reach as far as means of F^tilt need, log F a function of y that is bounded from below.
    """
    a = b = n / 2
    for _ in range(ROUNDS if tilt > 0 else 0):  # F^tilt is Q^(b - a) at most, as far as Q reaches under it
        high = math.log(b / a) + math.sqrt(-2 * NEGLIGIBLE / b)
        low_log, high_log = log_factor(np.array([high, high + 0.01]))
        b = a + tilt * float(high_log - low_log) / 0.01
    spread = 1 / math.sqrt(b)
    step = (min(STEP * spread, WIDEST) if n < FEW else STEP * spread) / finer
    depth = -NEGLIGIBLE + (tilt * float(log_factor(np.array([-700.0]))[0]) if tilt < 0 else 0.0)
    low = -math.sqrt(3 * depth / a) if 3 * depth < a else -depth / a - 1
    high = math.log(b / a) + math.sqrt(-2 * NEGLIGIBLE / b)
    first = -math.log(1 - low) if n < FEW else low
    s = np.arange(math.floor(first / step) - 1, math.ceil((high + 1) / step if n < FEW else high / step) + 2) * step
    fold = np.exp(-s) if n < FEW else np.zeros(len(s))  # few degrees of freedom have a long left tail
    y = s - fold
    density = -a * exponential_remainder(y)
    tilted = density + (tilt * log_factor(y) if tilt else 0.0)
    kept = tilted > NEGLIGIBLE + tilted.max()
    kept |= density > NEGLIGIBLE
    return y[kept], (np.log1p(fold) + density)[kept]


def _normalised(log_weights: Float[np.ndarray, "K N"]) -> Float[np.ndarray, "K N"]:
    return log_weights - np.log(np.exp(log_weights).sum(axis=1, keepdims=True))


def above_log1p(x: Float[np.ndarray, "*X"]) -> Float[np.ndarray, "*X"]:
    """x - log(1 + x) for x > -1, accurate relative to itself also near 0."""
    return np.where(x >= 0, less_log1p(np.abs(x)), exponential_remainder(np.log1p(np.minimum(x, 0.0))))


def _angular(
    M: int, q: Float[np.ndarray, " N"], kappa: Float[np.ndarray, "K 1"]
) -> tuple[Float[np.ndarray, "K N"], Float[np.ndarray, "K N"]]:
    """The integral over the angle, in units of its width, and the mean of sin^2 theta, for each kappa and q."""
    sharp = M - 2 + 2 * kappa * q
    reach = np.arcsin(np.minimum(1.0, 9 / np.sqrt(np.maximum(sharp, 1.0))))[:, :, None]
    theta = reach * (_NODES + 1) / 2
    sine = np.sin(theta) ** 2
    values = np.exp((M - 2) / 2 * np.log1p(-sine) - (kappa * q)[:, :, None] * sine) * _NODE_WEIGHTS
    total = values.sum(axis=2)
    return reach[:, :, 0] * total, (values * sine).sum(axis=2) / total
