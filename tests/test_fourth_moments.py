"""Fourth moments of the error of the mean: policies that coincide, limits beside those of the variance, long runs."""

import math

import numpy as np
import pytest

from theory.claims.gaussian import accumulate, pool, real_share, replace, subsample, weighted, window
from theory.laws import window_squares
from theory.laws.subsampled_pool_fourth import pools
from theory.predict import predict

FOURTH, SECOND, ERROR = "mean_fourth_moment", "variance_second_moment", "mean_squared_error"
DRAW = "draw_fourth_moment"


def value(scenario, statistic: str, t: float) -> float:
    return float(predict(scenario, statistic, (t,)).value[0])


@pytest.mark.parametrize("divisor", ["mle", "unbiased"])
def test_policies_that_coincide(divisor):
    replaced, kept = replace.setting(7, divisor), accumulate.setting(7, divisor=divisor)
    equal = pool.setting([7] + [0] * 9, [0] + [7] * 9, divisor)
    for scenario, same in (
        (window.setting(7, 1, divisor), replaced), (window.setting(7, 10, divisor), kept), (equal, kept),
        (weighted.setting(7, 7, 0.0, divisor), replaced), (real_share.setting("iid", 7, divisor, share=0.0), replaced),
    ):  # fmt: skip
        for statistic in (FOURTH, DRAW):
            assert value(scenario, statistic, 10) == pytest.approx(value(same, statistic, 10), rel=1e-13)


@pytest.mark.parametrize("M", [10**9])
def test_large_samples_leave_a_normal_error(M):
    for scenario in (
        real_share.setting("stratified", M, "unbiased", share=0.1), real_share.setting("fixed", M, "mle", share=0.1),
        weighted.setting(M, M, 0.3, "unbiased"), subsample.setting(M, False), window.setting(M, 3, "mle"),
    ):  # fmt: skip
        assert value(scenario, FOURTH, 12) == pytest.approx(3 * value(scenario, ERROR, 12) ** 2, rel=1e-7)
        assert value(scenario, DRAW, 12) == pytest.approx(3 * value(scenario, "draw_variance", 12) ** 2, rel=1e-7)


@pytest.mark.parametrize("offset", [-0.9, -0.5, 0.0, 0.3, 1.0])
def test_it_settles_where_the_variance_has_a_second_moment(offset):
    for size in (3, 6, 20):
        for scheme, real in (("stratified", 1), ("stratified", 2), ("iid", 0.2), ("iid", 1.2), ("fixed", 2)):
            share = {"share": real / size} if scheme == "iid" else {"real": real}
            scenario = real_share.setting(scheme, size, "offset", offset, **share)
            assert math.isfinite(value(scenario, FOURTH, np.inf)) == math.isfinite(value(scenario, SECOND, np.inf))


def test_late_models_know_nothing_of_the_error_of_kept_points():
    """E(d + kappa)^4 of independent d and kappa, the latter normal with the variance v_0/n; what d is by itself."""
    n, scenario = 4, real_share.setting("fixed", 12, "unbiased", real=4)
    of_kept = 2.25 / n
    error = value(scenario, ERROR, np.inf) - of_kept
    alone = value(scenario, FOURTH, np.inf) - 6 * of_kept * error - 3 * of_kept**2
    assert alone > 3 * error**2
    assert value(scenario, FOURTH, 400) == pytest.approx(value(scenario, FOURTH, np.inf), rel=1e-9)


@pytest.mark.parametrize(("size", "offset", "replacement"), [(8, 0.0, False), (4, 2.5, True), (3, 1.0, True)])
def test_doublings_are_the_products_of_single_fits(size, offset, replacement):
    product = pools(size, offset, replacement)
    state = product.after(1)
    for step in product.change(np.arange(1.0, 5000.0)):
        state = state + step @ state
    np.testing.assert_allclose(product.after(5000), state, rtol=1e-13)


@pytest.mark.parametrize(("size", "length", "offset"), [(5, 4, 1.0), (10**6, 2, 0.0)])
def test_full_windows_go_by_the_matrix_of_one_fit(size, length, offset, monkeypatch):
    quick = window_squares.window_fourths(size, length, offset, 600)
    monkeypatch.setattr(window_squares, "NARROW", 0)
    np.testing.assert_allclose(quick, window_squares.window_fourths(size, length, offset, 600), rtol=1e-12)


def test_draws_that_fall_together_leave_the_mean_of_the_pool():
    scenario = subsample.setting(4, True, "offset", offset=100.0)
    assert value(scenario, FOURTH, 1e15) == pytest.approx(value(scenario, FOURTH, np.inf), rel=1e-9)
    assert value(scenario, SECOND, np.inf) == 0
