"""Which scenarios a kernel covers, and what the kernels read of one that is covered; nothing here starts JAX."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from simulations.kernels.method import NoKernel
from theory.scenario import Scenario
from theory.scenario.errors import alternatives
from theory.scenario.estimator import Frequency, Moments
from theory.scenario.retention import Accumulate, RealShare, Replace
from theory.scenario.sample_size import Schedule
from theory.scenario.scenario import DISTURBANCES
from theory.scenario.source import GaussianSource, TokenSource, ZipfSource

RETENTIONS = ("replace", "real_share", "accumulate")
ESTIMATORS = {"gaussian": "moments", "tokens": "frequency"}


@dataclass(frozen=True)
class Setting:
    """A covered scenario, its fields narrowed to the classes that the kernels know.

    `policy` is what the kernels tell apart: "replace", "iid", "stratified", "fixed" or "accumulate".
    """

    policy: str
    source: GaussianSource | TokenSource | ZipfSource
    sizes: Schedule
    first: int
    retention: Replace | RealShare | Accumulate
    estimator: Moments | Frequency

    def batches(self, generations: int) -> Int64[np.ndarray, "T"]:
        """The points that are new in each generation: M_1 real ones (or `first`), then M_t.

        Raises InputError where the sizes end before the run does.
        """
        later = [self.sizes.at(t) for t in range(2, generations + 1)]
        return np.array([self.first, *later], dtype=np.int64)

    def real_points(self, M: Int64[np.ndarray, "*T"]) -> Int64[np.ndarray, "*T"]:
        """The number of real points among M under "stratified" and "fixed", else 0."""
        if not isinstance(self.retention, RealShare) or self.policy == "iid":
            return np.zeros_like(M)
        return np.array([self.retention.real_points(int(m)) for m in M], dtype=np.int64)

    def share(self) -> float:
        """The probability that a point is real under "iid", else 0."""
        if not isinstance(self.retention, RealShare) or self.policy != "iid":
            return 0.0
        return self.retention.share_of(self.first)


def covered(scenario: Scenario) -> Setting:
    """The setting of a scenario that a kernel covers.

    Raises NoKernel outside of 1-D Gaussian and token chains with these retention policies, the plain estimator and the
    faithful sampler.
    """
    s = scenario
    problem = uncovered(s)
    if problem is not None:
        raise NoKernel(f"no kernel yet covers {problem}")
    assert isinstance(s.source, GaussianSource | TokenSource | ZipfSource)
    assert isinstance(s.retention, Replace | RealShare | Accumulate)
    assert isinstance(s.estimator, Moments | Frequency)
    assert s.sample_size is not None
    policy = s.retention.scheme if isinstance(s.retention, RealShare) else s.retention.kind
    return Setting(policy, s.source, s.sample_size, s.first_size, s.retention, s.estimator)


def uncovered(s: Scenario) -> str | None:
    """What of a scenario no kernel covers, or None."""
    source = f"a {s.source.kind} source"
    if s.family not in ESTIMATORS:
        return f'source.kind = "{s.source.kind}"; covered: "gaussian", "tokens", "zipf"'
    if isinstance(s.source, GaussianSource) and s.source.dimension > 1:
        return f"{source} in {s.source.dimension} dimensions; covered: 1 dimension"
    if s.retention.kind not in RETENTIONS:
        return f'retention.kind = "{s.retention.kind}" for {source}; covered: {alternatives(RETENTIONS)}'
    if s.estimator.kind != ESTIMATORS[s.family]:
        return f'estimator.kind = "{s.estimator.kind}" for {source}; covered: "{ESTIMATORS[s.family]}"'
    if s.sampler.kind != "faithful":
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: "faithful"'
    for name in DISTURBANCES:
        if getattr(s, name) is not None:
            return f"{name}; covered: scenarios without it"
    assert s.sample_size is not None
    if isinstance(s.retention, RealShare) and s.retention.scheme == "iid" and s.sample_size.constant is None:
        changing = f'sample_size.kind = "{s.sample_size.kind}" with scheme "iid"'
        if s.family == "gaussian":
            return f"{changing} for {source}; covered: sizes that stay the same"
        if s.retention.share is None:
            return f"{changing} and real in the place of share; covered: a share, or sizes that stay the same"
    return None
