r"""The exact cross term of the Wasserstein distance in two dimensions, after every fit, by one-dimensional quadratures.

$\operatorname{tr}(\Sigma_0^{1/2}\Sigma_t\Sigma_0^{1/2})^{1/2}$ is the sum of the singular values of a product of
$2\times2$ matrices: the root of $p + 2q$ with the sum of squares $p$ and the determinant $q$ of the product, or
$\sqrt q\,2\cosh(\xi/2)$ with $p = 2q\cosh\xi$. One fit multiplies the matrix by a random one whose law does not change
under rotations, so that $(q, \xi)$ is a chain of its own and the expectation is a function of $\xi$ that is iterated
backwards.
"""

from functools import cache

import mpmath
import numpy as np
from jaxtyping import Float
from scipy import special

from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.source import eigenvalues
from theory.scenario import Scenario

NODES, WIDEST = 40, 12.0
"""Chebyshev points in xi, and the xi from which on the quotient by cosh(xi/2) is constant."""

FEWEST = 10
"""The sample size from which on the quadrature of the chi-squares is exact to 1e-9."""


def mean_cross_term(scenario: Scenario, t: int) -> mpmath.mpf:
    """E tr (Sigma_0^1/2 Sigma_t Sigma_0^1/2)^1/2 for a source of rank 2 and M = 2 or M >= 10."""
    size, offset = size_and_offset(scenario)
    first, second = (float(x) for x in eigenvalues(scenario)[:2])
    if t == 0:
        return mpmath.mpf(first + second)
    root = np.sqrt(size - 1 + offset)
    if size == 2:  # rank one: the first fit draws a vector, every other a factor |N(0, 1)|
        angle = np.linspace(0.0, 2 * np.pi, 4096, endpoint=False)
        length = np.sqrt(np.pi / 2) * np.sqrt((first * np.cos(angle)) ** 2 + (second * np.sin(angle)) ** 2).mean()
        return mpmath.mpf(length / root * (np.sqrt(2 / np.pi) / root) ** (t - 1))
    if size < FEWEST:
        raise ValueError(f"the quadrature needs at least {FEWEST} points, got {size}")
    xi = np.array([abs(np.log(first / second))])
    return mpmath.mpf(np.sqrt(first * second) * float(_ahead(size, t, xi)[0]) / root**t)


def _ahead(size: int, t: int, xi: Float[np.ndarray, " X"]) -> Float[np.ndarray, " X"]:
    """E of the sum of singular values after t fits with divisor 1, from a matrix of determinant 1 at xi."""
    return 2 * np.cosh(xi / 2) * _interpolated(_quotients(size, t), xi)


@cache
def _quotients(size: int, t: int) -> Float[np.ndarray, " N"]:
    """The expectation over 2 cosh(xi/2) at the Chebyshev points, after t fits."""
    points = _points()
    if t == 0:
        return np.ones_like(points)
    earlier = _quotients(size, t - 1)
    (x, wx), (y, wy) = _chi_square(size - 1), _chi_square(size - 2)
    z, wz = np.polynomial.hermite_e.hermegauss(16)
    x, y, z = (grid.ravel() for grid in np.meshgrid(x, y, z, indexing="ij"))
    weight = np.einsum("i,j,k->ijk", wx, wy, wz / wz.sum()).ravel()
    determinant = np.sqrt(x * y)
    found = []
    for xi in points:
        cosh = (np.exp(xi) * x + np.exp(-xi) * (y + z**2)) / (2 * determinant)
        new = np.arccosh(np.maximum(cosh, 1.0))
        value = np.sqrt(determinant * 2 * (1 + cosh)) * _interpolated(earlier, new)
        found.append(weight @ value / (2 * np.cosh(xi / 2)))
    return np.array(found)


def _points() -> Float[np.ndarray, " N"]:
    return WIDEST / 2 * (1 - np.cos(np.pi * np.arange(NODES) / (NODES - 1)))


def _interpolated(values: Float[np.ndarray, " N"], xi: Float[np.ndarray, " X"]) -> Float[np.ndarray, " X"]:
    """The Chebyshev interpolant at xi, constant beyond the widest."""
    coefficients = np.polynomial.chebyshev.chebfit(_points() * 2 / WIDEST - 1, values, NODES - 1)
    return np.polynomial.chebyshev.chebval(np.minimum(xi, WIDEST) * 2 / WIDEST - 1, coefficients)


def _chi_square(nu: int) -> tuple[Float[np.ndarray, " A"], Float[np.ndarray, " A"]]:
    """Points and weights for means over a chi-square: the trapezoidal rule in its logarithm."""
    step = 0.5 * np.sqrt(2 / nu)
    y = step * np.arange(-22, 17)
    weight = step * np.exp(nu / 2 * (np.log(nu / 2) + y - np.exp(y)) - special.gammaln(nu / 2))
    return nu * np.exp(y), weight
