"""Times to collapse and highest variances beside chains, drawn here point by point: references and bounds hold."""

import numpy as np
import pytest
from budget import declare, normal_limit

from theory.claims.gaussian import forgetting, real_share, weighted, window
from theory.claims.gaussian.forgetting_passage import mean_passage as mean_forgetting_passage
from theory.claims.gaussian.fresh_passage import mean_passage
from theory.predict import predict, predictions

CHAINS, FITS = 20_000, 150
LATTICE = 0.01  # relative, of the integral equations
TIMES = (
    (weighted.setting(4, 12, 0.6, "mle"), 1.5, mean_passage),
    (real_share.setting("iid", 2, "mle", share=0.5), 0.2, mean_passage),
    (real_share.setting("stratified", 2, "mle", real=1), 1.0, mean_passage),
    (forgetting.setting(3, 0.5, "mle"), 2.25, mean_forgetting_passage),
)
LIMIT = normal_limit(declare("times to collapse beside integral equations", 1e-9), len(TIMES))
RISES = normal_limit(declare("highest variances of a window below their bound", 1e-9), 3)


def variances(scenario):
    """v_1, v_2, ... of all chains, with the seed 11."""
    random, retention, divide = np.random.default_rng(11), scenario.retention, scenario.estimator.divide_by
    first, unit = scenario.first_size, scenario.source.variance
    points = np.sqrt(unit) * random.standard_normal((CHAINS, first))
    mean, v = points.mean(axis=1), points.var(axis=1) * first / divide(first)
    pool = points
    while True:
        yield v
        own = np.sqrt(v)[:, None]
        if retention.kind == "weighted":
            n, m, w = retention.real, retention.synthetic, retention.weight
            squares = random.chisquare(n - 1, CHAINS), random.chisquare(m - 1, CHAINS)
            v = w * unit * squares[0] / divide(n) + (1 - w) * v * squares[1] / divide(m)
        elif retention.kind == "forgetting":
            fit = v * random.chisquare(first - 1, CHAINS) / divide(first)
            v = (1 - retention.rate) * v + retention.rate * fit
        else:
            drawn = mean[:, None] + own * random.standard_normal((CHAINS, first))
            if retention.kind == "window":
                pool = np.concatenate([pool, drawn], axis=1)[:, -retention.length * first :]
            else:
                by_chance = random.random((CHAINS, first)) < retention.share_of(first)
                real = by_chance if retention.scheme == "iid" else np.arange(first) < retention.real_points(first)
                pool = np.where(real, np.sqrt(unit) * random.standard_normal((CHAINS, first)), drawn)
            mean, v = pool.mean(axis=1), pool.var(axis=1) * pool.shape[1] / divide(pool.shape[1])


@pytest.mark.parametrize(("scenario", "at", "passage"), TIMES)
def test_an_integral_equation_has_the_mean_time_of_chains(scenario, at, passage):
    alive, time = np.ones(CHAINS, dtype=bool), np.zeros(CHAINS)
    for v, _ in zip(variances(scenario), range(FITS), strict=False):
        time += alive
        alive &= v >= at
    assert not alive.any()
    truth, error = float(passage(scenario, at)), LIMIT * time.std() / np.sqrt(CHAINS)
    assert abs(time.mean() - truth) <= error + LATTICE * truth
    said = {one.kind[0]: float(one.value[0]) for one in predictions(scenario, "collapse_time", (), at)}
    assert said["lower bound"] <= truth <= said["upper bound"]
    if "exact" in said:
        assert abs(time.mean() - said["exact"]) <= error
        assert abs(truth - said["exact"]) <= LATTICE * truth


def test_the_highest_variance_of_a_window_lies_between_its_bounds():
    scenario = window.setting(3, 2, "unbiased")
    highest = np.max([v for v, _ in zip(variances(scenario), range(FITS), strict=False)], axis=0)
    for at in (4.0, 8.0, 16.0):
        share, said = float(np.mean(highest > at)), predict(scenario, "variance_ever_above", (), at)
        error = RISES * np.sqrt(share / CHAINS)
        assert said.lower[0] - error <= share <= said.upper[0] + error
        assert said.upper[0] < 1 or at == 4.0
