r"""Where the mean of an isotropic chain ends at finite $M$: the independent route, by one linear system.

Along a direction the mean adds up independent errors of variances $v_0/M, v_1/M, \dots$, so its characteristic function
is $E e^{-\theta^2 V/2}$ with the perpetuity $V = \frac1M(1 + S_1 + S_1 S_2 + \cdots)$, $S_k\sim\chi^2_{M-1}/L$. Of it
only $V = \frac1M + S V'$ is used: $\psi(s) = E e^{-sV}$ solves $\psi(s) = e^{-s/M}\,E\,\psi(sS)$, discretised in
$\log s$ by the trapezoidal rule, which converges exponentially there. Isotropy makes this the characteristic function
of the whole vector, and a Hankel transform gives the law of its length.
"""

from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import special

NEAR_ONE, NEAR_ZERO = -36.0, 60.0
"""log s below which psi is 1, and s/M above which it is 0."""

KNOWN = 500
"""Points to the left of the grid, where psi is 1, that are summed over."""


def tail_of_length(size: int, offset: float, d: int, x: float) -> float:
    """P(|mu_inf - mu_0| > x) in units of the source's standard deviation, for d dimensions and offset >= 0."""
    theta, weights, characteristic = _characteristic(size, offset)
    scaled = special.jv(d / 2, x * theta) * theta ** (d / 2 - 1) * characteristic
    return 1.0 - float(x ** (d / 2) / (2 ** (d / 2 - 1) * special.gamma(d / 2)) * (weights @ scaled))


@cache
def _characteristic(
    size: int, offset: float
) -> tuple[Float[np.ndarray, " A"], Float[np.ndarray, " A"], Float[np.ndarray, " A"]]:
    """Gauss-Legendre nodes theta and weights on panels from 0 on, and E e^(-theta^2 V/2) at each."""
    grid, psi = _transform(size, offset)
    ends = np.concatenate([[0.0], np.geomspace(1e-9, 1e-1, 17), np.arange(0.2, np.sqrt(2 * NEAR_ZERO * size), 0.1)])
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half = np.diff(ends)[:, None] / 2
    theta = (ends[:-1, None] + half * (1 + nodes)).ravel()
    characteristic = np.concatenate(
        [_next(np.log(part**2 / 2), grid, psi, size, offset) for part in np.array_split(theta, 40)]
    )
    return theta, (half * weights).ravel(), characteristic


@cache
def _transform(size: int, offset: float) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """log s and psi(s), the known points first."""
    step = 0.6 * np.sqrt(2 / (size - 1))
    inner = np.arange(NEAR_ONE, np.log(NEAR_ZERO * size), step)
    grid = np.concatenate([NEAR_ONE - step * np.arange(KNOWN, 0, -1), inner])
    kernel = _kernel(inner, grid, size, offset)
    solved = np.linalg.solve(np.eye(len(inner)) - kernel[:, KNOWN:], kernel[:, :KNOWN].sum(1))
    return grid, np.concatenate([np.ones(KNOWN), solved])


def _next(
    log_s: Float[np.ndarray, " S"],
    grid: Float[np.ndarray, " N"],
    psi: Float[np.ndarray, " N"],
    size: int,
    offset: float,
) -> Float[np.ndarray, " S"]:
    """psi anywhere, by its own equation; 1 far to the left."""
    value = _kernel(np.maximum(log_s, NEAR_ONE), grid, size, offset) @ psi
    return np.where(log_s < NEAR_ONE, 1.0, value)


def _kernel(
    log_s: Float[np.ndarray, " S"], grid: Float[np.ndarray, " N"], size: int, offset: float
) -> Float[np.ndarray, "S N"]:
    """Weights with which the values of psi on the grid make up e^(-s/M) E psi(sS)."""
    a = (size - 1) / 2
    log_half = grid - log_s[:, None] + np.log((size - 1 + offset) / 2)  # log of half the chi-square
    density = np.exp(a * log_half - np.exp(np.minimum(log_half, 300.0)) - special.gammaln(a))
    return (grid[1] - grid[0]) * density * np.exp(-np.exp(log_s) / size)[:, None]
