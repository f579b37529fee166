r"""Expected minors of a refitted covariance when real data keep coming in: a linear recursion that the blocks close.

In coordinates in which the source is $N(0,I)$ let $u_k=E\det V$ and $w_k=E[\det(V+dd')-\det V]$ for a block of $k$
rows of the covariance $V$ of the model, $d$ the same rows of $\mu_t-\mu_0$. A sum of outer products of independent
points has the mean determinant $E\det(B+\sum_{i\le m}z_iz_i')=\sum_jm^{\underline j}[s^j]\det(B+sA)$, $A=E zz'$: each
point enters a term once. After a fit to $n$ real and $m$ synthetic points, $M=n+m$,
$$L^ku_k'=\sum_j\tbinom kjm^{\underline j}n^{\underline{k-j}}\left[(1-\tfrac kM)u_j+\tfrac{n-k+j}Mw_j\right],\qquad
L^{k-1}Mw_k'=\sum_j\tbinom kjm^{\underline j}n^{\underline{k-j}}\left[\tfrac kMu_j+\tfrac{m+k-j}Mw_j\right].$$
A state is $(u_0,u_1,w_1,u_2,w_2,\dots)$. Maps are exact; powers are taken in 50 digits. Their entries are not negative.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import comb, perm

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.laws.gaussian_mixing_squares import DIGITS, Row, settled_mean, states

Map = tuple[Row, ...]
Weights = Callable[[int, int], tuple[Fraction, Fraction]]  # of u_j and w_j in what becomes of a block of k rows


def source(d: int) -> Row:
    """The state of the source: V is the identity and d is 0."""
    return (Fraction(1), *(Fraction(1), Fraction(0)) * d)


@cache
def stratified_map(M: int, n: int, offset: Fraction, d: int) -> Map:
    """With n fresh real points in every generation."""
    m = M - n

    def of_minor(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(m, j) * perm(n, k - j)
        return Fraction(ways * (M - k), M), Fraction(ways * (n - k + j), M)

    def of_mean(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(m, j) * perm(n, k - j)
        return Fraction(ways * k, M), Fraction(ways * (m + k - j), M)

    return _map(of_minor, of_mean, M, offset, d)


@cache
def iid_map(M: int, share: Fraction, offset: Fraction, d: int) -> Map:
    """With each point real by its own coin: the number n is binomial, and its factorial moments enter."""
    a, b = share, 1 - share

    def of_minor(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(M, k) * a ** (k - j) * b**j * Fraction(M - k, M)
        return ways, ways * a

    def of_mean(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(M, k) * a ** (k - j) * b**j / M
        return ways * k, ways * (k + (M - k) * b)

    return _map(of_minor, of_mean, M, offset, d)


@cache
def kept_map(M: int, n: int, offset: Fraction, d: int) -> Map:
    """With the same n real points for ever, distances taken from their mean.

    A block of k rows then holds k - j rows of the sum of squares of the kept points and j of the model, in all ways.
    """
    m = M - n

    def of_minor(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(m, j)
        return Fraction(ways * (M - j), M), Fraction(ways * n, M)

    def of_mean(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(m, j)
        return Fraction(ways * j, M), Fraction(ways * m, M)

    return _map(of_minor, of_mean, M, offset, d)


def kept_source(n: int, d: int) -> Row:
    """Its state before the first fit: d rows of the squares of n points, and the distance of their mean."""
    start = [Fraction(perm(n - 1, d))]
    for k in range(1, d + 1):
        minors = perm(n - 1, d - k)
        start += [Fraction(minors), Fraction(minors * k, n)]
    return tuple(start)


@cache
def weighted_map(weight: Fraction, n: int, m: int, offset: Fraction, d: int) -> Map:
    """Where the variances within n real and m synthetic points are mixed: nothing lies between, and w_k is left out."""
    real, synthetic = weight / (n - 1 + offset), (1 - weight) / (m - 1 + offset)

    def of_minor(k: int, j: int) -> tuple[Fraction, Fraction]:
        ways = comb(k, j) * perm(n - 1, k - j) * perm(m - 1, j)
        return ways * real ** (k - j) * synthetic**j, Fraction(0)

    return _map(of_minor, lambda k, j: (Fraction(0), Fraction(0)), 1, Fraction(1), d)


def weighted_first(n: int, offset: Fraction, d: int) -> Row:
    """The state after the first fit, to n real points."""
    after = [Fraction(1)]
    for k in range(1, d + 1):
        after += [perm(n - 1, k) / (n - 1 + offset) ** k, Fraction(0)]
    return tuple(after)


def log_minor(step: Map, t: Int[np.ndarray, " T"], start: Row) -> Float[np.ndarray, " T"]:
    """The logarithm of u_d, t fits after the start; -inf where it is 0."""
    with mpmath.workdps(DIGITS):
        minors = [state[len(step) - 2] for state in states(step, t, start)]
        return np.array([float(mpmath.log(minor)) if minor > 0 else -np.inf for minor in minors])


def settled_minor(step: Map, constant: Fraction = Fraction(1)) -> float:
    """The stationary u_d, rounded once; infinite where the recursion of some block does not settle."""
    blocks = tuple((place, place + 1) for place in range(1, len(step), 2))
    return float(settled_mean(step, len(step) - 2, constant, blocks))


def _map(of_minor: Weights, of_mean: Weights, M: int, offset: Fraction, d: int) -> Map:
    """The rows of u_k and w_k, from weights that still have to be divided by L^k and L^(k-1) M."""
    L = M - 1 + offset
    rows = [(Fraction(1), *(Fraction(0),) * (2 * d))]
    for k in range(1, d + 1):
        for weights, divisor in ((of_minor, L**k), (of_mean, L ** (k - 1) * M)):
            row = [weights(k, 0)[0] / divisor]
            for j in range(1, d + 1):
                row += [x / divisor for x in weights(k, j)] if j <= k else [Fraction(0)] * 2
            rows.append(tuple(row))
    return tuple(rows)
