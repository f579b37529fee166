r"""Sums over fits of terms that fall off as a power of the pool: to any number of fits, infinity included.

While a pool grows by equal batches, $y=k-1+N_1/M$ batches after fit $k$, what a fit adds to a logarithm is
$y^{-r}$ times a power series in $1/y$. The first terms are added one by one; the series of the others is read off a
few of its values, and its powers are summed by Euler's and Maclaurin's formula, differences of powers by ``expm1``.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

HEAD = 100  # terms added one by one where many are asked for
DIRECT = 1_000  # fits up to which all of them are
DEGREE = 7
EULER_MACLAURIN = (1 / 12, -1 / 720, 1 / 30_240, -1 / 1_209_600, 1 / 47_900_160)  # B_2j / (2j)!


def sum_over_fits(
    term: Callable[[Float[np.ndarray, " Y"]], Float[np.ndarray, " Y"]], order: int, start: float,
    t: Float[np.ndarray, " T"],
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """sum over 2 <= k <= t of term(k - 1 + start), where term(y) y^order tends to a finite number; t = inf allowed.

    ``start`` is the first batch in units of the later ones. With order 1 the sum is infinite at t = inf.
    """
    t = np.asarray(t, dtype=np.float64)
    finite = t[np.isfinite(t)]
    head = DIRECT if finite.size == t.size and finite.max(initial=0.0) <= DIRECT else HEAD
    head = int(min(head, max(finite.max(initial=0.0), 1.0))) if finite.size == t.size else head
    terms = np.concatenate([[0.0, 0.0], term(np.arange(1.0, head) + start)])
    sums = np.cumsum(terms)[np.minimum(t, head).astype(np.int64)]
    beyond = np.maximum(t - head, 0.0)
    return sums + tail(term, order, head + start, beyond) if beyond.any() else sums


def power_sum(order: int, first: float, length: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum over 0 <= i < length of (first + i)^-order for first >= 100; infinite for order 1 and length inf."""
    with np.errstate(divide="ignore"):
        growth = np.log1p(length / first)
    total = growth if order == 1 else -np.expm1((1 - order) * growth) * first ** (1 - order) / (order - 1)
    total = total - np.expm1(-order * growth) * first**-order / 2
    rising, exponent = 1.0, order
    for j, coefficient in enumerate(EULER_MACLAURIN):
        rising = order if j == 0 else rising * (order + 2 * j - 1) * (order + 2 * j)
        exponent = order + 2 * j + 1
        total = total - coefficient * rising * first ** (-exponent) * np.expm1(-exponent * growth)
    return total


def tail(
    term: Callable[[Float[np.ndarray, " Y"]], Float[np.ndarray, " Y"]], order: int, first: float,
    length: Float[np.ndarray, " T"],
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """The terms from y = first on: their series in first/y, from its values at Chebyshev's points."""
    u = (1 - np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))) / 2
    series = np.linalg.solve(np.vander(u, increasing=True), term(first / u) * (first / u) ** order)
    sums = np.array([first**j * power_sum(order + j, first, length) for j in range(DEGREE + 1)])
    return series @ sums
