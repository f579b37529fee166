"""Method "wishart": Gaussians in several dimensions by the exact laws of a batch's mean and scatter."""

from typing import TYPE_CHECKING

from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.setting import batches, disturbed, policy_of, refreshed, share
from simulations.kernels.shape import padded
from simulations.kernels.tosses import likely_counts
from theory.scenario import Scenario
from theory.scenario.errors import alternatives
from theory.scenario.retention import Pool, Window
from theory.scenario.source import GaussianSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

POLICIES = ("replace", "iid", "stratified", "fixed", "accumulate", "weighted", "window", "forgetting", "pool")
RETENTIONS = ("replace", "real_share", "accumulate", "weighted", "window", "forgetting", "pool")
SAMPLERS = ("faithful", "scaled")

LARGEST_TOSS_TABLE = 2**14
"""Numbers of real points that scheme "iid" may have."""

LAW_BYTES = 400
"""The law of one chi-square."""

STATE_IN_LANE, LARGEST_LANE = 2**16, 512
"""Numbers in the states of one lane, and its chains at most."""

NORMAL_NANOSECONDS, CHI_SQUARE_NANOSECONDS, PIVOT_NANOSECONDS, ENTRY_NANOSECONDS = 20.0, 45.0, 30.0, 0.8
"""One normal, one chi-square, one pivot of an added column and one entry that it changes, on one core."""

GATHERED_NANOSECONDS = 100.0
"""The law of one chi-square, looked up in a table."""


READING_NANOSECONDS = 10.0
"""One of the d^3 steps of the measure that takes longest, the distance of Wasserstein."""


def width_of(dimension: int, older: int = 0) -> int:
    """Chains in a lane: their states stay in a core's cache."""
    numbers = (1 + older) * (dimension**2 + 2 * dimension)
    return min(LARGEST_LANE, max(8, 1 << max(0, (STATE_IN_LANE // numbers).bit_length() - 1)))


def older_batches(scenario: Scenario) -> int:
    """Batches that a window keeps beside the newest, 0 for every other policy."""
    return scenario.retention.length - 1 if isinstance(scenario.retention, Window) else 0


def _problem(question: Question) -> str | None:
    s = question.scenario
    if not isinstance(s.source, GaussianSource) or s.source.dimension == 1:
        return f"a {s.source.kind} source in 1 dimension; covered: 2 dimensions or more"
    d = s.source.dimension
    source = f"a {s.source.kind} source in {d} dimensions"
    policy = policy_of(s)
    if policy not in POLICIES:
        return f'retention.kind = "{s.retention.kind}" for {source}; covered: {alternatives(RETENTIONS)}'
    if isinstance(s.retention, Pool) and s.retention.budget is not None:
        return f"retention.budget = {s.retention.budget} for {source}; covered: pools without a budget"
    if s.estimator.kind != "moments":
        return f'estimator.kind = "{s.estimator.kind}" for {source}; covered: "moments"'
    if s.sampler.kind not in SAMPLERS:
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: {alternatives(SAMPLERS)}'
    return disturbed(s) or _problem_of_real_points(s, policy, d, source)


def _problem_of_real_points(s: Scenario, policy: str, d: int, source: str) -> str | None:
    if policy == "fixed":
        kept = s.retention.real_points(s.first_size)  # type: ignore[union-attr]
        if kept <= d:
            return (
                f'{kept} real points with scheme "fixed" for {source}; covered: {d + 1} or more, which span all of it'
            )
    if policy == "iid":
        assert s.sample_size is not None
        if s.sample_size.constant is None:
            changing = f'sample_size.kind = "{s.sample_size.kind}" with scheme "iid"'
            return f"{changing} for {source}; covered: sizes that stay the same"
        least, greatest = likely_counts(s.first_size, share(s))
        if greatest - least >= LARGEST_TOSS_TABLE:
            return (
                f'sample_size.size = {s.first_size} with scheme "iid" and share {share(s):g} for {source}; '
                f"covered: sizes whose number of real points has at most {LARGEST_TOSS_TABLE} likely values"
            )
    return None


def _cost(question: Question) -> Cost:
    s = question.scenario
    batches(s, question.generations)
    assert isinstance(s.source, GaussianSource)
    d, policy, older = s.source.dimension, policy_of(s), older_batches(s)
    drawn = 2 if policy in ("iid", "stratified", "weighted", "pool") or refreshed(s) else 1
    merged = {"replace": 0, "window": older + refreshed(s), "pool": 2}.get(policy, 1)
    pivots = merged * d * (d + 3) / 2
    one = d * (d + 1) / 2 * NORMAL_NANOSECONDS + d * CHI_SQUARE_NANOSECONDS
    one += d * GATHERED_NANOSECONDS * (policy == "iid")
    entries = d**3 * (1 + 2 * older) + d * pivots
    width, numbers = width_of(d, older), (1 + older) * (d**2 + 2 * d)
    laws = d * (drawn + older) * 64
    if policy == "iid":
        least, greatest = likely_counts(s.first_size, share(s))
        laws += 2 * (padded(greatest - least + 1) + d)
    return Cost(
        nanoseconds=drawn * one + pivots * PIVOT_NANOSECONDS + entries * ENTRY_NANOSECONDS,
        width=width,
        lane_bytes=8 * width * (6 * numbers + drawn * (8 * d + d**2) + 50 * d * drawn * (policy == "iid")),
        reading=3.0 + READING_NANOSECONDS * d**3,
        table_bytes=LAW_BYTES * laws,
    )


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.space.wishart import wishart_kernel

    return wishart_kernel(question.scenario, question.generations)


METHOD = Method("wishart", "means and scatters of batches from their exact laws", _problem, _cost, _kernel)
