r"""What one fit does to the expected determinant of $k$ rows where it mixes nothing in that is foreign to the model.

Given the model, of covariance $V$, a fit has the mean determinant $f_k\det V$ where everything it sees was drawn from
the model, is a part of it, or is that part of a pool that made it. With falling factorials
$m^{\underline j}=m(m-1)\cdots(m-j+1)$: a sample of $m$ points gives $f_k=(m-1)^{\underline k}/L^k$, and $m$ points more
beside $(L-m)V$, with the normal error of their mean,
$f_k=\sum_j\binom kj(L-m)^{k-j}[(P-m)m^{\underline j}+m^{\underline{j+1}}]/(PL^k)$ for $P$ points in all.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import comb, perm

import numpy as np
from jaxtyping import Float

from theory.laws.sums_over_fits import DIRECT, sum_over_fits

MANY = DIRECT + 1.0  # fits: so that few terms are added one by one


def log_fitted(sizes: Float[np.ndarray, " T"], offset: float, k: int) -> Float[np.ndarray, " T"]:
    """log f_k of a sample, for each size; -inf for k points and fewer."""
    left = sizes[:, None] - np.arange(1.0, k + 1)
    with np.errstate(divide="ignore"):
        terms = -np.log1p((np.arange(k) + offset) / np.maximum(left, 0.5))
    return np.where((left > 0).all(axis=1), terms.sum(axis=1), -np.inf)


def log_joined(m: int, P: Float[np.ndarray, " P"], offset: float, k: int) -> Float[np.ndarray, " P"]:
    """log f_k as m points join the others of a pool, P in all: about -k (k+1) m/(2 P^2)."""
    L = P - 1 + offset
    share, repeated = m / L, _repeated(m, k + 1)
    lost = sum(
        comb(k, j) * (1 - share) ** (k - j) * share**j * ((1 - m / P) * repeated[j] + m / P * repeated[j + 1])
        for j in range(k + 1)
    )
    with np.errstate(divide="ignore"):
        return np.log1p(-lost)


def log_pooled(m: int, first: int, offset: float, k: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """log E det of k rows over that of the source, after t fits to ``first`` and then m points more each; inf too."""
    start = log_fitted(np.array([float(first)]), offset, k)[0]
    if np.isinf(start):
        return np.where(t > 0, start, 0.0)
    later = sum_over_fits(lambda y: log_joined(m, y * m, offset, k), 2, first / m, t)
    return np.where(t > 0, start + later, 0.0)


def log_forgotten(M: int, offset: float, rate: float, k: int) -> float:
    """log f_k of the mixture (1 - g) model + g fit: the mean of (1-g)^(k-j) g^j f_j over the binomial law of j."""
    size = np.array([float(M)])
    changed = sum(
        comb(k, j) * (1 - rate) ** (k - j) * rate**j * float(np.expm1(log_fitted(size, offset, j)[0]))
        for j in range(1, k + 1)
    )
    return float(np.log1p(changed)) if changed > -1 else -np.inf


def log_drawn(M: int, offset: float, replacement: bool, k: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """log E det of k rows where fit t sees M of the t M points of a pool, which M of every model join; t = inf too.

    The pool's own grows or falls as the power k (M-1)(1-delta)/(L M) of t: under maximum likelihood it settles.
    """
    exact = Fraction(repr(float(offset)))
    if k >= M:
        return np.where(t > 0, -np.inf, 0.0)
    order = 2 if offset == 1 else 1
    if order == 1 and np.isinf(t).any():
        settled = -np.inf if offset > 1 else np.inf
        finite = log_drawn(M, offset, replacement, k, np.where(np.isinf(t), 1.0, t))
        return np.where(np.isinf(t), settled, finite)
    pool = sum_over_fits(_terms(M, exact, replacement, k), order, 1.0, np.append(t, MANY))[:-1]
    if replacement:  # the first fit sees all points
        one, other = (_grown(M, Fraction(M), exact, put_back, k) for put_back in (False, True))
        pool = pool + np.where(t > 1, float(np.log1p(float((one - other) / (1 + other)))), 0.0)
    seen = (
        0.0 if replacement
        else -sum(np.log1p(-i / (M * np.maximum(t, 2.0))) for i in range(1, k + 1))
    )  # fmt: skip
    fit = log_fitted(np.array([float(M)]), offset, k)[0]
    first = log_fitted(np.array([float(M)]), 1.0, k)[0]
    return np.where(t > 1, fit + first + pool + seen, np.where(t > 0, fit, 0.0))


def _terms(
    M: int, offset: Fraction, replacement: bool, k: int
) -> Callable[[Float[np.ndarray, " Y"]], Float[np.ndarray, " Y"]]:
    def terms(y: Float[np.ndarray, " Y"]) -> Float[np.ndarray, " Y"]:
        grown = [float(_grown(M, (Fraction(float(place)) - 1) * M, offset, replacement, k)) for place in y]
        return np.log1p(np.array(grown))

    return terms


@cache
def _grown(M: int, N: Fraction, offset: Fraction, replacement: bool, k: int) -> Fraction:
    """By what share E det of the squares over their number grows as M points of the model of M draws join N points.

    In coordinates in which the squares of the pool are the identity, q_j is the mean determinant of j rows of those of
    the draws, and e_j what the squared distance of their mean adds to it, as a slope.
    """
    L = M - 1 + offset

    def different(j: int) -> Fraction:
        """The chance of j draws to be different points, over the number of ways to choose j of N."""
        among = N**j if replacement else _falling(N, j)
        return perm(M, j) / among

    total = Fraction(0)
    for j in range(k + 1):
        q = different(j + 1) * N / M
        total += comb(k, j) * q / L**j * (N * perm(M, j) + perm(M, j + 1))
        if j:
            total += comb(k, j) * (different(j) - q) / M / L ** (j - 1) * N * perm(M, j)
    return total * N**k / (N + M) ** (k + 1) - 1


def _repeated(m: int, k: int) -> Float[np.ndarray, " k"]:
    """1 - m^(falling j)/m^j, the chance that of j draws of m two are the same, for j = 0 ... k."""
    with np.errstate(divide="ignore"):
        logs = np.log1p(-np.minimum(np.arange(k) / m, 1.0))
    return np.concatenate([[0.0], -np.expm1(np.cumsum(logs))])


def _falling(x: Fraction, j: int) -> Fraction:
    value = Fraction(1)
    for i in range(j):
        value *= x - i
    return value
