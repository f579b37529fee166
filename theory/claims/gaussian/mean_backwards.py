r"""The tail of the mean by the recurrence backwards: what one more fit makes of a function of the variance so far.

With $w=\log(MV)$ and $h_0(w)=P(|N(0,V)|>x)$, one fit gives $h_{k+1}(w)=E\,h_k(\log(1+Se^w))$, and the tail after $t$
fits is $h_{t-1}(0)$. The mean over $S$ is a sum, $h$ a polynomial on each of many panels; $2^{13}$ fits are thirteen
squares of one matrix. Neither a density of the variance nor a stationary law is used.
"""

import math
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import special

ORDER, WIDTH, REACH = 12, 0.35, 34.0
NARROW = 1.5  # standard deviations of one fit: on wider panels the powers of the operator grow instead of settling
FOREVER = 13  # squarings: far beyond what the sizes of the examples remember


def backward_tail(x: float, size: int, offset: float, t: float) -> float:
    """P(|mu_t - mu_0| > x), x in units of sqrt(v_0), to about 1e-11."""
    points = _panel_points(size)[1]
    h = special.erfc(x * np.sqrt(size / 2) * np.exp(-points.ravel() / 2))
    if math.isinf(t):
        h = _forever(size, offset) @ h
    else:
        for _ in range(int(t) - 1):
            h = _one_fit(size, offset) @ h
    return float(_basis(np.zeros(1), size)[0] @ h)


def _panel_points(size: int) -> tuple[int, Float[np.ndarray, "P O"]]:
    """Chebyshev points on panels from w = 0 on; how many panels."""
    width = _width(size)
    count = math.ceil((math.log(size) + REACH) / width)
    inner = (1 - np.cos((np.arange(ORDER) + 0.5) * np.pi / ORDER)) / 2
    return count, width * (np.arange(count)[:, None] + inner)


def _width(size: int) -> float:
    return min(WIDTH, NARROW * math.sqrt(float(special.polygamma(1, (size - 1) / 2))))


def _basis(w: Float[np.ndarray, " W"], size: int) -> Float[np.ndarray, "W N"]:
    """Rows of the values that interpolate at w: the polynomial of its panel; beyond the last panel its end."""
    count, points = _panel_points(size)
    w = np.clip(w, 0.0, _width(size) * count * (1 - 1e-12))
    panel = (w / _width(size)).astype(int)
    distance = w[:, None] - points[panel]
    signs = (-1.0) ** np.arange(ORDER) * np.sin((np.arange(ORDER) + 0.5) * np.pi / ORDER)
    weight = signs / np.where(distance == 0, 1e-300, distance)
    rows = np.zeros((len(w), count, ORDER))
    rows[np.arange(len(w)), panel] = weight / weight.sum(1, keepdims=True)
    return rows.reshape(len(w), -1)


@cache
def _one_fit(size: int, offset: float) -> Float[np.ndarray, "N N"]:
    """h -> E h(log(1 + S e^w)): the trapezoidal rule in y = log(chi2_nu/nu), whose density is analytic."""
    a, divided = (size - 1) / 2, (size - 1) / (size - 1 + offset)
    sd = math.sqrt(float(special.polygamma(1, a)))
    y = np.arange(-9 * sd - 40 / a, 9 * sd, min(sd / 1.6, 0.2))
    masses = np.exp(a * (y - np.exp(y)))
    masses /= masses.sum()
    points = _panel_points(size)[1].ravel()
    after = np.zeros((len(points), len(points)))
    for mass, log_factor in zip(masses, y + math.log(divided), strict=True):
        after += mass * _basis(np.logaddexp(0.0, log_factor + points), size)
    return after


@cache
def _forever(size: int, offset: float) -> Float[np.ndarray, "N N"]:
    """The operator after 2^13 fits."""
    power = _one_fit(size, offset)
    for _ in range(FOREVER):
        power = power @ power
        power /= power.sum(1, keepdims=True)
    return power
