"""References of claims about windows of two batches: points of both laws for three fits, then polynomials backwards.

The first three fits are followed batch by batch, sums of squares and means. Later ones are a function of the newest
batch beside its model, b its sum of squares and a the place of its mean: a polynomial in log b and a, on Chebyshev's
nodes, taken back fit by fit by rules for both laws.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from scipy import special

from theory.claims.gaussian.weighted_log_reference import chi_square
from theory.scenario import Scenario

Function = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of v_t/v_1 and of (mu_t - mu_1)/sqrt v_1
NORMALS, NEGLIGIBLE, DEGREE, FAR = 24, 1e-15, 18, 13.0


def of_first_fits(size: int, offset: float, fits: int, function: Function) -> float:
    """E f(v_t/v_1, (mu_t - mu_1)/sqrt v_1) for t up to 3."""
    L = 2 * size - 1 + offset
    one = np.ones((1, 1, 1, 1))
    if fits == 1:
        return float(function(one, 0 * one).item())
    X, chances = _squares(size - 1)
    z, normal = _hermite()
    old, mean = (X[:, None] + (size - 1 + offset) + z**2 / 2) / L, z / np.sqrt(size)
    centre = mean / 2  # of model 2, from the mean of the first batch
    if fits == 2:
        return float(chances @ function(old, np.broadcast_to(centre, old.shape)) @ normal)
    Y, others = X, chances
    v2 = old[:, :, None, None]
    last = centre[:, None, None] + np.sqrt(v2) * z / np.sqrt(size)
    apart = mean[:, None, None] - last
    v3 = (X[:, None, None, None] + v2 * Y[:, None] + size / 2 * apart**2) / L
    return float(
        np.einsum("i,j,k,l,ijkl->", chances, normal, others, normal, function(v3, (mean[:, None, None] + last) / 2))
    )


class Backwards:
    """The mean over one fit of functions of the newest batch, at nodes and from the first fit."""

    def __init__(self, size: int, offset: float) -> None:
        self.L, self.L1, self.size = 2 * size - 1 + offset, size - 1 + offset, size
        angles = np.cos(np.pi * (np.arange(DEGREE) + 0.5) / DEGREE)
        self.scales = FAR * np.sqrt(2 / size), FAR * np.sqrt(0.34 / size)
        u, a = (side.ravel() for side in np.meshgrid(angles, angles, indexing="ij"))
        self.b, self.a = self.L / 2 * np.exp(self.scales[0] * u), self.scales[1] * a
        once = chebvander(angles, DEGREE - 1).T * np.where(np.arange(DEGREE) == 0, 1, 2)[:, None] / DEGREE
        self.fit = np.kron(once, once)  # from values at the nodes to coefficients
        self.steps = [self._step(b, a) for b, a in zip([*self.b, self.L1], [*self.a, 0.0], strict=True)]

    def _step(self, b: float, a: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Chances, log of v'/v, the new a, and the polynomials at the new places."""
        (X, p), (z, q) = _squares(self.size - 1), _hermite()
        w = z / np.sqrt(self.size) - a
        ratio = (b + X[:, None] + self.size / 2 * w**2) / self.L
        place, apart = np.log(X[:, None] / ratio / (self.L / 2)), w / (2 * np.sqrt(ratio))
        left, right = (np.clip(x / scale, -1, 1) for x, scale in zip((place, apart), self.scales, strict=True))
        tensor = chebvander(left, DEGREE - 1)[..., :, None] * chebvander(right, DEGREE - 1)[..., None, :]
        chances = np.outer(p, q).ravel()
        return chances, np.log(ratio).ravel(), apart.ravel(), tensor.reshape(chances.size, -1)

    def mean(self, weight: Callable[[np.ndarray, np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
        """E weight(log v'/v, a') f(shape') from every node, and last from the first fit."""
        coefficients = self.fit @ values[:-1]
        return np.array([
            (chances * weight(log, a)) @ (polynomials @ coefficients) for chances, log, a, polynomials in self.steps
        ])  # fmt: skip


@cache
def backwards(size: int, offset: float) -> Backwards:
    """Remembered."""
    return Backwards(size, offset)


def power(scenario: Scenario, fits: int, p: float) -> float:
    """E (v_t/v_1)^p."""
    size, offset = _numbers(scenario)
    if fits <= 3:
        return of_first_fits(size, offset, fits, lambda v, d: v**p)
    chain = backwards(size, offset)
    values = np.ones(len(chain.a) + 1)
    for _ in range(fits - 1):
        values = chain.mean(lambda log, a: np.exp(p * log), values)
    return float(values[-1])


def logarithm(scenario: Scenario, fits: int) -> tuple[float, float]:
    """E log(v_t/v_1) and its variance."""
    size, offset = _numbers(scenario)
    if fits <= 3:
        mean, square = (of_first_fits(size, offset, fits, lambda v, d, n=n: np.log(v) ** n) for n in (1, 2))
        return mean, square - mean**2
    chain = backwards(size, offset)
    mean, square = np.zeros(len(chain.a) + 1), np.zeros(len(chain.a) + 1)
    one = np.ones(len(mean))
    for _ in range(fits - 1):
        squared = chain.mean(lambda log, a: log**2, one) + 2 * chain.mean(lambda log, a: log, mean)
        square = squared + chain.mean(lambda log, a: np.ones(len(log)), square)
        mean = chain.mean(lambda log, a: log, one) + chain.mean(lambda log, a: np.ones(len(log)), mean)
    return float(mean[-1]), float(square[-1] - mean[-1] ** 2)


def strayed(scenario: Scenario, fits: int) -> float:
    """E (mu_t - mu_1)^2/v_t: a square in the error g of the newest mean over sqrt v, g' = g sqrt(v/v') + 2a'."""
    size, offset = _numbers(scenario)
    if fits <= 3:
        return of_first_fits(size, offset, fits, lambda v, d: d**2 / v)
    chain = backwards(size, offset)
    a = np.append(chain.a, 0.0)
    squared, linear, rest = np.ones(len(a)), -2 * a, a**2
    for _ in range(fits - 1):
        rest = (
            chain.mean(lambda log, a: 4 * a**2, squared) + chain.mean(lambda log, a: 2 * a, linear)
            + chain.mean(lambda log, a: np.ones(len(a)), rest)
        )  # fmt: skip
        linear = chain.mean(lambda log, a: 4 * a * np.exp(-log / 2), squared) + chain.mean(
            lambda log, a: np.exp(-log / 2), linear
        )
        squared = chain.mean(lambda log, a: np.exp(-log), squared)
    return float(rest[-1])


def _numbers(scenario: Scenario) -> tuple[int, float]:
    size = scenario.sample_size.constant
    return size, scenario.estimator.divide_by(2 * size) - (2 * size - 1)


def _squares(nu: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and chances of a chi-square."""
    X, chances = chi_square(nu)
    kept = chances > NEGLIGIBLE
    return X[kept], chances[kept] / chances[kept].sum()


def _hermite() -> tuple[np.ndarray, np.ndarray]:
    points, weights = special.roots_hermitenorm(NORMALS)
    return points, weights / weights.sum()
