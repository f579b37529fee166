r"""The independent route of how the squared Wasserstein distance varies with fresh real points.

One and two fits by nested quadrature: over the first variance, the squares of both batches and the distance of their
means, in which the next mean is linear. From the fifth fit on the law is carried by polynomials, when it is wide enough
for them. $Ed^2$ and $Ed^4$ are linear recursions, multiplied out. In units of the source.
"""

import math
from functools import cache
from math import comb

import mpmath
import numpy as np
from mpmath import mpf

from theory.claims.gaussian import real_share, real_share_squares
from theory.claims.gaussian.real_share_law import chain_of
from theory.claims.gaussian.real_share_law_reference import NORMAL, PLACES, chi_square
from theory.claims.gaussian.reference import chi_square_mean
from theory.scenario import Scenario

NEGLIGIBLE, SELDOM, LATE, DIGITS = 1e-13, 1e-11, 5, 30


def spread_of_distance(scenario: Scenario, generation: float) -> mpf:
    """Var(d^2 + e^2), e = sqrt v - 1 and d the error of the mean."""
    if generation == 0:
        return mpf(0)
    unit = mpf(repr(scenario.source.variance))
    second = real_share.reference(scenario, generation, real_share.ERROR) / unit
    fourth = real_share_squares.reference(scenario, generation, place=real_share_squares.FOURTH) / unit**2
    if generation == 1:
        square, quartic = first_fit(scenario)
        return fourth - second**2 + quartic - square**2
    if generation == 2:
        square, quartic, both = _two_fits(scenario)
        return fourth - second**2 + quartic - square**2 + 2 * (both - second * square)
    if generation < LATE:
        raise ValueError(f"the true value is known for t = 1, 2 and from t = {LATE} on here, got {generation}")
    law = chain_of(scenario)
    weights, apart = law.weights(generation), (np.sqrt(law.grid.variance) - 1) ** 2
    mean = float(weights @ apart)
    deviation = (apart - mean) * weights
    return fourth - second**2 + float(deviation @ (apart - mean)) + 2 * float(deviation @ law.grid.mean**2)


def first_fit(scenario: Scenario) -> tuple[mpf, mpf]:
    """E e^2 and E e^4."""
    size = scenario.first_size
    divisor = mpf(repr(scenario.estimator.divide_by(size)))
    with mpmath.workdps(DIGITS):
        second, fourth = (chi_square_mean(lambda X, p=p: (mpmath.sqrt(X / divisor) - 1) ** p, size - 1) for p in (2, 4))
        return second, fourth


@cache
def _two_fits(scenario: Scenario) -> tuple[float, float, float]:
    """E e^2, E e^4 and E d^2 e^2."""
    size, retention = scenario.first_size, scenario.retention
    divisor, share = scenario.estimator.divide_by(size), retention.share_of(size)
    numbers = {round(share * size): 1.0}
    if retention.scheme == "iid":
        chances = {k: comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)}
        numbers = {k: chance for k, chance in chances.items() if chance > SELDOM}
    total = np.zeros(3)
    for real, likely in numbers.items():
        drawn = size - real
        if not real or not drawn:
            raise ValueError("the numbers of real points should leave some of either kind")
        (X, of_real), (Y, of_drawn) = chi_square(real - 1), chi_square(drawn - 1)
        weight = np.outer(of_real, of_drawn)
        kept = weight > NEGLIGIBLE
        weight = weight[kept] / weight[kept].sum()
        for first, chance in zip(*chi_square(size - 1), strict=True):
            v = first / divisor
            apart = 1 / real + v / drawn + 1 / size
            whole = real / size**2 + drawn / size**2 * (v + drawn / size)
            together = (drawn / size + v - 1) / size
            z = math.sqrt(apart) * PLACES
            squares = np.add.outer(X, v * Y)[kept][:, None] + real * drawn / size * z**2
            error = (together / apart * z) ** 2 + whole - together**2 / apart
            e = (np.sqrt(squares / divisor) - 1) ** 2
            total += likely * chance * np.array([weight @ f @ NORMAL for f in (e, e**2, e * error)])
    return float(total[0]), float(total[1]), float(total[2])
