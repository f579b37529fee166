"""How M points fall into real and synthetic ones when each is real by its own coin, and the two batches that follow.

The number of real points is binomial, so the shapes of both chi-squares are random. Every number that 64 random bits
can reach has a row in a table; a chain draws its row and gathers the row's coefficients.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Bool, Float64, Int32

from simulations.alias import AliasTable, alias_table
from simulations.gamma import GammaRow
from simulations.kernels.batches import BatchLaw, batch_law, is_boosted
from simulations.kernels.method import NoKernel
from simulations.kernels.shape import padded

LARGEST_SPLIT_TABLE = 2**14
"""Rows of the table: with a share of one half reached near M = 2.6 million."""


class Split(NamedTuple):
    """The law of the row, the laws of both batches by row, and whether any of them is boosted.

    Gamma coefficients lie column by column: a chain gathers one number of each inside the arithmetic that uses it.
    """

    row: AliasTable
    real: BatchLaw
    synthetic: BatchLaw
    boosted: Bool[Any, ""]


def binomial_split(M: int, alpha: float) -> Split:
    """The table for M points, each of them real with probability alpha.

    Raises NoKernel where it would have more than LARGEST_SPLIT_TABLE rows.
    """
    reach = 10.0 * np.sqrt(M * alpha * (1.0 - alpha)) + 60.0 if 0.0 < alpha < 1.0 else 0.0
    n = np.arange(max(0, int(M * alpha - reach)), min(M, int(M * alpha + reach)) + 1)
    if len(n) > LARGEST_SPLIT_TABLE:
        raise NoKernel(
            f'no kernel yet covers sample_size.size = {M} with scheme "iid" and share {alpha:g} for a gaussian source; '
            f"covered: sizes whose number of real points has at most {LARGEST_SPLIT_TABLE} likely values"
        )
    real, synthetic = batch_law(n), batch_law(M - n)
    boosted = is_boosted(real).any() | is_boosted(synthetic).any()
    size = padded(len(n))
    row = alias_table(_binomial(M, alpha, n), size)
    return Split(row, _by_column(real, size), _by_column(synthetic, size), boosted)


def law_at(law: BatchLaw, place: Int32[Any, ""]) -> BatchLaw:
    """One row of a table of laws."""

    def at(column: Float64[Array, "K"]) -> Float64[Array, ""]:
        return column.at[place].get(mode="promise_in_bounds")

    coefficients = [at(column) for column in law.gamma.coefficients]
    exponents = [at(column) for column in law.gamma.exponents]
    return BatchLaw(at(law.count), at(law.inverse_root), at(law.log_freedom), GammaRow(coefficients, exponents))


def _binomial(M: int, alpha: float, n: np.ndarray) -> Float64[np.ndarray, "K"]:
    """Binomial probabilities of consecutive n by the ratio of neighbours, scaled to sum to 1 over them."""
    ratio = (M - n[:-1]) / n[1:] * (alpha / (1.0 - alpha) if alpha < 1.0 else 1.0)
    log_p = np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    p = np.exp(log_p - log_p.max())
    return p / p.sum()


def _by_column(law: BatchLaw, size: int) -> BatchLaw:
    def column(a: np.ndarray) -> np.ndarray:
        return np.pad(a, [(0, size - len(a)), *([(0, 0)] * (a.ndim - 1))], mode="edge").T.copy()

    gamma = GammaRow(column(np.asarray(law.gamma.coefficients)), column(np.asarray(law.gamma.exponents)))
    return BatchLaw(column(law.count), column(law.inverse_root), column(law.log_freedom), gamma)
