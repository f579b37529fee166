"""Numbers of real points: their probabilities, row by row, and what the largest and least of 64 bits choose."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from simulations.kernels.line.gaussian_shape import likely
from simulations.kernels.line.split import binomial_split, real_points

PAIRS = [(1, 0.5), (12, 0.15), (100, 0.2), (5000, 0.5), (10**6, 1e-5), (7, 0.0), (7, 1.0)]
SPLIT = binomial_split(*map(list, zip(*PAIRS, strict=True)))


@pytest.mark.parametrize("row", range(len(PAIRS)))
def test_rows_have_binomial_probabilities(row):
    M, share = PAIRS[row]
    least, most = likely(M, share)
    assert SPLIT.least[row] == least
    cumulative = [0, *SPLIT.cumulative[row, : most - least].tolist(), 2**64 - 1]
    mass = np.array([float(above - below) for below, above in pairwise(cumulative)]) / 2.0**64
    exact = stats.binom.pmf(np.arange(least, most + 1), M, share)
    assert (np.abs(mass - exact) <= 1e-12 * exact + 2.0**-63 + 1e-15 * exact.max()).all()
    assert 1.0 - exact.sum() < 1e-12
    assert (SPLIT.cumulative[row, most - least :] == 2**64 - 1).all()


def test_bits_choose_the_number_whose_interval_they_lie_in():
    split = jax.tree.map(jnp.asarray, SPLIT)
    chosen = jax.jit(jax.vmap(lambda row, high, low: real_points(split, row, lambda: (high, low)), (None, 0, 0)))
    rng = np.random.default_rng(0)
    for row in range(len(PAIRS)):
        K = int(np.searchsorted(SPLIT.cumulative[row], np.uint64(2**64 - 1)))
        edges = SPLIT.cumulative[row, :K].tolist()
        words = [0, 1, 2**63, 2**64 - 1, *edges, *[e + 1 for e in edges], *rng.integers(2**64, size=100, dtype="u8")]
        words = np.array([min(int(word), 2**64 - 1) for word in words], np.uint64)
        high, low = (words >> np.uint64(32)).astype(np.uint32), words.astype(np.uint32)
        expected = SPLIT.least[row] + np.searchsorted(SPLIT.cumulative[row, :K], words)
        assert np.array_equal(chosen(np.int32(row), high, low), expected)
