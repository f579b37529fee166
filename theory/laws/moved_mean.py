r"""How far the mean strays where fits multiply the variance by independent factors: its transform, fit by fit.

In units of $v_0$ fit $k$ moves the mean by $\sqrt{q_kv_{k-1}}\,Z_k$, the sign of $Z_k$ a fair coin, and multiplies $v$
by $F_k$, which may depend on $Z_k^2$. With $\lambda=\xi^2/2$ and $C_k$ the mean of $\cos\xi(\mu_t-\mu_{k-1})$ from
$v_{k-1}=1$ on,
$$C_k(\lambda)=E\cos(\sqrt{2\lambda q_k}\,Z_k)\,C_{k+1}(\lambda F_k),\qquad C_{t+1}=1,$$
a convolution in $\log\lambda$ for each value of $Z_k$. It is done for $1-C$ on a grid, where small values keep
their digits.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from jaxtyping import Float

from theory.laws.accumulated_factors import accumulated_factors
from theory.laws.factor_law import chi_square_points, factor_of_fit
from theory.laws.normal_mixture import tail
from theory.laws.weighted_transform import LEFT, STENCIL, STEP, lagrange

Values = Float[np.ndarray, " X"]
GONE = 40.0  # a transform of e^-40 has vanished
BATCHES = 100  # so many in a pool that later moves are nearly normal
SPACING, LARGEST = 0.34, 8.9  # of the values of |Z| that are added up


@dataclass(frozen=True)
class Fit:
    """One fit: q, log F at the points of its law for each value of |Z|, their chances, and the chances of |Z|."""

    moved: float
    logs: Float[np.ndarray, "Z N"]
    chances: Float[np.ndarray, " N"]
    sizes: Float[np.ndarray, " Z"] = field(default_factory=lambda: np.zeros(0))  # of |Z|; none: independent of F
    likely: Float[np.ndarray, " Z"] = field(default_factory=lambda: np.ones(1))


def mean_tail(x: float, fits: list[Fit]) -> float:
    """P(|mu_t - mu_0| > x), x > 0 in units of sqrt(v_0), to 1e-13 of 1; the fits from the first to fit t."""
    least = min(fit.moved for fit in fits)
    grid = LEFT + STEP * np.arange(math.ceil((math.log(GONE / least) + 1 - LEFT) / STEP) + 1)
    return _inverted(x, grid, _before_all(grid, np.zeros(len(grid)), fits))


def pooled_tail(x: float, M: int, first: int, offset: float) -> float:
    """The same at t = inf where all data are kept and fits never become alike, to 1e-11 of 1.

    Later moves from a pool of many batches are nearly normal together: their variance and fourth cumulant are known.
    """
    count = pooled_fits_to_the_end(M, first)
    fits = [replaced_fit(first, offset), *islice(pooled_fits(M, first, offset), count - 1)]
    spread, cumulant = _later_moves(M, first + (count - 1) * M, offset)
    least = min(spread, *(fit.moved for fit in fits))
    grid = LEFT + STEP * np.arange(math.ceil((math.log(GONE / least) + 1 - LEFT) / STEP) + 1)
    scale = np.minimum(np.exp(grid) * spread, GONE)
    lacking = -np.expm1(-scale + scale**2 * (cumulant / spread**2 / 6))
    return _inverted(x, grid, _before_all(grid, lacking, fits))


def pooled_fits_to_the_end(M: int, first: int) -> int:
    """How many fits are taken one by one."""
    return math.ceil(BATCHES * max(1.0, first / M))


def _later_moves(M: int, pool: int, offset: float) -> tuple[float, float]:
    """Variance and fourth cumulant of all moves from a pool of so many points on, in units of its variance.

    A fit of its own to as many points would move by 1/pool before them, and change the variance by a known factor.
    """
    law, end = accumulated_factors(M, pool, offset), np.array([np.inf])
    kept, square = (pool - 1) / (pool - 1 + offset), (pool * pool - 1) / (pool - 1 + offset) ** 2
    spread = (float(law.squared_error(end)[0]) - 1 / pool) / kept
    fourth = (float(law.fourth_error(end)[0]) - 3 / pool**2 - 6 * kept * spread / pool) / square
    return spread, fourth - 3 * spread**2


def settled_tail(x: float, first: Fit, later: Fit) -> float:
    """The same at t = inf where all fits after the first are alike and almost every chain vanishes."""
    grid = LEFT + STEP * np.arange(math.ceil((math.log(GONE / min(first.moved, later.moved)) + 1 - LEFT) / STEP) + 1)
    near = np.exp(-np.exp(grid) * later.moved)
    system = np.eye(len(grid)) - near[:, None] * _matrix(len(grid), later)
    beyond = _spread(np.zeros(len(grid)), later.logs[0], later.chances)  # the right end of the grid
    return _inverted(x, grid, before(grid, np.linalg.solve(system, 1 - near + near * beyond), first))


def _before_all(grid: Values, lacking: Values, fits: list[Fit]) -> Values:
    for fit in reversed(fits):
        lacking = before(grid, lacking, fit)
    return lacking


def before(grid: Values, lacking: Values, fit: Fit) -> Values:
    """1 - C_k from 1 - C_(k+1)."""
    scale = np.exp(grid) * fit.moved
    still = -np.expm1(-scale)
    if not lacking.any():
        return still
    if not len(fit.sizes):
        return still + np.exp(-scale) * _spread(lacking, fit.logs[0], fit.chances)
    root, total = np.sqrt(2 * np.minimum(scale, GONE)), np.zeros(len(grid))
    for size, chance, logs in zip(fit.sizes, fit.likely, fit.logs, strict=True):
        total += chance * np.cos(root * size) * _spread(lacking, logs, fit.chances)
    return np.where(scale > GONE, 1.0, still + total)


def _inverted(x: float, grid: Values, lacking: Values) -> float:
    def at(frequencies: Float[np.ndarray, " F"]) -> Float[np.ndarray, " F"]:
        with np.errstate(divide="ignore"):
            places = (2 * np.log(frequencies) - math.log(2) - LEFT) / STEP
        kept = np.clip(places, STENCIL // 2, len(grid) - 1 - STENCIL // 2 - 1)
        whole = np.floor(kept).astype(np.int64)
        around = lacking[whole + (np.arange(STENCIL) - STENCIL // 2 + 1)[:, None]]
        value = (lagrange(kept - whole) * around).sum(axis=0)
        slope = np.exp(np.minimum(STEP * (places - kept), 0.0))
        return np.where(places > kept, 1.0, value * slope)

    spread = math.exp(-grid[int(np.searchsorted(lacking, 0.5))] / 2)
    return min(1.0, max(0.0, tail(at, x, spread)))


def _kernel(logs: Float[np.ndarray, " N"], chances: Float[np.ndarray, " N"]) -> tuple[Values, int]:
    """Weights of shifts by whole steps, and the first of these."""
    shifts = logs / STEP
    whole = np.floor(shifts).astype(np.int64)
    first = int(whole.min()) - STENCIL // 2 + 1
    places = whole - first + (np.arange(STENCIL) - STENCIL // 2 + 1)[:, None]
    return np.bincount(places.ravel(), (chances * lagrange(shifts - whole)).ravel()), first


def _spread(lacking: Values, logs: Float[np.ndarray, " N"], chances: Float[np.ndarray, " N"]) -> Values:
    """The mean of 1 - C over shifts by log F; in proportion to lambda beyond the left end, 1 beyond the right one."""
    kernel, first = _kernel(logs, chances)
    below, above = max(0, -first), max(0, first + len(kernel) - 1)
    padded = np.concatenate((lacking[0] * np.exp(STEP * np.arange(-below, 0)), lacking, np.ones(above)))
    return np.convolve(padded, kernel[::-1], mode="valid")[below + first :][: len(lacking)]


def _matrix(count: int, fit: Fit) -> Float[np.ndarray, "X X"]:
    kernel, first = _kernel(fit.logs[0], fit.chances)
    matrix = np.zeros((count, count))
    for place, weight in enumerate(kernel):
        rows = np.arange(count)
        to = rows + first + place
        inside = (to >= 0) & (to < count)
        matrix[rows[inside], to[inside]] += weight
        left = to < 0
        matrix[rows[left], 0] += weight * np.exp(STEP * to[left])
    return matrix


def replaced_fit(M: int, offset: float) -> Fit:
    """A fit to M points of the last model alone."""
    law = factor_of_fit(M, offset)
    return Fit(1 / M, law.logs, law.weights[0])


def forgetting_fit(M: int, offset: float, rate: float) -> Fit:
    """The mixture of model and fit with the rate g."""
    law = factor_of_fit(M, offset, rate)
    return Fit(rate**2 / M, law.logs, law.weights[0])


def pooled_fits(M: int, first: int, offset: float) -> Iterator[Fit]:
    """M points join a pool of first, again and again: the squared error of the batch mean is a part of F."""
    size = SPACING * (np.arange(math.ceil(LARGEST / SPACING) + 1))
    likely = np.exp(-(size**2) / 2) * np.where(size == 0, 0.5, 1.0)
    likely /= likely.sum()
    y, density = chi_square_points(M - 1, lambda y: y) if M > 1 else (np.zeros(1), np.zeros(1))
    chances = np.exp(density) / np.exp(density).sum()
    excess = (M - 1) * np.expm1(y) if M > 1 else np.zeros(1)
    pool = first
    while True:
        pool += M
        share = 1 - M / pool
        within = excess + share * size[:, None] ** 2 - 1
        yield Fit(M / pool**2, np.log1p(within / (pool - 1 + offset)), chances, size, likely)
