"""Gaussians of which one moment is known: laws that two claims reach by different ways, and edges."""

import numpy as np
import pytest

from theory.claims.gaussian.known_mean_one_point_more import twin
from theory.claims.gaussian.known_mean_settings import FORGOTTEN, WEIGHTED, with_policy
from theory.laws.walking_mean import last_batches, last_batches_settled
from theory.predict import NotCovered, predict
from theory.scenario import parse_scenario

T = [1, 2, 3, 10, np.inf]


@pytest.mark.parametrize("scenario", [with_policy(10, **FORGOTTEN), with_policy(None, **WEIGHTED)])
def test_squares_about_a_known_mean_are_those_of_one_point_more(scenario):
    known, fitted = (predict(one, "variance_second_moment", T).value for one in (scenario, twin(scenario)))
    assert known == pytest.approx(fitted, rel=1e-12)


@pytest.mark.parametrize(("W", "n"), [(1, 3), (4, 1), (7, 10)])
def test_a_window_with_fresh_points_settles(W, n):
    assert last_batches(10, W, n, 2000)[-1] == pytest.approx(last_batches_settled(10, W, n), rel=1e-12)


def known_variance(**retention):
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 1.0, "variance": 4.0},
        "retention": retention, "estimator": {"kind": "known_variance"},
    })  # fmt: skip


def test_the_best_weight_is_golden():
    """Of as many real as synthetic points: the error ends at w v_0/n."""
    golden = (5**0.5 - 1) / 2
    scenario = known_variance(kind="weighted", weight=golden, real=20, synthetic=20)
    assert predict(scenario, "mean_squared_error", [np.inf]).value[0] == pytest.approx(golden * 4.0 / 20, rel=1e-12)
    assert predict(scenario, "kl_reverse", [np.inf]).value[0] == pytest.approx(golden / 40, rel=1e-12)


def test_chance_makes_a_mixture_of_the_mean():
    """A budget of draws leaves the law of the mean unknown, and its squared error known."""
    scenario = known_variance(kind="pool", real=[5, 0, 2], synthetic=[0, 4, 3], budget=4)
    assert predict(scenario, "mean_squared_error", [0]).value[0] == 0
    with pytest.raises(NotCovered, match="chance decides on no point"):
        predict(scenario, "mean_tail", [2], at=1.0)
