"""Contenders of one comparison, run one after the other in rounds, so that a slow moment slows all of them.

A ratio is taken within each round; its median over rounds is what is reported, with the quartiles.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from paper.benchmarks import Spread

LEAST_SECONDS = 0.1
"""A contender that is quicker is run several times in a round."""


@dataclass(frozen=True)
class Contender:
    """Something that does `work` units of work each time it is called, on so many cores."""

    name: str
    run: Callable[[], object]
    work: float
    cores: int = 1


@dataclass(frozen=True)
class Rates:
    """Rates by round and contender."""

    names: Sequence[str]
    values: Float64[np.ndarray, "rounds n"]

    def rate(self, name: str) -> Spread:
        """The rate of one contender."""
        return spread(self._of(name))

    def ratio(self, name: str, peer: str) -> Spread:
        """How many times as fast as its peer a contender was, round by round."""
        return spread(self._of(name) / self._of(peer))

    def _of(self, name: str) -> Float64[np.ndarray, "rounds"]:
        return self.values[:, list(self.names).index(name)]


def measured(contenders: Sequence[Contender], rounds: int) -> Rates:
    """Every contender warmed up once, then all of them, one after the other, in every round."""
    repeats = [_repeats(contender) for contender in contenders]
    values = np.array([
        [_rate(contender, times) for contender, times in zip(contenders, repeats, strict=True)] for _ in range(rounds)
    ])  # fmt: skip
    return Rates([contender.name for contender in contenders], values)


def spread(values: Float64[np.ndarray, "rounds"]) -> Spread:
    """The median and the quartiles."""
    return Spread(*(float(q) for q in np.quantile(values, [0.5, 0.25, 0.75])))


def seconds_of(run: Callable[[], object]) -> float:
    """Seconds of one call."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _repeats(contender: Contender) -> int:
    with on_cores(contender.cores):
        contender.run()
        return max(1, round(LEAST_SECONDS / max(seconds_of(contender.run), 1e-9)))


def _rate(contender: Contender, times: int) -> float:
    with on_cores(contender.cores):
        begun = time.perf_counter()
        for _ in range(times):
            contender.run()
        return times * contender.work / (time.perf_counter() - begun)


@contextmanager
def on_cores(number: int) -> Iterator[None]:
    """Keep every thread of this process, those of XLA and of numpy's callers too, on the first so many processors.

    Where the system cannot do that, nothing is pinned.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_of_them = os.sched_getaffinity(0)
    _pin(set(sorted(all_of_them)[:number]))
    try:
        yield
    finally:
        _pin(all_of_them)


def _pin(processors: set[int]) -> None:
    for thread in Path("/proc/self/task").iterdir():
        try:
            os.sched_setaffinity(int(thread.name), processors)
        except ProcessLookupError:
            continue  # a thread that ended meanwhile
