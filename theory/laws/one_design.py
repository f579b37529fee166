r"""The risk of a regression whose generations label one design of M rows, n of them real, in up to 10 dimensions.

In units of $\sigma^2\,E\operatorname{tr}S^{-1}=\sigma^2d/(M-d-1)$ it is a mean over an eigenvalue u of $S^{-1}S_2$, S
the Gram matrix of all rows and $S_2$ that of the synthetic ones, as these are independent of S.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.matrix_beta import Points, spectrum

MOST_DIMENSIONS = 10
Times = Float[np.ndarray, " T"]


def relabelled(M: int, d: int, n: int, t: Times) -> Times:
    """The mean of 1 + u^2 + ... + u^(2(t-1)): new labels for the same real rows in every generation; t may be inf."""
    u, rest, weight = _rows(M, d, n)
    return np.array([float(weight @ _powers(u, rest, one)) for one in t])


def kept(M: int, d: int, n: int, t: Times) -> Times:
    """The mean of (1-u^t)^2/(1-u) + u (1 + ... + u^(2(t-1))): the same labels of real rows for ever, n >= d + 2."""
    u, rest, weight = _rows(M, d, n)
    return np.array([float(weight @ (_lost(rest, one) ** 2 / rest + u * _powers(u, rest, one))) for one in t])


@lru_cache(maxsize=8)
def _rows(M: int, d: int, n: int) -> tuple[Points, Points, Points]:
    return spectrum(M - n, n, d)


def _lost(rest: Points, t: float) -> Points:
    """1 - u^t, relatively accurate where u is near 1; 0 at t = 0."""
    if t == 0 or np.isinf(t):
        return np.full_like(rest, np.sign(t))
    with np.errstate(divide="ignore"):
        return -np.expm1(t * np.log1p(-rest))


def _powers(u: Points, rest: Points, t: float) -> Points:
    """1 + u^2 + ... + u^(2(t-1)), which is t at u = 1."""
    away = rest > 0
    return np.where(away, _lost(rest, 2 * t) / np.where(away, rest * (1 + u), 1.0), t)
