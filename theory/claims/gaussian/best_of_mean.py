r"""What the bounds on the drift of a mean share: where the largest of $k$ draws is kept, and the true squared error.

With $e_t=\mu_t-\mu_0$ and the mean $a_k$ of the largest of $k$ standard normals, $e_{t+1}=e_t+a_k\sqrt{v_t}$ plus noise
of variance $\tau v_t/M$: a drift with the standard deviations of the models, whose means have no closed form.
"""

import math
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.biased_fit import bindings as biased_bindings
from theory.claims.gaussian.biased_fit import central, log_factors, log_squared_factors
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.scenario import Scenario

drift = sp.Symbol("a_k", nonnegative=True)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """With the mean of a draw, by quadrature."""
    return {**biased_bindings(scenario, generation), drift: sp.Float(central(scenario)[0], 50)}


def variances(scenario: Scenario, fits: int) -> np.ndarray:
    """E v_i in units of v_0 of so many models that the sampler reads, i from r_1 on."""
    rate, bias = log_factors(scenario)
    return np.exp(real_fits(scenario) * rate + (rate + bias) * np.arange(fits))


def roots_below(scenario: Scenario, fits: int) -> np.ndarray:
    """(E v_i)^(3/2)/(E v_i^2)^(1/2) of the same models in units of v_0^(1/2): a quotient of what may have vanished."""
    rate, bias = log_factors(scenario)
    first, later = log_squared_factors(scenario)
    start = real_fits(scenario) * (1.5 * rate - first / 2)
    with np.errstate(over="ignore"):
        return np.exp(start + (1.5 * (rate + bias) - later / 2) * np.arange(fits))


def summed_before(terms: np.ndarray, scenario: Scenario, generations: np.ndarray) -> np.ndarray:
    """The sum of the terms of the models that the fits up to each generation drew from."""
    sums = np.concatenate([[0.0], np.cumsum(terms)])
    return sums[np.maximum(generations - real_fits(scenario), 0)]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of E e^2, E e sqrt v and E v, the moments of a fit by quadrature (five points and more)."""
    size, offset = size_and_offset(scenario)
    if generation == mpmath.inf:
        return reference(scenario, 2000)
    v = scenario.source.variance
    if generation == 0:
        return mpf(0)
    a, tau, root, cross = _moments_of_a_fit(size, scenario.sampler.k)
    divisor = size - 1 + offset
    fits = int(generation)
    error, mixed, variance = 0.0, 0.0, v
    if scenario.sampler.first_fit == "real":
        error, variance, fits = v / size, v * (size - 1) / divisor, fits - 1
    for _ in range(fits):
        error += 2 * a * mixed + (a * a + tau / size) * variance
        mixed = (mixed * root + variance * cross) / math.sqrt(divisor)
        variance *= tau * (size - 1) / divisor
    return mpf(error)


def mean_reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E mu_t - mu_0 by the recurrence of E sqrt v, its factor by quadrature (five points and more)."""
    fits = 2000 if generation == mpmath.inf else int(generation)
    size, offset = size_and_offset(scenario)
    a, _, root, _ = _moments_of_a_fit(size, scenario.sampler.k)
    width, gained = math.sqrt(scenario.source.variance), 0.0
    if fits and scenario.sampler.first_fit == "real":
        half = (size - 1) / 2
        width *= math.sqrt(2 / (size - 1 + offset)) * math.exp(special.gammaln(half + 0.5) - special.gammaln(half))
        fits -= 1
    for _ in range(fits):
        gained, width = gained + a * width, width * root / math.sqrt(size - 1 + offset)
    return mpf(gained)


@cache
def _moments_of_a_fit(size: int, k: int) -> tuple[float, float, float, float]:
    r"""Mean and variance of a draw, E sqrt(Q) and E mean sqrt(Q), Q the sum of squares of M draws about their mean.

    $\sqrt Q=\frac1{2\sqrt\pi}\int(1-e^{-\lambda Q})\lambda^{-3/2}d\lambda$, and $e^{-\lambda Q}$ is a mean over a
    normal variable of products over the draws.
    """
    x = np.arange(-12, 16, 0.05)
    weight = np.exp(-(x**2) / 2 + (k - 1) * special.log_ndtr(x))
    weight /= weight.sum()
    a = float(weight @ x)
    z = x - a
    log_lambda, width = np.arange(-26, 60, 0.25), 0.25 / (2 * math.sqrt(math.pi))
    g = np.arange(-14, 14.01, 0.1)
    normal = np.exp(-g * g / 2) / np.exp(-g * g / 2).sum()
    root = cross = 0.0
    for rate in np.exp(log_lambda):
        exponent = math.sqrt(2 * rate / size) * g[:, None] * z - rate * z**2
        top = exponent.max(1)
        inner = np.exp(exponent - top[:, None])
        one = inner @ weight
        product = normal * np.exp(size * (np.log(one) + top))
        root += width * (1 - product.sum()) / math.sqrt(rate)
        cross -= width * (product @ (inner @ (weight * z) / one)) / math.sqrt(rate)
    ends = log_lambda[0] - 0.125, log_lambda[-1] + 0.125  # what lies beyond is known: Q lambda, and 1
    low, high = (math.exp(-abs(end) / 2) / math.sqrt(math.pi) for end in ends)
    second, third = float(weight @ z**2), float(weight @ z**3)
    root += low * (size - 1) * second + high
    cross += low * third * (size - 1) / size + a * root
    return a, second, root, cross
