r"""The independent route to the mean sum of singular values of a product in the plane: backwards, by quadrature.

Of a matrix $Y$ with the sum of squares $p=2q\cosh\xi$ and the determinant $q$ the singular values add up to
$2\sqrt q\cosh\frac\xi2$. A factor $N$ whose law does not change under rotations, with $NN'$ of the determinant $D$ and
the trace $2\sqrt D\cosh\eta$, makes it $q\sqrt D$ and, at a uniform angle $\theta$,
$\cosh\xi'=\cosh\xi\cosh\eta+\sinh\xi\sinh\eta\cos\theta$. So the mean is a function of $\xi$ that is iterated from the
last factor to the first; over $2\cosh\frac\xi2$ it is interpolated at Chebyshev's points. No spherical
function is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

NODES, ANGLES, GAPS = 44, 40, 44
FAR = 41.0  # minus the logarithm of what is left out
FEW = 36
NEGLIGIBLE = 1e-20

Points = Float[np.ndarray, " N"]


@dataclass(frozen=True)
class Cloud:
    """Gaps eta of a factor and their weights, which are chances times the fourth roots of its determinant."""

    gap: Points
    weight: Points


@lru_cache(maxsize=64)
def fitted_cloud(M: int, offset: float) -> Cloud:
    """A fit to M >= 3 points: determinant and gap are independent (Mauchly), 2 sqrt(det W) is chi-square, 2M-4."""
    n, L = M - 1, M - 1 + offset
    nodes, weights = np.polynomial.legendre.leggauss(GAPS)
    farthest = FAR / (n - 0.5)  # of log cosh
    widest = farthest + np.log1p(np.sqrt(-np.expm1(-2 * farthest)))
    gap = widest * (nodes + 1) / 2
    log_cosh = np.log1p(2 * np.sinh(gap / 2) ** 2)
    chance = widest / 2 * weights * (n - 1) * np.exp((0.5 - n) * log_cosh) * np.tanh(gap)
    root = special.poch(n, 0.5)  # E sqrt(T/2) of a chi-square T of 2n degrees of freedom
    return Cloud(gap, chance * root / np.sqrt(L))


def mean_singular_values(first: float, second: float, clouds: Sequence[Cloud]) -> float:
    """The mean sum of the singular values of diag(first, second) times one factor of each cloud, in turn."""
    widest = 6.0 + abs(np.log(first / second)) + max((cloud.gap.max() for cloud in clouds[1:]), default=0.0)
    widest = min(widest, 40.0)
    values = np.ones(NODES)
    for cloud in reversed(clouds[1:]):
        values = _earlier(cloud, widest) @ values
    xi = np.array([abs(np.log(first / second))])
    share = _weights(clouds[0], xi, widest) @ values if clouds else np.ones(1)
    return float(np.sqrt(first * second) * 2 * np.cosh(xi / 2)[0] * share[0])


@lru_cache(maxsize=64)
def _matrix(key: bytes, size: int, widest: float) -> Float[np.ndarray, "N N"]:
    gap, weight = np.frombuffer(key).reshape(2, size)
    return _weights(Cloud(gap, weight), _places(widest), widest)


def _earlier(cloud: Cloud, widest: float) -> Float[np.ndarray, "N N"]:
    return _matrix(np.stack([cloud.gap, cloud.weight]).tobytes(), cloud.gap.size, widest)


def _places(widest: float) -> Points:
    return widest * (1 + np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)) / 2


def _weights(cloud: Cloud, xi: Points, widest: float) -> Float[np.ndarray, "X N"]:
    """How the quotients after a fit, at Chebyshev's points, make up those before it at xi."""
    turn = np.cos((np.arange(ANGLES) + 0.5) * np.pi / ANGLES)
    places = _places(widest)
    basis = np.linalg.inv(np.polynomial.chebyshev.chebvander(2 * places / widest - 1, NODES - 1))
    rows = []
    for one in xi:
        cosh = np.cosh(one) * np.cosh(cloud.gap)[:, None] + np.sinh(one) * np.sinh(cloud.gap)[:, None] * turn
        grown = np.sqrt((1 + cosh) / (1 + np.cosh(one))) * cloud.weight[:, None] / ANGLES
        after = np.minimum(np.arccosh(np.maximum(cosh, 1.0)), widest)
        chebyshev = np.polynomial.chebyshev.chebvander(2 * after.ravel() / widest - 1, NODES - 1)
        rows.append(grown.ravel() @ chebyshev @ basis)
    return np.array(rows)


@dataclass(frozen=True)
class Rows:
    """A factor row by row: its first pivot, its determinant and half its trace, and chances."""

    pivot: np.ndarray
    determinant: np.ndarray
    half_trace: np.ndarray
    chance: np.ndarray


@lru_cache(maxsize=64)
def moved_cloud(nu: int, kept: float, mean_weight: float, divisor: float) -> Cloud:
    """Gaps of (c + W + w z z')/L: W of nu degrees of freedom, c = ``kept``, w = ``mean_weight``, z normal."""
    rows = rows_of(nu, kept, mean_weight, divisor, 12 if mean_weight else 40, 12 if mean_weight else 24)
    gap = np.arcsinh(np.sqrt(np.maximum(rows.half_trace**2 / rows.determinant - 1, 0.0)))
    return _condensed(gap.ravel(), (rows.chance * rows.determinant**0.25).ravel())


def rows_of(nu: int, kept: float, mean_weight: float, divisor: float, laguerre: int, hermite: int) -> Rows:
    """The same matrix by its rows, with so many points for a chi-square and for a normal variable."""
    z, normal = np.polynomial.hermite_e.hermegauss(hermite)
    normal = normal / normal.sum()
    half = z > 0
    alone = np.zeros(1), np.ones(1)
    x, along = _chi_square(nu, laguerre)
    rest, others = _chi_square(nu - 1, laguerre) if nu > 1 else alone
    y, beside = (z[half], 2 * normal[half]) if mean_weight else alone
    beta, crossed = (z, normal) if mean_weight else alone
    alpha, within = (z[half], 2 * normal[half]) if nu else alone
    x, y, alpha, beta, rest = np.meshgrid(x, y, alpha, beta, rest, indexing="ij", sparse=True)
    first, second = kept + x + mean_weight * y**2, kept + alpha**2 + mean_weight * beta**2 + rest
    between = np.sqrt(x) * alpha + mean_weight * y * beta
    chance = np.einsum("i,j,k,l,m->ijklm", along, beside, within, crossed, others)
    determinant = (first * second - between**2) / divisor**2
    return Rows(np.broadcast_to(first, chance.shape) / divisor, determinant, (first + second) / divisor / 2, chance)


def _chi_square(nu: int, number: int) -> tuple[Points, Points]:
    if nu == 0:
        return np.zeros(1), np.ones(1)
    x, weights = special.roots_genlaguerre(number, nu / 2 - 1)
    return 2 * x, weights / weights.sum()


def _condensed(gap: Points, weight: Points) -> Cloud:
    """Few points with the same means of polynomials in the square of the gap, weights of both signs."""
    widest = float(gap[weight > NEGLIGIBLE].max())
    z = 2 * np.minimum(gap / widest, 1.0) ** 2 - 1
    places = np.cos((np.arange(FEW) + 0.5) * np.pi / FEW)
    moments, before, now = [weight.sum(), (weight * z).sum()], np.ones_like(z), z
    for _ in range(FEW - 2):
        before, now = now, 2 * z * now - before
        moments.append((weight * now).sum())
    basis = np.cos(np.outer(np.arccos(places), np.arange(FEW))) * 2 / FEW
    basis[:, 0] /= 2
    return Cloud(widest * np.sqrt((1 + places) / 2), basis @ np.array(moments))
