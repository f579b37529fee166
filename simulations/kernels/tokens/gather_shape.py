"""Shapes of the arrays of cells, and what of a scenario they hold; nothing here starts JAX."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from simulations.kernels.setting import Batches, batches, policy_of
from simulations.kernels.shape import padded
from theory.scenario import InputError, Scenario
from theory.scenario.retention import Window
from theory.scenario.source import TokenSource, ZipfSource

CELLS_IN_LANE = 2**16
"""Token cells that one lane moves in a generation: a core keeps them near, and calls of the program cost little."""

LARGEST_CHAIN = 2**28
"""Cells of one chain: each is a draw, counted below 2^32, with a second for its coin and a third to be seen again."""

KEEPING = ("accumulate", "accumulate_subsample", "pool", "window")
"""Policies that keep the cells of older batches."""


@dataclass(frozen=True)
class GatherShape:
    """Lengths of the arrays of one chain, padded, and the number of chains in a lane.

    A batch has `cells`, of which `real` may be real; `kept` are held beyond a generation (0 where only the last batch
    is). `held` is not padded: the cells that a chain has in the end.
    """

    tokens: int
    cells: int
    real: int
    kept: int
    width: int
    held: int

    def require_countable(self, generations: int) -> None:
        """Raises InputError where a chain holds so many cells that they have no numbers of their own."""
        if self.held > LARGEST_CHAIN:
            raise InputError(
                f"a chain of tokens must hold at most {LARGEST_CHAIN} cells with method gather, got {self.held} within "
                f"{generations} generations; method counts has no such limit"
            )


@dataclass(frozen=True)
class Sizes:
    """Cells by generation: new ones, real ones at their head, those that the model of the generation is fitted to."""

    batch: Int64[np.ndarray, "T"]
    real: Int64[np.ndarray, "T"]
    fitted: Int64[np.ndarray, "T"]


def gather_sizes(scenario: Scenario, plan: Batches) -> Sizes:
    """The sizes of a run with these batches."""
    policy, batch = policy_of(scenario), plan.real + plan.synthetic
    real = np.where(np.arange(len(batch)) == 0, 0, plan.real)
    if policy in ("accumulate", "pool"):
        return Sizes(batch, real, batch.cumsum())
    if isinstance(scenario.retention, Window):
        shares = np.minimum(np.arange(1, len(batch) + 1), scenario.retention.length)
        return Sizes(batch, real, shares * batch)
    return Sizes(batch, real, batch)


def gather_shape(scenario: Scenario, generations: int) -> GatherShape:
    """The shape of a run.

    Raises InputError where the sizes end before the run does.
    """
    assert isinstance(scenario.source, TokenSource | ZipfSource)
    policy = policy_of(scenario)
    sizes = gather_sizes(scenario, batches(scenario, generations))
    cells, kept = int(sizes.batch.max()), 0
    if policy in KEEPING:
        kept = int(sizes.fitted.max() if policy == "window" else sizes.batch.sum())
    tokens = padded(scenario.source.vocabulary)
    room = CELLS_IN_LANE // max(padded(scenario.first_size), tokens)
    return GatherShape(
        tokens=tokens,
        cells=padded(cells),
        real=padded(int(sizes.real.max())) if sizes.real.any() else 0,
        kept=padded(kept) + padded(cells) if kept else 0,
        width=min(1024, 1 << max(0, room.bit_length() - 1)),
        held=max(cells, kept),
    )
