"""The reference of the highest variance where all data are kept: chances of rising later, backwards from a last fit.

At a distance z below the level they are found for several last fits at once, on panels that grow geometrically. The law
of a factor is that of a chi-square, given a normal variable, added up by the trapezoidal rule. In the end the chances
are a series in the root of one over the pool after the last fit, without its first power.
"""

import math
from functools import cache

import numpy as np
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.highest_variance import log_density
from theory.scenario import Scenario

ORDER, GROWTH, STEPS = 14, 1.5, 56
LAST = (12, 17, 24, 34, 48, 68, 96, 136)  # fits, for a first batch like the others
MOVES = 0.4 * np.arange(22)


@cache
def ever_risen(scenario: Scenario, level: float) -> mpf:
    """P(log(v_t/v_0) > level for some t)."""
    M, first, offset = scenario.sample_size.constant, scenario.first_size, scenario.estimator.divide_by(1)
    shortest, deepest = 0.4 * math.sqrt(2 * M) / (first + LAST[-1] * M), 12 * math.sqrt(1 / min(first, M))
    ends = shortest * GROWTH ** np.arange(-1, math.ceil(math.log(deepest / shortest, GROWTH)) + 1)
    ends[0] = 0.0
    nodes, weights = np.polynomial.legendre.leggauss(ORDER)
    z = (ends[:-1, None] + np.diff(ends)[:, None] * (nodes + 1) / 2).ravel()
    masses = (np.diff(ends)[:, None] * weights / 2).ravel()
    later = np.zeros((len(z), len(LAST)))
    for fit in range(LAST[-1], 1, -1):
        pool = first + (fit - 2) * M
        active = np.array(LAST) >= fit
        moved, outright = _one_fit(z, ends, later, M, pool, pool + M - 1 + offset)
        later = np.where(active, outright[:, None] + moved, 0.0)
    start = np.exp(log_density(level - z, first, offset)) * masses
    above = level + np.linspace(0.0, 14 * math.sqrt(2 / first), 4001)
    once = np.exp(log_density(above, first, offset))
    at_once = (above[1] - above[0]) / 3 * (once[0] + 4 * once[1::2].sum() + 2 * once[2:-1:2].sum() + once[-1])
    found = at_once + start @ later
    u = np.sqrt(1 / (np.array(LAST) - 1 + first / M))
    powers = np.stack([(u / u[0]) ** p for p in (0, *range(2, len(LAST) + 1))], axis=1)
    return mpf(np.linalg.solve(powers, found)[0])


def after_two_fits(M: int, first: int, offset: float, level: float) -> float:
    """P(log(v_t/v_0) > level for t = 1 or 2), by Simpson's rule over what the first fit has led to."""
    depth = 14 * math.sqrt(2 / first) + 4 / first
    z = np.linspace(0.0, depth, 4001)
    simpson = np.where(np.arange(len(z)) % 2, 4, 2) * (z[1] - z[0]) / 3
    simpson[[0, -1]] /= 2
    later = _outright(z, M, first, first + M - 1 + offset)
    below, above = np.exp(log_density(level - z, first, offset)), np.exp(log_density(level + z, first, offset))
    return float(simpson @ above + (simpson * below) @ later)


def _outright(z: np.ndarray, M: int, pool: int, L: float) -> np.ndarray:
    """P(log F > z)."""
    likely = np.exp(-(MOVES**2) / 2) * np.where(MOVES == 0, 0.5, 1.0)
    most = np.maximum(M + L * np.expm1(z), 0.0)[:, None] - pool / (pool + M) * MOVES**2
    return special.gammaincc((M - 1) / 2, np.maximum(most, 0) / 2) @ (likely / likely.sum())


def _one_fit(
    z: np.ndarray, ends: np.ndarray, later: np.ndarray, M: int, pool: int, L: float
) -> tuple[np.ndarray, np.ndarray]:
    """Means of the later chances over where a fit leads below the level, and the chance that it leads above."""
    share = pool / (pool + M)
    likely = np.exp(-(MOVES**2) / 2) * np.where(MOVES == 0, 0.5, 1.0)
    likely /= likely.sum()
    most = np.maximum(M + L * np.expm1(z), 0.0)
    nodes, weights = np.polynomial.legendre.leggauss(STEPS)
    roots = np.clip(np.sqrt(most), max(0.0, math.sqrt(M) - 6.5), math.sqrt(M) + 7.5)[:, None]
    low = max(0.0, math.sqrt(M) - 6.5)
    r = low + (roots - low) * (nodes + 1) / 2
    inside = np.maximum(r[..., None] ** 2 - share * MOVES**2, 0.0)
    log_law = special.xlogy((M - 3) / 2, inside / M) - (inside - M) / 2
    law = (np.exp(log_law) @ likely) * r * (roots - low) * weights
    scale = (M / 2) ** ((M - 3) / 2) * math.exp(-M / 2) / (2 * math.gamma((M - 1) / 2))
    after = z[:, None] - np.log1p((r**2 - M) / L)
    panel = np.clip(np.searchsorted(ends, after, side="right") - 1, 0, len(ends) - 2)
    away = (2 * after - ends[panel] - ends[panel + 1]) / (ends[panel + 1] - ends[panel])
    own, _ = np.polynomial.legendre.leggauss(ORDER)
    to_series = np.linalg.inv(np.polynomial.legendre.legvander(own, ORDER - 1))
    series = to_series @ later.reshape(len(ends) - 1, ORDER, -1)  # of each panel, for each last fit
    basis = np.polynomial.legendre.legvander(away, ORDER - 1)
    weight = scale * law * (after < ends[-1])
    moved = np.zeros(later.shape)
    for place in range(len(ends) - 1):
        rows, columns = np.nonzero(panel == place)
        np.add.at(moved, rows, weight[rows, columns, None] * (basis[rows, columns] @ series[place]))
    return moved, _outright(z, M, pool, L)
