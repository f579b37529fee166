r"""What fits that keep or forget data multiply spherical functions of the plane by.

A factor $F$ of the trace $2(1+a)$ and the determinant $(1+a)^2/\cosh^2\eta$ whose law does not change under rotations
multiplies the spherical function at $s$ by $E\sqrt{1+a}\,G_s(\eta)$, with
$G_s(\eta)=P_{is-1/2}(\cosh\eta)/\sqrt{\cosh\eta}$. Under forgetting $F=1+\frac gL(W-L)$; as a batch of $M$ joins a pool
and makes it $P$ points $F=1+\frac1L(W+w\,zz'-M)$, $w=1-M/P$, z the error of the mean of the batch. The Wishart
matrix $W$ of $\nu=M-1$ degrees of freedom has half the trace $\frac12\chi^2_{2\nu}$ and, independent of it,
$\cosh^{-2}$ of its gap is $\mathrm{Beta}(\frac{\nu-1}2,1)$ (Mauchly 1940); $zz'$ is at a uniform angle with it. Means
of Chebyshev polynomials of $\eta^2$ take the place of its law, and what is linear in $a$ is known and apart: nothing
cancels, however many points there are.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.accumulated_factors import ORDER
from theory.laws.factor_law import chi_square_points
from theory.laws.spherical_plane import Nodes, conical_functions, frequencies, log_fitted
from theory.laws.sums_over_fits import power_sum

Points = Float[np.ndarray, " N"]
NEAR = 0.5  # eta up to which G - 1 is a mean over angles
CIRCLE, AROUND, SQUARES = 32, 8, 20  # angles of that mean; angles between two matrices; points in the ratio of axes
NOTHING, BLOCK = 1e-18, 8_192  # chances that are left out; points at a time
FIRST, SERIES, HEAD = 12, 16, 100  # fits one by one; places of the series of the others; fits that are added up
MANY = 60  # degrees of freedom beyond which the law of the ratio is exponential


def log_moved(M: int, offset: float, rate: float) -> Nodes:
    """The logarithm of the multiplier at the points s, for M >= 2 points and a rate of forgetting up to 1."""
    if rate == 1.0:
        return log_fitted(M, offset)
    nu, L = M - 1, M - 1 + offset
    y, weights = _half_trace(nu, lambda y: np.log1p(rate * (nu * np.expm1(y) - offset) / L))
    gaps, chances = _gaps(nu)
    a = rate * (nu * np.expm1(y) - offset) / L
    ratio = (rate * nu * np.exp(y) / L / (1 + a))[:, None] * np.tanh(gaps)
    return _log_mean(-rate * offset / L, a, weights, np.arctanh(ratio), weights[:, None] * chances)


def log_joined(M: int, P: float, offset: float) -> Nodes:
    """The same for M points that join a pool and make it P > M + 1."""
    nu, L, w = M - 1, P - 1 + offset, 1 - M / P
    y, weights = _half_trace(nu, lambda y: np.log1p(nu * np.expm1(y) / L))
    x, exponential = np.polynomial.laguerre.laggauss(16 * int(np.ceil(np.clip(0.5 + 20 * w / (L - M), 1, 3))))
    narrow, chances = _narrowness(nu)
    a = ((nu * np.exp(y) - M)[:, None] + w * x) / L
    q = (w * x / L / (1 + a))[:, :, None, None]
    p = (nu * np.exp(y)[:, None] / L / (1 + a))[:, :, None, None] * np.sqrt(narrow)[:, None]
    ratio = np.sqrt(p**2 + q**2 + 2 * p * q * np.cos((np.arange(AROUND) + 0.5) * np.pi / AROUND))
    outer = weights[:, None] * exponential
    inner = outer[:, :, None, None] * chances[:, None] / AROUND
    return _log_mean(
        -M / P / L, a, outer, np.arctanh(np.minimum(ratio, 1 - 1e-16)), np.broadcast_to(inner, ratio.shape)
    )


class JoinedMultipliers:
    """The logarithms of the multipliers of fits 1 to t together, as batches of M join a first one of at least 2."""

    def __init__(self, M: int, first: int, offset: float) -> None:
        self.M, self.offset, self.start = M, offset, first / M
        self.once = log_fitted(first, offset)

    def __call__(self, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T S"]:
        """t from 1 on, infinity included; minus infinity after a first fit to two points."""
        if np.isinf(self.once).any():
            return np.full((len(t), len(self.once)), -np.inf)
        sums = self._head[np.minimum(t, HEAD).astype(np.int64)]
        length = np.maximum(t - HEAD, 0.0)
        if not length.any():
            return sums
        beyond = HEAD + self.start
        powers = np.array([power_sum(ORDER + j, beyond, length) for j in range(SERIES)])
        return sums + powers.T @ self._series

    def at(self, pool: Points) -> Float[np.ndarray, "P S"]:
        """That of the fit after which the pool has so many batches."""
        return np.array([log_joined(self.M, float(y) * self.M, self.offset) for y in pool])

    @cached_property
    def _series(self) -> Float[np.ndarray, "J S"]:
        """The coefficients of 1/y^(2+j) in that of a fit that leaves y batches, from y = FIRST on."""
        beyond = FIRST + self.start
        u = (1 - np.cos(np.pi * (np.arange(SERIES) + 0.5) / SERIES)) / 2
        places = beyond / u
        terms = self.at(places) * (places**ORDER)[:, None]
        return np.linalg.solve(np.vander(u, increasing=True), terms) * beyond ** np.arange(SERIES)[:, None]

    @cached_property
    def _head(self) -> Float[np.ndarray, "F S"]:
        """Sums over fits 1 to t for t up to HEAD; not a number for t = 0."""
        one_by_one = self.at(np.arange(1.0, FIRST) + self.start)
        later = np.arange(float(FIRST), HEAD) + self.start
        others = later[:, None] ** -(ORDER + np.arange(SERIES, dtype=np.float64)) @ self._series
        sums = self.once + np.cumsum(np.concatenate([np.zeros((1, len(self.once))), one_by_one, others]), axis=0)
        return np.concatenate([np.full((1, len(self.once)), np.nan), sums])


@lru_cache(maxsize=16)
def joined_multipliers(M: int, first: int, offset: float) -> JoinedMultipliers:
    """Remembered: the first use takes a second."""
    return JoinedMultipliers(M, first, offset)


def _log_mean(mean: float, a: np.ndarray, weights: np.ndarray, gaps: np.ndarray, chances: np.ndarray) -> Nodes:
    """log E sqrt(1+a) G_s(eta), E a = ``mean`` known; a beside its chances, eta and the chances of the whole law."""
    root = np.expm1(np.log1p(a) / 2)
    whole = (1 + root).reshape(root.shape + (1,) * (gaps.ndim - root.ndim))
    weighed = np.broadcast_to(whole * chances, gaps.shape).ravel()
    kept = weighed > NOTHING
    gap, weighed = gaps.ravel()[kept], weighed[kept]
    widest = float(np.exp2(np.ceil(4 * np.log2(gap.max())) / 4))
    below = _series(widest)
    moments = np.zeros(len(below))
    for low in range(0, len(gap), BLOCK):
        chance, z = weighed[low : low + BLOCK], 2 * (gap[low : low + BLOCK] / widest) ** 2 - 1
        before, now, twice = np.ones_like(z), z, 2 * z
        moments[:2] += chance.sum(), chance @ z
        for j in range(2, len(below)):
            before, now = now, twice * now - before
            moments[j] += chance @ now
    change = (mean - (weights * root**2).sum()) / 2 + moments @ below
    return np.log1p(change if change.min() > -1 else change.astype(np.complex128))


@lru_cache(maxsize=32)
def _series(widest: float) -> Float[np.ndarray, "J S"]:
    """G_s(eta) - 1 in Chebyshev polynomials of 2 (eta/widest)^2 - 1."""
    degree = 8 + int(np.ceil(10 * widest))
    z = np.cos((np.arange(degree) + 0.5) * np.pi / degree)
    values = np.array([_below(widest * np.sqrt((1 + one) / 2)) for one in z])
    transform = np.cos(np.outer(np.arange(degree), np.arccos(z))) * 2 / degree
    transform[0] /= 2
    return transform @ values


def _below(eta: float) -> Nodes:
    """G_s(eta) - 1."""
    s = frequencies()
    if eta > NEAR:
        return conical_functions(eta) / np.sqrt(np.cosh(eta)) - 1
    ratio = np.tanh(eta)
    along = np.log1p(ratio * np.cos((np.arange(CIRCLE) + 0.5) * np.pi / CIRCLE))
    power = np.outer(-0.5 + 1j * s, along) + (0.5 - 0.5j * s)[:, None] * np.log1p(-(ratio**2))
    return np.expm1(power).real.mean(axis=1)


def _half_trace(nu: int, log_factor: Callable[[Points], Points]) -> tuple[Points, Points]:
    """Points y = log(T/(2 nu)), T the trace, and their chances; one without a degree of freedom."""
    if nu == 0:
        return np.zeros(1), np.ones(1)
    y, log_weights = chi_square_points(2 * nu, log_factor, finer=2.0)
    weights = np.exp(log_weights)
    return y, weights / weights.sum()


def _gaps(nu: int) -> tuple[Points, Points]:
    """Gaps of a Wishart matrix and their chances; infinite with one degree of freedom."""
    if nu == 1:
        return np.array([np.inf]), np.ones(1)
    nodes, weights = np.polynomial.legendre.leggauss(160 if nu < 5 else 80)
    farthest = 42.0 / (nu - 1)  # of log cosh
    widest = farthest + np.log1p(np.sqrt(-np.expm1(-2 * farthest)))
    gap = widest * (nodes + 1) / 2
    log_cosh = np.log1p(2 * np.sinh(gap / 2) ** 2)
    return gap, widest / 2 * weights * (nu - 1) * np.exp((1.0 - nu) * log_cosh) * np.tanh(gap)


def _narrowness(nu: int) -> tuple[Points, Points]:
    """Squared ratios of the axes of a Wishart matrix and their chances."""
    if nu < 2:
        return np.ones(1), np.ones(1)
    if nu <= MANY:
        ratio, weights = special.roots_jacobi(SQUARES, 0.0, (nu - 3) / 2)
        return (1 - ratio) / 2, weights / weights.sum()
    x, weights = np.polynomial.laguerre.laggauss(SQUARES)
    return -np.expm1(-2 * x / (nu - 1)), weights
