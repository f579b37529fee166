"""numpy on one thread and on two: replicates are shared out, each thread has a generator of its own.

numpy lets other Python threads run while it draws, so that two threads are really two.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.benchmarks.rounds import Contender

ONE, TWO = "numpy, 1 thread", "numpy, 2 threads"

Work = Callable[[np.random.Generator, int], object]
"""What one thread does: its generator, and how many replicates are its own."""


def numpy_contenders(work: Work, replicates: int, amount: float, at_once: int | None = None) -> list[Contender]:
    """One thread and two; `amount` is the work of all replicates, `at_once` how many of them fit a core's cache."""
    return [
        Contender(ONE, _on_threads(work, replicates, 1, at_once), amount, 1),
        Contender(TWO, _on_threads(work, replicates, 2, at_once), amount, 2),
    ]


def _on_threads(work: Work, replicates: int, threads: int, at_once: int | None) -> Callable[[], object]:
    generators = [np.random.Generator(np.random.SFC64(seed)) for seed in np.random.SeedSequence(0).spawn(threads)]
    shares = [replicates // threads + (i < replicates % threads) for i in range(threads)]

    def one(rng: np.random.Generator, share: int) -> None:
        for start in range(0, share, at_once or share):
            work(rng, min(at_once or share, share - start))

    if threads == 1:
        return lambda: one(generators[0], replicates)
    pool = ThreadPoolExecutor(threads)
    return lambda: list(pool.map(one, generators, shares))
