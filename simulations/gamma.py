r"""The logarithm of a gamma draw is a polynomial in the normal that drives it.

For shape $a$ the quantile $y(z) = \log(Q_a(\Phi(z)) / a)$ is an analytic function of $z$. Its coefficients are found
once on the host and reach the compiled code as ordinary arrays, so one program serves every shape: no rejection, no
loop. The draw is of $\log(G/a)$, which keeps its relative accuracy for every $a$ and never underflows.

Four ways meet at three switch points, each tested from both sides:

- $a > 10^3$: the Cornish-Fisher series to order 12, whose terms are exact rationals (scipy's inverse is the noise
  there: 2e-9 off at $a = 10^6$);
- $30 \le a \le 10^3$: Chebyshev interpolation of scipy's inverse, to degree 20;
- $4.5 \le a < 30$: the same, to degree 40;
- $a < 4.5$: $\log G_a = \log G_{a+n} + \sum_{i<n} \log(U_i) / (a+i)$, exactly, with the $n$ that brings the shape to
  4.5 or above.

The error of $\log G$ is at most 1e-12; measured are 1e-13 at $a = 4.5$, 1e-14 from 50 on, 3e-16 from $10^3$ on.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Float64, Int32
from numpy.polynomial import chebyshev
from scipy.special import gammainccinv, gammaincinv, ndtr

from simulations.bits import log

DEGREE, SHORT_DEGREE = 40, 20
BOOSTS = 4
"""Uniforms that the smallest shape, 1/2, needs beside its normal."""

LEAST_FITTED, LEAST_SHORT, GREATEST_FITTED = 4.5, 30.0, 1e3

SHORT, LONG, BOOSTED = 0, 1, 2
"""Routes: what of a row a draw needs. Its polynomial to SHORT_DEGREE, to DEGREE, or to DEGREE with a boost."""

REACH = 8.3
"""Every driving normal is nearer to 0: simulations.bits.normals."""

ORDER = 12
"""Of the Cornish-Fisher series."""


class GammaRow(NamedTuple):
    """The law of log(G/a) of one shape: polynomial in the driving normal, exponents of boosting uniforms, route."""

    coefficients: Float64[Any, "*n 41"]
    exponents: Float64[Any, "*n 4"]
    route: Int32[Any, "*n"]


def log_gamma_ratio(
    row: GammaRow, normal: Float64[Array, ""], boost: Float64[Array, ""] | float = 0.0, degree: int = DEGREE
) -> Float64[Array, ""]:
    """log(G/a): the polynomial of the row at the driving normal, plus the boost (0 where every exponent is 0)."""
    value = row.coefficients[degree]
    for k in range(degree - 1, -1, -1):
        value = value * normal + row.coefficients[k]
    return value + boost


def boost(row: GammaRow, uniforms: Sequence[Float64[Array, ""]]) -> Float64[Array, ""]:
    """The sum of log(U_i) / (a + i) that lowers a boosted shape to the one asked for; BOOSTS uniforms."""
    value = row.exponents[0] * log(uniforms[0])
    for i in range(1, BOOSTS):
        value = value + row.exponents[i] * log(uniforms[i])
    return value


def gamma_rows(shapes: np.ndarray) -> GammaRow:
    """Rows for an array of shapes. Shape 0 is the point mass at zero, log(G/a) = -inf.

    Raises ValueError for a shape that is neither 0 nor at least 1/2.
    """
    shapes = np.asarray(shapes, float)
    distinct, place = np.unique(shapes, return_inverse=True)
    rows = [_row(float(a)) for a in distinct]
    place = place.reshape(shapes.shape)
    return GammaRow(
        np.array([row.coefficients for row in rows])[place],
        np.array([row.exponents for row in rows])[place],
        np.array([row.route for row in rows], np.int32)[place],
    )


@lru_cache(maxsize=2**14)
def _row(a: float) -> GammaRow:
    coefficients, exponents, route = np.zeros(DEGREE + 1), np.zeros(BOOSTS), SHORT
    if a == 0.0:
        coefficients[0] = -np.inf
    elif not (a >= 0.5 and np.isfinite(a)):
        raise ValueError(f"a gamma shape must be 0 or a finite number of at least 0.5, got {a}")
    elif a > GREATEST_FITTED:
        coefficients[: ORDER + 2] = a ** (-0.5 * np.arange(1, ORDER + 2)) @ cornish_fisher()
    else:
        boosts = max(0, int(np.ceil(LEAST_FITTED - a)))
        exponents[:boosts] = 1.0 / (a + np.arange(boosts))
        coefficients[:] = _interpolated(a + boosts, SHORT_DEGREE if a >= LEAST_SHORT else DEGREE)
        coefficients[0] += np.log1p(boosts / a)
        route = BOOSTED if boosts else SHORT if a >= LEAST_SHORT else LONG
    return GammaRow(coefficients, exponents, np.int32(route))


def quantile(a: float | Float64[np.ndarray, "..."], z: Float64[np.ndarray, "..."]) -> Float64[np.ndarray, "..."]:
    """y(z) by scipy's inverse, in the smaller tail; a <= 10^3."""
    tail = ndtr(-np.abs(z))
    return np.log(np.where(z < 0, gammaincinv(a, tail), gammainccinv(a, tail)) / a)


def _interpolated(a: float, degree: int) -> Float64[np.ndarray, "41"]:
    """Powers of z of the Chebyshev series that y has at nodes of |z| <= 8.3, cut off behind `degree`."""
    nodes, series, powers = _chebyshev()
    return powers[:, : degree + 1] @ (series[: degree + 1] @ quantile(a, REACH * nodes))


@cache
def _chebyshev() -> tuple[Float64[np.ndarray, "49"], Float64[np.ndarray, "41 49"], Float64[np.ndarray, "41 41"]]:
    """Nodes; the matrix from values there to a truncated Chebyshev series; the matrix from that to powers of z."""
    n = DEGREE + 9
    angle = np.pi * (np.arange(n) + 0.5) / n
    series = 2.0 / n * np.cos(np.arange(DEGREE + 1)[:, None] * angle)
    series[0] /= 2.0
    powers = np.zeros((DEGREE + 1, DEGREE + 1))
    for k in range(DEGREE + 1):
        powers[: k + 1, k] = chebyshev.cheb2poly(np.eye(DEGREE + 1)[k])[: k + 1]
    return np.cos(angle), series, powers / REACH ** np.arange(DEGREE + 1)[:, None]


@cache
def cornish_fisher() -> Float64[np.ndarray, "13 14"]:
    r"""Row k is the polynomial $q_k(z)$ of $\log(Q_a(\Phi(z))/a) = \sum_k a^{-(k+1)/2} q_k(z)$, with $q_0 = z$.

    Both densities are known, so with $\epsilon = a^{-1/2}$ the quantile $Y = y/\epsilon$ satisfies
    $Y'' = Y' (G Y' - z)$, $G = (e^{\epsilon Y} - 1)/\epsilon$. At order $\epsilon^k$ this reads $q'' - z q' - q = S$
    with $S$ made of lower orders; the polynomial that solves it is unique, and its coefficients follow from the highest
    down.
    """
    size = ORDER + 2
    zero, one, z = (np.array([Fraction(i == power) for i in range(size)]) for power in (-1, 0, 1))

    def product(*factors: np.ndarray) -> np.ndarray:
        value = factors[0]
        for factor in factors[1:]:
            value = np.convolve(value, factor)[:size]
        return value

    def slope(q: np.ndarray) -> np.ndarray:
        return np.concatenate([q[1:] * np.arange(1, size), zero[:1]])

    Y, exponential = [z], [one, z]  # coefficients of epsilon^k in Y and in exp(epsilon Y)
    for k in range(1, ORDER + 1):
        known = sum((j * product(Y[j - 1], exponential[k + 1 - j]) for j in range(1, k + 1)), zero) / Fraction(k + 1)
        G = [*exponential[1:], known]
        slopes = [slope(q) for q in Y]
        below = ((i, j) for i in range(k) for j in range(min(k, k - i + 1)))
        S = sum((product(slopes[i], slopes[j], G[k - i - j]) for i, j in below), zero)
        q = np.array([Fraction(0)] * (size + 2))
        for m in range(size - 1, -1, -1):
            q[m] = Fraction((m + 2) * (m + 1) * q[m + 2] - S[m], m + 1)
        Y.append(q[:size])
        exponential.append(known + q[:size])
    return np.array(Y).astype(float)
