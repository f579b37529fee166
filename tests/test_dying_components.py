"""Components of a mixture that die below two points: the law of the count beside chains drawn with numpy."""

import jax.numpy as jnp
import numpy as np
import pytest

from simulations.kernels.families.mixture_fit import Components, likeliest
from theory.claims.families.mixture_heterozygosity import setting
from theory.laws.component_variance import component_variance
from theory.laws.dying_components import component_dead, components_alive
from theory.predict import predict
from theory.scenario import InputError


def test_a_third_of_the_chains_have_lost_the_rarer_component_after_twenty_fits():
    """60 points, weights 0.2 and 0.8: .3516 of the chains, and .0011 the other one."""
    assert 2 - components_alive(60, 0.2, np.array([20]))[0] == pytest.approx(0.3516 + 0.0011, abs=1e-4)


def test_the_law_is_that_of_plain_chains():
    rng, chains = np.random.default_rng(7), 40_000
    share = np.full(chains, 0.3)
    for fit in range(1, 9):
        count = rng.binomial(12, share)
        count = np.where(count == 1, 0, np.where(count == 11, 12, count))
        share = count / 12
        alive = (count > 0) * 1.0 + (count < 12)
        error = alive.std() / chains**0.5
        assert abs(alive.mean() - components_alive(12, 0.3, np.array([fit]))[0]) < 5.5 * error


def test_either_component_is_dead_or_alive():
    t = np.array([0, 1, 7, 40])
    dead = component_dead(20, 0.3, t) + component_dead(20, 0.7, t)
    assert 2 - dead == pytest.approx(components_alive(20, 0.3, t), abs=1e-12)


def test_in_the_end_all_variance_is_within_the_component_that_is_left():
    """That of the whole mixture keeps (1-1/M)^t, and none of it lies between components once one is dead."""
    M, w, own, other, apart, t = 12, 0.3, 1.0, 0.5, 1600.0, np.array([400])
    within = component_variance(M, w, own, other, apart, t) + component_variance(M, 1 - w, other, own, apart, t)
    whole = w * own + (1 - w) * other + w * (1 - w) * apart
    assert within == pytest.approx(whole * (1 - 1 / M) ** 400, rel=1e-9)


@pytest.mark.parametrize("points", [4, 30])
def test_a_fitted_mixture_has_mean_and_variance_of_its_points(points):
    """However little its components are apart, and where one of them dies."""
    x = np.random.default_rng(points).normal(0.3, 1.5, points)
    means = np.array([-1.0, 1.5])
    fit = likeliest(
        Components(np.array([0.3, 0.7]), means, np.log([1.0, 0.5])),
        jnp.asarray((x[:, None] - means) / np.array([1.0, 0.5])), jnp.ones(points, dtype=bool),
    )  # fmt: skip
    weights, centres, widths = (np.asarray(part) for part in fit)
    mean = weights @ centres
    assert mean == pytest.approx(x.mean(), rel=1e-9)
    assert weights @ (np.exp(2 * widths) + (centres - mean) ** 2) == pytest.approx(x.var(), rel=1e-9)


def test_a_component_is_asked_for_by_its_place():
    scenario = setting(20, 0.3)
    assert predict(scenario, "absence", [0], at=1).value[0] == 0
    with pytest.raises(InputError, match="at must be the place of a component, a whole number from 0 to 1 with"):
        predict(scenario, "component_variance", [3], at=2)


def test_many_points_go_by_the_nodes_of_the_chain():
    """A rare component of so many points is the same branching process whatever the size."""
    few = components_alive(2000, 0.01, np.array([0, 1, 5, 5, 50]))
    assert few[2] == few[3]
    assert (np.diff(few) <= 0).all()
    assert components_alive(200_000, 0.0001, np.array([50]))[0] == pytest.approx(few[-1], rel=2e-3)
