"""The memory of a streaming run: the same for any number of generations, and within the estimate that was printed."""

from collections.abc import Iterator
from typing import Any

from paper.benchmarks import Row, Spread, Target
from tests.benchmarks import group_gaussian, group_tokens
from tests.benchmarks.engine import STATISTICS
from tests.benchmarks.groups import Effort
from tests.benchmarks.processes import peak_memory

SHORT, LONG = 100, 1000
GROWTH = 1.05
"""A run ten times as long may take so many times the memory: what the allocator leaves over."""


def rows(effort: Effort) -> Iterator[Row]:
    """The peak of a Gaussian and of a token ensemble."""
    cases: dict[str, tuple[dict[str, Any], int]] = {
        "gaussian": (group_gaussian.scenario("replace"), 8192 if effort.quick else 2**18),
        "tokens": (group_tokens.scenario(1_000, 10_000), 32),
    }
    for family, (scenario, replicates) in cases.items():
        effort.say(family)
        peaks: dict[int, tuple[float, float]] = {}
        for g in (SHORT, LONG):
            record = [g]
            case = {"scenario": scenario, "generations": g, "replicates": replicates, "record": record}
            peaks[g] = peak_memory(case | {"statistics": STATISTICS[family]})
        peak, expected = peaks[LONG]
        yield Row(
            "memory", f"{family} ensemble, memory", f"R={replicates}, g={LONG}, the last read", "byte", "",
            Spread(peak, peak, peak),
            targets=(
                Target("of the estimate", 1.0, peak / expected, at_least=False),
                Target(f"of that at g={SHORT}", GROWTH, peak / peaks[SHORT][0], at_least=False),
            ),
            note="the largest resident set of a process of its own, with Python and XLA, which compiles in it",
        )  # fmt: skip
