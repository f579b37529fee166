r"""By what a fit that keeps a part of the model multiplies the mean of a zonal polynomial.

In coordinates of the model the next covariance is $(c+G)/L$, $G$ a sum of $d_jz_jz_j'$ over normal vectors: $n$ of them
with the weight 1, those of a scatter, and one with the weight $w$, the error of the mean of a batch. For a partition
$\kappa$ of $r$ the mean of $C_\kappa$ is multiplied by
$$f_\kappa=\frac1{L^r}\sum_{\sigma\subseteq\kappa}\binom\kappa\sigma c^{r-|\sigma|}
\,\frac{C_\sigma(1,\dots,1,w)}{a_\sigma},\quad a_\sigma=\frac{C_\sigma(I_m)}{\prod(m+1-i+2j)},$$
$\binom\kappa\sigma$ the generalised binomial coefficients of $C_\kappa(1+X)$, $a_\sigma$ the same for every $m$, the
product over the boxes $(i,j)$ of $\sigma$, $j$ from 0. All terms are positive.
"""

from fractions import Fraction
from functools import cache, lru_cache
from math import factorial, perm, prod

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf

from theory.laws import zonal
from theory.laws.zonal import Partition


@cache
def binomials(kappa: Partition) -> dict[Partition, Fraction]:
    """Those of all partitions within kappa, from the ones with a box less; the empty one has 1."""
    r, found = sum(kappa), {kappa: Fraction(1)}
    for lower, weight in _less(kappa):
        for sigma, value in binomials(lower).items():
            found[sigma] = found.get(sigma, Fraction(0)) + weight * value / (r - sum(sigma))
    return found


@cache
def powers_of_weight(sigma: Partition, n: int) -> tuple[Fraction, ...]:
    """The coefficients of 1, w, w^2, ... in C_sigma(1, ..., 1, w)/a_sigma with n ones."""
    r = sum(sigma)
    if not r:
        return (Fraction(1),)
    found, unit = [Fraction(0)] * (r + 1), Fraction(0)
    for shape, coefficient in zonal.coefficients(r)[sigma].items():
        for power in {0, *shape}:
            rest = list(shape)
            if power:
                rest.remove(power)
            found[power] += coefficient * _ways(tuple(rest), n)
        unit += coefficient * _ways(shape, r)
    unit /= zonal.factor(sigma, r + 1, Fraction(1 - r))
    return tuple(one / unit for one in found)


def _ways(shape: Partition, n: int) -> Fraction:
    """The monomial symmetric function of n ones."""
    return Fraction(perm(n, len(shape)), prod(factorial(shape.count(part)) for part in set(shape)))


def factor(kappa: Partition, n: int, kept: mpf, weight: mpf, divisor: mpf) -> mpf:
    """f_kappa with c = ``kept``, w = ``weight`` and L = ``divisor``, in mpmath's precision."""
    r, terms = sum(kappa), []
    for boxes, powers in _terms(kappa, n, mpmath.mp.prec):
        terms.append(mpmath.polyval(powers if weight else powers[-1:], weight) * kept ** (r - boxes))
    return mpmath.fsum(terms) / divisor**r


def log_fitted(kappa: Partition, sizes: Float[np.ndarray, " K"], offset: float) -> Float[np.ndarray, " K"]:
    """log f_kappa of fits to these many points that keep nothing; -inf for fewer than there are rows, and one."""
    L, total = sizes - 1 + offset, np.zeros(len(sizes))
    for i, k in enumerate(kappa, start=1):
        for j in range(k):
            left = sizes - i + 2 * j
            with np.errstate(divide="ignore"):
                total += np.where(left > 0, np.log1p((1 - i + 2 * j - offset) / np.where(left > 0, L, np.inf)), -np.inf)
    return total


@lru_cache(maxsize=512)
def _terms(kappa: Partition, n: int, prec: int) -> list[tuple[int, list[mpf]]]:
    """Of each partition within kappa its boxes, and the coefficients of powers of w, the highest first."""
    return [
        (sum(sigma), [_number(binomial * x) for x in reversed(powers_of_weight(sigma, n))])
        for sigma, binomial in binomials(kappa).items()
    ]


def _number(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator


def _less(kappa: Partition) -> list[tuple[Partition, Fraction]]:
    """Partitions with one box less, and their coefficients in C_kappa(1+X) to first order."""
    rows, found = len(kappa), []
    for i, k in enumerate(kappa):
        if i + 1 < rows and kappa[i + 1] == k:
            continue
        weight = k + Fraction(rows - 1 - i, 2)
        for j, other in enumerate(kappa):
            if j != i:
                apart = k - other + Fraction(j - i, 2)
                weight *= (apart - Fraction(1, 2)) / apart
        lower = tuple(part for part in (*kappa[:i], k - 1, *kappa[i + 1 :]) if part)
        found.append((lower, weight))
    return found
