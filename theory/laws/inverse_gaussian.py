r"""The law of the time at which a Brownian motion with drift first reaches a level: inverse Gaussian.

For a level $b$, drift $m>0$ and variance $K$ per unit of time
$$P(T\le t)=\Phi\!\left(\frac{mt-b}{\sqrt{Kt}}\right)+e^{2mb/K}\,\Phi\!\left(-\frac{mt+b}{\sqrt{Kt}}\right),$$
with mean $b/m$ and variance $bK/m^3$.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy import special


def inverse_gaussian_cdf(t: float, level: float, drift: float, variance: float) -> float:
    """P(T <= t), t > 0."""
    spread = math.sqrt(variance * t)
    reflected = 2 * drift * level / variance + float(special.log_ndtr(-(drift * t + level) / spread))
    return float(special.ndtr((drift * t - level) / spread)) + math.exp(reflected)


def inverse_gaussian_quantiles(
    q: Float[np.ndarray, " Q"], level: float, drift: float, variance: float
) -> Float[np.ndarray, " Q"]:
    """The t with P(T <= t) = q, for each 0 < q < 1, by bisection in log t."""
    mean, found = level / drift, []
    for wanted in q:
        low, high = math.log(mean) - 1, math.log(mean) + 1
        while inverse_gaussian_cdf(math.exp(low), level, drift, variance) > wanted:
            low -= 1
        while inverse_gaussian_cdf(math.exp(high), level, drift, variance) < wanted:
            high += 1
        for _ in range(50):
            middle = (low + high) / 2
            below = inverse_gaussian_cdf(math.exp(middle), level, drift, variance) < wanted
            low, high = (middle, high) if below else (low, middle)
        found.append(math.exp(high))
    return np.array(found)
