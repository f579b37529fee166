"""The Gaussian chain as a good numpy program runs it: sufficient statistics of many replicates at once, one draw each.

One generator per retention policy yields (mu, v) of every replicate after each fit by maximum likelihood. The source is
N(0, 1); at t = 1 every policy is fitted to M real points.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from jaxtyping import Float64

REAL = 10
"""Real points among M under the schemes of a real share, and in every generation of the pool."""

WEIGHT, LENGTH, RATE = 0.6, 4, 0.3
"""The weight of real points, the batches of a window, the rate of forgetting."""

Array = Float64[np.ndarray, "R"]
Chain = Iterator[tuple[Array, Array]]


def replace(rng: np.random.Generator, R: int, M: int) -> Chain:
    """Only the points of the previous model."""
    mean, variance = np.zeros(R), np.ones(R)
    z, gamma = np.empty(R), np.empty(R)
    while True:
        rng.standard_normal(out=z)
        rng.standard_gamma((M - 1) / 2, out=gamma)
        mean += z * np.sqrt(variance / M)
        variance *= gamma
        variance *= 2.0 / M
        yield mean, variance


def stratified(rng: np.random.Generator, R: int, M: int) -> Chain:
    """REAL fresh real points among the M."""
    model = next(replace(rng, R, M))
    while True:
        yield model
        synthetic, real = _batch(rng, M - REAL, *model), _batch(rng, REAL, np.zeros(R), np.ones(R))
        model = _fitted(*_merged(REAL, real, M - REAL, synthetic))


def fixed(rng: np.random.Generator, R: int, M: int) -> Chain:
    """The same REAL real points in every generation."""
    kept = _batch(rng, REAL, np.zeros(R), np.ones(R))
    model = _fitted(*_merged(REAL, kept, M - REAL, _batch(rng, M - REAL, np.zeros(R), np.ones(R))))
    while True:
        yield model
        model = _fitted(*_merged(REAL, kept, M - REAL, _batch(rng, M - REAL, *model)))


def iid(rng: np.random.Generator, R: int, M: int) -> Chain:
    """Each point real with probability REAL / M."""
    model = next(replace(rng, R, M))
    while True:
        yield model
        n = rng.binomial(M, REAL / M, R)
        real = _batch(rng, n, np.zeros(R), np.ones(R))
        model = _fitted(*_merged(n, real, M - n, _batch(rng, M - n, *model)))


def accumulate(rng: np.random.Generator, R: int, M: int) -> Chain:
    """Everything so far."""
    count, pool = M, _batch(rng, M, np.zeros(R), np.ones(R))
    while True:
        model = _fitted(count, *pool)
        yield model
        count, *merged = _merged(count, pool, M, _batch(rng, M, *model))
        pool = merged[0], merged[1]


def pool(rng: np.random.Generator, R: int, M: int) -> Chain:
    """Everything so far, REAL real and M - REAL synthetic points more in each generation."""
    count, held = M, _batch(rng, M, np.zeros(R), np.ones(R))
    while True:
        model = _fitted(count, *held)
        yield model
        for points, law in ((REAL, (np.zeros(R), np.ones(R))), (M - REAL, model)):
            count, *merged = _merged(count, held, points, _batch(rng, points, *law))
            held = merged[0], merged[1]


def window(rng: np.random.Generator, R: int, M: int) -> Chain:
    """The last LENGTH batches."""
    held = [_batch(rng, M, np.zeros(R), np.ones(R))]
    while True:
        count, *merged = M, *held[0]
        for batch in held[1:]:
            count, *merged = _merged(count, (merged[0], merged[1]), M, batch)
        model = _fitted(count, merged[0], merged[1])
        yield model
        held = [*held[-LENGTH + 1 :], _batch(rng, M, *model)]


def weighted(rng: np.random.Generator, R: int, M: int) -> Chain:
    """WEIGHT on M // 2 real points: means and variances are mixed; the first model has the real points alone."""
    n = M // 2
    model = _fitted(n, *_batch(rng, n, np.zeros(R), np.ones(R)))
    while True:
        yield model
        real = _fitted(n, *_batch(rng, n, np.zeros(R), np.ones(R)))
        synthetic = _fitted(n, *_batch(rng, n, *model))
        mixed = [WEIGHT * a + (1 - WEIGHT) * b for a, b in zip(real, synthetic, strict=True)]
        model = mixed[0], mixed[1]


def forgetting(rng: np.random.Generator, R: int, M: int) -> Chain:
    """The model moves by RATE towards the fit of its own points."""
    model = next(replace(rng, R, M))
    while True:
        yield model
        fit = _fitted(M, *_batch(rng, M, *model))
        moved = [(1 - RATE) * a + RATE * b for a, b in zip(model, fit, strict=True)]
        model = moved[0], moved[1]


def accumulate_subsample(rng: np.random.Generator, R: int, M: int) -> Chain:
    """M points drawn with replacement from everything so far: here the points themselves are kept."""
    points = rng.standard_normal((R, M))
    drawn = points
    while True:
        mean = drawn.mean(axis=1)
        variance = drawn.var(axis=1)
        yield mean, variance
        fresh = mean[:, None] + np.sqrt(variance)[:, None] * rng.standard_normal((R, M))
        points = np.concatenate([points, fresh], axis=1)
        drawn = np.take_along_axis(points, rng.integers(0, points.shape[1], (R, M)), axis=1)


POLICIES: dict[str, Callable[[np.random.Generator, int, int], Chain]] = {
    "replace": replace,
    "stratified": stratified,
    "fixed": fixed,
    "iid": iid,
    "accumulate": accumulate,
    "accumulate_subsample": accumulate_subsample,
    "weighted": weighted,
    "window": window,
    "forgetting": forgetting,
    "pool": pool,
}


def what_people_write(rng: np.random.Generator, chains: int, M: int, generations: int) -> None:
    """A loop over replicates, each drawing M points and refitting."""
    for _ in range(chains):
        mean, variance = 0.0, 1.0
        for _ in range(generations):
            points = rng.normal(mean, np.sqrt(variance), M)
            mean, variance = points.mean(), points.var()


def readings(chain: Chain, generations: int, record: set[int]) -> list[np.ndarray]:
    """Sums over replicates of log v and of the squared error of mu, and of their squares, at the recorded times."""
    found = []
    for t, (mean, variance) in enumerate(islice(chain, generations), start=1):
        if t in record:
            values = np.stack([np.log(variance), mean**2])
            found.append(np.stack([values.sum(axis=1), (values**2).sum(axis=1)]))
    return found


def _batch(rng: np.random.Generator, n: int | np.ndarray, mean: Array, variance: Array) -> tuple[Array, Array]:
    """The mean of n points of N(mean, variance) and their squared deviations from it."""
    if isinstance(n, np.ndarray):
        squares = 2.0 * variance * rng.standard_gamma(np.maximum(n - 1, 0) / 2)
        return mean + np.sqrt(variance / np.maximum(n, 1)) * rng.standard_normal(len(mean)), squares
    squares = rng.standard_gamma((n - 1) / 2, len(mean))
    squares *= 2.0 * variance
    return mean + np.sqrt(variance / n) * rng.standard_normal(len(mean)), squares


def _merged(n, one: tuple[Array, Array], m, other: tuple[Array, Array]):
    """Two batches as one: number, mean, squared deviations."""
    apart = other[0] - one[0]
    share = m / (n + m)
    return n + m, one[0] + share * apart, one[1] + other[1] + n * share * apart**2


def _fitted(n, mean: Array, squares: Array) -> tuple[Array, Array]:
    return mean, squares / n
