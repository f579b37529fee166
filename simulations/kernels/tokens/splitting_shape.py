"""Sizes of the arrays of a chain of split counts, from the scenario alone; nothing here starts JAX."""

from dataclasses import dataclass

from simulations.kernels.setting import policy_of
from simulations.kernels.shape import padded
from theory.scenario import Scenario
from theory.scenario.retention import AccumulateSubsample, Pool, Window
from theory.scenario.source import TokenSource, ZipfSource

TOKENS_IN_LANE = 2**16
"""Tokens that the chains of one lane have together."""

LARGEST_WINDOW = 256
"""Batches that a chain remembers one by one."""

PARTS = {"fixed": 2, "weighted": 2}
"""Parts of the training set whose counts are kept apart, where they are more than one."""


@dataclass(frozen=True)
class SplittingShape:
    """Padded tokens; parts of a state; whether real points are drawn apart, and models fitted to a draw of the pool."""

    policy: str
    tokens: int
    parts: int
    apart: bool
    subsampled: bool

    @property
    def width(self) -> int:
        """Chains in a lane."""
        return min(1024, max(2, 1 << max(0, (TOKENS_IN_LANE // self.tokens).bit_length() - 1)))

    @property
    def binomials(self) -> int:
        """Binomials of one generation of one chain, padding included."""
        return self.tokens * (1 + self.apart + self.subsampled)


def splitting_shape(scenario: Scenario) -> SplittingShape:
    """The shape of every run of a token scenario, however long."""
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    retention, policy = scenario.retention, policy_of(scenario)
    subsampled = isinstance(retention, AccumulateSubsample) or (
        isinstance(retention, Pool) and retention.budget is not None
    )
    parts = retention.length if isinstance(retention, Window) else 2 if subsampled else PARTS.get(policy, 1)
    apart = policy in ("stratified", "fixed", "weighted", "pool")
    return SplittingShape(policy, padded(scenario.source.vocabulary), parts, apart, subsampled)
