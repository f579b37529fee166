"""Where windows and pools of unequal batches end, beside late fits; and where no end is claimed."""

from fractions import Fraction

import numpy as np
import pytest

from theory.claims.gaussian import pool, window
from theory.laws.growing_pool import budget_moments
from theory.laws.pool_limit import budget_limits
from theory.laws.window_squares import square_growth, window_fourth_limit, window_fourths
from theory.predict import NotCovered, predict

EVER_MORE = pool.growing(4, 1.5)


@pytest.mark.parametrize(("size", "length", "offset"), [(5, 3, 1.0), (2, 2, 1.0), (5, 1, 1.0), (4, 2, 2.5)])
def test_the_error_of_a_window_keeps_a_fourth_moment_if_the_variance_loses_its_second(size, length, offset):
    late = window_fourths(size, length, offset, 6000)[-1]
    assert abs(window_fourth_limit(size, length, offset) / late - 1) < 1e-9
    assert square_growth(size, length, offset) < 0


@pytest.mark.parametrize("length", [1, 2, 4])
def test_the_unbiased_divisor_lets_the_second_moment_grow(length):
    assert abs(square_growth(10**6, length, 0.0) * 10**6 * length * (length + 1) / 4 - 1) < 1e-4
    asked = predict(window.setting(10, length, "unbiased"), "variance_second_moment", [np.inf])
    assert asked.value[0] == np.inf


@pytest.mark.parametrize("statistic", ["variance_second_moment", "mean_fourth_moment", "draw_fourth_moment"])
def test_no_end_is_claimed_of_a_change_too_small_to_see(statistic):
    with pytest.raises(NotCovered, match="no claim gives the limit"):
        predict(window.setting(10**9, 3, "mle"), statistic, [np.inf])


@pytest.mark.parametrize(("budget", "offset", "newest"), [(3, 0, 2), (5, 1, 3), (1, 1, 2), (2, Fraction(1, 2), 2)])
def test_a_budget_ends_where_late_fits_are(budget, offset, newest):
    def batches(fit):
        return (4 * newest**fit, 0 if fit == 1 else 8 * newest**fit)

    late = [values[-1] for values in budget_moments(batches, budget, float(offset), 200)]
    ends = budget_limits(budget, Fraction(offset), Fraction(1, 3), 1 - Fraction(1, newest))
    np.testing.assert_allclose(late, ends, rtol=1e-5)


def test_a_budget_may_let_the_variance_grow():
    assert budget_limits(6, Fraction(0), Fraction(1, 20), Fraction(0)) == (np.inf, np.inf)
    assert budget_limits(6, Fraction(1), Fraction(1, 20), Fraction(0)) == (5 / 6, 1 / 6)


@pytest.mark.parametrize("budget", [None, 5])
def test_no_end_is_claimed_of_a_list_nor_of_powers_or_budgets_of_which_the_synthetic_one_is_faster(budget):
    linear = {"kind": "polynomial", "size": 4, "power": 1.0}
    faster = [(pool.constant(5), EVER_MORE)] if budget else [(pool.constant(5), linear)]
    for real, synthetic in (*faster, ([4, 2, 2], [0, 3, 3])):
        with pytest.raises(NotCovered):
            predict(pool.setting(real, synthetic, "mle", budget=budget), "variance", [np.inf])
    ended = predict(pool.setting(EVER_MORE, pool.constant(5), "mle", budget=budget), "mean_squared_error", [np.inf])
    assert ended.value[0] == (0.0 if budget is None else 2.25 / 5)


@pytest.mark.parametrize("statistic", ["variance", "mean_squared_error", "variance_second_moment"])
def test_early_errors_stay_where_synthetic_points_grow_faster(statistic):
    late, end = predict(pool.setting(pool.constant(5), EVER_MORE, "mle"), statistic, [75, np.inf]).value
    assert end == pytest.approx(late, rel=1e-11)
    assert statistic != "mean_squared_error" or end > 0.1
