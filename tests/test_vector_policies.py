"""Gaussians in several dimensions under policies that keep, mix or forget data: how claims of different files meet."""

import math

import numpy as np
import pytest

from theory.claims import claims
from theory.claims.vector.source import PLANE, SPACE
from theory.claims.vector.two_fits import second_fit
from theory.claims.vector.whitened import KEPT, POOL, STRATIFIED, WEIGHTED, setting, whitened
from theory.laws.determinant_fresh import mean_log_of_joining
from theory.laws.kept_covariance import mean_log_of_batch, mean_log_of_move
from theory.laws.wishart import mean_log_pivots
from theory.predict import predict

T = np.array([1.0, 2.0, 5.0, 50.0])


@pytest.mark.parametrize(
    "scenario", [setting(KEPT, "mle", PLANE, 10), setting(KEPT | {"first": 4}, "unbiased", PLANE, 2)]
)
def test_a_lattice_of_two_fits_is_right_to_a_thousandth(scenario):
    """Its log-determinant and squared error beside those of exact claims, where all data are kept."""
    covariance, mean = second_fit(scenario)
    white = whitened(scenario)
    log_determinant = predict(white, "log_determinant", [2]).value[0]
    assert np.log(np.linalg.det(covariance)).mean() == pytest.approx(log_determinant, abs=1e-3)
    assert (mean**2).sum(1).mean() == pytest.approx(predict(white, "mean_squared_error", [2]).value[0], rel=1e-3)


@pytest.mark.parametrize("scenario", [setting(STRATIFIED, "mle", SPACE, 12), setting(WEIGHTED, "unbiased", PLANE)])
def test_bounds_of_the_log_determinant_are_in_order(scenario):
    """Minkowski's below that of fresh points, and both below the bounds from above."""
    names = ("lower-bound", "fresh-lower-bound", "upper-bound-by-determinant", "upper-bound")
    values = [claims()[f"vector-log-determinant-{name}"].value(scenario, T) for name in names]
    low, fresh, *high = values
    assert (low <= fresh + 1e-12).all()
    assert all((fresh <= one + 1e-12).all() for one in high)


def test_one_fresh_point_in_every_fit_keeps_the_log_determinant_bounded():
    scenario = setting(STRATIFIED | {"real": 1}, "mle", SPACE, 20)
    lower = predict(scenario, "log_determinant", [math.inf]).lower
    assert lower is not None
    assert np.isfinite(lower).all()


def test_the_chord_of_a_joining_batch_lies_below_its_mean_logarithm():
    for M, P in ((1, 4.0), (5, 10.0), (5, 500.0)):
        exact = mean_log_of_batch(M, np.array([P]), 1.0)[0]
        assert mean_log_of_joining(M, P, 1.0, 2) <= exact + 1e-14
        assert mean_log_of_joining(M, P, 1.0, 2) == pytest.approx(exact, rel=0.2)


@pytest.mark.parametrize(("M", "d"), [(10, 2), (9, 5), (1000, 3)])
def test_a_rate_of_forgetting_next_to_one_is_replacement(M, d):
    """The mean log-determinant of a fit, continuous in the rate."""
    replaced = mean_log_pivots(M, 1.0, d).sum()
    assert mean_log_of_move(M, 1.0, 1 - 1e-12, d) == pytest.approx(replaced, rel=1e-6)


def test_a_pool_of_one_generation_is_answered():
    scenario = setting(POOL | {"real": [10], "synthetic": [0]}, "mle", PLANE)
    answered = predict(scenario, "kl_reverse", [1])
    assert answered.lower is not None
    assert np.isfinite(answered.lower).all()
