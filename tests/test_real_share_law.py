"""The law of chains with real points: moments known exactly, limits, bounds, and settings at the edge."""

import numpy as np
import pytest

from theory.claims import claims
from theory.claims.gaussian.real_share import setting
from theory.laws.fresh_chain import by_coins, stratified
from theory.laws.gaussian_mixing import iid_moments, stratified_moments
from theory.laws.kept_chain import kept
from theory.predict import predict

LAWS = {"stratified": stratified(60, 30, 1.0), "iid": by_coins(40, 0.5, 0.0), "fixed": kept(40, 20, 1.0)}
BOUNDED = ("log_variance", "log_variance_sd", "wasserstein2_squared", "kl_reverse", "kl_forward")


@pytest.mark.parametrize("scheme", ["stratified", "iid"])
def test_weights_have_the_moments_of_the_linear_recursion(scheme):
    moments, real = {"stratified": (stratified_moments, 30), "iid": (iid_moments, 0.5)}[scheme]
    law, times = LAWS[scheme], np.array([1, 2, 5, 40])
    variance, error = moments(law.size, real, law.offset, times)
    rows = np.array([law.weights(int(t)) for t in times])
    np.testing.assert_allclose(rows @ law.grid.variance, variance, rtol=1e-9)
    np.testing.assert_allclose(rows @ law.grid.mean**2, error, rtol=1e-7)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS.keys())
def test_late_chains_have_the_stationary_law(law):
    """By powers of the matrix and by a linear system."""
    assert law.mean_log(300) == pytest.approx(law.mean_log(np.inf), abs=1e-12)
    assert law.log_variance(300) == pytest.approx(law.log_variance(np.inf), abs=1e-11)
    assert law.less_than_root(300) == pytest.approx(law.less_than_root(np.inf), abs=1e-12)


@pytest.mark.parametrize("scheme", LAWS)
def test_exact_values_lie_between_the_bounds(scheme):
    """At every t and in the limit, for each statistic that has bounds."""
    real = {"share": 0.5} if scheme == "iid" else {"real": {"stratified": 30, "fixed": 20}[scheme]}
    size, divisor = {"stratified": (60, "mle"), "iid": (40, "unbiased"), "fixed": (40, "mle")}[scheme]
    scenario, times = setting(scheme, size, divisor, **real), np.array([1.0, 2.0, 7.0, 50.0, np.inf])
    compared = 0
    for statistic in BOUNDED:
        exact = claims()[f"gaussian-real-share-{statistic.replace('_', '-')}"]
        for bound in claims().values():
            if bound.statistic != statistic or bound.kind.value not in ("upper bound", "lower bound"):
                continue
            if not (bound.covers(scenario) and exact.covers(scenario) and bound.knows_limit(scenario)):
                continue
            sign = 1 if bound.kind.value == "upper bound" else -1
            gap = sign * (bound.value(scenario, times) - exact.value(scenario, times))
            assert gap.min() > -1e-10, bound.id
            compared += 1
    assert compared >= 5


@pytest.mark.parametrize(
    ("scheme", "size", "real"),
    [("stratified", 2001, {"real": 1000}), ("stratified", 50, {"real": 4}), ("stratified", 200, {"real": 9}),
     ("iid", 20, {"share": 0.4}), ("fixed", 200, {"real": 19}), ("fixed", 20, {"real": 9})],
)  # fmt: skip
def test_settings_that_are_not_resolved_have_bounds_only(scheme, size, real):
    found = predict(setting(scheme, size, "mle", **real), "log_variance", (3,))
    assert set(found.kind) == {"lower bound", "upper bound"}
