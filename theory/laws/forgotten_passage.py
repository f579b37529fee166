r"""Exponential forgetting: when the variance first lies below a level, and whether it ever exceeds one.

The first fit is to all the data of the source; from there on $\log v_t$ is the walk of ``forgotten_walk``, whose means
by Wald's identities, and whose chances from the walk weighed by $F^\theta$, are averaged over where that has led.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from theory.laws.forgetting import mean_log
from theory.laws.forgotten_walk import ForgottenWalk, forgotten_walk


@dataclass(frozen=True)
class Later:
    """Of chains that are not below the level after the first fit: their chance, and what further fits bring."""

    alive: float
    overshoot: float  # the mean of log(x/v_T)
    mean: float  # further fits until v_t < x
    sd: float


def later_fits(start: float, M: int, offset: float, rate: float) -> Later:
    """Below v_0 exp(-start), start >= 0; E log F < 0."""
    drift = -mean_log(M, offset, rate)
    walk = forgotten_walk(M, offset, rate)
    place, chances = walk.first_fit(start, 1.0)
    o, w, q = walk.at(walk.overshoots, place)
    times = (place + o) / drift
    together = q + (walk.overshoots[0, -1] - o) * times
    variance = (walk.cumulants[1] * times - (w - o * o) + 2 * drift * together) / drift**2
    alive = float(chances.sum())
    mean = float(chances @ times) / alive
    sd = math.sqrt(float(chances @ (variance + (times - mean) ** 2)) / alive)
    return Later(alive, float(chances @ o) / alive, mean, sd)


def mean_time_below(start: float, M: int, offset: float, rate: float) -> float:
    """E T of the first t with v_t below v_0 exp(-start); infinite unless E log F < 0."""
    if mean_log(M, offset, rate) >= 0:
        return math.inf
    later = later_fits(start, M, offset, rate)
    return 1 + later.alive * later.mean


def time_below_sd(start: float, M: int, offset: float, rate: float) -> float:
    """sd T; infinite unless E log F < 0."""
    if mean_log(M, offset, rate) >= 0:
        return math.inf
    later = later_fits(start, M, offset, rate)
    return math.sqrt(later.alive * (later.sd**2 + (1 - later.alive) * later.mean**2))


def ever_above(level: float, M: int, offset: float, rate: float) -> float:
    """P(v_t > v_0 exp(level) for some t >= 0); 1 for a level below 0, and unless E log F < 0."""
    if level < 0 or mean_log(M, offset, rate) >= 0:
        return 1.0
    return sum(rises(level, M, offset, rate))


def rises(level: float, M: int, offset: float, rate: float) -> tuple[float, float]:
    """P(v_1 > v_0 exp(level)), and the chance of a later v_t so wide, but not v_1."""
    theta = exponent(M, offset, rate)
    walk = forgotten_walk(M, offset, rate, theta)
    place, chances = walk.first_fit(level, -1.0)
    later = float(chances @ (np.exp(-theta * place) * walk.at(walk.discounts, place)))
    at_once = (M - 1) / 2, walk.divisor / 2 * math.exp(level)
    return float(special.gammaincc(*at_once)), later


@lru_cache(maxsize=64)
def exponent(M: int, offset: float, rate: float) -> float:
    """theta > 0 with E F^theta = 1: 1 for the unbiased divisor, about (1 + g)/g under maximum likelihood."""
    if offset == 0:
        return 1.0

    def growth(s: float) -> float:
        low, high = (np.array([end]) for end in ForgottenWalk(M, offset, rate, s).ends)
        return float(ForgottenWalk(M, offset, rate).mean(lambda step: np.expm1(s * step), low, high)[0])

    low, high = 0.0, 1.0
    while growth(high) < 0:
        low, high = high, 2 * high
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (low, middle) if growth(middle) > 0 else (middle, high)
    return high
