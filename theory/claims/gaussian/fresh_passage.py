"""The mean time to collapse with fresh real data, by integral equations over the state of a chain; some three digits.

With weights the next variance depends on the last one alone. Two points have their distance and their mean for a
state, the next two are normal given these. Real points alone start afresh in every generation. In units of v_0.
"""

import math
from functools import cache

import numpy as np
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.bounded_reference import chi_square
from theory.laws.first_passage import panels
from theory.scenario import Scenario

CELLS, HIGHEST = 150, 60.0  # of log v; the highest variance over that of the source


@cache
def mean_passage(scenario: Scenario, at: float) -> mpf:
    """E T for at <= v_0."""
    level, first = at / scenario.source.variance, scenario.first_size
    L = scenario.estimator.divide_by(first)
    if scenario.retention.kind == "weighted":
        return mpf(_weighted(scenario, level))
    share = scenario.retention.share_of(first)
    if share == 1:
        return mpf(1 / special.gammainc((first - 1) / 2, L * level / 2))
    if first != 2:
        raise ValueError(f"the mean time is known for pairs of points, got {first}")
    return mpf(_pairs(scenario.retention.scheme == "iid", share, L, level))


def _weighted(scenario: Scenario, level: float) -> float:
    retention, divide = scenario.retention, scenario.estimator.divide_by
    n, m, w = retention.real, retention.synthetic, retention.weight
    edges = np.linspace(math.log(level), math.log(HIGHEST), CELLS + 1)
    middle = np.exp((edges[1:] + edges[:-1]) / 2)
    X, likely = chi_square(n - 1)
    rest = np.exp(edges)[None, :, None] - w * X / divide(n)
    scaled = rest * divide(m) / ((1 - w) * middle)[:, None, None]
    chances = special.gammainc((m - 1) / 2, np.maximum(scaled, 0) / 2) @ likely
    start = special.gammainc((n - 1) / 2, divide(n) * np.exp(edges) / 2)
    return _solved(np.diff(chances, axis=1), np.diff(start))


def _pairs(by_chance: bool, share: float, L: float, level: float) -> float:
    """State: the distance D and the mean A of two points, v = D^2/(2L); the order of the two is of no account."""
    narrow = math.sqrt(2 * L * level)
    D, dD = panels(np.array([narrow, narrow + 2.0, narrow + 6.0]))
    A, dA = panels(np.array([0.0, 1.5, 4.0]))
    d, a = (grid.ravel() for grid in np.meshgrid(D, A, indexing="ij"))
    masses = np.outer(dD, dA).ravel()
    v = d**2 / (2 * L)
    kinds = ((share**2, 2), ((1 - share) ** 2, 0), (2 * share * (1 - share), 1)) if by_chance else ((1.0, 1),)
    kernel = sum(chance * _density(d, a, v[:, None], a[:, None], real) for chance, real in kinds)
    start = _density(d, a, np.ones((1, 1)), np.zeros((1, 1)), 2)[0]
    return _solved(kernel * masses, start * masses)


def _density(d: Float[np.ndarray, " Q"], a: Float[np.ndarray, " Q"], v: np.ndarray, mean: np.ndarray, real: int):
    """Of distance and mean of two points, so many of them real, the others of N(mean, v); of both signs of each."""

    def normal(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        if real == 1:
            return np.exp(-(first**2) / 2 - (second - mean) ** 2 / (2 * v)) / (2 * math.pi * np.sqrt(v))
        scale, centre = (np.ones_like(v), np.zeros_like(v)) if real else (v, mean)
        return np.exp(-((first - centre) ** 2 + (second - centre) ** 2) / (2 * scale)) / (2 * math.pi * scale)

    return sum(normal(s + e * d / 2, s - e * d / 2) for s in (a, -a) for e in (1, -1))


def _solved(kernel: np.ndarray, start: np.ndarray) -> float:
    """1 + start h, h = 1 + kernel h."""
    return 1 + float(start @ np.linalg.solve(np.eye(len(kernel)) - kernel, np.ones(len(kernel))))
