r"""The squared error of the mean of a Gaussian of known variance, in units of that variance, where data are mixed.

A fit takes a weighted mean of points; each synthetic one is the mean of the model before it and a normal error of
variance 1. With $b=1-\alpha$ and $u=1-b^t$ kept real points give $\frac{u(2b+u)}{n(1+b)}$. A pool is followed by the
square $Q$ of its mean and the mean square $S$ of its points, a window by the mean products of its batches.
"""

import numpy as np
from jaxtyping import Float

from theory.laws.window import Window

Times = Float[np.ndarray, " T"]
WHOLE, REPLACED, APART = "all points", "drawn with replacement", "drawn without replacement"


def kept_points(M: int, n: int, t: Times) -> Times:
    """The same n > 0 of M points in every fit, the first one to n of them and M - n others; t = inf allowed."""
    b = (M - n) / M
    u = np.where(t > 0, 1.0, 0.0) if n == M else -np.expm1(t * np.log1p(-n / M))
    return u * (2 * b + u) / (n * (1 + b))


def weighted_means(weight: float, n: int, m: int, t: Times) -> Times:
    """The weight w on n fresh real points and 1 - w on m synthetic ones, from a fit to n real points on; t finite."""
    later, lost = np.maximum(t - 1, 0), weight * (2 - weight)
    noise = weight**2 / n + (1 - weight) ** 2 / m
    if lost == 0:
        return np.where(t > 0, 1 / n + noise * later, 0.0)
    forgotten = np.minimum(later, 1) if lost == 1 else -np.expm1(2 * later * np.log1p(-weight))
    return np.where(t > 0, (1 - forgotten) / n + noise / lost * forgotten, 0.0)


def pooled_points(real: list[int], synthetic: list[int], drawn: list[int], how: str) -> Times:
    """At t = 0 ... T for batches that join a pool, of which a model after the first is fitted to so many points."""
    values, points, square, pairs = [0.0], 0, 0.0, 0.0
    for n, m, fitted in zip(real, synthetic, drawn, strict=True):
        N, before = points + n + m, values[-1]
        pairs = (points**2 * pairs + 2 * points * m * pairs + m * m * before + n + m) / N / N
        square = (points * square + n + m * (before + 1)) / N
        apart = 0.0
        if how == REPLACED and len(values) > 1:
            apart = (square - pairs) / fitted
        elif how == APART and fitted < N:
            apart = (square - pairs) / fitted * (N - fitted) / (N - 1)
        points = N
        values.append(pairs + apart)
    return np.array(values)


def last_batches(M: int, W: int, n: int, last: int) -> Times:
    """At t = 0 ... last for the last W batches of M points, n of each real from the second on.

    Takes 0.1 s at last = 10^4 with fresh points and W = 10.
    """
    if n == 0:
        return Window(M, W, 0.0, last).errors(np.ones(max(last + 1, W)))[: last + 1]
    b, values = (M - n) / M, np.zeros(last + 1)
    products = np.array([[1 / M]])  # of the errors of two batch means
    for t in range(1, last + 1):
        values[t] = products.mean()
        joined = np.empty((len(products) + 1, len(products) + 1))
        joined[:-1, :-1] = products
        joined[-1, :-1] = joined[:-1, -1] = b * products.mean(axis=0)
        joined[-1, -1] = b * b * values[t] + 1 / M
        products = joined[-W:, -W:]
    return values


def last_batches_settled(M: int, W: int, n: int) -> float:
    """The same in the end, 1/(n (W + 1 - alpha)): infinite without fresh points."""
    return 1 / (n * (W + 1 - n / M)) if n else np.inf
