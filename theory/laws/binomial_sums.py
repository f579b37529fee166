r"""Sums over a binomial law with any number of trials: its chances, weights that stand for all of them, mean distances.

Sums with a wide law run over equally spaced counts, three to a standard deviation, which is as good as all of them.
"""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.poisson_mixture import deviance, log_poisson

WIDTH, MARGIN = 9.0, 20.0  # half-width of a binomial sum, in standard deviations and in counts
EVERY_COUNT_BELOW = 20.0  # standard deviations up to which a binomial sum leaves no count out
POINTS_PER_DEVIATION = 3
ROWS_AT_ONCE = 256  # binomial sums that are interpolated together


def mean_distance(M: int, mean: np.ndarray, a: np.ndarray) -> np.ndarray:
    r"""E|X - a| for X ~ Bin(M, mean/M), with q = mean/M and m the whole part of a:

    $$(Mq - a) + 2\,[(a - Mq)\,P(X\le m) + Mq(1-q)\,P(\mathrm{Bin}(M-1, q) = m)].$$
    """
    mean, a = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), np.asarray(a, dtype=np.float64))
    distance = np.array(np.abs(mean - a))  # and no more, where X is always on one side of a
    near = distance <= WIDTH * np.sqrt(mean * (1.0 - mean / M)) + MARGIN
    distance[near] = _distance_nearby(M, mean[near], a[near])
    return distance


def _distance_nearby(M: int, mean: Float[np.ndarray, " n"], a: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    q, m = mean / M, np.minimum(np.floor(a), M - 1.0)
    below = special.betainc(M - m, m + 1.0, 1.0 - q)  # P(X <= m)
    between = (mean > 0.0) & (mean < M)
    fewer = np.where(between, mean, M / 2.0) * (1.0 - 1.0 / M)  # the mean of Bin(M-1, q)
    at_m = np.where(between, np.exp(log_binomial(M - 1, m, fewer)), 0.0) if M > 1 else np.ones_like(q)
    return (mean - a) + 2.0 * ((a - mean) * below + mean * (1.0 - q) * at_m)


def log_binomial(M: int, k: Float[np.ndarray, "*k"], mean: Float[np.ndarray, "*k"] | float) -> Float[np.ndarray, "*k"]:
    """log P(Bin(M, mean/M) = k), 0 < mean < M, as three Poisson laws: no difference of large log-gammas."""
    hits, misses = np.maximum(k, 1.0), np.maximum(M - k, 1.0)
    logs = log_poisson(hits, mean) + log_poisson(misses, M - mean) - log_poisson(np.array([float(M)]), M)
    return np.where(k == 0.0, M * np.log1p(-mean / M), np.where(k == M, M * np.log(mean / M), logs))


def binomial_sum(M: int, mean: float) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Counts and weights such that the sum of weight f(count) is E f(X), X ~ Bin(M, mean/M)."""
    _, k, chance = next(binomial_sums(M, np.array([mean])))
    return k, chance


def binomial_sums(M: int, mean: Float[np.ndarray, " S"]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The sums of many means, ``ROWS_AT_ONCE`` at a time and one after another: number of the mean, count, weight."""
    for start in range(0, len(mean), ROWS_AT_ONCE):
        m = mean[start : start + ROWS_AT_ONCE]
        deviation = np.sqrt(np.maximum(m * (1.0 - m / M), 0.0))
        spread = WIDTH * deviation + np.where(deviation > 0.0, MARGIN, 0.0)
        low, high = np.floor(np.maximum(0.0, m - spread)), np.floor(np.minimum(float(M), m + spread))
        spacing = np.where(deviation < EVERY_COUNT_BELOW, 1.0, np.floor(deviation / POINTS_PER_DEVIATION))
        points = ((high - low) // spacing).astype(np.int64) + 1
        first = np.cumsum(points) - points
        row = np.repeat(np.arange(len(m)), points)
        k = low[row] + spacing[row] * (np.arange(len(row)) - first[row])
        chance = np.ones(len(k))
        random = (deviation > 0.0)[row]
        chance[random] = np.exp(log_binomial(M, k[random], m[row[random]]))
        yield start + row, k, chance / np.add.reduceat(chance, first)[row]


def departure(k: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """k ln(k/mean) - k + mean, 0 where the mean is 0 and k with it."""
    return np.where(mean > 0.0, deviance(k, np.where(mean > 0.0, mean, 1.0)), 0.0)


def binomial_means(M: int, means: np.ndarray, of_count: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """E of_count(X, mean) for X binomial with each of the means."""
    sums = np.zeros(len(means))
    for row, k, chance in binomial_sums(M, means):
        sums += np.bincount(row, chance * of_count(k, means[row]), len(means))
    return sums
