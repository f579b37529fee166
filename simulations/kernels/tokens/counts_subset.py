r"""A subset of a pool, drawn without replacement: multivariate hypergeometric counts for pools of any size.

Let every item toss its own coin of probability $m/N$: $B_i \sim \mathrm{Bin}(c_i, m/N)$. Given how many they are, those
chosen are a uniformly random subset, so what they are too many is taken away from them, and what they are too few is
added from the rest, each again a random subset, now of about $\sqrt{m}$ items. A few items are drawn by their number.

numpy's own multivariate hypergeometric ends at pools of 10^9.
"""

import numpy as np
from jaxtyping import Int64

FEW = 4096
"""Items that are drawn one by one."""


def subset(rng: np.random.Generator, counts: Int64[np.ndarray, "K"], m: int) -> Int64[np.ndarray, "K"]:
    """Counts of m items of a pool with these counts, 0 <= m <= their sum."""
    N = int(counts.sum())
    if 2 * m > N:
        return counts - subset(rng, counts, N - m)
    if m <= FEW:
        return _numbered(rng, counts, N, m)
    chosen = rng.binomial(counts, m / N)
    excess = int(chosen.sum()) - m
    if excess > 0:
        return chosen - subset(rng, chosen, excess)
    return chosen + subset(rng, counts - chosen, -excess)


def _numbered(rng: np.random.Generator, counts: Int64[np.ndarray, "K"], N: int, m: int) -> Int64[np.ndarray, "K"]:
    """The first m different numbers of uniform draws below N, each the place of an item in the pool."""
    numbers = np.empty(0, np.int64)
    while len(numbers) < m:
        drawn = np.concatenate([numbers, rng.integers(N, size=m - len(numbers))])
        numbers = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    token = np.searchsorted(counts.cumsum(), numbers, side="right")
    return np.bincount(token, minlength=len(counts))
