"""E v_t under a quadratic reward, by quadrature over the chi-squares of all fits: a few generations only."""

from functools import cache

import mpmath
from mpmath import mpf

from theory.claims.gaussian.reference import chi_square_mean, identity
from theory.claims.gaussian.tilted_fit import numbers
from theory.scenario import Scenario


def expected_variance(scenario: Scenario, generation: float) -> mpf:
    """E v_t for t up to 3, and the limit 0."""
    if generation == mpmath.inf:
        return mpf(0)
    size, offset, variance, strength = numbers(scenario)
    with mpmath.workdps(30):
        divisor, beta, v = size - 1 + mpf(str(offset)), mpf(str(strength)), mpf(str(variance))
        factor = chi_square_mean(identity, size - 1) / divisor

        def tilted(u: mpf) -> mpf:
            return u / (1 + beta * u)

        if generation and scenario.sampler.first_fit == "biased":
            v = tilted(v)
        if generation <= 1:
            return v * factor**generation
        if generation == 2:
            return factor * _mean(lambda x: tilted(v * x / divisor), size - 1)
        if generation > 3:
            raise ValueError(f"the variance is known by quadrature up to t = 3, got {generation}")
        return factor * _mean(
            lambda x: _mean(lambda y: tilted(tilted(v * x / divisor) * y / divisor), size - 1), size - 1
        )


def _mean(function, nu: int) -> mpf:
    """E f(chi-square), by the trapezoidal rule in the logarithm, to 12 digits and more."""
    nodes, weights = _rule(nu)
    return mpmath.fsum(w * function(x) for x, w in zip(nodes, weights, strict=True))


@cache
def _rule(nu: int) -> tuple[list[mpf], list[mpf]]:
    """The trapezoidal rule in y = log(x/nu), about 150 points."""
    a = mpf(nu) / 2
    spread = 1 / mpmath.sqrt(a)
    low, high = -max(10 * spread, 45 / a), min(10 * spread, mpf(3))
    count = 160
    step = (high - low) / count
    places = [low + k * step for k in range(count + 1)]
    weights = [mpmath.exp(a * (y - mpmath.exp(y))) for y in places]
    total = mpmath.fsum(weights)
    return [nu * mpmath.exp(y) for y in places], [w / total for w in weights]
