r"""The eigenvalues of the Gram matrix $S=X'X$ of M rows $N(0,I_d)$: points and weights for means over one of them.

They have a density in proportion to $\prod w(x_i)\prod|x_i-x_j|$, $w=x^{(M-d-1)/2}e^{-x/2}$, which is analytic in
$\sqrt x$.
"""

from functools import cache

import numpy as np

from theory.laws.pfaffian import NODES, Eigenvalues, Points, eigenvalues, gauss_legendre, places

MOST_DIMENSIONS = 10
FINE, HALVINGS = 24, 150  # points on a panel, and how often panels halve towards 0
SMOOTH = 4  # rows beyond d from which so little lies near 0 that no finer panels are needed


@cache
def gram_spectrum(M: int, d: int) -> tuple[Points, Points]:
    """One of the d eigenvalues, each as likely, and its weights, for M >= d; right to 1e-12 for d up to 10."""
    p, (_, high) = M - d, _ends(M, d)
    root, found = gram_eigenvalues(M, d)
    chance = found.chance() / d
    if p >= SMOOTH:
        return root**2, found.mass * chance
    near, weight = _towards_zero(high)
    smooth = chance * _density(root, p) * (1 + root**-2.0) ** (p / 2)  # does not vanish at 0, and falls as the whole
    return near**2, weight * _between(smooth, 2 * near / high - 1) * (near**2 / (1 + near**2)) ** (p / 2)


@cache
def gram_eigenvalues(M: int, d: int) -> tuple[Points, Eigenvalues]:
    """All of them in their square roots, the first number: for means of functions that are analytic near [0, inf)."""
    low, high = _ends(M, d)
    root, _ = places(low, high)
    z = 2 * (root - low) * (root + low) / ((high - low) * (high + low)) - 1
    return root, eigenvalues(low, high, _density(root, M - d), z, d)


def _ends(M: int, d: int) -> tuple[float, float]:
    """Of the square roots, but for a part that is negligible."""
    middle, half = np.sqrt(M - d), 8.0 + 1.5 * np.sqrt(d)
    return max(0.0, middle - half), middle + half


def _between(values: Points, z: Points) -> Points:
    """The polynomial with these values at the Gauss-Legendre nodes, at other z from -1 to 1 (barycentric formula)."""
    nodes, weights = gauss_legendre()
    pull = (-1.0) ** np.arange(NODES) * np.sqrt((1 - nodes**2) * weights) / (z[:, None] - nodes)
    return pull @ values / pull.sum(1)


def _density(root: Points, p: int) -> Points:
    """y^p e^(-y^2/2) over its value at the peak, sqrt p, without two large numbers that cancel."""
    peak = np.sqrt(p)
    away = root - peak
    with np.errstate(divide="ignore"):
        return np.exp((p * (np.log1p(away / peak) - away / peak) if p else 0.0) - away**2 / 2)


def _towards_zero(high: float) -> tuple[Points, Points]:
    """Gauss-Legendre points on panels that halve towards 0."""
    ends = np.append(0.0, high * 2.0 ** np.arange(-HALVINGS, 0.1))
    ends = np.append(ends[:-4], np.linspace(ends[-4], high, 20))
    nodes, weights = np.polynomial.legendre.leggauss(FINE)
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()
