"""First-order spreads and bounds from the mean precision beside late chains, and at the edges of what they cover."""

import numpy as np
import pytest
from budget import declare, normal_limit

from simulations.ensemble import Requested, run_ensemble
from theory.claims import claims
from theory.claims.gaussian import bounded_kl_forward_upper_fourth as by_fourth
from theory.claims.gaussian import bounded_precision, pool, real_share, replace, subsample, weighted, window
from theory.predict import NotCovered, predict

FALSE_ALARM = 1e-8
LOG, DISTANCE = "log_variance_sd", "wasserstein2_squared_variance"
CLAIMS = {
    LOG: claims()["gaussian-log-variance-sd-leading-order"],
    DISTANCE: claims()["gaussian-wasserstein2-squared-variance-leading-order"],
}
declare("first-order spreads beside late chains", FALSE_ALARM)


@pytest.mark.slow
def test_late_chains_keep_the_promise():
    """Real data hold the first order for every t, so that chains after 300 fits have the limit."""
    scenario, times = real_share.setting("stratified", 200, "unbiased", share=0.2), (5, 40, 300)
    run = run_ensemble(
        scenario, generations=times[-1], replicates=2**15, seed=11, statistics=(Requested(LOG), Requested(DISTANCE)),
        record=times,
    )  # fmt: skip
    limit = normal_limit(FALSE_ALARM, len(CLAIMS) * len(times))
    for row, claim in enumerate(CLAIMS.values()):
        for place, t in enumerate(times):
            value = float(claim.value(scenario, np.array([np.inf if t == times[-1] else t]))[0])
            promised = value * claim.error(scenario, t)
            assert abs(run.mean[row, place] - value) <= promised + limit * run.standard_error[row, place]
            assert run.standard_error[row, place] < 0.03 * value


def test_what_settles_is_what_real_data_hold():
    """A limit of first order needs real data in every fit and a second moment that stays finite."""
    held = [
        real_share.setting("iid", 100, "mle", share=0.1), weighted.setting(50, 50, 0.2, "unbiased"),
        real_share.setting("fixed", 100, "unbiased", real=10),
    ]  # fmt: skip
    loose = [
        real_share.setting("iid", 100, "mle", share=0.0), weighted.setting(50, 50, 0.0, "unbiased"),
        real_share.setting("stratified", 4, "unbiased", real=1), subsample.setting(100, False),
        replace.setting(100, "mle"), pool.setting(*pool.SMALL, "mle"),
    ]  # fmt: skip
    for claim in CLAIMS.values():
        assert all(claim.knows_limit(scenario) for scenario in held)
        assert not any(claim.knows_limit(scenario) for scenario in loose)


def test_bounds_and_exact_values_come_first():
    assert predict(replace.setting(100, "mle"), LOG, (5,)).kind == ("exact",)
    assert predict(subsample.setting(100, True), DISTANCE, (5,)).kind == ("asymptotic",)
    with pytest.raises(NotCovered, match="no claim covers this scenario"):
        predict(real_share.setting("iid", 1, "mle", share=0.5), DISTANCE, (5,))


def test_values_out_of_range_are_infinite():
    """A second moment beyond 1e308 is no number to take a spread of."""
    late = np.array([10**5])
    assert [claim.value(replace.setting(10, "unbiased"), late)[0] for claim in CLAIMS.values()] == [np.inf, np.inf]


BATCHES = {
    "stratified": real_share.setting("stratified", 20, "mle", real=5),
    "iid": real_share.setting("iid", 30, "unbiased", share=0.3),
    "fixed": real_share.setting("fixed", 20, "offset", offset=0.5, real=8),
    "window": window.setting(12, 3, "mle"),
    "pool": pool.setting([10, 5, 1, 0, 0, 6], [0, 7, 10, 10, 40, 0], "mle"),
    "weighted": weighted.setting(8, 12, 0.3, "unbiased"),
}


@pytest.mark.parametrize("name", BATCHES)
def test_recursions_of_the_mean_precision_are_what_is_said_of_them(name):
    """In floating point and in 25 digits, each in its own words, and never below 1 over the mean variance."""
    scenario, t = BATCHES[name], np.arange(7)
    precision = bounded_precision.evaluate(scenario, t)
    np.testing.assert_allclose(precision, [float(bounded_precision.exactly(scenario, k)) for k in t], rtol=1e-13)
    variance = predict(scenario, "variance", t).value / scenario.source.variance
    assert np.all(precision * variance >= 1 - 1e-14)
    if name != "iid":
        root = by_fourth.root_precision(scenario, t)
        np.testing.assert_allclose(root, [float(by_fourth.exactly(scenario, k)) for k in t], rtol=1e-13)
        assert np.all(root * variance >= 1 - 1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BATCHES if name != "weighted"])
def test_late_chains_lie_between_the_bounds(name):
    """Well after the fits at which the true values are known otherwise."""
    scenario, t = BATCHES[name], (3, 6) if name == "pool" else (3, 30)
    statistics = (LOG, "kl_forward")
    run = run_ensemble(
        scenario, generations=t[-1], replicates=2**14, seed=12, record=t,
        statistics=tuple(Requested(statistic) for statistic in statistics),
    )  # fmt: skip
    limit = normal_limit(declare("late chains between bounds from the mean precision", 1e-9), 8 * len(BATCHES))
    for row, statistic in enumerate(statistics):
        said = predict(scenario, statistic, t)
        slack = limit * run.standard_error[row]
        assert np.all(run.mean[row] - slack <= said.upper)
        assert said.lower is None or np.all(said.lower <= run.mean[row] + slack)
