"""Gaussians in several dimensions under policies that keep, mix or forget data: how claims of different files meet."""

import math

import numpy as np
import pytest

from theory.claim import Kind
from theory.claims import claims
from theory.claims.vector.source import PLANE, SPACE
from theory.claims.vector.two_fits import second_fit
from theory.claims.vector.whitened import KEPT, POOL, STRATIFIED, WEIGHTED, setting, whitened
from theory.laws.determinant_fresh import mean_log_of_joining
from theory.laws.joined_covariance import JoinedBatch
from theory.laws.kept_covariance import mean_log_of_move
from theory.laws.wishart import mean_log_pivots
from theory.predict import predict
from theory.scenario.sample_size import Explicit

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
        exact = JoinedBatch(M, P, 1.0, 2).mean_log
        assert mean_log_of_joining(M, P, 1.0, 2) <= exact + 1e-14
        assert mean_log_of_joining(M, P, 1.0, 2) == pytest.approx(exact, rel=0.2)


@pytest.mark.parametrize(("M", "d"), [(10, 2), (9, 5), (1000, 3)])
def test_a_rate_of_forgetting_next_to_one_is_replacement(M, d):
    """The mean log-determinant of a fit, continuous in the rate."""
    replaced = mean_log_pivots(M, 1.0, d).sum()
    assert mean_log_of_move(M, 1.0, 1 - 1e-12, d) == pytest.approx(replaced, rel=1e-6)


@pytest.mark.parametrize("statistic", ["log_determinant", "kl_reverse", "kl_forward"])
def test_claims_that_cover_one_scenario_agree(statistic):
    """Exact ones of the policies, and of one policy that is another: no forgetting is replacement."""
    t = np.array([0.0, 1.0, 2.0, 7.0])
    policies = ({"kind": "replace"}, {"kind": "forgetting", "rate": 0.4}, KEPT, {"kind": "window", "length": 7})
    for policy in policies:
        scenario = setting(policy, "unbiased", SPACE, 9)
        covering = [one for one in claims().values() if one.statistic == statistic and one.covers(scenario)]
        values = [one.value(scenario, t) for one in covering if one.kind is Kind.EXACT]
        assert len(values) >= 1
        for value in values:
            np.testing.assert_allclose(value, values[0], rtol=1e-10)
    replaced, at_once, kept, full = (predict(setting(policy, "mle", SPACE, 9), statistic, t).value for policy in (
        {"kind": "replace"}, {"kind": "forgetting", "rate": 1 - 1e-13}, KEPT, {"kind": "window", "length": 7}
    ))  # fmt: skip
    np.testing.assert_allclose(kept, full, rtol=1e-12)
    np.testing.assert_allclose(replaced, at_once, rtol=1e-4)


def test_a_pool_of_one_generation_is_answered():
    scenario = setting(POOL | {"real": [10], "synthetic": [0]}, "mle", PLANE)
    answered = predict(scenario, "kl_reverse", [1])
    assert answered.kind == ("exact",)
    assert np.isfinite(answered.value).all()


ISOTROPIC = ((2.0, 0.0), (0.0, 2.0))
DISTANCE = "wasserstein2_squared"


def test_exact_distances_of_different_claims_agree():
    """After one fit, with a rate of forgetting of 1, and with a list of equal sizes; next to the first order in 1/M."""
    replaced, known = setting({"kind": "replace"}, "mle", ISOTROPIC, 12), claims()
    exact = known["vector-replace-wasserstein2-squared"].value(replaced, T)
    once = known["vector-first-fit-wasserstein2-squared"].value(replaced, T[:1])
    forgotten = setting({"kind": "forgetting", "rate": 1.0}, "mle", ISOTROPIC, 12)
    listed = replaced.model_copy(update={"sample_size": Explicit(kind="explicit", sizes=(12,) * 50)})
    assert once == pytest.approx(exact[:1], rel=1e-13)
    for scenario in (forgotten, listed):
        values = known["vector-factors-wasserstein2-squared"].value(scenario, T)
        np.testing.assert_allclose(values, exact, rtol=1e-13)
    many = setting({"kind": "replace"}, "unbiased", ISOTROPIC, 10**8)
    leading = known["vector-replace-wasserstein2-leading-order"].value(many, T)
    np.testing.assert_allclose(known["vector-replace-wasserstein2-squared"].value(many, T), leading, rtol=1e-5)


@pytest.mark.parametrize("retention", [{"kind": "replace"}, KEPT, {"kind": "forgetting", "rate": 0.4}])
def test_the_exact_distance_in_the_plane_lies_between_the_bounds(retention):
    scenario = setting(retention, "mle", PLANE, 15)
    exact = predict(scenario, DISTANCE, T.tolist())
    assert set(exact.kind) == {"exact"}
    for claim in claims().values():
        if (
            claim.statistic == DISTANCE
            and claim.kind in (Kind.LOWER_BOUND, Kind.UPPER_BOUND)
            and claim.covers(scenario)
        ):
            sign = 1.0 if claim.kind is Kind.LOWER_BOUND else -1.0
            assert (sign * (exact.value - claim.value(scenario, T)) >= -1e-12).all(), claim.id


@pytest.mark.parametrize("retention", [KEPT, {"kind": "forgetting", "rate": 0.4}, WEIGHTED])
def test_powers_of_order_two_are_the_second_moments(retention):
    """Zonal polynomials beside a number on the line and one in the plane, of a source that is not isotropic."""
    covariance = ((2.0, 0.9, 0.0), (0.9, 1.0, 0.0), (0.0, 0.0, 3.0))
    scenario = setting(retention, "mle", covariance, 0 if retention is WEIGHTED else 10)
    for power, square in (("trace_of_power", "trace_of_square"), ("power_of_trace", "square_of_trace")):
        values, exact = predict(scenario, power, T.tolist(), 2.0).value, predict(scenario, square, T.tolist()).value
        np.testing.assert_allclose(values, exact, rtol=1e-13)


def test_the_second_moments_of_a_window_vanish_or_grow_in_the_end():
    for divisor, ends in (("mle", (0.0, 0.0)), ("unbiased", (0.0, math.inf))):
        scenario = setting({"kind": "window", "length": 2}, divisor, SPACE, 8)
        assert predict(scenario, "trace_of_square", [math.inf]).value[0] == ends[1]
        flat = setting({"kind": "window", "length": 2}, divisor, PLANE, 8)
        assert predict(flat, "determinant", [math.inf]).value[0] == ends[0]
