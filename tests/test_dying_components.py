"""Components of a mixture that die below two points: the law of the count beside chains drawn with numpy."""

import numpy as np
import pytest

from theory.laws.dying_components import components_alive


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


def test_many_points_go_by_the_nodes_of_the_chain():
    """A rare component of so many points is the same branching process whatever the size."""
    few = components_alive(2000, 0.01, np.array([0, 1, 5, 5, 50]))
    assert few[2] == few[3]
    assert (np.diff(few) <= 0).all()
    assert components_alive(200_000, 0.0001, np.array([50]))[0] == pytest.approx(few[-1], rel=2e-3)
