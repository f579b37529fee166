"""Extinction probabilities at every count: against the whole matrix, the lineages, and what they must do."""

import numpy as np
import pytest
from scipy import stats

from theory.laws.extinction import extinction
from theory.laws.lineages import lineage_laws


@pytest.mark.parametrize("size", [1, 2, 3, 128, 129, 150, 400])
@pytest.mark.parametrize("refits", [0, 1, 2, 7, 100])
def test_small_texts_by_the_whole_matrix(size, refits):
    x = np.arange(size + 1)
    step = stats.binom.pmf(x[None, :], size, x[:, None] / size)
    expected = np.linalg.matrix_power(step, refits)[:, 0]
    assert extinction(size, refits) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("size", [10**4, 10**6])
def test_large_texts_by_their_lineages(size):
    """From x copies: none after g refits is none among the ancestors, g - 1 back, of a text drawn from x / M."""
    found = extinction(size, 50)
    counts = np.array([1, 2, 63, 64, 65, 1000, 1234, 5000, size // 3, size - 1])
    (law,) = lineage_laws(size, [49])
    assert found[counts] == pytest.approx(law.absence(counts / size), abs=1e-12)
    assert found[0] == 1.0
    assert found[size] == 0.0
    assert np.all(np.diff(found) <= 1e-13)
