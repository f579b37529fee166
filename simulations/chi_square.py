r"""Chi-square draws whose degrees of freedom are random themselves: no rejection, no loop, one normal each.

The logarithm of a draw of $\chi^2_{n-1}$ is a function of $n$ and of the normal $z$ that drives it
(simulations.gamma). Where $n$ differs from chain to chain its polynomial would have to be gathered, 41 numbers of it.
Two ways take fewer, and meet at a switch point that is tested from both sides:

- $n \le 2001$: a table. The reach of $z$ is cut into 64 pieces, and on each 8 powers are enough even for one degree of
  freedom: a draw reads one line of a cache;
- $n > 2001$: the Cornish-Fisher series in $((n-1)/2)^{-1/2}$, whose coefficients are the same for every $n$.

The error of the logarithm is at most 1e-12; measured are 4e-13 at one degree of freedom, 3e-14 from 8 on.
"""

from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64
from numpy.polynomial import chebyshev

from simulations.bits import log
from simulations.gamma import GREATEST_FITTED, LEAST_SHORT, REACH, SHORT_DEGREE, cornish_fisher, quantile

LARGEST_TABLED = int(2 * GREATEST_FITTED) + 1
"""Points; with more of them the series is as exact as the table."""

PIECES, POWERS = 64, 8

TABLED, BOTH, SERIES = 0, 1, 2
"""Routes: every likely n is in the table, or some are, or none is."""

Table = Float64[Any, "lines"]


def route_of(least: int, most: int) -> int:
    """The route of counts between these."""
    return TABLED if most <= LARGEST_TABLED else SERIES if least > LARGEST_TABLED else BOTH


def log_chi_square(table: Table, route: int, n: Float64[Array, ""], normal: Float64[Array, ""]) -> Float64[Array, ""]:
    """log of chi-square with n - 1 degrees of freedom, -inf for n <= 1; the table holds the n that the route needs."""

    def tabled() -> Float64[Array, ""]:
        place = (normal + REACH) * (PIECES / (2.0 * REACH))
        piece = jnp.clip(place.astype(jnp.int32), 0, PIECES - 1)
        x = 2.0 * (place - piece) - 1.0
        line = (jnp.minimum(n, LARGEST_TABLED).astype(jnp.int32) * PIECES + piece) * POWERS
        value = table.at[line + (POWERS - 1)].get(mode="promise_in_bounds")
        for power in range(POWERS - 2, -1, -1):
            value = value * x + table.at[line + power].get(mode="promise_in_bounds")
        return value

    def series() -> Float64[Array, ""]:
        a = 0.5 * (jnp.maximum(n, LARGEST_TABLED) - 1.0)
        epsilon, square = 1.0 / jnp.sqrt(a), normal * normal
        value = jnp.zeros_like(normal)
        for row in cornish_fisher()[::-1]:  # each a polynomial of one parity
            odd = int(np.flatnonzero(row)[-1]) % 2
            term = jnp.zeros_like(normal)
            for c in row[odd::2][::-1]:
                term = term * square + c
            value = value * epsilon + (term * normal if odd else term)
        return value * epsilon + log(2.0 * a)

    if route == BOTH:
        return jnp.where(n <= LARGEST_TABLED, tabled(), series())
    return tabled() if route == TABLED else series()


def chi_square_table(most: int) -> Float64[np.ndarray, "lines"]:
    """The lines of every n from 0 to `most` or beyond, at most to LARGEST_TABLED; of few different lengths."""
    return _lines(next(last for last in (127, 511, LARGEST_TABLED) if last >= min(most, LARGEST_TABLED)))


@lru_cache(maxsize=3)
def _lines(last: int) -> Float64[np.ndarray, "lines"]:
    table = np.zeros((last + 1, PIECES, POWERS))
    table[:2, :, 0] = -np.inf
    centres, half = (np.arange(PIECES) + 0.5) * (2.0 * REACH / PIECES) - REACH, REACH / PIECES
    x = np.cos(np.pi * (np.arange(POWERS) + 0.5) / POWERS)
    powers = np.linalg.inv(np.vander(x, increasing=True)).T
    z = centres[:, None] + half * x
    long = int(2 * LEAST_SHORT) + 1  # from here on a polynomial of low degree knows the values in every piece
    for n in range(2, long):
        table[n] = quantile((n - 1) / 2, z) @ powers
    shapes = (np.arange(long, last + 1) - 1) / 2
    nodes = np.cos(np.pi * (np.arange(SHORT_DEGREE + 9) + 0.5) / (SHORT_DEGREE + 9))
    series = chebyshev.chebfit(nodes, quantile(shapes[:, None], REACH * nodes).T, SHORT_DEGREE)
    table[long:] = chebyshev.chebval(z / REACH, series) @ powers
    table[2:, :, 0] += np.log(np.arange(1.0, last))[:, None]
    return table.reshape(-1)
