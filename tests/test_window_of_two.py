"""The chain of shapes of windows of two batches beside recursions of moments, and where it is not claimed."""

import numpy as np
import pytest

from theory.claims.gaussian import window
from theory.laws.window import window_moments
from theory.laws.window_of_two import window_of_two
from theory.laws.window_squares import window_squares
from theory.predict import predict

FITS = np.array([0, 1, 2, 5, 61, 800])


@pytest.mark.parametrize(("size", "offset"), [(12, 2.0), (100, -1.0), (1000, 1.0)])
def test_moments_that_are_known_otherwise(size, offset):
    """E v, E (mu - mu_0)^2 and E v^2 of early and of late fits."""
    law, (means, errors) = window_of_two(size, offset), window_moments(size, 2, offset, 800)
    np.testing.assert_allclose(law.power(2, FITS), means[FITS], rtol=1e-11)
    np.testing.assert_allclose(law.strayed(2, FITS), errors[FITS], rtol=1e-11)
    np.testing.assert_allclose(law.power(4, FITS), window_squares(size, 2, offset, 800)[FITS], rtol=1e-10)


@pytest.mark.parametrize(("size", "length"), [(7, 2), (1001, 2), (20, 3)])
def test_beyond_the_grid_there_are_bounds(size, length):
    asked = predict(window.setting(size, length, "mle"), "log_variance", [10])
    lower, upper = (side[0] for side in (asked.lower, asked.upper) if side is not None)
    assert lower < upper
    assert predict(window.setting(20, 2, "mle"), "log_variance", [10]).kind == ("exact",)


@pytest.mark.parametrize("statistic", ["log_variance", "kl_forward", "wasserstein2_squared"])
def test_a_window_keeps_all_data_until_it_is_full(statistic):
    plain, kept = window.setting(30, 4, "mle"), window.setting(30, 9, "mle")
    early = [predict(scenario, statistic, [1, 4]).value for scenario in (plain, kept)]
    assert early[0] == pytest.approx(early[1], rel=1e-13)
    assert "exact" not in predict(plain, statistic, [5]).kind
