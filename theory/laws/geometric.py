r"""Sums of powers without cancellation, by the logarithms of their bases.

A linear recursion of one or two rates has the solutions $\sum_{k<T}x^k$ and $\sum_{k<T}x^{T-1-k}y^k$. As quotients of
differences they lose every digit where bases meet or come near 1; by ``expm1`` of logarithms they keep them all. A base
0 has the logarithm minus infinity.
"""

import numpy as np
from jaxtyping import Float, Int

Times = Int[np.ndarray, " T"]
Values = Float[np.ndarray, " T"]


def power(log_base: float, T: Times) -> Values:
    """x^T, 1 at T = 0 whatever x."""
    return np.where(T > 0, np.exp(np.maximum(T, 1) * log_base), 1.0)


def geometric_sum(log_base: float, T: Times) -> Values:
    """sum over 0 <= k < T of x^k: T where x = 1, 1 (from T = 1 on) where x = 0."""
    if log_base == 0.0:
        return T.astype(np.float64)
    if np.isneginf(log_base):
        return (T > 0).astype(np.float64)
    with np.errstate(over="ignore"):
        return np.expm1(T * log_base) / np.expm1(log_base)


def mixed_sum(log_base: float, other: float, T: Times) -> Values:
    """sum over 0 <= k < T of x^(T-1-k) y^k = (x^T - y^T)/(x - y), by continuity where x = y."""
    larger, smaller = max(log_base, other), min(log_base, other)
    if np.isneginf(larger):
        return (T == 1).astype(np.float64)
    with np.errstate(over="ignore"):
        return np.where(T > 0, power(larger, np.maximum(T - 1, 0)) * geometric_sum(smaller - larger, T), 0.0)
