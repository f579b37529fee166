"""The nearest of k normals to a point: its law by hand, and the bounds of what fits to such points keep."""

import math

import numpy as np
import pytest

from theory.claims.gaussian import biased_fit
from theory.claims.gaussian.best_of_large_samples_mean_bias import CLAIM as LARGEST
from theory.claims.gaussian.nearest_fit import bounds, setting
from theory.laws.biased_draws import largest_mean, largest_moments
from theory.laws.nearest_draw import nearest, nearest_square

FOREVER = np.array([np.inf])


def test_least_of_squares():
    """w_2 = 1 - 2/pi, w_3 = 0.19280, and one draw is as it is."""
    assert nearest_square(1) == pytest.approx(1.0, abs=1e-14)
    assert nearest_square(2) == pytest.approx(1 - 2 / math.pi, abs=1e-14)
    assert nearest_square(3) == pytest.approx(0.19280, abs=5e-6)
    assert nearest_square(10**6) == pytest.approx(math.pi / 10**12, rel=1e-5)


@pytest.mark.parametrize("k", [2, 3, 10])
def test_the_nearest_to_a_point_far_away_is_the_largest(k):
    assert nearest(k, np.array([30.0]))[1][0] == pytest.approx(largest_moments(k)[0], rel=1e-10)


def test_bounds_hold_for_plain_chains():
    """Twenty points and the nearest of two, five fits of chains whose every point is drawn."""
    rng, M, R = np.random.default_rng(5), 20, 20_000
    mean, v = np.zeros(R), np.ones(R)
    found = [1.0]
    for fit in range(5):
        draws = mean[:, None, None] + np.sqrt(v)[:, None, None] * rng.standard_normal((R, M, 2 if fit else 1))
        points = np.take_along_axis(draws, np.abs(draws).argmin(axis=2)[:, :, None], axis=2)[:, :, 0]
        mean, v = points.mean(axis=1), points.var(axis=1, ddof=1)
        found.append(float(v.mean()))
    upper, lower, _ = bounds(setting(M, "unbiased", 2), 5).T
    assert (lower[2:] < np.array(found)[2:]).all()
    assert (np.array(found)[2:] < upper[2:]).all()


def test_all_the_reward_there_is_has_a_bound():
    """a_k/(1 - sqrt v_k), in standard deviations of the source: choosing harder buys almost nothing."""
    gained = [largest_mean(k) / (1 - math.sqrt(largest_moments(k)[0])) for k in (2, 3, 4, 10)]
    assert gained == pytest.approx([3.2359, 3.3579, 3.4453, 3.7241], abs=5e-5)
    said = [LARGEST.value(biased_fit.setting(10**6, "unbiased", 1.0, k=k), FOREVER)[0] for k in (2, 3, 4, 10)]
    assert said == pytest.approx(gained)
