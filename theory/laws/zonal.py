r"""Zonal polynomials: those polynomials in the eigenvalues of a matrix that a Wishart fit multiplies by a number.

For a partition $\kappa=(k_1\ge k_2\ge\dots)$ of $r$, $C_\kappa$ is the symmetric polynomial with
$E\,C_\kappa(\Sigma_{t+1})=f_\kappa C_\kappa(\Sigma_t)$, $f_\kappa=\prod_i\prod_{j<k_i}\frac{M-i+2j}L$, and
$\sum_\kappa C_\kappa(\Sigma)=(\operatorname{tr}\Sigma)^r$. Its coefficients in monomial symmetric functions follow from
the Laplace-Beltrami operator, and $\operatorname{tr}\Sigma^r=\sum_\kappa b_\kappa C_\kappa(\Sigma)$ with
$b_\kappa=\prod\frac{2j-i+1}{2^{r-1}(r-1)!}$ over the boxes $(i,j)$ of $\kappa$ with $j<k_i$ from 0 on, but the first.
All is exact; sources: James (1968), Muirhead (1982), section 7.2.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import factorial, prod
from typing import Any

Partition = tuple[int, ...]


@cache
def partitions(r: int) -> tuple[Partition, ...]:
    """All partitions of r, (r) first, in lexicographic order."""
    return tuple(_partitions(r, r))


@cache
def coefficients(r: int) -> dict[Partition, dict[Partition, Fraction]]:
    """Of each zonal polynomial of degree r, those of the monomial symmetric functions."""
    found: dict[Partition, dict[Partition, Fraction]] = {}
    for kappa in partitions(r):
        own = {kappa: _multinomial(kappa) - sum(other.get(kappa, 0) for other in found.values())}
        for lower in partitions(r):
            if lower < kappa and (total := sum(weight * own.get(upper, 0) for weight, upper in _raised(lower))):
                own[lower] = total / (_rank(kappa) - _rank(lower))
        found[kappa] = own
    return found


def values(eigenvalues: tuple[Any, ...], r: int) -> dict[Partition, Any]:
    """C_kappa of a matrix, from the monomial symmetric functions of its eigenvalues, in numbers of their kind."""
    monomials = {shape: _monomial(eigenvalues, shape) for shape in partitions(r)}
    return {
        kappa: sum(monomials[shape] * weight.numerator / weight.denominator for shape, weight in own.items())
        for kappa, own in coefficients(r).items()
    }


def factor(kappa: Partition, M: int, offset: Fraction) -> Fraction:
    """f_kappa, by which a fit to M points with the divisor M - 1 + offset multiplies the mean of C_kappa."""
    L = M - 1 + offset
    return prod((Fraction(M - i + 2 * j) / L for i, j in _boxes(kappa)), start=Fraction(1))


def in_trace_of_power(kappa: Partition) -> Fraction:
    """b_kappa, its weight in the trace of the power of order r."""
    r = sum(kappa)
    contents = (Fraction(2 * j - i + 1) for i, j in _boxes(kappa) if (i, j) != (1, 0))
    return prod(contents, start=Fraction(1)) / (2 ** (r - 1) * factorial(r - 1))


def _boxes(kappa: Partition) -> Iterator[tuple[int, int]]:
    """Rows from 1, columns from 0."""
    return ((i, j) for i, k in enumerate(kappa, start=1) for j in range(k))


def _partitions(r: int, largest: int) -> Iterator[Partition]:
    if not r:
        yield ()
    for first in range(min(r, largest), 0, -1):
        for rest in _partitions(r - first, first):
            yield (first, *rest)


def _multinomial(kappa: Partition) -> Fraction:
    return Fraction(factorial(sum(kappa)), prod(factorial(k) for k in kappa))


def _rank(kappa: Partition) -> int:
    return sum(k * (k - i) for i, k in enumerate(kappa, start=1))


def _raised(shape: Partition) -> Iterator[tuple[int, Partition]]:
    """All partitions in which one part has so many more at the cost of another, and the difference of the two parts."""
    for i in range(len(shape)):
        for j in range(i + 1, len(shape)):
            for s in range(1, shape[j] + 1):
                parts = list(shape)
                parts[i], parts[j] = parts[i] + s, parts[j] - s
                yield parts[i] - parts[j], tuple(sorted((x for x in parts if x), reverse=True))


def _monomial(eigenvalues: tuple[Any, ...], shape: Partition) -> Any:
    """The sum over all different ways to give the exponents to the eigenvalues."""
    if len(shape) > len(eigenvalues):
        return 0 * eigenvalues[0]
    exponents = (*shape, *(0,) * (len(eigenvalues) - len(shape)))
    return _arranged(eigenvalues, tuple(sorted(exponents)))


@cache
def _arranged(eigenvalues: tuple[Any, ...], exponents: tuple[int, ...]) -> Any:
    if not eigenvalues:
        return 1
    total = 0
    for exponent in set(exponents):
        place = exponents.index(exponent)
        rest = exponents[:place] + exponents[place + 1 :]
        total += eigenvalues[0] ** exponent * _arranged(eigenvalues[1:], rest)
    return total
