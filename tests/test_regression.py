"""Refitted regressions beside published simulations, enumeration, chains and plain least squares."""

from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
from budget import declare, normal_limit
from suites import every_run

from simulations.ensemble import Requested, run_ensemble
from theory.claims import claims
from theory.claims.regression import kept_rows, real_share
from theory.claims.regression.real_share import kept_by_zonal_polynomials, kept_on_average
from theory.laws.least_squares import batches_after_first
from theory.laws.matrix_beta import spectrum
from theory.laws.mixed_least_squares import (
    lost_on_one_design,
    lost_with_real_rows,
    lost_with_real_share,
    row_with_itself,
)
from theory.laws.weighted_rows import best_weight, kept_and_added, squared_error
from theory.predict import predict

CHAINS = declare("regressions with real rows against chains and plain least squares", 1e-8)
SIMULATED = {  # d, rows, synthetic rows: the bias of one fit where the labels are off by 1, and its standard error
    (50, 500, 150): (0.11382, 0.00010),
    (50, 200, 60): (0.16095, 0.00020),
    (20, 1000, 100): (0.01194, 0.00001),
    (50, 200, 140): (0.56103, 0.00024),
    (5, 20, 10): (0.3426, 0.0011),
}


@pytest.mark.parametrize(("rows", "seen"), SIMULATED.items(), ids=str)
def test_what_a_fit_keeps_of_an_error_is_what_was_simulated(rows, seen):
    d, M, m = rows
    kept = 1 - lost_with_real_rows(M, d, M - m)
    assert abs(float(kept) - seen[0]) < 3 * seen[1]
    assert float(kept) == pytest.approx(float(kept_by_zonal_polynomials(M, d, m)), rel=1e-14)


def test_coins_average_over_the_number_of_real_rows():
    M, d, share = 12, 3, Fraction(3, 10)
    kept = sum(
        comb(M, n) * share**n * (1 - share) ** (M - n) * (1 - lost_with_real_rows(M, d, n)) for n in range(M + 1)
    )
    assert kept == 1 - lost_with_real_share(M, d, share)
    assert float(kept) == pytest.approx(float(kept_on_average(M, d, share)), rel=1e-14)


def test_large_designs_keep_two_terms():
    """p_2^2 + p_1 p_2 phi/(1-phi) with shares of real and synthetic rows, phi = d/M: no floor for large phi."""
    M, real = 10**9, Fraction(1, 4)
    for d in (1, 10**8, 7 * 10**8, 10**9 - 2):
        phi = Fraction(d, M)
        limit = (1 - real) ** 2 + real * (1 - real) * phi / (1 - phi)
        assert float(1 - lost_with_real_rows(M, d, M // 4)) == pytest.approx(float(limit), rel=1e-6 if d < M - 2 else 1)
    edge = 7 * 10**8  # phi/(1-phi) = 7/3 = 1 + 1/p_2 for p_2 = 3/4
    assert lost_with_real_rows(M, edge - 10**4, M // 4) > 0 > lost_with_real_rows(M, edge + 10**4, M // 4)
    assert row_with_itself(3, 1) == Fraction(3, 5)


def test_without_a_floor_the_limit_is_infinite_and_its_neighbour_is_not():
    value = claims()["regression-stratified-real-share-excess-risk"].limit
    assert value(real_share.setting("stratified", 12, 9, real=2)) == np.inf
    assert np.isfinite(value(real_share.setting("stratified", 12, 9, real=9)))


@pytest.mark.parametrize("design", every_run(("fresh", "reused"), ("fresh",)))
def test_the_same_real_rows_end_above_these_rows_alone(design):
    """In two dimensions, late chains: above the lower bound, within what the leading order promises."""
    M, d, n, t = 20, 2, 8, 20
    s = kept_rows.setting(M, d, n, design)
    mean, error = late(s, t)
    least = claims()["regression-fixed-real-share-excess-risk-lower-bound"].limit(s)
    assert 2.25 * d / (n - d - 1) < least < mean + normal_limit(CHAINS / 2, 4) * error
    about, promised = predict(s, "excess_risk", [t]), (d + 1) / (n - d - 1)
    assert about.kind == ("exact" if design == "reused" else "asymptotic",)
    assert abs(mean / about.value[0] - 1) < promised


def test_new_real_rows_end_below_these_rows_alone():
    mean, error = late(real_share.setting("stratified", 20, 2, real=8), 20)
    assert mean + normal_limit(CHAINS / 2, 4) * error < 2.25 * 2 / (8 - 2 - 1)


def late(scenario, t: int) -> tuple[float, float]:
    result = run_ensemble(
        scenario, generations=t, replicates=2**12, seed=3, statistics=[Requested("excess_risk")], record=[t]
    )
    return result.mean[0, 0], result.standard_error[0, 0]


def test_one_design_is_a_mean_over_the_spectrum_of_two_eigenvalues():
    """The quadrature beside plain least squares with one design, drawn again and again."""
    rng, t, M, n = np.random.default_rng(5), 3, 9, 5
    X = rng.standard_normal((20_000, M, 2))
    e, real = np.zeros((20_000, 2)), 1.5 * rng.standard_normal((20_000, n))
    for _ in range(t):
        right = np.concatenate([real, 1.5 * rng.standard_normal((20_000, M - n))], axis=1)
        right[:, n:] += np.einsum("rij,rj->ri", X[:, n:], e)
        e = np.linalg.solve(np.swapaxes(X, 1, 2) @ X, np.einsum("rij,ri->rj", X, right)[..., None])[..., 0]
    risk = (e**2).sum(1)
    expected = float(kept_rows.reference(kept_rows.setting(M, 2, n, "reused"), t))
    assert abs(risk.mean() - expected) < normal_limit(CHAINS / 4) * risk.std() / len(risk) ** 0.5


@pytest.mark.parametrize(("m", "n", "d"), [(2, 9, 3), (9, 2, 3), (12, 30, 4), (9, 12, 9), (10**6, 12, 10)])
def test_eigenvalues_of_the_synthetic_part_have_the_moments_of_exchangeable_rows(m, n, d):
    """The mean, the mean square and, with real rows enough, that of 1/(1-u); some are 0 or 1 with fewer rows than d."""
    u, rest, weight = spectrum(m, n, d)
    assert weight.sum() == pytest.approx(1, rel=1e-12)
    assert weight @ u == pytest.approx(m / (m + n), rel=1e-12)
    assert weight @ rest == pytest.approx(n / (m + n), rel=1e-11)
    assert weight @ u**2 == pytest.approx(float(1 - lost_on_one_design(m + n, d, n)), rel=1e-12)
    if n >= d + 2:
        assert weight @ (1 / rest) == pytest.approx((m + n - d - 1) / (n - d - 1), rel=1e-12)


@pytest.mark.parametrize(("n", "m", "d"), [(4, 7, 1), (9, 20, 3), (20, 14, 6), (12, 12, 10)])
def test_weights_in_proportion_to_the_rows_are_plain_least_squares(n, m, d):
    kept, added = kept_and_added(n / (n + m), d, n, m)
    assert kept == pytest.approx(float(1 - lost_with_real_rows(n + m, d, n)), rel=1e-12)
    assert added == pytest.approx(d / (n + m - d - 1), rel=1e-12)


def test_references_say_where_they_end():
    with pytest.raises(ValueError, match="at most 3 dimensions, got 4"):
        kept_rows.eigenvalues(9, 9, 4)
    with pytest.raises(ValueError, match="one dimension, got 2"):
        kept_rows.reference(kept_rows.setting(20, 2, 8, "fresh"), 3)


@pytest.mark.parametrize(
    ("synthetic_share", "weight", "seen", "error"), [(0.5, 0.7, 0.4955, 0.0078), (0.2, 1.0, 1.0145, 0.0155)]
)
def test_weighted_rows_have_the_error_that_was_simulated(synthetic_share, weight, seen, error):
    """d = 20, 4000 rows, labels off by 1 in the mean square and noise 1; the weight is on the synthetic rows."""
    real, synthetic = round(4000 * (1 - synthetic_share)), round(4000 * synthetic_share)
    assert abs(squared_error(1 - weight, 20, real, synthetic, (1.0, 1.0), 1.0) - seen) < 3 * error


def test_the_best_weight_is_where_the_error_is_least():
    setting = (20, 3000, 1000, (1.0, 2.0), 0.3)
    w = best_weight(*setting)
    least = squared_error(w, *setting)
    assert all(squared_error(w + h, *setting) > least for h in (-1e-3, 1e-3))
    phi, kinds = 20 / 4000, (1.0 / 0.75, 2.0 / 0.25)
    assert 1 - w == pytest.approx(kinds[0] * phi / (0.3 + sum(kinds) * phi))


def test_later_batches_add_the_same_by_both_series():
    """The Hurwitz and the digamma form meet where one takes over, and both are the sum."""
    for M, N1, g in ((10, 39, 10), (10, 41, 10), (1, 12, 11), (1000, 8, 3)):
        t = np.array([0.0, 1.0, 2.0, 7.0, 400.0])
        sums = [mpmath.fsum(mpmath.mpf(M) / ((N1 + k * M) * (N1 + k * M - g)) for k in range(1, int(T))) for T in t]
        np.testing.assert_allclose(batches_after_first(M, N1, g, t), [float(x) for x in sums], rtol=1e-13, atol=1e-17)
