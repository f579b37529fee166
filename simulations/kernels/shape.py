"""Shapes of compiled programs: sizes rounded up to a coarse grid, so that a grid of settings compiles few programs.

Lane widths depend on the scenario alone, never on the length of a run or the number of chains: they fix the order in
which chains are added up, and so belong to the stream version.
"""

from dataclasses import dataclass

from theory.scenario import InputError, Scenario

GAUSSIAN_LANE = 4096
"""Chains in one lane of a Gaussian ensemble: its state stays in a core's cache."""

CELLS_IN_LANE = {"accumulate": 2**15, "replace": 2**16, "real_share": 2**16}
"""Token cells that one lane moves in a generation, by retention kind."""

LARGEST_BATCH = 2**28
"""Cells of one chain: each is a draw, counted below 2^32, with a second one for its coin."""


def padded(n: int) -> int:
    """The least of 8, 9, ..., 15, 16, 18, ..., 30, 32, 36, ... that is at least n: never more than an eighth too large."""
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


def token_shape(scenario: Scenario, generations: int) -> TokenShape:
    """The shape of a run; `real` counts fresh or kept real cells, `pool` the cells kept by accumulation (0 elsewhere).

    Raises InputError where one chain would hold more than 2^28 cells.
    """
    retention, sizes = scenario.retention, scenario.sample_size
    assert sizes is not None
    batches = [scenario.first_size, *(sizes.at(t) for t in range(2, generations + 1))]
    cells, pool, real = max(batches), 0, 0
    if retention.kind == "accumulate":
        pool = padded(sum(batches)) + padded(cells)
    elif retention.kind == "real_share" and retention.scheme != "iid":
        real = padded(max(retention.real_points(M) for M in batches))
    if max(pool, cells) > LARGEST_BATCH:
        raise InputError(
            f"a chain of tokens must hold at most {LARGEST_BATCH} cells, got {max(sum(batches) if pool else 0, cells)} "
            f"in generation {generations}"
        )
    tokens = padded(scenario.source.vocabulary)
    room = CELLS_IN_LANE[retention.kind] // max(padded(scenario.first_size), tokens)
    width = min(1024, max(2, 1 << max(0, room.bit_length() - 1)))
    return TokenShape(tokens, padded(cells), real, pool, width)
