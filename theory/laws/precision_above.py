r"""Upper bounds of the mean precision of a Gaussian refitted to fresh real points and to its own, $q\ge v_0E[1/v]$.

$1/(A+B/q)$ is concave in $q$ and grows with it, so that one fit takes a bound $q$ to another one, the mean of
$1/(A+B/q)$: A and B are the squares of real and of synthetic points over their divisors. The mean error over the
variance is bounded by the harmonic sum of what real and synthetic points alone would leave. In units of the source's
variance.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

STEP = 0.125
FARTHEST = 1e100
_PLACES = np.arange(-40.0, 90.0, STEP)
_S = np.exp(_PLACES)


def mean_inverse(scales: Float[np.ndarray, " K"], degrees: Float[np.ndarray, " K"]) -> float:
    """E 1/Q of Q, a sum of chi-squares with these scales and degrees of freedom: the integral of E exp(-sQ) over s."""
    if degrees[scales > 0].sum() < 3:
        return math.inf
    mean = float(scales @ degrees)
    logs = degrees / 2 @ np.log1p(2 * scales[:, None] / mean * _S)
    return float(STEP * np.sum(np.exp(_PLACES - logs)) / mean)


@dataclass(frozen=True)
class FreshFit:
    """One fit: weights (a, b) of the two means, n real and m synthetic points, factors (f, g) of the two squares.

    ``between`` is the factor of the squares between the means, 0 where the two variances are mixed and not the points.
    """

    shares: tuple[float, float]
    points: tuple[int, int]
    factors: tuple[float, float]
    between: float

    def precision(self, q: float) -> float:
        """The bound of v_0 E[1/v] after one fit more."""
        (n, m), (f, g), h = self.points, self.factors, self.between
        total = n + m
        scales = np.array((f, g / q, h * (m + n / q) / total))
        return mean_inverse(scales, np.array((n - 1.0, max(m - 1.0, 0.0), float(h > 0 and m > 0))))

    def strayed(self, z: float, q: float, error: float) -> float:
        """The bound of E (mu - mu_0)^2/v after one fit more, from those before and the mean squared error after it."""
        (a, b), (n, m), (f, g) = self.shares, self.points, self.factors
        by_real = error / (f * (n - 3))
        if m <= 3 or not g:
            return by_real
        by_drawn = (b * b * z + a * a * q / n + b * b / m) / (g * (m - 3))
        return by_real * by_drawn / (by_real + by_drawn)

    def bounds(self, first: int, divisor: float, errors: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T 2"]:
        """Both bounds after 0, 1, ... fits, the first one to real points alone, from the errors of the mean."""
        q = divisor / (first - 3)
        rows = [(1.0, 0.0), (q, q / first)]
        earlier, following = 0.0, self.precision(q)
        for error in errors[2:]:
            q, z = rows[-1]
            rows.append((following, self.strayed(z, q, float(error))))
            if following not in (q, earlier):  # else it has settled, or changes its last digit to and fro
                earlier, following = q, self.precision(following)
        return np.array(rows[: len(errors)])

    def settled(self, error: float) -> tuple[float, float]:
        """Both bounds in the end, from that of the mean squared error."""
        if math.isinf(error):
            return fixed_point(self.precision, 1.0), math.inf
        q = fixed_point(self.precision, 1.0)
        return q, fixed_point(lambda z: self.strayed(z, q, error), 1e-9)


def fixed_point(step: Callable[[float], float], start: float) -> float:
    """Where a concave growing function meets its argument, looked for in powers of 4; infinite where it does not."""
    low, high = start, start
    while step(low) < low:
        low /= 4
    while step(high) > high:
        high *= 4
        if high > FARTHEST:
            return math.inf
    return low if low == high else float(brentq(lambda z: step(z) - z, low, high, rtol=1e-14))  # type: ignore[arg-type]
