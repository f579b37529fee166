"""Shapes of compiled programs: sizes rounded up to a coarse grid, so that a grid of settings compiles few programs.

Lane widths depend on the scenario alone, never on the length of a run or the number of chains: they fix the order in
which chains are added up, and so belong to the stream version.
"""

from dataclasses import dataclass

import numpy as np

from simulations.kernels.coverage import Setting
from theory.scenario import InputError
from theory.scenario.source import GaussianSource

GAUSSIAN_LANE = 4096
"""Chains in one lane of a Gaussian ensemble: its state stays in a core's cache."""

CELLS_IN_LANE = (2**16, 2**15)
"""Token cells that one lane moves in a generation; the second where all that came before is kept too."""

LARGEST_CHAIN = 2**28
"""Cells of one chain: each is a draw, counted below 2^32, with a second one for its coin."""


def padded(n: int) -> int:
    """The least of 8, 9, ..., 15, 16, 18, ..., 30, 32, 36, ... that is at least n: at most an eighth too large."""
    step = 1 << max(0, (n - 1).bit_length() - 4)
    return max(8, -(-n // step) * step)


@dataclass(frozen=True)
class TokenShape:
    """Sizes of the arrays of one token chain, padded, and the number of chains in a lane."""

    tokens: int
    cells: int
    real: int
    pool: int
    width: int


def token_shape(setting: Setting, generations: int) -> TokenShape:
    """The shape of a run; `real` counts fresh or kept real cells, `pool` the cells kept by accumulation (0 elsewhere).

    Raises InputError where the sizes end before the run does, or one chain would hold more than 2^28 cells.
    """
    batches = setting.batches(generations)
    cells, pool, real = int(batches.max()), 0, 0
    held = int(batches.sum()) if setting.policy == "accumulate" else cells
    if held > LARGEST_CHAIN:
        raise InputError(
            f"a chain of tokens must hold at most {LARGEST_CHAIN} cells, got {held} within {generations} generations"
        )
    if setting.policy == "accumulate":
        pool = padded(held) + padded(cells)
    elif setting.policy in ("stratified", "fixed"):
        real = padded(int(setting.real_points(np.unique(batches)).max()))
    assert not isinstance(setting.source, GaussianSource)
    tokens = padded(setting.source.vocabulary)
    room = CELLS_IN_LANE[setting.policy == "accumulate"] // max(padded(setting.first), tokens)
    width = min(1024, max(2, 1 << max(0, room.bit_length() - 1)))
    return TokenShape(tokens, padded(cells), real, pool, width)
