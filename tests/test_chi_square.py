"""Chi-squares of random degrees of freedom: table and series against scipy, mpmath and each other at their switch."""

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest

from simulations.chi_square import BOTH, LARGEST_TABLED, SERIES, TABLED, chi_square_table, log_chi_square, route_of
from simulations.gamma import gamma_rows, quantile

Z = np.linspace(-8.29, 8.29, 401)
TABLE = chi_square_table(LARGEST_TABLED)


def value(route, n, z=Z):
    return np.asarray(_value(jnp.asarray(TABLE), route, jnp.float64(n), jnp.asarray(z)))


_value = jax.jit(lambda table, route, n, z: jax.vmap(lambda z: log_chi_square(table, route, n, z))(z), static_argnums=1)


@pytest.mark.parametrize("n", [2, 3, 4, 9, 10, 11, 60, 61, 62, 100, 1000, LARGEST_TABLED])
def test_table_is_the_quantile(n):
    error = np.abs(value(TABLED, n) - np.log(n - 1) - quantile((n - 1) / 2, Z)).max()
    assert error < (1e-12 if n < 10 else 1e-13)


def test_one_degree_of_freedom_is_the_square_of_a_normal():
    """Q(z) solves erf(sqrt(Q/2)) = Phi(z), in 30 digits."""
    z = np.array([-8.29, -7.5, -4.0, -1.0, 0.0, 2.5, 6.0, 8.29])
    with mp.workdps(30):
        for x, y in zip(z, value(TABLED, 2, z), strict=True):
            tail = mp.ncdf(-abs(mp.mpf(float(x))))
            root = mp.erfinv(tail if x < 0 else 1 - tail)
            assert abs(mp.log(2 * root**2) - mp.mpf(float(y))) < 1e-12


@pytest.mark.parametrize("n", [LARGEST_TABLED, LARGEST_TABLED + 1, 10**4, 10**8, 10**13, 10**15])
def test_series_is_the_polynomial_of_its_shape(n):
    exact = np.polyval(gamma_rows(np.array((n - 1) / 2)).coefficients[::-1], Z) + np.log(n - 1)
    assert np.abs(value(SERIES, n) - exact).max() < 1e-13


def test_table_and_series_meet_at_their_switch():
    assert np.abs(value(SERIES, LARGEST_TABLED) - value(TABLED, LARGEST_TABLED)).max() < 1e-14
    above = value(SERIES, LARGEST_TABLED + 1)
    assert (above > value(TABLED, LARGEST_TABLED)).all()
    for n in (0, 1, 2, 50, LARGEST_TABLED):
        assert np.array_equal(value(BOTH, n), value(TABLED, n))
    assert np.array_equal(value(BOTH, LARGEST_TABLED + 1), above)
    assert [route_of(*n) for n in ((0, 2001), (2001, 2002), (2002, 2002))] == [TABLED, BOTH, SERIES]


def test_no_points_and_one_point_have_no_spread():
    assert (value(TABLED, 0) == -np.inf).all()
    assert (value(TABLED, 1) == -np.inf).all()


def test_tables_have_few_lengths_and_agree_where_they_overlap():
    for most, lines in ((0, 128), (127, 128), (128, 512), (512, LARGEST_TABLED + 1), (10**12, LARGEST_TABLED + 1)):
        table = chi_square_table(most)
        assert len(table) == lines * 512
        assert np.array_equal(table[:1024], TABLE[:1024])
        assert np.abs(table[1024:] - TABLE[1024 : len(table)]).max() < 1e-13
