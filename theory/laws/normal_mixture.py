r"""The tail of a symmetric law from its transform $\varphi(\xi)=E\cos\xi\mu$:
$$P(|\mu|>x)=\frac2\pi\int_0^\infty\sin(x\xi)\frac{1-\varphi(\xi)}\xi d\xi.$$

By Ooura and Mori's double exponential rule for Fourier integrals, whose nodes approach the zeros of the sine: it needs
neither a fast decay nor few oscillations, so that x may be as large as one likes.
"""

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

REACH = 6.5
COARSE, FINE = 1 / 12, 1 / 32
BETA = 0.25


def tail(lacking: Callable[[Float[np.ndarray, " F"]], Float[np.ndarray, " F"]], x: float, spread: float) -> float:
    """P(|mu| > x), x > 0, from 1 - phi at positive frequencies, to some 1e-13 of 1; of small x more nodes are taken.

    The spread of mu is known to its order, or overstated.
    """
    frequencies, weights = nodes(x, COARSE if x >= spread / 10 else FINE)
    return float(weights @ lacking(frequencies))


def nodes(x: float, step: float) -> tuple[Float[np.ndarray, " F"], Float[np.ndarray, " F"]]:
    """Frequencies and weights of 1 - phi in the integral."""
    M = math.pi / step
    alpha = BETA / math.sqrt(1 + M * math.log1p(M) / (4 * math.pi))
    u = step * np.arange(1, round(REACH / step) + 1)
    right, left = _map(u, alpha), _map(-u, alpha)
    c = 2 + alpha + BETA  # the map at 0
    place = np.concatenate((left[0][::-1], [1 / c], right[0]))
    slope = np.concatenate((left[1][::-1], [(c * c - BETA + alpha) / (2 * c * c)], right[1]))
    signs = (-1.0) ** np.arange(1, len(u) + 1)
    near_zeros = signs * np.sin(M * right[2])  # of the sine: M u is a multiple of pi there
    sines = np.concatenate((np.sin(M * left[0])[::-1], [math.sin(M / c)], near_zeros))
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = 2 / M * sines * slope / place
    kept = np.isfinite(weights) & (np.abs(weights) > 1e-22)
    return (M * place / x)[kept], weights[kept]


def _map(u: Float[np.ndarray, " U"], alpha: float) -> tuple[Float[np.ndarray, " U"], ...]:
    """phi(u) = u/(1 - e^-g), g = 2u + alpha (1 - e^-u) + beta (e^u - 1), its slope, and phi(u) - u."""
    g = 2 * u - alpha * np.expm1(-u) + BETA * np.expm1(u)
    slope = 2 + alpha * np.exp(-u) + BETA * np.exp(u)
    with np.errstate(over="ignore", invalid="ignore"):
        lacking = -np.expm1(-g)
        return u / lacking, 1 / lacking - u * np.exp(-g) * slope / lacking**2, u * np.exp(-g) / lacking
