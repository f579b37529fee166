r"""Means and variances of $\log S$ for many sample sizes at once, S the factor of the variance in one fit.

Each is about a constant over the size: sums over the fits of a chain whose sizes $M_k$ vary converge exactly when
$\sum_k1/M_k$ does.
"""

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.gamma_ratio import BINET, BINET_FROM

Sizes = Float[np.ndarray, " T"]
BLOCK = 1024


def mean_log_factors(sizes: Sizes, offset: float) -> Float[np.ndarray, " T"]:
    """E log S = psi(nu/2) - log(nu/2) - log(1 + offset/nu), about -(1+offset)/M, for each size."""
    h = (sizes - 1) / 2
    far = np.maximum(h, BINET_FROM)
    remainder = sum((2 * k + 1) * c / far ** (2 * k + 2) for k, c in enumerate(BINET))
    near = np.minimum(h, BINET_FROM)
    logs = np.where(h < BINET_FROM, special.digamma(near) - np.log(near), -1 / (2 * far) - remainder)
    return logs + log_mean_factors(sizes, offset)


def log_mean_factors(sizes: Sizes, offset: float) -> Float[np.ndarray, " T"]:
    """log E S = -log(1 + offset/(M-1)), for each size."""
    return -np.log1p(offset / (sizes - 1))


def log_mean_squared_factors(sizes: Sizes, offset: float) -> Float[np.ndarray, " T"]:
    """log E S^2 = log[(M^2-1)/L^2], about 2(1-offset)/M, for each size."""
    return np.log1p((2 * (sizes - 1) * (1 - offset) - offset**2) / (sizes - 1 + offset) ** 2)


def log_factor_variances(sizes: Sizes) -> Float[np.ndarray, " T"]:
    """Var log S = psi'((M-1)/2), about 2/M, for each size."""
    return special.polygamma(1, (sizes - 1) / 2)


def running_sums(terms: Sizes) -> Float[np.ndarray, " T"]:
    """The sum of the first t terms, for t = 1, 2, ...: first within blocks, so that a million terms lose no digits."""
    padded = np.zeros((-(-len(terms) // BLOCK), BLOCK))
    padded.flat[: len(terms)] = terms
    within = np.cumsum(padded, axis=1)
    before = np.concatenate([[0.0], np.cumsum(within[:, -1])[:-1]])[: len(within)]
    return (within + before[:, None]).ravel()[: len(terms)]
