"""The log of a gamma draw: quantiles to 40 digits on both sides of each switch, and the law it should have."""

from functools import cache

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest
from budget import declare, normal_limit
from scipy import special, stats

from simulations import bits
from simulations.gamma import (
    BOOSTED,
    BOOSTS,
    DEGREE,
    GREATEST_FITTED,
    LEAST_FITTED,
    LEAST_SHORT,
    LONG,
    SHORT,
    SHORT_DEGREE,
    GammaRow,
    boost,
    gamma_rows,
    log_gamma_ratio,
)

SHAPES = (0.5, 1.0, 1.5, 2.0, 4.0, 4.5, 5.0, 49.5)
LAW = declare("gamma draws of every boosted shape and beyond", 1e-8)
DRAWS = 2**16
Z = np.array([-8.29, -6.0, -3.1, -1.0, 0.0, 0.4, 2.0, 4.4, 8.29])


@cache
def exact_log_ratio(a, z):
    """log(Q_a(Phi(z))/a) by Newton's method in 40 digits, in the smaller tail."""
    with mp.workdps(40):
        a, z = mp.mpf(a), mp.mpf(z)
        tail = mp.ncdf(-abs(z))
        start = special.gammaincinv if z < 0 else special.gammainccinv
        y = mp.log(mp.mpf(float(start(float(a), float(tail)))) / a)
        for _ in range(6):
            x = a * mp.exp(y)
            reached = mp.gammainc(a, 0, x, regularized=True) if z < 0 else mp.gammainc(a, x, mp.inf, regularized=True)
            step = (reached - tail) * mp.exp(x + mp.loggamma(a) - a * mp.log(x))
            y += -step if z < 0 else step
        return float(y)


def polynomial(a, z):
    return np.polyval(gamma_rows(np.array(a)).coefficients[::-1], z)


@pytest.mark.parametrize("a", [4.5, 4.75, 9.5, 29.5, 30.0, 30.5, 49.5, 999.5, 1000.0, 1000.5, 1e4, 99999.5, 1e6])
def test_polynomial_is_the_quantile(a):
    error = [abs(polynomial(a, z) - exact_log_ratio(a, z)) for z in Z]
    assert max(error) < 1e-13


@pytest.mark.parametrize(("a", "degree"), [(LEAST_FITTED, DEGREE), (LEAST_SHORT, SHORT_DEGREE), (5e12, SHORT_DEGREE)])
def test_compiled_evaluation_loses_nothing(a, degree):
    row = gamma_rows(np.array([a] * len(Z)))
    value = jax.jit(jax.vmap(lambda row, z: log_gamma_ratio(row, z, degree=degree)))(row, jnp.asarray(Z))
    exact = np.array([exact_log_ratio(a, z) if a < 1e6 else polynomial(a, z) for z in Z])
    assert np.abs(value - exact).max() < 1e-12


def test_methods_agree_on_both_sides_of_their_switch():
    below, above = np.nextafter(GREATEST_FITTED, 0), np.nextafter(GREATEST_FITTED, np.inf)
    z = np.linspace(-8.3, 8.3, 200)
    assert np.abs(polynomial(below, z) - polynomial(above, z)).max() < 1e-14
    lower, upper = (gamma_rows(np.array(a)) for a in (np.nextafter(LEAST_FITTED, 0), LEAST_FITTED))
    assert (lower.exponents > 0).sum() == 1
    assert (upper.exponents == 0).all()
    long, short = (gamma_rows(np.array(a)) for a in (np.nextafter(LEAST_SHORT, 0), LEAST_SHORT))
    assert [int(row.route) for row in (lower, upper, long, short)] == [BOOSTED, LONG, LONG, SHORT]
    assert (short.coefficients[SHORT_DEGREE + 1 :] == 0).all()
    assert np.abs(polynomial(np.nextafter(LEAST_SHORT, 0), z) - polynomial(LEAST_SHORT, z)).max() < 5e-14
    higher = polynomial(LEAST_FITTED + 1, z)
    assert np.abs(np.polyval(lower.coefficients[::-1], z) - higher - np.log1p(1 / LEAST_FITTED)).max() < 1e-13


@pytest.mark.parametrize("a", [1e6, 1e9, 1e12, 5e12, 5e14])
def test_huge_shapes_satisfy_the_change_of_variables(a):
    """phi(z) = f(y(z)) y'(z): with f by Stirling's series, to the accuracy of log f itself."""
    row = gamma_rows(np.array(a)).coefficients
    z = np.linspace(-8, 8, 33)
    y, slope = np.polyval(row[::-1], z), np.polyval((row[1:] * np.arange(1, len(row)))[::-1], z)
    excess = y**2 * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120 + y * (1 / 720 + y / 5040)))))
    log_density = -0.5 * np.log(2 * np.pi / a) - 1 / (12 * a) - a * excess
    assert np.abs(log_density + np.log(slope) + 0.5 * z**2 + 0.5 * np.log(2 * np.pi)).max() < 3e-14


def draws(shapes, seed):
    """[shape, draw] values of log(G/a)."""
    rows = gamma_rows(np.asarray(shapes))
    key = bits.generation_key(bits.chain_key(seed, "gamma"), np.uint32(1))

    def one(row: GammaRow, j, r):
        pairs = [bits.bits(key, r, j * np.uint32(16) + np.uint32(i)) for i in range(BOOSTS + 1)]
        return log_gamma_ratio(row, bits.normals(pairs[0]), boost(row, [bits.uniforms(pair) for pair in pairs[1:]]))

    r, j = jnp.arange(DRAWS, dtype=jnp.uint32), jnp.arange(len(shapes), dtype=jnp.uint32)
    return np.asarray(jax.jit(jax.vmap(jax.vmap(one, (None, None, 0)), (0, 0, None)))(rows, j, r))


def test_draws_have_the_law_of_the_logarithm_of_a_gamma():
    limit = LAW / (3 * len(SHAPES))
    for a, y in zip(SHAPES, draws(SHAPES, seed=1), strict=True):
        assert stats.kstest(y, lambda y, a=a: special.gammainc(a, a * np.exp(y))).pvalue > limit
        mean, variance = special.digamma(a) - np.log(a), special.polygamma(1, a)
        assert abs(y.mean() - mean) / np.sqrt(variance / DRAWS) < normal_limit(limit)
        fourth = special.polygamma(3, a) + 3 * variance**2
        assert abs(y.var() - variance) / np.sqrt((fourth - variance**2) / DRAWS) < normal_limit(limit)


def test_shape_zero_is_no_spread_at_all():
    row = gamma_rows(np.array([0.0, 3.0]))
    value = jax.jit(jax.vmap(log_gamma_ratio))(row, jnp.array([0.3, 0.3]), jnp.zeros(2))
    assert value[0] == -np.inf
    assert np.isfinite(value[1])


@pytest.mark.parametrize("a", [-1.0, 0.25, np.inf, np.nan])
def test_shapes_that_no_chi_square_has_are_refused(a):
    with pytest.raises(ValueError, match=r"a gamma shape must be 0 or a finite number of at least 0\.5, got"):
        gamma_rows(np.array([a]))
