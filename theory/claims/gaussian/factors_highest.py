"""The chance that some model is wider than a level where factors are independent: the mass that leaves in each fit.

The law of log v_t below the level on a lattice, moved by the distribution function of one factor, exact up to the
lumping of mass into cells. Where all data are kept it ends after so many fits that later ones hardly add.
"""

import math
from functools import cache

import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.real_share import offset_of
from theory.scenario import Scenario

CELL, DEPTH = 0.02, 6.0
FITS = 40
Values = Float[np.ndarray, " N"]


@cache
def chance_of_rising(scenario: Scenario, at: float, fits: int = FITS) -> mpf:
    """P(v_t > at for some t), to some three digits; all data kept: for some t up to this many fits."""
    level = math.log(at / scenario.source.variance) if at > 0 else -math.inf
    if level < 0:
        return mpf(1)
    first, offset = scenario.first_size, float(offset_of(scenario))
    cells = np.arange(round(DEPTH / CELL))  # from the level downwards
    edges = level - CELL * np.arange(len(cells) + 1)
    chances = special.gammainc((first - 1) / 2, (first - 1 + offset) / 2 * np.exp(edges))
    left, mass = 1 - chances[0], chances[:-1] - chances[1:]
    steps = CELL * np.arange(-len(cells), len(cells) + 1)
    if scenario.retention.kind == "forgetting":
        rise, kernel = _step(scenario, 2, steps, cells)
        moved = kernel[cells[:, None] - cells[None, :] + len(cells) - 1]
        return mpf(left + np.linalg.solve((np.eye(len(cells)) - moved).T, rise) @ mass)
    for fit in range(2, fits + 1):
        rise, kernel = _step(scenario, fit, steps, cells)
        left += rise @ mass
        mass = np.convolve(mass, kernel)[len(cells) - 1 : 2 * len(cells) - 1]
    return mpf(left)


def _step(scenario: Scenario, fit: int, steps: Values, cells: np.ndarray) -> tuple[Values, Values]:
    """The chance to rise above the level from each cell, and to fall by -n + 1 to n - 1 cells."""
    between = _distribution(scenario, fit, np.exp(steps[:-1] + CELL / 2))
    return 1 - _distribution(scenario, fit, np.exp(CELL * (cells + 0.5))), np.diff(between)[::-1]


def _distribution(scenario: Scenario, fit: int, factors: Values) -> Values:
    """P(F <= f) in a later fit."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if scenario.retention.kind == "forgetting":
        rate, divisor = scenario.retention.rate, size - 1 + offset
        return special.gammainc((size - 1) / 2, np.maximum(divisor * (factors - 1 + rate) / rate, 0) / 2)
    pool = scenario.first_size + (fit - 1) * size
    divisor, share = pool - 1 + offset, 1 - size / pool
    normal = 0.5 * np.arange(-14, 15)
    weights = np.exp(-(normal**2) / 2)
    rest = divisor * factors[:, None] - (divisor - size) - share * normal**2
    return special.gammainc((size - 1) / 2, np.maximum(rest, 0) / 2) @ (weights / weights.sum())
