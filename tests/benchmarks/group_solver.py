"""Extinction probabilities, exact: every number of copies in a text of a million tokens, a thousand refits."""

from collections.abc import Iterator

import numpy as np

from paper.benchmarks import Row, Spread, Target
from tests.benchmarks.groups import Effort
from tests.benchmarks.rounds import on_cores, seconds_of, spread
from theory.laws.binomial_sums import log_binomial
from theory.laws.extinction import extinction

LARGE, SMALL, REFITS = 10**6, 10**4, 1000


def rows(effort: Effort) -> Iterator[Row]:
    """Seconds at the large size; the largest error at the small one, against the whole chain of counts."""
    effort.say("seconds")
    with on_cores(2):
        seconds = spread(np.array([seconds_of(lambda: extinction(LARGE, REFITS)) for _ in range(effort.rounds)]))
    target = Target("seconds", 1.0, seconds.median, at_least=False)
    setting = f"M=1e6, g={REFITS}, all counts"
    yield Row("solver", "extinction probabilities", setting, "s", "collocation", seconds, targets=(target,))
    M = 1_000 if effort.quick else SMALL
    effort.say("error")
    error = float(np.abs(extinction(M, REFITS) - banded(M, REFITS)).max())
    target = Target("largest error", 1e-11, error, at_least=False)
    yield Row(
        "solver", "extinction, error", f"M={M}, g={REFITS}, all counts", "", "collocation", Spread(error, error, error),
        targets=(target,), note="against the chain of all counts, each law cut where less than 1e-18 of it is left",
    )  # fmt: skip


def banded(M: int, refits: int) -> np.ndarray:
    """The same by the matrix of all counts, its rows cut at 9.5 standard deviations and 25 counts."""
    from scipy.sparse import csr_array

    x = np.arange(1, M)
    reach = 9.5 * np.sqrt(x * (1.0 - x / M)) + 25.0
    low, high = np.maximum(0, np.floor(x - reach)), np.minimum(M, np.ceil(x + reach))
    laws = [np.arange(a, b + 1.0) for a, b in zip(low, high, strict=True)]
    chances = [np.exp(log_binomial(M, k, float(mean))) for k, mean in zip(laws, x, strict=True)]
    end = np.ones(1)
    values = np.concatenate([end, *(chance / chance.sum() for chance in chances), end])
    columns = np.concatenate([[0], *laws, [M]]).astype(np.int64)
    rows = np.cumsum([0, 1, *(len(k) for k in laws), 1])
    step = csr_array((values, columns, rows), shape=(M + 1, M + 1))
    u = (np.arange(M + 1) == 0) * 1.0
    for _ in range(refits):
        u = step @ u
    return u
