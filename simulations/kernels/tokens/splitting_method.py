"""Method "splitting": counts by binomials over a tree of the tokens, for accelerators."""

from typing import TYPE_CHECKING

from simulations.kernels.method import Cost, Method, Question
from simulations.kernels.setting import batches, disturbed, policy_of, unrefreshed
from simulations.kernels.tokens.splitting_shape import LARGEST_WINDOW, splitting_shape
from theory.scenario import Scenario
from theory.scenario.errors import alternatives
from theory.scenario.retention import AccumulateSubsample, Window
from theory.scenario.source import TokenSource, ZipfSource

if TYPE_CHECKING:
    from simulations.kernels.kernel import Kernel

ESTIMATORS = ("frequency", "additive")
SAMPLERS = ("faithful", "temperature", "top_k", "top_p")

LARGEST_COUNT = 2**53
"""Points of a training set: whole numbers of float64 end here."""

LARGEST_VOCABULARY = 2**28
"""Tokens: nodes of the tree are numbered in 30 bits, padding included."""

BINOMIAL_NANOSECONDS = 150.0
"""One binomial on one core, with the attempts that its neighbours wait for."""

READING_NANOSECONDS = 3.0
"""One number that a measure looks at."""

TREE_COMPILER_BYTES = 750_000_000
"""What the compiler needs: every depth of the tree has a binomial of its own."""

BYTES_OF_A_NODE = 160
"""What is alive at once of a node of the tree: weights, counts, and the constants of its binomial."""


def _problem(question: Question) -> str | None:
    s = question.scenario
    assert isinstance(s.source, TokenSource | ZipfSource)
    source = f"a {s.source.kind} source"
    if s.estimator.kind not in ESTIMATORS:
        return f'estimator.kind = "{s.estimator.kind}" for {source}; covered: {alternatives(ESTIMATORS)}'
    if s.sampler.kind not in SAMPLERS:
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: {alternatives(SAMPLERS)}'
    if isinstance(s.retention, AccumulateSubsample) and not s.retention.replacement:
        return f"retention.replacement = false for {source}; covered: true"
    if isinstance(s.retention, Window) and s.retention.length > LARGEST_WINDOW:
        return f"retention.length = {s.retention.length} for {source}; covered: at most {LARGEST_WINDOW}"
    if s.source.vocabulary > LARGEST_VOCABULARY:
        return f"{s.source.vocabulary} tokens; covered: at most {LARGEST_VOCABULARY}"
    if _most_points(s, question.generations) > LARGEST_COUNT:
        return f"training sets of more than 2^53 points for {source}; covered: at most 2^53"
    return disturbed(s) or unrefreshed(s, source)


def _most_points(s: Scenario, generations: int) -> float:
    """The largest number of points that a model counts."""
    plan = batches(s, generations)
    sizes = plan.real.astype(float) + plan.synthetic
    return sizes.sum() if policy_of(s) in ("accumulate", "accumulate_subsample", "pool", "window") else sizes.max()


def _cost(question: Question) -> Cost:
    shape = splitting_shape(question.scenario)
    return Cost(
        nanoseconds=BINOMIAL_NANOSECONDS * shape.binomials,
        width=shape.width,
        lane_bytes=shape.width * (BYTES_OF_A_NODE * shape.binomials + 16 * shape.parts * shape.tokens),
        reading=READING_NANOSECONDS * shape.tokens,
        table_bytes=32 * shape.tokens,
        compiler_bytes=TREE_COMPILER_BYTES,
    )


def _kernel(question: Question) -> "Kernel":
    from simulations.kernels.tokens.splitting_kernel import splitting_kernel

    return splitting_kernel(question.scenario, question.generations)


METHOD = Method(
    "splitting",
    "counts by binomials over a tree of the tokens",
    _problem,
    _cost,
    _kernel,
    automatic=False,
    accelerated=True,
)
