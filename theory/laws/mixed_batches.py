r"""One fit to two batches, n real and m synthetic points, as a matrix on functions of the model $(\mu,v)$ before.

Given the model, $Lv'=Q+kz^2$, $k=nm/N$, where $Q$ is the squares of the batches about their own means and $z$ the
distance of these, normal about $\mu$ and independent of $Q$; given $z$ too, $\mu'$ is normal about a line in $z$ and
independent of $Q$. So a product of polynomials in $\log v'$ and in $\mu'$ is averaged over $Q$ and over $\mu'$ apart,
then over $z$. In units of the source; the mean from that of the source, or of the points that are kept.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

from theory.laws.edged_grid import EdgedGrid

NOTHING = 38.0  # weights of e^-38 of the largest are left out
NODES = 14  # of Gauss and Hermite
FEW, MANY, WIDE, CLOSE = 5, 12, 0.5, 0.3  # points below which z is resolved as far as its zero, or finer; its steps


@dataclass(frozen=True)
class FreshBatches:
    """n real points drawn anew: Q is X + vY, chi-squares with n-1 and m-1 degrees of freedom; n or m may be 0."""

    real: float
    synthetic: float
    divisor: float

    @property
    def holding(self) -> float:
        """Points whose squares keep Q away from 0, where it matters."""
        return self.real

    def squares(self, v: float) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
        """X + vY = T (1 - B + vB), T = X + Y independent of the share B = Y/T: a density in log Q."""
        degrees = self.real + self.synthetic - 2
        if not self.real or not self.synthetic:
            y, weights = log_chi_square_nodes(degrees + 1)
            return np.exp(y) * (1.0 if self.real else v), weights
        fresh, drawn, chance = share_nodes((self.synthetic - 1) / 2, (self.real - 1) / 2)
        shift = np.log(fresh + v * drawn)
        y, _ = log_chi_square_nodes(degrees)
        step = y[1] - y[0]
        q = np.arange(math.floor((y[0] + shift.min()) / step), math.ceil((y[-1] + shift.max()) / step) + 1) * step
        u = q[:, None] - shift - math.log(degrees)
        return _kept(np.exp(q), np.exp(degrees / 2 * (u - np.expm1(np.minimum(u, 700.0)))) @ chance)

    def log_transform(self, s: Complex[np.ndarray, "S 1"], v: Float[np.ndarray, " V"]) -> Complex[np.ndarray, "S V"]:
        """log E exp(-s Q)."""
        return -((self.real - 1) * np.log1p(2 * s) + (self.synthetic - 1) * np.log1p(2 * s * v)) / 2

    def distance(self, v: float) -> tuple[float, float, float]:
        """The standard deviation of z, the slope of mu' in z and the variance of mu' about its line."""
        n, m = self.real, self.synthetic
        if not n or not m:
            return 1.0, 0.0, (1.0 if n else v) / (n + m)
        return math.sqrt(1 / n + v / m), (v - 1) * n * m / (n + m) / (m + n * v), v / (m + n * v)


@dataclass(frozen=True)
class KeptBatches:
    """The same n real points, whose squares about their mean are ``kept``: Q is these and vY, mu' = (m/N) z."""

    real: float
    synthetic: float
    divisor: float
    kept: float

    @property
    def holding(self) -> float:
        """Points whose squares keep Q away from 0, where it matters."""
        return self.synthetic

    def squares(self, v: float) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
        """Values of Q and their weights."""
        if self.synthetic == 1:
            return np.array([self.kept]), np.ones(1)
        y, weights = log_chi_square_nodes(self.synthetic - 1)
        return self.kept + v * np.exp(y), weights

    def distance(self, v: float) -> tuple[float, float, float]:
        """The standard deviation of z, the slope of mu' in z and the variance of mu' about its line."""
        return math.sqrt(v / self.synthetic), self.synthetic / (self.real + self.synthetic), 0.0


def one_fit(grid: EdgedGrid, fit: FreshBatches | KeptBatches, odd: bool = False) -> Float[np.ndarray, "N N"]:
    """The values of a function at the grid's points to those of its mean after one fit from there.

    The function is even in the mean, or odd.
    """
    rows = np.empty((grid.variances, grid.means, grid.variances, grid.means))
    for row, (in_variance, both) in zip(rows, _given_distance(grid, fit, odd), strict=True):
        row[:] = np.tensordot(in_variance, both, (0, 1)).transpose(1, 0, 2)
    return rows.reshape(len(grid.variance), -1)


def carried(
    grid: EdgedGrid, fit: FreshBatches | KeptBatches, weights: Float[np.ndarray, " N"]
) -> Float[np.ndarray, " N"]:
    """The row of weights of a law at the grid's points after one more fit: that matrix from the left, never made."""
    after = np.zeros((grid.variances, grid.means))
    of_variance = weights.reshape(after.shape)
    for own, (in_variance, both) in zip(of_variance, _given_distance(grid, fit), strict=True):
        after += in_variance.T @ np.tensordot(own, both, 1)
    return after.ravel()


def _given_distance(
    grid: EdgedGrid, fit: FreshBatches | KeptBatches, odd: bool = False
) -> Iterator[tuple[Float[np.ndarray, "Z V"], Float[np.ndarray, "D Z D"]]]:
    """For each variance: means of the polynomials of log v' given |z|; of those of mu', times the weights of z."""
    n, m = fit.real, fit.synthetic
    k, line = n * m / (n + m), m / (n + m)
    means = grid.mean[: grid.means]
    normal, chance = np.polynomial.hermite_e.hermegauss(NODES)
    chance = chance / chance.sum()
    of_variance, of_mean = grid.from_values[0], grid.from_odd_values if odd else grid.from_values[1]
    in_mean = grid.in_odd_mean if odd else grid.in_mean
    for v in grid.variance[:: grid.means]:
        Q, weights = fit.squares(v)
        sd, slope, rest = fit.distance(v)
        z, dz = _half_line(sd, means.max(), fit.holding)
        after = grid.in_variance(np.log((Q[:, None] + k * z**2) / fit.divisor))
        in_variance = np.tensordot(weights, after, 1) @ of_variance
        signed = np.concatenate((z, -z))
        away = (signed - means[:, None]) / sd
        likely = np.exp(-(away**2) / 2) * np.concatenate((dz, dz))
        likely /= likely.sum(1, keepdims=True)
        both = likely[..., None] * in_mean(line * means[:, None] + slope * sd * away)
        both = (both[:, : len(z)] + both[:, len(z) :]) @ of_mean
        if rest:
            blurred = in_mean(means[:, None] + math.sqrt(rest) * normal)
            both = both @ (np.tensordot(chance, blurred, (0, 1)) @ of_mean)
        yield in_variance, both


def _half_line(sd: float, farthest: float, holding: float) -> tuple[Float[np.ndarray, " Z"], Float[np.ndarray, " Z"]]:
    """|z| and the weights of a trapezoidal rule; with few points in log(1 + e^x), fine about 0."""
    end = farthest / sd + 9
    if holding < FEW:
        x = np.arange(-math.ceil(NOTHING / CLOSE), math.ceil(end / CLOSE) + 1) * CLOSE
        return sd * np.logaddexp(0.0, x), special.expit(x)
    step = CLOSE if holding < MANY else WIDE
    x = step * np.arange(math.ceil(end / step) + 1)
    return sd * x, np.where(x == 0, 0.5, 1.0)


def log_chi_square_nodes(degrees: float) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
    """The logarithm of a chi-square by the trapezoidal rule."""
    a = degrees / 2
    sd, step = math.sqrt(float(special.polygamma(1, a))), _step(a)
    y = step * np.arange(-math.ceil((9 * sd + NOTHING / a) / step), math.ceil(9 * sd / step) + 1)
    return _kept(y + math.log(degrees), np.exp(a * (y - np.expm1(np.minimum(y, 700.0)))))


def share_nodes(p: float, q: float) -> tuple[Float[np.ndarray, " B"], Float[np.ndarray, " B"], Float[np.ndarray, " B"]]:
    """1 - B, B and weights for B of the law Beta(p, q), by the trapezoidal rule in log(B/(1-B)); p or q may be 0."""
    if p == 0 or q == 0:
        return np.array([float(p == 0)]), np.array([float(q == 0)]), np.ones(1)
    sd, step = math.sqrt(float(special.polygamma(1, p) + special.polygamma(1, q))), _step(p, q)
    ends = math.ceil((9 * sd + NOTHING / p) / step), math.ceil((9 * sd + NOTHING / q) / step)
    y = math.log(p / q) + step * np.arange(-ends[0], ends[1] + 1)
    log_density = p * y - (p + q) * np.logaddexp(0.0, y)
    y, weights = _kept(y, np.exp(log_density - log_density.max()))
    return special.expit(-y), special.expit(y), weights


def _step(*shapes: float) -> float:
    """2 pi over the frequency at which the transform of a sum of logarithms of gamma variables has vanished."""
    low, high = 0.0, 1e9
    for _ in range(80):
        middle = (low + high) / 2
        fallen = sum(special.loggamma(a + 1j * middle).real - special.loggamma(a).real for a in shapes)
        low, high = (low, middle) if fallen < -NOTHING + 4 else (middle, high)
    return 2 * math.pi / high


def _kept(
    values: Float[np.ndarray, " Q"], weights: Float[np.ndarray, " Q"]
) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
    """Without what weighs nothing; the weights with sum 1."""
    heavy = weights > math.exp(-NOTHING) * weights.max()
    return values[heavy], weights[heavy] / weights[heavy].sum()
