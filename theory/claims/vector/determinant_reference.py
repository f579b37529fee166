r"""Independent routes to means of Wishart matrices: row by row in the plane, by gaps in the plane and in space.

In the plane, given the squares x and y of the first rows of two scatters, $W_a+sW_b$ has the first pivot $x+sy$, and
the second is $a-1$ squares, $b-1$ of variance s and one of variance $1+s-(x+s^2y)/(x+sy)$. The density of two or three
eigenvalues is a polynomial in the gaps between them where degrees of freedom less dimensions are odd.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from mpmath import mpf
from scipy import special

STEP = 0.2
GAPS = 70


@cache
def mean_log_of_two(a: int, b: int, scale: float) -> mpf:
    """E log det(W_a + scale W_b) in the plane, W_n the Gram matrix of n rows; one of a and b may be 0."""
    if not a or not b:
        n, log_scale = max(a, b), 0.0 if a else np.log(scale)
        return mpf(float(special.digamma([n / 2, (n - 1) / 2]).sum() + 2 * np.log(2) + 2 * log_scale))
    (x, p), (y, q) = chi_square_rule(a), chi_square_rule(b)
    first = x[:, None] + scale * y
    last = 1 + scale - (x[:, None] + scale**2 * y) / first
    second = [_log_of_squares(((a - 1, 1.0), (b - 1, scale), (1, one))) for one in last.ravel()]
    return mpf(float(p @ (np.log(first) + np.reshape(second, first.shape)) @ q))


def _log_of_squares(groups: tuple[tuple[int, float], ...]) -> float:
    """E log of a sum of squares of normal numbers of these variances, by the same integral."""
    mean = sum(count * variance for count, variance in groups)
    s = np.exp(np.arange(-20.0, 5.0 + 75.0 / sum(count for count, _ in groups), STEP))
    log_transform = -sum(count * np.log1p(2 * s / mean * variance) for count, variance in groups) / 2
    return float(np.log(mean) + STEP * np.sum(np.exp(-s) - np.exp(log_transform)))


def mean_over_gaps(nu: int, d: int, function: Callable[[np.ndarray], np.ndarray]) -> float:
    """E f(x) of one eigenvalue x of W, in the plane or in space, whose density is a polynomial in gaps for nu - d odd.

    In space they are 2a/3, 2a/3 + b and 2a/3 + b + 2c, in the plane a and a + 2b; a, b and c by Gauss and Laguerre.
    """
    if nu <= d or (nu - d) % 2 == 0:
        raise ValueError(f"the density is a polynomial for d + 1, d + 3, ... degrees of freedom, got {nu} for d = {d}")
    nodes, weights = np.polynomial.laguerre.laggauss(GAPS)
    if d == 2:
        low, gap = np.meshgrid(nodes, 2 * nodes, indexing="ij")
        values, apart, chance = (low, low + gap), gap, np.outer(weights, weights)
    else:
        low, first, second = np.meshgrid(2 * nodes / 3, nodes, 2 * nodes, indexing="ij")
        values, apart = (low, low + first, low + first + second), first * second * (first + second)
        chance = np.einsum("i,j,k->ijk", weights, weights, weights)
    chance = chance * apart * np.prod(values, axis=0) ** ((nu - d - 1) // 2)
    return float((chance * sum(function(x) for x in values)).sum() / chance.sum() / d)


def chi_square_rule(nu: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and chances: the trapezoidal rule in log x, its left end folded where degrees of freedom are few."""
    few = nu <= 40
    place = np.arange(-400, 400) * (min(0.6, np.sqrt(2 / nu)) / 4)
    y = place - np.exp(-place) if few else place
    density = nu / 2 * (y - np.expm1(y)) + (np.log1p(np.exp(-place)) if few else 0.0)
    kept = density > density.max() - 42
    weights = np.exp(density[kept])
    return nu * np.exp(y[kept]), weights / weights.sum()
