r"""A law as a few points and weights that give the means of polynomials exactly: Gauss's rule for it.

Polynomials orthonormal under a law of many points obey $b_{k+1}p_{k+1}(u)=(u-a_k)p_k(u)-b_kp_{k-1}(u)$ in its
standardised variable; the nodes are the eigenvalues of the matrix of $a$ and $b$, and a node's weight is one over the
sum of $p_k^2$ there, exact relative to itself however small.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy.linalg import eigh_tridiagonal

Values = Float[np.ndarray, "*Q"]


class GaussNodes:
    """Nodes, weights of sum 1 and orthonormal polynomials for points ``values`` with positive ``weights``."""

    def __init__(self, values: Values, weights: Values, count: int) -> None:
        x, w = np.ravel(values), np.ravel(weights) / np.sum(weights)
        self.centre = float(np.sum(w * x))
        self.scale = math.sqrt(float(np.sum(w * (x - self.centre) ** 2)))
        u = (x - self.centre) / self.scale
        diagonal, beside, before, now = [], [0.0], np.zeros_like(u), np.ones_like(u)
        for _ in range(count):  # sums, not inner products: threads for these would cost more than they save
            diagonal.append(float(np.sum(w * now**2 * u)))
            following = (u - diagonal[-1]) * now - beside[-1] * before
            beside.append(math.sqrt(float(np.sum(w * following**2))))
            before, now = now, following / beside[-1]
        self.diagonal, self.beside = np.array(diagonal), np.array(beside[1:-1])
        standard = eigh_tridiagonal(self.diagonal, self.beside, eigvals_only=True)
        self.nodes = self.centre + self.scale * standard
        self.at_nodes = self(self.nodes)
        self.weights = 1 / (self.at_nodes**2).sum(axis=1)

    def __call__(self, values: Values) -> Float[np.ndarray, "*Q K"]:
        """The polynomials at each value."""
        u = (values - self.centre) / self.scale
        found = np.empty((len(self.diagonal), *u.shape))
        found[0] = 1.0
        found[1] = (u - self.diagonal[0]) / self.beside[0]
        for k in range(1, len(self.beside)):
            found[k + 1] = ((u - self.diagonal[k]) * found[k] - self.beside[k - 1] * found[k - 1]) / self.beside[k]
        return np.moveaxis(found, 0, -1)
