"""The references of how far the mean strays under independent factors: quadrature over up to three fits, or backwards.

Where the moves do not depend on the factors, the mean is normal given these, and one more fit at the near end takes a
function of its variance to another: polynomials on panels of the logarithm. In units of the source's variance.
"""

import math
from functools import cache

import numpy as np
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.factors_density import factor_points
from theory.claims.gaussian.weighted_log_reference import chi_square
from theory.scenario import Scenario

ORDER, PANEL, REACH = 12, 0.4, 46.0
FITS_TO_THE_END = 90
MOVES = 0.2 * np.arange(-45, 46)


def strayed(scenario: Scenario, generation: float, x: float) -> mpf:
    """P(|mu_t - mu_0| > x), t >= 1."""
    first = scenario.first_size
    X, chances = chi_square(first - 1)
    v = X / scenario.estimator.divide_by(first)
    if generation == 1:
        return mpf(_outside(x, 0.0, 1 / first))
    if generation == 2:
        return mpf(chances @ _outside(x, 0.0, 1 / first + _moved(scenario, 2) * v))
    if scenario.retention.kind in ("accumulate", "window"):
        return mpf(_three_pools(scenario, x, v, chances))
    if generation == 3:
        logs, weights = factor_points(scenario, 2)
        later = _moved(scenario, 2) + _moved(scenario, 3) * np.exp(logs)
        return mpf(chances @ _outside(x, 0.0, 1 / first + v[:, None] * later) @ weights)
    return mpf(_backwards(scenario, generation, x))


def _outside(x: float, mean: np.ndarray | float, variance: np.ndarray | float) -> np.ndarray:
    scale = np.sqrt(2 * variance)
    return (special.erfc((x - mean) / scale) + special.erfc((x + mean) / scale)) / 2


def _moved(scenario: Scenario, fit: int) -> float:
    size = scenario.sample_size.at(fit)
    if scenario.retention.kind == "replace":
        return 1 / size
    if scenario.retention.kind == "forgetting":
        return scenario.retention.rate**2 / size
    return size / (scenario.first_size + (fit - 1) * size) ** 2


def _three_pools(scenario: Scenario, x: float, v: np.ndarray, chances: np.ndarray) -> float:
    """Given the first variance and both squares of the second batch, its move is known and all others are normal."""
    first, size = scenario.first_size, scenario.sample_size.constant
    pool = first + size
    likely = np.exp(-(MOVES**2) / 2)
    X, within = chi_square(size - 1)
    divisor = scenario.estimator.divide_by(pool)
    factor = 1 + (X[:, None] + (1 - size / pool) * MOVES**2 - size) / divisor
    mean = np.sqrt(_moved(scenario, 2) * v)[:, None, None] * MOVES
    total = _outside(x, mean, 1 / first + _moved(scenario, 3) * v[:, None, None] * factor)
    return float(np.einsum("i,j,k,ijk->", chances, within, likely / likely.sum(), total))


@cache
def _backwards(scenario: Scenario, generation: float, x: float) -> float:
    """The function of log W, W the variance that later fits add over that after the first, fit by fit."""
    first = scenario.first_size
    X, chances = chi_square(first - 1)
    v, moved = X / scenario.estimator.divide_by(first), _moved(scenario, 2)
    logs, weights = factor_points(scenario, 2)
    kept = weights > 1e-18
    logs, weights = logs[kept], weights[kept] / weights[kept].sum()
    angles = (np.arange(ORDER) + 0.5) * np.pi / ORDER
    count = math.ceil(REACH / PANEL)
    w = math.log(moved) + PANEL * (np.arange(count)[:, None] + (1 - np.cos(angles)) / 2).ravel().reshape(count, ORDER)
    values = chances @ _outside(x, 0.0, 1 / first + v[:, None] * np.exp(w.ravel()))
    after = np.logaddexp(math.log(moved), logs[None, :] + w.reshape(-1, 1)).ravel()
    for _ in range(int(generation) - 2 if math.isfinite(generation) else FITS_TO_THE_END):
        values = _interpolated(values, after, w, angles).reshape(-1, len(logs)) @ weights
    return float(_interpolated(values, np.array([math.log(moved)]), w, angles)[0])


def _interpolated(values: np.ndarray, places: np.ndarray, w: np.ndarray, angles: np.ndarray) -> np.ndarray:
    low = w[0, 0] - PANEL * (1 - math.cos(angles[0])) / 2
    panel = np.clip(((places - low) / PANEL).astype(int), 0, len(w) - 1)
    away = np.clip(places, low, low + PANEL * len(w))[:, None] - w[panel]
    signs = (-1.0) ** np.arange(ORDER) * np.sin(angles)
    terms = signs / np.where(away == 0, 1e-300, away)
    return (terms * values.reshape(w.shape)[panel]).sum(axis=1) / terms.sum(axis=1)
