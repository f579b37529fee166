r"""The sum of the singular values of a product of random matrices in the plane: powers that a factor multiplies.

With $p$ the sum of the squares of the entries of a matrix $Y$ and $q$ its determinant, $p=2q\cosh\xi$, the singular
values add up to $2\sqrt q\cosh\frac\xi2$, and (Mehler and Fock)
$$2\cosh\tfrac\xi2=\tfrac\pi2P_{1/2}(\cosh\xi)+\int_0^\infty\frac{P_{is-1/2}(\cosh\xi)}{(1+s^2)\cosh\pi s}\,ds.$$
A factor whose law does not change under rotations multiplies the mean of $\sqrt q\,P_\nu(\cosh\xi)$ by a number, the
mean of $r_1^{\nu+1/2}r_2^{1/2-\nu}$, $r_1$ and $r_2$ the diagonal of its triangular form. The trapezoidal rule in $s$
converges exponentially: the integrand is analytic within 1/2 of the real axis.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.gamma_ratio import log_gamma_ratio, log_gamma_ratios
from theory.laws.varying_factors import root_differences
from theory.laws.wishart import log_mean_pivot_roots

Nodes = Float[np.ndarray, " S"]
STEP, LAST = 1 / 12, 11.75
WIDEST = 23.1  # of log(lambda_1/lambda_2) to which conical functions are right to 1e-13 of the sum
ANGLES = 320  # points of the integral that is a conical function
SLICE = 2_000  # fits at a time


def frequencies() -> Nodes:
    """The points s of the trapezoidal rule."""
    return np.arange(0.0, LAST, STEP)


def chances() -> Nodes:
    """Their weights, with 1/((1+s^2) cosh(pi s)): they add up to 2 - pi/2."""
    s = frequencies()
    weights = STEP / ((1 + s**2) * np.cosh(np.pi * s))
    weights[0] /= 2
    return weights


def conical_functions(xi: float) -> Nodes:
    """P_(is-1/2)(cosh xi) at the points s, by Mehler's integral over u = xi cos phi, from -xi to xi."""
    if xi == 0.0:
        return np.ones_like(frequencies())
    phi = (np.arange(ANGLES) + 0.5) * np.pi / ANGLES
    u = xi * np.cos(phi)
    apart = 2 * np.sinh(xi * np.cos(phi / 2) ** 2) * np.sinh(xi * np.sin(phi / 2) ** 2)  # cosh xi - cosh u
    weights = xi * np.sin(phi) / np.sqrt(2 * apart) / ANGLES
    return np.cos(np.outer(frequencies(), u)) @ weights


def log_fitted(M: int, offset: float) -> Nodes:
    """log of the mean of r_1^(is) r_2^(1-is) at the points s for a fit to M points, by which its spherical function
    is multiplied: log sqrt(2/L) |Gamma((M-1+is)/2)|^2/(Gamma((M-1)/2) Gamma((M-2)/2)); -inf for M = 2.
    """
    at_zero = log_mean_pivot_roots(M, offset, 2)[1]
    return at_zero + 2 * np.real(log_gamma_ratio((M - 1) / 2, 0.5j * frequencies()))


def sums_of_log_fitted(sizes: Float[np.ndarray, " K"], offset: float) -> Float[np.ndarray, "K S"]:
    """The same added up over fits to more and more of these many points."""
    nu = np.maximum(sizes - 2, 1.0)
    at_zero = np.where(sizes > 2, root_differences(nu)[0] - np.log1p((1 + offset) / nu) / 2, -np.inf)
    relative = 2 * np.real(log_gamma_ratios((sizes - 1) / 2, 0.5j * frequencies()))
    return np.cumsum(at_zero[:, None] + relative, axis=0)


def lost_singular_values(
    first: float, second: float, log_root: Callable[[Float[np.ndarray, " T"]], Float[np.ndarray, " T"]],
    log_multipliers: Callable[[Float[np.ndarray, " T"]], np.ndarray], t: Float[np.ndarray, " T"],
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """What the sum of the singular values of diag(first, second) times the factors of t fits lacks of first + second.

    first >= second > 0. ``log_root(t)`` is the logarithm of the mean of the square root of the variance on the line
    for a source of variance 1, ``log_multipliers(t)`` that of the multipliers at the points s [T, S], complex where
    some are negative, both after t fits.
    """
    quarter = first * special.ellipe(1 - (second / first) ** 2)  # of the perimeter of an ellipse
    weights = np.sqrt(first * second) * chances() * conical_functions(float(np.log(first / second)))
    values = np.empty(len(t))
    for low in range(0, len(t), SLICE):
        part = t[low : low + SLICE]
        logarithms = np.where(part[:, None] > 0, log_multipliers(np.maximum(part, 1.0)), 0.0)
        change = np.real(np.expm1(logarithms))
        root = np.expm1(np.where(part > 0, log_root(np.maximum(part, 1.0)), 0.0))
        values[low : low + SLICE] = -quarter * root - change @ weights
    return values
