r"""How often an even law of light tails strays beyond a level, from nodes and weights: a Fourier series.

In units of its standard deviation such a law has no mass beyond $H=12$, and a characteristic function $\varphi$ that is
gone beyond 8.5: with $h=\pi/H$ its density is $\frac h{2\pi}\sum_k\varphi(kh)e^{-ikhu}$, of one period, and
$$P(|U|>u)=1-\frac u H-\sum_{k\ge1}\frac{2\varphi(kh)\sin khu}{\pi k}.$$
"""

import math

import numpy as np
from jaxtyping import Float

HALF_PERIOD, VANISHED, FAR = 12.0, 8.5, 11.0
STEP = math.pi / HALF_PERIOD
K = np.arange(1, int(VANISHED / STEP) + 1)


def chance_of_straying(nodes: Float[np.ndarray, " Q"], weights: Float[np.ndarray, " Q"], level: float) -> float:
    """P(|U| > level) for the law that stands at ``nodes`` and their negatives, to 1e-12; some 30 nodes will do."""
    unit = math.sqrt(float(np.sum(weights * nodes**2)))
    u = level / unit
    if u > FAR:
        return 0.0
    transform = np.sum(np.cos(STEP * K[:, None] * nodes / unit) * weights, axis=1)
    return float(1 - u / HALF_PERIOD - np.sum(2 * transform * np.sin(STEP * K * u) / (math.pi * K)))
