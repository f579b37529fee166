r"""The law of a critical Galton-Watson process with Poisson(1) offspring whose first generation is Poisson.

With $f_1(z)=z$ and $f_{t+1}(z)=e^{f_t(z)-1}$ the size of generation $t$ has the generating function
$e^{a(f_t(z)-1)}$, $a$ the mean of the first. Every coefficient but the first is a sum of positive terms, and the
first, extinction, is $e^{-as_t}$ with $s_t=1-f_t(0)$.
"""

import math

import numpy as np
from jaxtyping import Float


def exponential_series(c: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The power series of e^{c(z)} to as many terms: b_0 = e^{c_0}, k b_k = sum_j j c_j b_{k-j}."""
    b = np.empty_like(c)
    b[0] = math.exp(c[0])
    weighted = np.arange(len(c)) * c
    for k in range(1, len(c)):
        b[k] = weighted[1 : k + 1] @ b[k - 1 :: -1] / k if k > 1 else weighted[1] * b[0]
    return b


def generation_cdf(mean: float, most: int, generations: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """P(size of generation t <= most) at each t >= 1."""
    series = np.zeros(most + 1)  # f_t(z) - 1
    series[0] = -1.0
    if most:
        series[1] = 1.0
    last, found = int(np.max(generations)), {}
    wanted = {int(t) for t in generations}
    for t in range(1, last + 1):
        if t in wanted:
            found[t] = float(exponential_series(mean * series).sum())
        if t < last:
            first = math.expm1(series[0])
            series = exponential_series(series)
            series[0] = first
    return np.array([found[int(t)] for t in generations])
