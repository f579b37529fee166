"""A batch that joins a pool in several dimensions: products over eigenvalues, and means of one fit by other routes."""

import math

import numpy as np
import pytest

from theory.claim import Kind
from theory.claims.vector.joined_reference import mean_log, means_of_inverse
from theory.claims.vector.source import SPACE
from theory.claims.vector.whitened import KEPT, bounding_values, setting, whitened
from theory.laws.accumulated_covariance import AccumulatedCovariance, PooledCovariance
from theory.laws.joined_covariance import JoinedBatch
from theory.laws.wishart import log_mean_inverse_factor, mean_log_pivots
from theory.laws.wishart_spectrum import gram_eigenvalues
from theory.predict import predict


@pytest.mark.parametrize(("nu", "d"), [(2, 2), (9, 3), (40, 6), (13, 10), (10**6, 4)])
def test_products_over_eigenvalues_are_moments_of_determinants(nu, d):
    """E det(1 + s W) = sum of binomials of d, falling powers of nu and powers of s, as small as s may be."""
    root, found = gram_eigenvalues(nu, d)
    s = np.array([1e-9, 0.1, 1.0]) / nu
    h = s[:, None] * root**2
    ranks = np.arange(1, d + 1)
    terms = np.array([math.comb(d, k) * math.perm(nu, k) / float(nu) ** k for k in ranks]) * (s[:, None] * nu) ** ranks
    tilted = found.tilted(h)
    assert tilted.excess == pytest.approx(terms.sum(1), rel=1e-12)
    inverse = d * (1 + terms.sum(1)) - terms @ ranks  # d G - s G' for G = E det(1 + s W)
    assert tilted.total(1 / (1 + h)) == pytest.approx(inverse, rel=1e-11)


@pytest.mark.parametrize(
    ("M", "P", "offset", "d"),
    [(10, 20, 1, 2), (1, 3, 0, 2), (40, 60, 0, 2), (1, 6, 0, 3), (6, 10, 0.5, 3), (3, 7, 0, 5), (3, 16, 0.5, 10)],
)  # fmt: skip
def test_means_of_one_fit_are_those_of_last_pivots(M, P, offset, d):
    fit, L = JoinedBatch(M, P, offset, d), P - 1 + offset
    inverse, along = means_of_inverse(M, P, L, d)
    assert fit.mean_log == pytest.approx(float(mean_log(M, P, L, d)), rel=1e-11)
    assert fit.mean_inverse == pytest.approx(float(inverse - 1), rel=1e-10)
    assert fit.along == pytest.approx(float(along), rel=1e-11)


@pytest.mark.parametrize(("M", "P", "d"), [(20, 45, 5), (9, 30, 10), (1000, 2000, 8)])
def test_the_mean_inverse_is_a_slope_of_the_mean_logarithm(M, P, d):
    """Over the offset: L dl/dL = E tr(1/F) - d."""
    step = 1e-3 * P
    up, down = (JoinedBatch(M, P, 1.0 + sign * step, d).mean_log for sign in (1, -1))
    slope = (up - down) / (2 * step) * P / d
    assert JoinedBatch(M, P, 1.0, d).mean_inverse == pytest.approx(slope, rel=1e-4)


def test_sums_over_fits_end_as_sums_of_single_fits_do():
    M, first, offset, d, last = 4, 9, 1.0, 4, 140
    found = AccumulatedCovariance(M, first, offset, d)
    logarithm, precise = mean_log_pivots(first, offset, d).sum(), math.exp(log_mean_inverse_factor(first, offset, d))
    strayed = d / first * precise
    for fit in range(2, last + 1):
        pool = first + (fit - 1) * M
        one = JoinedBatch(M, pool, offset, d)
        logarithm += one.mean_log
        precise *= 1 + one.mean_inverse
        strayed = (1 + one.mean_inverse) * strayed + M / pool**2 * one.along
    t, divergence = np.array([float(last)]), (d * precise - d + strayed + logarithm) / 2
    for way in (found, PooledCovariance(first, np.full(last - 1, M), offset, d)):
        assert way.log_determinant(t)[0] == pytest.approx(logarithm, rel=1e-13)
        assert way.divergence_of_source(t)[0] == pytest.approx(divergence, rel=1e-12)


@pytest.mark.parametrize(("M", "P", "d"), [(10**8, 10**9, 5), (1, 10**9, 3), (10, 10**9, 4)])
def test_a_pool_that_dwarfs_its_batches_hardly_moves(M, P, d):
    """Per fit -d(d+3)M/(2P^2) and (d+2)M/P^2, to leading order in one over the points."""
    fit = JoinedBatch(M, P, 0.0, d)
    assert fit.mean_log == pytest.approx(-d * (d + 3) / 2 * M / P**2, rel=1e-6)
    assert fit.mean_inverse == pytest.approx((d + 2) * M / P**2, rel=1e-6)


def test_bounds_of_a_window_are_exact_until_it_is_full_and_go_on():
    scenario = whitened(setting({"kind": "window", "length": 4}, "mle", SPACE, 12))
    t = np.array([1.0, 4.0, 5.0, 9.0])
    low, high = (bounding_values(scenario, "log_determinant", side, t) for side in (Kind.LOWER_BOUND, Kind.UPPER_BOUND))
    kept = predict(whitened(setting(KEPT, "mle", SPACE, 12)), "log_determinant", t).value
    assert low[:2] == pytest.approx(kept[:2], rel=1e-12)
    assert high[:2] == pytest.approx(kept[:2], rel=1e-12)
    assert (low[2:] < high[2:]).all()
