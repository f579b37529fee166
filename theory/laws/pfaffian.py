r"""Eigenvalues whose joint density is in proportion to $\prod w(x_i)\prod|x_i-x_j|$: one of them, and sums over all.

With $w\,e^{\epsilon h}$ for w the total is the Pfaffian of
$A_{ij}=\iint\operatorname{sgn}(y-x)\phi_i(x)\phi_j(y)w(x)w(y)$ for polynomials $\phi_1,\dots,\phi_d$ (de Bruijn 1955),
bordered by $\int\phi_iw$ where d is odd. The slopes of its logarithm in $\epsilon$ are mean and variance of
$\sum_ih(x_i)$. With $w\,(1+h)$ for w its quotient by that for w is the mean of $\prod_i(1+h(x_i))$.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

NODES = 160
Points = Float[np.ndarray, " K"]


@dataclass(frozen=True)
class Eigenvalues:
    """Polynomials phi, orthonormal under w^2, and beside them the mean of each beyond a point less before it."""

    place: Points
    mass: Points
    running: Float[np.ndarray, "K K"]  # integrals from the low end to each point
    coefficients: Float[np.ndarray, "K K"]
    phi: Float[np.ndarray, "D K"]
    beside: Float[np.ndarray, "D K"]
    inverse: Float[np.ndarray, "D D"]

    def chance(self) -> Points:
        """The sum over all eigenvalues of their chance to be at a point, over its mass."""
        return np.einsum("ik,ji,jk->k", self.phi, self.inverse, self.beside)

    def variance(self, h: Points) -> float:
        """Of the sum of h over the eigenvalues."""
        apart = (self.mass * h * self.phi).sum(1) - 2 * self.running @ (h * self.phi).T
        first, second = (self._antisymmetric(self.mass * h**k) for k in (1, 2))
        second += 2 * (self.mass * h * self.phi) @ apart
        moved = self.inverse @ first
        return float(np.trace(self.inverse @ second) - np.trace(moved @ moved)) / 2

    def tilted(self, h: Float[np.ndarray, "S K"]) -> "Tilted":
        """Means under the product of 1 + h over the eigenvalues, for each of S functions h."""
        own = h[:, None, :] * self.phi
        moved = (own @ self.mass)[:, :, None] - 2 * own @ self.running.T
        change = (self.mass * own) @ np.swapaxes(self.beside + moved / 2, 1, 2)
        step = self.inverse @ (change - np.swapaxes(change, 1, 2))
        roots = np.linalg.eigvals(step)
        log_square = np.log1p(2 * roots.real + roots.real**2 + roots.imag**2)  # log1p of complex numbers loses digits
        excess = np.expm1(log_square.sum(1) / 4)
        back = np.linalg.inv(np.eye(len(self.phi)) + step) @ self.inverse
        return Tilted(excess, self.mass * (self.phi + own), self.beside + moved, back)

    def _antisymmetric(self, mass: Points) -> Float[np.ndarray, "D D"]:
        product = (mass * self.phi) @ self.beside.T
        return product - product.T


@dataclass(frozen=True)
class Tilted:
    """What ``Eigenvalues.tilted`` finds: the mean of the product less 1, relatively exact, and means with sums."""

    excess: Float[np.ndarray, " S"]
    heavy: Float[np.ndarray, "S D K"]
    beside: Float[np.ndarray, "S D K"]
    inverse: Float[np.ndarray, "S D D"]

    def total(self, q: Float[np.ndarray, "S K"]) -> Float[np.ndarray, " S"]:
        """The mean of the product times the sum of q over the eigenvalues."""
        change = (self.heavy * q[:, None, :]) @ np.swapaxes(self.beside, 1, 2)
        return (1 + self.excess) * np.einsum("sij,sji->s", self.inverse, change)


def places(low: float, high: float) -> tuple[Points, Points]:
    """Gauss-Legendre points and weights between two ends."""
    nodes, weights = gauss_legendre()
    return low + (high - low) / 2 * (nodes + 1), (high - low) / 2 * weights


def eigenvalues(low: float, high: float, density: Points, z: Points, d: int) -> Eigenvalues:
    """d of them in a variable that is analytic on ``places(low, high)``: w there, and x moved to -1 ... 1."""
    place, weights = places(low, high)
    coefficients, integrals = _series()
    mass, running = weights * density, (high - low) / 2 * integrals * density
    phi = _orthonormal(z, weights * density**2, d)
    beside = (mass @ phi.T - 2 * running @ phi.T).T
    if d % 2:
        phi, beside = np.vstack([phi, np.zeros_like(place)]), np.vstack([beside, np.ones_like(place)])
    pairs = (mass * phi) @ beside.T
    pairs = pairs - pairs.T
    pairs[:d, :d] /= 2
    return Eigenvalues(place, mass, running, coefficients, phi, beside, np.linalg.inv(pairs))


@cache
def gauss_legendre() -> tuple[Points, Points]:
    """``NODES`` points from -1 to 1 and their weights."""
    return np.polynomial.legendre.leggauss(NODES)


@cache
def _series() -> tuple[Float[np.ndarray, "K K"], Float[np.ndarray, "K K"]]:
    """From values at the points to coefficients of Legendre polynomials, and to integrals from -1 to each point."""
    (nodes, weights), k = gauss_legendre(), np.arange(1, NODES)
    values = np.polynomial.legendre.legvander(nodes, NODES)
    coefficients = (np.arange(NODES)[:, None] + 0.5) * (values[:, :NODES] * weights[:, None]).T
    summed = np.hstack([nodes[:, None] + 1, (values[:, 2:] - values[:, :-2]) / (2 * k + 1)])
    return coefficients, summed @ coefficients


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
