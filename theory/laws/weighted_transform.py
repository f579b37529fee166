r"""The Laplace transform of the variance under weighted data, $v'=wA+(1-w)vB$, fit by fit on a grid of logarithms.

$\varphi_{t+1}(s)=E e^{-swA}\cdot E\,\varphi_t((1-w)sB)$, where $A$ and $B$ are chi-squares over their divisors: in
$x=\log s$ the mean over $B$ is a convolution. It is done for $1-\varphi$, whose terms are all positive, so that both
ends keep their digits. $E\log v=\int(e^{-s}-\varphi)\,ds/s$ and $E\sqrt v=\int(1-\varphi)\,s^{-3/2}ds/(2\sqrt\pi)$ are
sums over the grid. In units of the source's variance.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy import special

STEP = 1 / 16  # the transform is analytic for |Im x| < pi/2 and beyond
STENCIL = 24  # points of the polynomial that takes a value between the grid points
LEFT = -64.0  # there 1 - phi is s E v
GONE = 39.0  # a transform of e^-39 has vanished


@dataclass(frozen=True)
class WeightedTransform:
    """One fit: 0 < w <= 1, n >= 2 real and m synthetic points, the offset of both divisors."""

    weight: float
    real: int
    synthetic: int
    offset: float

    @cached_property
    def x(self) -> Float[np.ndarray, " X"]:
        """log s, up to where the real points alone make the transform vanish."""
        a, divisor = (self.real - 1) / 2, self.real - 1 + self.offset
        growth = GONE / a
        end = math.log(divisor / (2 * self.weight)) + (growth if growth > 30 else math.log(math.expm1(growth)))
        return LEFT + STEP * np.arange(math.ceil((end - LEFT) / STEP) + 1)

    def _first(self, share: float) -> tuple[Float[np.ndarray, " X"], Float[np.ndarray, " X"]]:
        """E exp(-s share A), and 1 less it."""
        exponent = -(self.real - 1) / 2 * np.log1p(2 * share / (self.real - 1 + self.offset) * np.exp(self.x))
        return np.exp(exponent), -np.expm1(exponent)

    @cached_property
    def _kernel(self) -> tuple[Float[np.ndarray, " K"], int]:
        """Weights of the shifts by log((1-w) B), and the shift of the first one in steps of the grid."""
        factor, weights = log_chi_square_nodes(self.synthetic - 1)
        shifts = (factor - math.log(self.synthetic - 1 + self.offset) + math.log1p(-self.weight)) / STEP
        whole = np.floor(shifts).astype(np.int64)
        first, last = int(whole.min()) - STENCIL // 2 + 1, int(whole.max()) + STENCIL // 2
        kernel = np.zeros(last - first + 1)
        places = np.arange(STENCIL) - STENCIL // 2 + 1
        for place, basis in zip(places, lagrange(shifts - whole), strict=True):
            np.add.at(kernel, whole + place - first, weights * basis)
        return kernel, first

    @property
    def most_fits(self) -> int:
        """Fits after which nothing of the first model is left: (1 - w)^t below e^-40."""
        return 2 if self.weight == 1 else 2 + math.ceil(40 / -math.log1p(-self.weight))

    def means(
        self, reading: Callable[[np.ndarray, np.ndarray], float], generations: Float[np.ndarray, " T"]
    ) -> Float[np.ndarray, " T"]:
        """A reading of log s and 1 - phi_t at each t >= 1; every t beyond ``most_fits``, inf among them, is settled."""
        wanted = np.minimum(generations, self.most_fits).astype(np.int64)
        near, less = self._first(self.weight)
        state, values = self._first(1.0)[1], {}
        for t in range(1, int(wanted.max(initial=1)) + 1):
            if t > 1:
                state = less + near * self._spread(state) if self.weight < 1 and self.synthetic > 1 else less
            if t in wanted:
                values[t] = reading(self.x, state)
        return np.array([values[int(t)] for t in wanted])

    def _spread(self, state: Float[np.ndarray, " X"]) -> Float[np.ndarray, " X"]:
        """The mean of 1 - phi over shifts of x by log((1-w) B)."""
        kernel, first = self._kernel
        below = max(0, -first)
        above = max(0, first + len(kernel) - 1)
        left = state[0] * np.exp(STEP * np.arange(-below, 0))
        padded = np.concatenate((left, state, np.ones(above)))
        start = below + first
        return np.convolve(padded, kernel[::-1], mode="valid")[start : start + len(state)]


def mean_log(x: Float[np.ndarray, " X"], less: Float[np.ndarray, " X"]) -> float:
    """E log v from 1 - phi."""
    return float(STEP * np.sum(less + np.expm1(-np.exp(x))))


def log_variance(x: Float[np.ndarray, " X"], less: Float[np.ndarray, " X"]) -> float:
    """Var log v from 1 - phi: phi(s) is the chance that log G - log v exceeds log s, G exponential."""
    apart = -(less + np.expm1(-np.exp(x)))  # of that chance from the one at v = 1
    shift = STEP * np.sum(apart)
    return float(2 * STEP * np.sum(x * apart) + shift * (2 * np.euler_gamma - shift))


def less_than_root(x: Float[np.ndarray, " X"], less: Float[np.ndarray, " X"]) -> float:
    """1 - E sqrt v from 1 - phi, beside exp(-s), the transform of 1; the end on the left has e^-32 of the whole."""
    return float(-STEP * np.sum((less + np.expm1(-np.exp(x))) * np.exp(-x / 2)) / (2 * math.sqrt(math.pi)))


def log_chi_square_nodes(degrees: int) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
    """Nodes and weights of log X, X chi-square: the trapezoidal rule, exact to rounding for analytic functions."""
    a = degrees / 2
    step = min(STEP, 0.25 / math.sqrt(a))
    lowest = 44 / a if a < 1 else min(44.0, 12 / math.sqrt(a) + 44 / a)
    y = step * np.arange(-math.ceil(lowest / step), math.ceil(min(5.0, 12 / math.sqrt(a)) / step) + 1)
    log_density = a * (y - np.expm1(y))
    weights = np.exp(log_density)
    return y + math.log(2 * a), weights / weights.sum()


def lagrange(fraction: Float[np.ndarray, " Q"]) -> Float[np.ndarray, "P Q"]:
    """Weights of the values at -11 ... 12 in the polynomial through them, at a place between 0 and 1."""
    places = np.arange(STENCIL) - STENCIL // 2 + 1
    signs = np.array([(-1) ** k * special.comb(STENCIL - 1, k) for k in range(STENCIL)])
    away = fraction[None] - places[:, None]
    exact = away == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = signs[:, None] / away
        basis = terms / terms.sum(axis=0)
    hit = exact.any(axis=0)
    return np.where(hit, exact, basis)
