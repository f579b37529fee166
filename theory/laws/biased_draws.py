r"""Draws that are cut or chosen, in units of the model: a standard normal within a cutoff, the largest of k of them.

Second and fourth central moments, which decide what a refit does to the variance; without cancellation at small
cutoffs and at large k.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy import special

STEP = 0.01  # of the trapezoidal rule: the density of the largest of 10^15 draws is 0.12 wide


def truncated_moments(cutoff: float) -> tuple[float, float]:
    """E z^2 and E z^4 given |z| <= cutoff: quotients of incomplete Gamma functions."""
    y = cutoff**2 / 2
    inside = special.gammainc(0.5, y)
    return float(special.gammainc(1.5, y) / inside), float(3.0 * special.gammainc(2.5, y) / inside)


def log_truncated_variance(cutoff: float) -> float:
    """log E[z^2 given |z| <= cutoff], accurate also where the variance is nearly 1."""
    lost = cutoff * math.sqrt(2.0 / math.pi) * math.exp(-(cutoff**2) / 2) / math.erf(cutoff / math.sqrt(2.0))
    return math.log1p(-lost) if lost < 0.5 else math.log(truncated_moments(cutoff)[0])


def largest_moments(k: int) -> tuple[float, float]:
    """Variance and fourth central moment of the largest of k standard normals."""
    if k == 1:
        return 1.0, 3.0
    x, weight = _largest(k)
    deviation = x - weight @ x
    return float(weight @ deviation**2), float(weight @ deviation**4)


def largest_mean(k: int) -> float:
    """E of the largest of k standard normals: 0, 1/sqrt(pi), 3/(2 sqrt(pi)), ..."""
    x, weight = _largest(k)
    return float(weight @ x) if k > 1 else 0.0


def _largest(k: int) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Points and weights of the trapezoidal rule for the law of the largest of k standard normals."""
    x = np.arange(-12.0, 16.0, STEP)
    weight = np.exp(math.log(k) - x**2 / 2 - math.log(2 * math.pi) / 2 + (k - 1) * special.log_ndtr(x))
    return x, weight / weight.sum()
