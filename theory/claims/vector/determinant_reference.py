r"""The independent route to the mean log-determinant of one fit: row by row in the plane, by gaps in space.

In the plane the scatter is $cI+XDX'$ with two rows of independent normal numbers and $D=\mathrm{diag}(1,\dots,1,w)$,
the last column the error of the mean of a batch. Given the first row, with squares $x\sim\chi^2_{M-1}$ and
$y\sim\chi^2_1$ in its last place, the first pivot is $S=c+x+wy$ and the second is c plus a quadratic form of the second
row: $M-2$ squares, and two more whose matrix has the trace $1+w-(x+w^2y)/S$ and the determinant $wc/S$. In space the
density of the three eigenvalues is a polynomial in the gaps between them where $M$ is odd.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from mpmath import mpf
from scipy import special

STEP = 0.2
NORMAL = np.sqrt(2.0) * np.arange(0.0, 9.0, 0.15)
GAPS = 70


@cache
def mean_log_determinant(M: int, kept: float, w: float = 0.0, d: int = 2) -> mpf:
    """E log det(c + W + w zz'), W of M - 1 degrees of freedom and c = ``kept``, to about 1e-11.

    In the plane, or in space with w = 0 and M = 5, 7, 9, ...
    """
    if d == 3:
        return mpf(3 * mean_over_gaps(M - 1, 3, lambda x: np.log(kept + x)))
    if M == 1:
        x, p = np.zeros(1), np.ones(1)
    else:
        x, p = _chi_square(M - 1)
    y, q = _squared_normal() if w else (np.zeros(1), np.ones(1))
    first = kept + x[:, None] + w * y
    if M == 1:  # one square, w c/S times
        second = [_log_mean(kept, 0, one, 0.0) for one in (w * kept / first).ravel()]
    else:
        trace, determinant = 1 + w - (x[:, None] + w**2 * y) / first, w * kept / first
        second = [_log_mean(kept, M - 2, *both) for both in zip(trace.ravel(), determinant.ravel(), strict=True)]
    return mpf(float(p @ (np.log(first) + np.reshape(second, first.shape)) @ q))


@cache
def mean_log_of_two(a: int, b: int, scale: float) -> mpf:
    """E log det(W_a + scale W_b) in the plane, W_n the Gram matrix of n rows; one of a and b may be 0."""
    if not a or not b:
        n, log_scale = max(a, b), 0.0 if a else np.log(scale)
        return mpf(float(special.digamma([n / 2, (n - 1) / 2]).sum() + 2 * np.log(2) + 2 * log_scale))
    (x, p), (y, q) = _chi_square(a), _chi_square(b)
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


def _log_mean(kept: float, squares: int, trace: float, determinant: float) -> float:
    """E log(c + Q) = log m + the integral of (e^(-s) - E e^(-s(c + Q)/m)) ds/s, m = E(c + Q)."""
    mean = kept + squares + trace
    one = np.exp(np.arange(-20.0, np.log(45 * mean / kept), STEP))
    s = one / mean
    log_transform = -s * kept - squares / 2 * np.log1p(2 * s) - np.log1p(2 * s * trace + 4 * s**2 * determinant) / 2
    return float(np.log(mean) + STEP * np.sum(np.exp(-one) - np.exp(log_transform)))


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


def _chi_square(nu: int) -> tuple[np.ndarray, np.ndarray]:
    """The trapezoidal rule in log x, its left end folded where degrees of freedom are few."""
    few = nu <= 40
    place = np.arange(-400, 400) * (min(0.6, np.sqrt(2 / nu)) / 4)
    y = place - np.exp(-place) if few else place
    density = nu / 2 * (y - np.expm1(y)) + (np.log1p(np.exp(-place)) if few else 0.0)
    kept = density > density.max() - 42
    weights = np.exp(density[kept])
    return nu * np.exp(y[kept]), weights / weights.sum()


def _squared_normal() -> tuple[np.ndarray, np.ndarray]:
    weights = np.exp(-(NORMAL**2) / 2) * np.where(NORMAL == 0, 1, 2)
    return NORMAL**2, weights / weights.sum()
