r"""Poisson chains on the host: the sum of n Poisson numbers is one Poisson number, and sums are all that is fitted.

$M \lambda_t$ is a critical Galton-Watson process with Poisson(1) offspring, so that whole numbers are the state and 0
is where a chain dies out.
"""

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import UInt32

from simulations.host_bits import generator
from simulations.kernels.families.branching_method import BRANCHING_LANE
from simulations.kernels.kernel import EngineFault, HostKernel
from simulations.kernels.points.points_counts import PointCounts, run_counts
from simulations.kernels.setting import policy_of
from theory.scenario import Scenario
from theory.scenario.retention import Forgetting, RealShare, Window
from theory.scenario.source import PoissonSource

LARGEST_DIRECT = 1e8
"""Means up to which numpy's rejection is exact to 1e-7: its logarithms of factorials lose digits beyond."""


def poisson(rng: np.random.Generator, mean: float) -> int:
    """A Poisson number of any mean up to 1e15.

    Beyond LARGEST_DIRECT a gamma draw says when arrival m of a unit-rate process comes, with m eight standard
    deviations below the mean; what is left of the time has few arrivals. Should it come too late, the m-1 before it
    fall uniformly on the time up to it.

    Source: Ahrens and Dieter, Computer methods for sampling from gamma, beta, Poisson and binomial distributions
    (1974).
    """
    if mean <= LARGEST_DIRECT:
        return int(rng.poisson(mean))
    m = int(mean - 8.0 * np.sqrt(mean))
    arrival = float(rng.standard_gamma(m))
    if arrival <= mean:
        return m + int(rng.poisson(mean - arrival))
    return int(rng.binomial(m - 1, mean / arrival))


def branching_kernel(scenario: Scenario, generations: int) -> HostKernel:
    """The kernel of a covered Poisson scenario for so many generations."""
    assert isinstance(scenario.source, PoissonSource)
    counts, rate = run_counts(scenario, generations), np.float64(scenario.source.rate)

    def chain(
        key: UInt32[np.ndarray, "2"], replicate: int, generations: int, record: Sequence[int]
    ) -> Iterator[tuple[int, np.float64]]:
        wanted, process = set(record), _Process(scenario, counts)
        for t in range(1, max(record, default=0) + 1):
            process.advance(t, generator(key, t, replicate))
            if t in wanted:
                yield t, np.float64(process.rate)

    return HostKernel("poisson", BRANCHING_LANE, rate, rate, chain)


class _Process:
    """One chain: the rate, the sum of the points that are kept, and under "window" the sums of the last batches."""

    def __init__(self, scenario: Scenario, counts: PointCounts):
        source, retention = scenario.source, scenario.retention
        assert isinstance(source, PoissonSource)
        self.rate = self.source = source.rate
        self.counts, self.policy, self.kept = counts, policy_of(scenario), 0
        self.coin = retention if isinstance(retention, RealShare) and retention.scheme == "iid" else None
        self.forgetting = retention.rate if isinstance(retention, Forgetting) else 1.0
        self.window: deque[int] = deque(maxlen=retention.length if isinstance(retention, Window) else 1)

    def advance(self, t: int, rng: np.random.Generator) -> None:
        """Draw the sums of the generation's batches and fit the rate."""
        real, synthetic, fitted = (int(n[t - 1]) for n in (self.counts.real, self.counts.synthetic, self.counts.fitted))
        if self.coin is not None and t > 1:
            real = int(rng.binomial(synthetic, self.coin.share_of(synthetic)))
            synthetic -= real
        if self.policy == "fixed":
            if t == 1:
                self.kept = poisson(rng, real * self.source)
            total = self.kept + poisson(rng, synthetic * self.rate)
        else:
            total = poisson(rng, real * self.source + synthetic * self.rate)
        if self.policy in ("accumulate", "pool"):
            total = self.kept = self.kept + total
        elif self.policy == "window":
            self.window.append(total)
            total = sum(self.window)
        fit = total / fitted
        self.rate = fit if t == 1 else self.rate + self.forgetting * (fit - self.rate)
        if not 0.0 <= self.rate < np.inf:
            raise EngineFault(f"a Poisson chain reached the rate {self.rate} in generation {t}")
