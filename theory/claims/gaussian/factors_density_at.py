r"""The reference of the density of $v_t$ under independent factors: that of the first factor, averaged or transformed.

For up to three fits the density of $\log F_1$ averaged over points of the later factors, in which every term is
positive; more fits by the integral of the characteristic function without the $1/u$, and after more fits than are
multiplied the polynomial in one over the size of the pool, as for the distribution function.
"""

import math
from functools import cache

import mpmath
import numpy as np
from mpmath import mpf

from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.factors_density import (
    DOUBLED,
    NESTED,
    grid,
    later_factors,
    later_transforms,
    log_ratio,
)
from theory.scenario import Scenario


def density_of_variance(scenario: Scenario, generation: float, at: float) -> mpf:
    """The density of v_t at ``at`` > 0 t from 1 on; at inf where all data are kept."""
    unit = mpf(repr(scenario.source.variance))
    y = float(mpmath.log(mpf(at) / unit))
    if generation <= NESTED:
        return mpf(_nested_density(scenario, int(generation), y)) / at
    if generation <= DOUBLED[-1]:
        return mpf(inverted_density(scenario, int(generation), y)) / at
    pool = [mpf(1) / (scenario.first_size + (t - 1) * scenario.sample_size.constant) for t in DOUBLED]
    last = mpf(0) if math.isinf(generation) else mpf(1) / (
        scenario.first_size + (int(generation) - 1) * scenario.sample_size.constant
    )  # fmt: skip
    return polynomial(pool, [mpf(inverted_density(scenario, t, y)) for t in DOUBLED], last) / at


def _nested_density(scenario: Scenario, t: int, y: float) -> float:
    """The mean density of the logarithm of the first factor over later factors."""
    a, shift, logs, weights = later_factors(scenario, t)
    place = y - logs - shift  # log(chi2_nu/nu)
    log_density = a * (place - np.expm1(place)) + a * math.log(a) - a - math.lgamma(a)
    return float(weights @ np.exp(log_density))


@cache
def inverted_density(scenario: Scenario, t: int, y: float) -> float:
    """(1/pi) int_0^inf Re[E (v_t/v_0)^{iu} e^{-iuy}] du by the trapezoidal rule."""
    a, shift, step = grid(scenario, t, y)
    total = 0.5
    for block in range(10_000):
        u = step * (np.arange(64) + 64 * block + 1)
        transform = np.exp(log_ratio(a, u) + 1j * u * (shift - y)) * later_transforms(scenario, t, u)
        total += float(transform.real.sum())
        if abs(transform[-1]) < 1e-18:
            break
    return step * total / math.pi
