r"""Zonal polynomials of a sum: what a fit to weighted real and drawn points makes of their means.

With $C_\sigma C_\tau=\sum_\kappa g^\kappa_{\sigma\tau}C_\kappa$ the mean over rotations $H$ is
$$\frac{E\,C_\kappa(X+HYH')}{C_\kappa(I)}=\sum_{\sigma,\tau}\binom k{|\sigma|}g^\kappa_{\sigma\tau}
\frac{C_\sigma(X)}{C_\sigma(I)}\frac{C_\tau(Y)}{C_\tau(I)}.$$
A model whose covariance is $aW_n+b\,Q^{1/2}W_mQ^{1/2}$, in coordinates of the source, with Wishart matrices of $n$ and
$m$ degrees of freedom, so takes the numbers $q_\kappa=E\,C_\kappa(Q)/C_\kappa(I)$ to
$\sum\binom k{|\sigma|}g^\kappa_{\sigma\tau}a^{|\sigma|}(n)_\sigma\,b^{|\tau|}(m)_\tau\,q_\tau$, $(n)_\sigma$ the
product of $n+1-i+2j$ over the boxes of $\sigma$. Orders mix downwards alone; all terms are positive.
"""

from fractions import Fraction
from functools import cache, lru_cache
from math import comb

import numpy as np
from jaxtyping import Float

from theory.laws import zonal
from theory.laws.zonal import Partition

Matrix = Float[np.ndarray, "P P"]


@cache
def up_to(order: int) -> tuple[Partition, ...]:
    """All partitions of 0, 1, ... up to the order."""
    return tuple(kappa for r in range(order + 1) for kappa in (zonal.partitions(r) if r else ((),)))


def rising(sigma: Partition, n: int) -> Fraction:
    """(n)_sigma."""
    return zonal.factor(sigma, n + 1, Fraction(1 - n)) if sigma else Fraction(1)


@cache
def products(r: int, s: int) -> dict[tuple[Partition, Partition], tuple[Fraction, ...]]:
    """g for all pairs of partitions of s and r - s: the coefficients of C_kappa, kappa of r in order."""
    whole = zonal.partitions(r)
    spectra = [tuple(Fraction(1, (i + 2) * (place + 1) + i * i) for i in range(r)) for place in range(len(whole))]
    table = [zonal.values(spectrum, r) for spectrum in spectra]
    inverse = _inverse([[values[kappa] for kappa in whole] for values in table])
    one, other = ([zonal.values(spectrum, k) if k else {(): Fraction(1)} for spectrum in spectra] for k in (s, r - s))
    return {
        (sigma, tau): tuple(
            sum((x * a[sigma] * b[tau] for x, a, b in zip(row, one, other, strict=True)), Fraction(0))
            for row in inverse
        )
        for sigma in one[0]
        for tau in other[0]
    }


@lru_cache(maxsize=16)
def step(order: int, real: int, drawn: int, a: float, b: float) -> Matrix:
    """The matrix of one fit, of the numbers q of all partitions up to the order; real and drawn degrees of freedom."""
    every = up_to(order)
    place = {kappa: i for i, kappa in enumerate(every)}
    matrix = np.zeros((len(every), len(every)))
    matrix[0, 0] = 1.0
    for r in range(1, order + 1):
        for s in range(r + 1):
            for (sigma, tau), coefficients in products(r, s).items():
                weight = comb(r, s) * float(rising(sigma, real) * rising(tau, drawn)) * a**s * b ** (r - s)
                for kappa, g in zip(zonal.partitions(r), coefficients, strict=True):
                    matrix[place[kappa], place[tau]] += weight * float(g)
    return matrix


def settled(matrix: Matrix) -> Float[np.ndarray, " P"]:
    """The numbers that a fit leaves as they are; infinite from the order on at which one grows by itself."""
    values = np.ones(len(matrix))
    for i in range(1, len(matrix)):
        forcing = matrix[i, :i] @ values[:i]
        values[i] = forcing / (1 - matrix[i, i]) if matrix[i, i] < 1 else np.inf
    return values


def _inverse(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    size = len(rows)
    work = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(rows)]
    for i in range(size):
        pivot = next(k for k in range(i, size) if work[k][i])
        work[i], work[pivot] = work[pivot], work[i]
        work[i] = [x / work[i][i] for x in work[i]]
        for k in range(size):
            if k != i and work[k][i]:
                work[k] = [x - work[k][i] * y for x, y in zip(work[k], work[i], strict=True)]
    return [row[size:] for row in work]
