"""The table of real and synthetic counts: binomial probabilities, and every row with both its batches."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from simulations.kernels.batches import batch_law
from simulations.kernels.split import binomial_split, law_at


@pytest.mark.parametrize(
    ("M", "alpha"), [(1, 0.5), (12, 0.15), (100, 0.2), (5000, 0.5), (10**6, 1e-5), (7, 0.0), (7, 1.0)]
)
def test_rows_have_binomial_probabilities(M, alpha):
    split = binomial_split(M, alpha)
    K = int(split.row.size)
    n = split.real.count[:K]
    assert (n + split.synthetic.count[:K] == M).all()
    assert (np.diff(n) == 1).all()
    mass = np.zeros(K)
    low = split.row.threshold[:K] / 2.0**64
    np.add.at(mass, np.arange(K), low / K)
    np.add.at(mass, split.row.other[:K], (1.0 - low) / K)
    exact = stats.binom.pmf(n, M, alpha)
    assert np.abs(mass - exact).max() < 1e-13
    assert 1.0 - exact.sum() < 1e-12


def test_a_row_is_the_law_of_its_batches():
    table = jax.tree.map(jnp.asarray, binomial_split(12, 0.3).synthetic)
    for place in (0, 5, 12):
        law, exact = law_at(table, np.int32(place)), batch_law(np.array(12 - place))
        for ours, theirs in (
            (law.count, exact.count),
            (law.inverse_root, exact.inverse_root),
            (law.log_freedom, exact.log_freedom),
        ):
            assert float(ours) == float(theirs)
        assert np.array_equal(np.array(law.gamma.coefficients), exact.gamma.coefficients)
        assert np.array_equal(np.array(law.gamma.exponents), exact.gamma.exponents)
