"""Draws from all points: copies of one point where they are put back, and how often a later model is closer."""

import math

import numpy as np
import pytest

from theory.claims.gaussian import pool, put_back, subsample, weighted
from theory.predict import NotCovered, predict
from theory.scenario import InputError

CHAINS = 20_000


def _fit(points):
    return points.mean(axis=1), points.var(axis=1)


def _subsampled(M, replacement, fits, seed):
    """Mean and variance of each fit of standard normal chains, maximum likelihood."""
    rng = np.random.default_rng(seed)
    kept = rng.standard_normal((CHAINS, M))
    found = [_fit(kept)]
    for _ in range(fits - 1):
        mean, variance = found[-1]
        new = mean[:, None] + np.sqrt(variance)[:, None] * rng.standard_normal((CHAINS, M))
        kept = np.concatenate([kept, new], axis=1)
        count = kept.shape[1]
        if replacement:
            drawn = rng.integers(0, count, (CHAINS, M))
        else:
            drawn = rng.random((CHAINS, count)).argpartition(M, axis=1)[:, :M]
        found.append(_fit(np.take_along_axis(kept, drawn, axis=1)))
    return found


def test_chains_end_in_one_point_as_often_as_all_draws_are_the_same():
    found = _subsampled(3, True, 2, 20261122)
    assert (found[0][1] > 0).all()
    chance = 6.0**-2
    assert float((found[1][1] < 1e-25).mean()) == pytest.approx(chance, abs=5 * math.sqrt(chance / CHAINS))
    said = predict(subsample.setting(3, True), "log_variance", [0, 1, 2]).value
    assert np.isfinite(said[:2]).all()
    assert said[2] == -np.inf


def test_where_draws_are_put_back_the_first_orders_are_silent():
    """A mean that is infinite has no first order; of draws that are left out it has."""
    with pytest.raises(NotCovered, match="copies of one point"):
        predict(subsample.setting(100, True), "log_variance_sd", [5])
    assert predict(subsample.setting(100, False), "log_variance_sd", [5]).kind == ("asymptotic",)


def test_a_pool_with_a_budget_ends_where_its_batches_do():
    scenario = pool.setting([4, 0, 1], [0, 7, 2], "mle", budget=5)
    one_fit = predict(put_back.first_fit(scenario), "kl_forward", [1]).value[0]
    assert predict(scenario, "kl_forward", [1, 3]).value.tolist() == [one_fit, math.inf]
    with pytest.raises(InputError, match="ends at t = 3"):
        predict(scenario, "mean_precision", [4])
    with pytest.raises(NotCovered, match="limit"):
        predict(scenario, "mean_precision", [math.inf])


def test_later_models_are_closer_as_often_as_the_growth_of_the_error_says():
    M = 60
    found = _subsampled(M, False, 4, 7)
    distances = [mean**2 + (np.sqrt(variance) - 1) ** 2 for mean, variance in found]
    said = predict(subsample.setting(M, False, variance=1.0), "closer_than_one_fit", [2, 4]).value
    seen = [float((distances[t - 1] < distances[0]).mean()) for t in (2, 4)]
    assert said == pytest.approx(seen, abs=0.02)
    assert predict(weighted.setting(100, 1000, 0.3, "mle"), "closer_than_one_fit", [math.inf]).value[0] > 0.7
