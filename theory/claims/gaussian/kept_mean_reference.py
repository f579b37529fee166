"""The reference of where the mean comes to rest if all data are kept: the recurrence of its transform on polynomials.

C(z), z the logarithm of half the squared frequency, on panels in z, from a late fit back to the first: chi-squares by
the trapezoidal rule. From there on moves are a normal variable but for their fourth cumulant, both by the recurrence of
moments from a fit that is much later still, and at the end the transform is inverted on equal steps of the frequency.
"""

import math
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.bounded_reference import chi_square
from theory.scenario import Scenario

LONGEST, MANY, FEW = 224, 56, 26  # fits one by one, the fewer the more points join each time
LATE = (400, 800, 1600, 3200, 6400)
ORDER, PANEL, LOWEST = 14, 1.0, -14.0
WIDEST = 60.0  # standard deviations of the mean, beyond which it is never found
HERMITE, LAGUERRE = 40, 24  # points for a move, half of which are used, and for the squares within a batch


@cache
def strayed_for_ever(scenario: Scenario, x: float) -> mpf:
    """P(|mu_inf - mu_0| > x), in units of the source's standard deviation."""
    first, size = scenario.first_size, scenario.sample_size.constant
    fits = LONGEST if size == 1 else MANY if size < 50 else FEW
    angles = (np.arange(ORDER) + 0.5) * np.pi / ORDER
    count = math.ceil((math.log(40 * (first + fits * size)) - LOWEST) / PANEL)
    z = LOWEST + PANEL * (np.arange(count)[:, None] + (1 - np.cos(angles)) / 2)
    scale = np.exp(z)
    spread, cumulant = _rest(size, first + (fits - 1) * size, scenario.estimator.divide_by(1))
    values = np.exp(-scale * spread + np.minimum(scale * spread, 40.0) ** 2 * (cumulant / spread**2 / 6))
    moves, likely = special.roots_hermitenorm(HERMITE if size > 1 else 100)
    moves, likely = moves[moves > 0], likely[moves > 0]
    X, within = special.roots_genlaguerre(LAGUERRE, (size - 3) / 2) if size > 1 else (np.zeros(1), np.ones(1))
    within, likely = within / within.sum(), likely / likely.sum()
    for fit in range(fits, 1, -1):
        pool = first + (fit - 1) * size
        factor = 1 + (2 * X[:, None] + (1 - size / pool) * moves**2 - size) / scenario.estimator.divide_by(pool)
        beyond = _interpolated(values, (z.ravel()[:, None, None] + np.log(factor)), z, angles)
        still = np.cos(np.sqrt(2 * scale.ravel() * size)[:, None] / pool * moves)
        values = np.einsum("i,k,nk,nik->n", within, likely, still, beyond).reshape(z.shape)
    v, chances = chi_square(first - 1)
    places = z.ravel()[:, None] + np.log(v / scenario.estimator.divide_by(first))
    values = (np.exp(-scale.ravel() / first) * (_interpolated(values, places, z, angles) @ chances)).reshape(z.shape)
    step = 2 * np.pi / (x + WIDEST / math.sqrt(first))
    frequencies = step * np.arange(1, math.ceil(math.sqrt(80 * first) / step))
    transform = _interpolated(values, np.log(frequencies**2 / 2), z, angles) * np.sin(frequencies * x)
    return mpf(1 - step * x / np.pi - 2 / np.pi * float((transform / np.arange(1, len(transform) + 1)).sum()))


def _interpolated(
    values: Float[np.ndarray, "P O"], places: np.ndarray, z: Float[np.ndarray, "P O"], angles: np.ndarray
) -> np.ndarray:
    """The polynomials of the panels; below them 1 less a multiple of the squared frequency, above them 0."""
    panel = np.clip(((places - LOWEST) / PANEL).astype(int), 0, len(z) - 1)
    away = np.maximum(places, LOWEST)[..., None] - z[panel]
    signs = (-1.0) ** np.arange(ORDER) * np.sin(angles)
    terms = signs / np.where(away == 0, 1e-300, away)
    inside = (terms * values[panel]).sum(axis=-1) / terms.sum(axis=-1)
    low = 1 - (1 - values[0, 0]) * np.exp(np.minimum(places, LOWEST) - z[0, 0])
    inside = np.where(places < LOWEST, low, inside)
    return np.where(places > LOWEST + PANEL * len(z), 0.0, inside)


def _rest(size: int, pool: int, offset: float) -> tuple[float, float]:
    """Variance and fourth cumulant of the moves of a chain from this pool on: polynomials in one over a late pool."""
    found = [_moments(size, pool, offset, later) for later in LATE]
    places = [mpf(1) / (pool + later * size) for later in LATE]
    spread, fourth = (
        mpmath.fsum(
            row[i] * mpmath.fprod(other / (other - place) for other in places if other != place)
            for row, place in zip(found, places, strict=True)
        )
        for i in (0, 1)
    )
    return float(spread), float(fourth - 3 * spread**2)


def _moments(size: int, pool: int, offset: float, later: int) -> tuple[mpf, mpf]:
    """Second and fourth moments of so many moves."""
    M, second, fourth = mpf(size), mpf(0), mpf(0)
    for fit in range(later, 0, -1):
        points = mpf(pool + fit * size)
        L, w, q = points - 1 + offset, 1 - M / points, M / points**2
        rest = L - 1 - M / points  # E F = (L - M/P)/L
        mean, with_square = (rest + 1) / L, (rest + 1 + 2 * w) / L
        square = mean**2 + (2 * (M - 1) + 2 * w**2) / L**2
        second, fourth = q + mean * second, 3 * q**2 + 6 * q * with_square * second + square * fourth
    return second, fourth
