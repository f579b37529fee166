r"""The eigenvalues of $S^{-1}S_2$ in d dimensions, $S_2$ the Gram matrix of m rows and $S$ that of these and n more.

They have a density in proportion to $\prod w(u_i)\prod|u_i-u_j|$, $w=u^{(m-d-1)/2}(1-u)^{(n-d-1)/2}$. In the angle
$\cos^2\theta=u$ everything is analytic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from theory.laws.pfaffian import NODES, Eigenvalues, Points, eigenvalues, places

FINE, HALVINGS = 16, 45  # points on a panel, and how often panels halve towards u = 1
SMOOTH = 4  # rows beyond d from which so little lies near u = 1 that no finer panels are needed


def spectrum(m: int, n: int, d: int) -> tuple[Points, Points, Points]:
    """One of the d eigenvalues, each as likely: u, 1 - u and their weights, for m + n > d, with points close to u = 1.

    Where a kind of rows is fewer than the dimensions some eigenvalues are 0, or 1. Right to 1e-12 for d up to 10.
    """
    if m < d:
        u, rest, weight = spectrum(d, m + n - d, m) if m else (np.zeros(0), np.zeros(0), np.zeros(0))
        return np.append(u, 0.0), np.append(rest, 1.0), np.append(weight * m / d, 1 - m / d)
    if n < d:
        rest, u, weight = spectrum(n, m, d)
        return u, rest, weight
    law = _law(m, n, d)
    chance = law.found.chance() / d
    theta, weight = law.found.place, law.found.mass * chance
    if law.low == 0 and n - d < SMOOTH:
        theta, weight = _towards_one(law.high)
        place = np.polynomial.legendre.legvander(2 * theta / law.high - 1, NODES - 1)
        # without the power of sin, which vanishes at u = 1
        beyond = chance * _density(law.found.place, m - d, 0, law.top)
        weight = weight * (place @ law.found.coefficients @ beyond) * np.sin(theta) ** (n - d)
    return np.cos(theta) ** 2, np.sin(theta) ** 2, weight


def trace_moments(m: int, n: int, d: int, h: Callable[[Points, Points], Points]) -> tuple[float, float, float]:
    """E tr h, E tr h^2 and E (tr h)^2 of a function h(u, 1 - u) of the matrix, for m >= d and n >= d."""
    law = _law(m, n, d)
    value = h(np.cos(law.found.place) ** 2, np.sin(law.found.place) ** 2)
    weight = law.found.mass * law.found.chance()
    mean = float(weight @ value)
    return mean, float(weight @ value**2), law.found.variance(value) + mean**2


@dataclass(frozen=True)
class _Law:
    """The eigenvalues in the angle, from ``low`` to ``high``; ``top`` is the largest log w, as its scale."""

    low: float
    high: float
    top: float
    found: Eigenvalues


@cache
def _law(m: int, n: int, d: int) -> _Law:
    p, q = m - d, n - d
    half = (9 + 4 * np.sqrt(d)) / np.sqrt(2 * (p + q) + 1)
    peak = np.arctan2(np.sqrt(q), np.sqrt(p))
    low, high = max(0.0, peak - half), min(np.pi / 2, peak + half)
    theta, _ = places(low, high)
    top = float(_log_density(theta, p, q).max())
    spread = np.sin(theta) ** 2  # 1 - u, from -1 to 1 over the points: powers of u itself would look alike near 1
    z = 2 * (spread - spread[0]) / (spread[-1] - spread[0]) - 1
    return _Law(low, high, top, eigenvalues(low, high, _density(theta, p, q, top), z, d))


def _log_density(theta: Points, p: int, q: int) -> Points:
    """log w du/dtheta but for a constant: p and q the numbers of rows beyond d."""
    return p * np.log1p(-(np.sin(theta) ** 2)) / 2 + q * np.log(np.sin(theta))


def _density(theta: Points, p: int, q: int, top: float) -> Points:
    return np.exp(_log_density(theta, p, q) - top)


def _towards_one(high: float) -> tuple[Points, Points]:
    """Gauss-Legendre points on panels that halve, two by two, towards the angle 0."""
    ends = np.append(0.0, high * 2.0 ** np.arange(-HALVINGS, 0.1, 0.5))
    nodes, weights = np.polynomial.legendre.leggauss(FINE)
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()
