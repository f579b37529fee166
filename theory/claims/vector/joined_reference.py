r"""The independent route to means of a fit where a batch joins a pool: the last pivot, given the other directions.

With the last axis along the error z of the mean of a batch, $c+W+w\,zz'$ in d dimensions is c plus a scatter of
$\nu=M-1$ rows, and $wh$ in its last entry, $h\sim\chi^2_d$. Given the first $d-1$ columns, with the eigenvalues
$\lambda_i$, the last pivot is $c+wh+\chi^2_{\nu-d+1}+\sum_i\frac c{c+\lambda_i}y_i^2$ with $y_i$ standard normal. One
or two eigenvalues that are not 0 have simple laws: any M in the plane and in space, $M\le3$ in more dimensions. Means
of the inverse are slopes in c and w, taken along the imaginary axis.
"""

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf

from theory.claims.vector.determinant_reference import chi_square_rule

STEP = 0.2
SMALL = 1e-30
ANGLES = 24
BLOCK = 256
DIRECT = 100  # fits that are added one by one
SERIES = 6  # terms of the series of the others
Number = complex | float


@cache
def mean_log_joined(M: int, c: Number, w: Number, d: int, L: float = 1.0) -> Number:
    """E log det(c + W + w zz')/L in d >= 2 dimensions, to about 1e-15; complex c or w lead to its slopes."""
    nu, few = M - 1, min(M - 1, d - 1)
    if few > 2:
        raise ValueError(f"the law of {few} eigenvalues is not known here")
    values, chances = _few_eigenvalues(max(nu, d - 1), few)
    total = (d - 1 - few) * np.log(c / L)
    for start in range(0, len(values), BLOCK):
        part = values[start : start + BLOCK]
        logs = np.log((c + part) / L).sum(1) + _log_mean(c, w, max(nu - d + 1, 0), d, c / (c + part), L)
        total += chances[start : start + BLOCK] @ logs
    return total


def mean_log(M: int, P: float, divisor: float, d: int) -> mpf:
    """E log det F for a pool of P points, the batch of M included."""
    return mpf(float(mean_log_joined(M, divisor - M, 1 - M / P, d, divisor)))


def means_of_inverse(M: int, P: float, divisor: float, d: int) -> tuple[mpf, mpf]:
    """E tr(1/F)/d and E z'(1/F)z: L times the slopes of the mean logarithm in c, over d, and in w."""
    c, w = divisor - M, 1 - M / P
    in_c, in_w = (mean_log_joined(M, *both, d).imag / SMALL for both in ((c + SMALL * 1j, w), (c, w + SMALL * 1j)))
    return mpf(float(divisor * in_c / d)), mpf(float(divisor * in_w))


def _few_eigenvalues(n: int, few: int) -> tuple[Float[np.ndarray, "N F"], Float[np.ndarray, " N"]]:
    """Those of the Gram matrix of n rows of length 0, 1 or 2: T (1 +- sin a)/2, a of the density sin a cos^(n-2) a."""
    if few == 0:
        return np.zeros((1, 0)), np.ones(1)
    if few == 1:
        x, p = chi_square_rule(n)
        return x[:, None], p
    total, p = chi_square_rule(2 * n)
    nodes, weights = np.polynomial.legendre.leggauss(ANGLES)
    angle = min(np.pi / 2, 9 / np.sqrt(n)) * (nodes + 1) / 2
    chance = weights * np.sin(angle) * np.cos(angle) ** (n - 2)
    pairs = np.stack([1 + np.sin(angle), 1 - np.sin(angle)], axis=1) / 2
    return (total[:, None, None] * pairs).reshape(-1, 2), np.outer(p, chance / chance.sum()).ravel()


def _log_mean(
    c: Number, w: Number, nu: int, d: int, shares: Float[np.ndarray, "N F"], L: float
) -> Float[np.ndarray, " N"]:
    """E log of c + w chi2_d + chi2_nu + the sum of shares y^2, over L, by Frullani's integral in units of its mean."""
    mean = c + w * d + nu + shares.sum(1)
    one = np.exp(np.arange(-20.0, float(np.log(45 * np.abs(mean).max() / np.abs(c))), STEP))
    s = one / mean[:, None]
    half = s * c + nu / 2 * np.log1p(2 * s) + d / 2 * np.log1p(2 * s * w)
    transform = np.exp(-half) / np.sqrt(np.prod(1 + 2 * s[:, None, :] * shares[:, :, None], axis=1))
    return np.log(mean / L) + STEP * (np.exp(-one) - transform).sum(1)


def summed_over_fits(term: Callable[[float], mpf], start: mpf, generation: float) -> mpf:
    """term(2) + ... + term(t), t = inf allowed; late ones as y^-2 times a polynomial in 1/y, y batches in the pool.

    ``start`` batches are in the pool after the first fit; term(k) is asked for between whole k too.
    """
    added = mpmath.fsum(term(fit) for fit in range(2, int(min(generation, DIRECT)) + 1))
    if generation <= DIRECT:
        return added
    beyond = DIRECT + start  # of fit DIRECT + 1
    places = [beyond * mpf(j + 1) for j in range(SERIES)]
    matrix = mpmath.matrix([[place ** (-2 - power) for power in range(SERIES)] for place in places])
    found = mpmath.lu_solve(matrix, mpmath.matrix([term(float(place - start + 1)) for place in places]))
    ends = [beyond] if generation == mpmath.inf else [beyond, generation + start]
    sums = [[mpmath.zeta(2 + power, end) for power in range(SERIES)] for end in ends]
    return added + mpmath.fsum(found[j] * (sums[0][j] - (sums[1][j] if len(sums) > 1 else 0)) for j in range(SERIES))
