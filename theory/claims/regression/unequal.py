"""What claims about refitted regressions with batches of unequal sizes share: conditions, examples, their symbols."""

import itertools

import sympy as sp

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, REGRESSION, UNDISTURBED
from theory.claims.gaussian.varying import sizes
from theory.claims.regression.least_squares import design_is, dimension, sigma
from theory.laws.symbols import t
from theory.scenario import Scenario, parse_scenario

pools = sp.IndexedBase("N")  # all rows so far
ENOUGH_ROWS_ALWAYS = Assumption(
    "every batch has at least d + 2 rows in d dimensions",
    lambda s: (
        s.family == "regression"
        and s.sample_size is not None
        and min(s.first_size, *s.sample_size.leading_sizes()) >= s.source.dimension + 2
    ),
)
FIRST_IS_ENOUGH = Assumption(
    "the first batch has at least d + 2 rows in d dimensions",
    lambda s: s.family == "regression" and s.sample_size is not None and s.first_size >= s.source.dimension + 2,
)
UNEQUAL = Assumption(
    "the batches are not all of one size",
    lambda s: s.sample_size is not None and s.sample_size.constant != s.first_size,
)
COMMON = (REGRESSION, UNEQUAL, design_is("fresh"), FAITHFUL, UNDISTURBED)


def batch_sizes(scenario: Scenario, generations: int) -> list[int]:
    """The new rows of generations 1 ... T."""
    return [scenario.first_size, *(int(M) for M in scenario.sample_size.schedule(generations)[1:])][:generations]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement."""
    listed = [sp.Integer(M) for M in batch_sizes(scenario, max(int(generation), 1))]
    filled = list(itertools.accumulate(listed))
    noise = sp.sqrt(exact(scenario.source.noise_variance))
    return {sizes: listed, pools: filled, dimension: scenario.source.dimension, sigma: noise, t: generation}


def setting(sample_size: dict, policy: dict, d: int = 2, noise: float = 2.25) -> Scenario:
    """A scenario for the examples."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": "fresh"},
        "sample_size": sample_size, "retention": policy,
    })  # fmt: skip
