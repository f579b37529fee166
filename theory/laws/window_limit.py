r"""Where a window of $W$ batches ends: which divisor keeps the mean variance, and how far off the mean then is.

A late mean is, on average over what is still to be drawn, $\sum_jh_jb_j$ of the batch means, whose errors have the
weights $h_j=\frac1j+\frac{j-1}{W(W+1)}$ for $j\le W$ and $\frac2{W+1}$ from then on. Second moments of points follow
the same weights up to $(1-\delta)/(Mb_t)$ times $v_t$ in each fit to $b_t$ batches. At the end both agree, which is one
linear equation for $\sum_tE v_t$: it is finite for every divisor above $WM-\frac{2W}{W+1}$. At that one their
difference stays as it is, and says where the mean variance ends.
"""

from fractions import Fraction
from functools import lru_cache

import numpy as np


def room(W: int, offset: Fraction) -> Fraction:
    """How far the divisor lies above the one that keeps the mean variance, WM - 2W/(W+1)."""
    return offset - 1 + Fraction(2 * W, W + 1)


@lru_cache(maxsize=32)
def window_limits(M: int, W: int, offset: Fraction) -> tuple[float, float]:
    """(E v_t, E (mu_t - mu_0)^2) over v_0 as t grows."""
    above = room(W, offset)
    if above < 0:
        return np.inf, np.inf
    mean_square, squared_mean = first_window(M, W, float(offset))
    left = mean_square - squared_mean
    if above == 0:
        return M * left / (M + early_excess(W)), np.inf
    return 0.0, squared_mean + left * 2 * W / ((W + 1) * float(above))


def first_window(M: int, W: int, delta: float) -> tuple[float, float]:
    """Over the first W batches, with the weights h: the mean square of a point, and that of the mean, about mu_0."""
    t = np.arange(1.0, W)
    mean = np.concatenate([[1.0, (M - 1) / (M - 1 + delta)], 1 - 1 / (t[1:] * (t[1:] * M - 1 + delta))])[:W]
    mean[1:] = np.cumprod(mean[1:])  # E v_t for t < W
    weights = 1 / np.arange(1.0, W + 1) + np.arange(W) / (W * (W + 1))
    return float(1 + (1 - delta) / M * np.sum(weights[1:] * mean[1:] / t)), float(np.sum(weights**2 * mean) / M)


def early_excess(W: int) -> float:
    """The sum of g_n^2 - g^2 over n from 1 on, g_n the weight of a batch in the mean n fits later, less (W + 2) g^2/3.

    g_n is the mean of the last W weights, g_0 = 1, and g = 2/(W + 1) what it tends to.
    """
    end, total = 2 / (W + 1), -4 * (W + 2) / (3 * (W + 1) ** 2)
    window = np.zeros(W)
    window[0] = 1.0
    while True:
        weight = window.mean()
        total += (weight - end) * (weight + end)
        window = np.concatenate([[weight], window[:-1]])
        if np.abs(window - end).max() < 1e-13 * end:
            return total
