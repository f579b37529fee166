"""Expected determinants and powers of a covariance: two independent routes beside each other, limits, and refusals."""

import numpy as np
import pytest
from budget import declare, normal_limit

from theory.claims import claims
from theory.claims.vector import simplices
from theory.claims.vector.minors import setting
from theory.claims.vector.plane import determinant_in_the_plane
from theory.claims.vector.source import SPACE, vector_setting
from theory.laws import zonal
from theory.laws.block_factors import log_drawn
from theory.predict import NotCovered, predict
from theory.scenario import InputError

FALSE_ALARM = declare("draws from a pool in three dimensions", 1e-10)
POLICIES = {
    "accumulate": ({"kind": "accumulate", "first": 4}, 6),
    "forgetting": ({"kind": "forgetting", "rate": 0.4}, 6),
    "stratified": ({"kind": "real_share", "scheme": "stratified", "real": 2}, 6),
    "iid": ({"kind": "real_share", "scheme": "iid", "share": 0.3}, 6),
    "fixed": ({"kind": "real_share", "scheme": "fixed", "real": 2}, 6),
    "weighted": ({"kind": "weighted", "weight": 0.2, "real": 4, "synthetic": 5}, None),
    "pool": ({"kind": "pool", "real": [3, 0, 2], "synthetic": [0, 4, 1]}, None),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_points_and_simplices_agree_in_the_plane(policy):
    """Sums over single points know no determinant of a sum, volumes of simplices no moment of fourth order."""
    s = setting(*POLICIES[policy], "mle")
    assert float(determinant_in_the_plane(s, 3)) == pytest.approx(float(simplices.determinant(s, 3)), rel=1e-14)


@pytest.mark.parametrize("at", [2, 3, 5])
def test_a_power_of_order_two_is_the_square(at):
    s, t = vector_setting(20, "mle", SPACE), [0, 1, 7, np.inf]
    if at == 2:
        for power, square in (("trace_of_power", "trace_of_square"), ("power_of_trace", "square_of_trace")):
            assert predict(s, power, t, 2).value == pytest.approx(predict(s, square, t).value, rel=1e-13)
    line = zonal.factor((at,), 20, 1)
    ratio = predict(s, "power_of_trace", [300, 301], at).value
    assert ratio[1] / ratio[0] == pytest.approx(float(line), rel=1e-12)


def test_directions_are_lost_with_replaced_data_and_kept_with_real_ones():
    """The quotient of the squared trace and of the trace of the square is 3 for N(0, I) and 1 for one direction."""

    def directions(retention, t):
        s = setting(retention, 20, "mle", ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
        return float((predict(s, "square_of_trace", [t]).value / predict(s, "trace_of_square", [t]).value)[0])

    fresh = {"kind": "real_share", "scheme": "stratified", "real": 4}
    assert directions({"kind": "replace"}, 0) == pytest.approx(3)
    assert directions({"kind": "replace"}, 400) == pytest.approx(1, abs=1e-9)
    assert 2 < directions(fresh, np.inf) < directions(fresh, 1) < 3
    assert 2 < directions({"kind": "accumulate"}, np.inf) < 3


def test_the_determinant_may_settle_where_the_second_moment_does_not():
    """One fresh real point among four, unbiased: the determinant is linear in every variance, the square is not."""
    s = setting({"kind": "real_share", "scheme": "stratified", "real": 1}, 4, "unbiased")
    assert np.isfinite(predict(s, "determinant", [np.inf]).value[0])
    assert np.isinf(predict(s, "trace_of_square", [np.inf]).value[0])


def test_draws_in_three_dimensions_follow_chains():
    """Without a method that runs them: 20 000 chains of three fits to draws from the pool, seeded."""
    rng, R, M, d = np.random.default_rng(3), 20_000, 7, 3
    pool = rng.standard_normal((R, M, d))
    for fit in (1, 2, 3):
        chosen = np.argsort(rng.random((R, fit * M)), axis=1)[:, :M]
        points = np.take_along_axis(pool, chosen[..., None], 1)
        mean = points.mean(1, keepdims=True)
        covariance = np.einsum("rni,rnj->rij", points - mean, points - mean) / M
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        pool = np.concatenate([pool, mean + np.einsum("rij,rnj->rni", root, rng.standard_normal((R, M, d)))], axis=1)
    found = np.linalg.det(covariance)
    theory = float(np.exp(log_drawn(M, 1.0, False, d, np.array([3.0]))[0]))
    assert abs(found.mean() - theory) < normal_limit(FALSE_ALARM) * found.std() / np.sqrt(R)


@pytest.mark.parametrize(("at", "words"), [(2.5, "whole order from 1 to 8"), (9, "whole order"), (None, "got nothing")])
def test_orders_that_are_refused(at, words):
    with pytest.raises(InputError, match=words):
        predict(vector_setting(10, "mle"), "trace_of_power", [1], at)


def test_a_window_is_covered_in_the_plane_alone():
    window = {"kind": "window", "length": 3}
    assert predict(setting(window, 10, "mle"), "determinant", [4]).kind == ("exact",)
    assert predict(setting(window, 10, "mle", SPACE), "trace_of_square", [4]).kind == ("exact",)
    with pytest.raises(NotCovered, match="two dimensions"):
        predict(setting(window, 10, "mle", SPACE), "determinant", [4])


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_window_loses_directions_as_slowly_as_the_claim_says(length):
    """The factor that its docstring reads off; to first order in 1/M."""
    size = 100_000
    before, after = predict(
        setting({"kind": "window", "length": length}, size, "unbiased"), "determinant", [90, 91]
    ).value
    lost = 4 * (2 * length - 1) / (length * (length + 1) ** 2)
    assert (1 - after / before) * size == pytest.approx(lost, rel=1e-4)


def test_a_single_point_has_no_determinant():
    for retention in ({"kind": "accumulate_subsample", "replacement": True}, {"kind": "window", "length": 1}):
        assert predict(setting(retention, 1, "mle"), "determinant", [0, 1, 5]).value == pytest.approx([1.19, 0, 0])
    assert "vector-pool-determinant" in claims()
