"""Large K or M: two chains of a large vocabulary or a large corpus, statistics in every generation."""

from collections.abc import Iterator

from paper.benchmarks import Row
from tests.benchmarks.group_tokens import token_row
from tests.benchmarks.groups import Effort
from tests.benchmarks.threads import ONE

NEEDED = {ONE: 1.6}


def rows(effort: Effort) -> Iterator[Row]:
    """K = 5e4 with M = 1e6, and K = 1e6 with M = 1e9."""
    sizes = ((50_000, 10**6, 2, 10),) if effort.quick else ((50_000, 10**6, 2, 20), (10**6, 10**9, 2, 5))
    for K, M, R, g in sizes:
        effort.say(f"K={K}, M={M}")
        yield token_row(effort, K, M, R, g, NEEDED, rounds=5 if K < 10**6 else 3, group="sizes")
