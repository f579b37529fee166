r"""The eigenvalues of $S^{-1}S_2$ in d dimensions, $S_2$ the Gram matrix of m rows and $S$ that of these and n more.

They have a density in proportion to $\prod w(u_i)\prod|u_i-u_j|$, $w=u^{(m-d-1)/2}(1-u)^{(n-d-1)/2}$. With
$w\,e^{\epsilon h}$ for w its total is the Pfaffian of $A_{ij}=\iint\operatorname{sgn}(y-x)\phi_i(x)\phi_j(y)w(x)w(y)$
for polynomials $\phi_1,\dots,\phi_d$ (de Bruijn 1955), bordered by $\int\phi_iw$ where d is odd. The slopes of its
logarithm in $\epsilon$ are mean and variance of $\sum_ih(u_i)$. In the angle $\cos^2\theta=u$ everything is analytic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

NODES = 160
FINE, HALVINGS = 16, 45  # points on a panel, and how often panels halve towards u = 1
SMOOTH = 4  # rows beyond d from which so little lies near u = 1 that no finer panels are needed
Points = Float[np.ndarray, " K"]


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
    chance = np.einsum("ik,ji,jk->k", law.phi, law.inverse, law.beside) / d
    theta, weight = law.theta, law.mass * chance
    if law.low == 0 and n - d < SMOOTH:
        theta, weight = _towards_one(law.high)
        place = np.polynomial.legendre.legvander(2 * theta / law.high - 1, NODES - 1)
        beyond = chance * _density(law.theta, m - d, 0, law.top)  # without the power of sin, which vanishes at u = 1
        weight = weight * (place @ law.coefficients @ beyond) * np.sin(theta) ** (n - d)
    return np.cos(theta) ** 2, np.sin(theta) ** 2, weight


def trace_moments(m: int, n: int, d: int, h: Callable[[Points, Points], Points]) -> tuple[float, float, float]:
    """E tr h, E tr h^2 and E (tr h)^2 of a function h(u, 1 - u) of the matrix, for m >= d and n >= d."""
    law = _law(m, n, d)
    value = h(np.cos(law.theta) ** 2, np.sin(law.theta) ** 2)
    weight = law.mass * np.einsum("ik,ji,jk->k", law.phi, law.inverse, law.beside)
    mean = float(weight @ value)
    return mean, float(weight @ value**2), law.variance(value) + mean**2


@dataclass(frozen=True)
class _Law:
    """Polynomials phi, orthonormal under w^2 in the angle, and beside them the mean of each beyond u less before."""

    low: float
    high: float
    top: float  # the largest log w, as the scale of w
    theta: Points
    mass: Points
    running: Float[np.ndarray, "K K"]  # integrals from the low end to each point
    coefficients: Float[np.ndarray, "K K"]
    phi: Float[np.ndarray, "D K"]
    beside: Float[np.ndarray, "D K"]
    inverse: Float[np.ndarray, "D D"]

    def variance(self, h: Points) -> float:
        """Of the sum of h over the eigenvalues."""
        apart = (self.mass * h * self.phi).sum(1) - 2 * self.running @ (h * self.phi).T
        first, second = (self._antisymmetric(self.mass * h**k) for k in (1, 2))
        second += 2 * (self.mass * h * self.phi) @ apart
        moved = self.inverse @ first
        return float(np.trace(self.inverse @ second) - np.trace(moved @ moved)) / 2

    def _antisymmetric(self, mass: Points) -> Float[np.ndarray, "D D"]:
        product = (mass * self.phi) @ self.beside.T
        return product - product.T


@cache
def _law(m: int, n: int, d: int) -> _Law:
    p, q = m - d, n - d
    half = (9 + 4 * np.sqrt(d)) / np.sqrt(2 * (p + q) + 1)
    peak = np.arctan2(np.sqrt(q), np.sqrt(p))
    low, high = max(0.0, peak - half), min(np.pi / 2, peak + half)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    scale = (high - low) / 2
    theta, weights = low + scale * (nodes + 1), scale * weights
    values, k = np.polynomial.legendre.legvander(nodes, NODES), np.arange(1, NODES)
    summed = np.hstack([nodes[:, None] + 1, (values[:, 2:] - values[:, :-2]) / (2 * k + 1)])
    coefficients = (2 * np.arange(NODES)[:, None] + 1) / (2 * scale) * (values[:, :NODES] * weights[:, None]).T
    top = float(_log_density(theta, p, q).max())
    density = _density(theta, p, q, top)
    mass, running = weights * density, scale * summed @ coefficients * density
    spread = np.sin(theta) ** 2  # 1 - u, from -1 to 1 over the points: powers of u itself would look alike near 1
    phi = _orthonormal(2 * (spread - spread[0]) / (spread[-1] - spread[0]) - 1, weights * density**2, d)
    beside = (mass @ phi.T - 2 * running @ phi.T).T
    if d % 2:
        phi, beside = np.vstack([phi, np.zeros_like(theta)]), np.vstack([beside, np.ones_like(theta)])
    pairs = (mass * phi) @ beside.T
    pairs = pairs - pairs.T
    pairs[:d, :d] /= 2
    return _Law(low, high, top, theta, mass, running, coefficients, phi, beside, np.linalg.inv(pairs))


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


def _orthonormal(z: Points, mass: Points, d: int) -> Float[np.ndarray, "d K"]:
    """Polynomials of degree 0 to d - 1, each z times the last less what lies along those before."""
    rows = [np.full_like(z, 1 / np.sqrt(mass.sum()))]
    for _ in range(d - 1):
        new = z * rows[-1]
        for _ in range(2):
            known = np.array(rows)
            new = new - (known * mass @ new) @ known
        rows.append(new / np.sqrt(mass @ new**2))
    return np.array(rows)
