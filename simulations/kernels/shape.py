"""Shapes of compiled programs: sizes rounded up to a coarse grid, so that a grid of settings compiles few programs.

Lane widths depend on the scenario alone, never on the length of a run or the number of chains: they fix the order in
which chains are added up, and so belong to the stream version.
"""

GAUSSIAN_LANE = 4096
"""Chains in one lane of a Gaussian ensemble: its state stays in a core's cache."""

TOKENS_IN_GROUP = 8192
"""Host chains are drawn together until they have so many tokens: numpy's calls then cost little beside its draws."""


def chains_together(tokens: int) -> int:
    """Chains of counts that are drawn together; one from 4097 tokens on."""
    return max(1, TOKENS_IN_GROUP // tokens)


def padded(n: int) -> int:
    """The least of 8, 9, ..., 15, 16, 18, ..., 30, 32, 36, ... that is at least n: at most an eighth too large."""
    step = 1 << max(0, (n - 1).bit_length() - 4)
    return max(8, -(-n // step) * step)
