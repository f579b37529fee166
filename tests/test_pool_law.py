"""The law of models that are fitted to everything so far: laws known exactly, moments, bounds, settings at the edge."""

import numpy as np
import pytest
from scipy import special

from theory.claims import claims
from theory.claims.gaussian.accumulate import setting as accumulated
from theory.claims.gaussian.pool import RUNNING_OUT, constant, growing, setting
from theory.laws.growing_pool import pool_moments
from theory.laws.growing_pool_squares import pool_squares
from theory.laws.pooled_chain import FINE_IN_MEAN, PooledChain
from theory.predict import predict
from theory.scenario import InputError

SHARED = ("log-variance", "log-variance-sd", "kl-reverse", "kl-forward", "mean-precision", "wasserstein2-squared",
          "wasserstein2-squared-variance")  # fmt: skip


def chain(real, synthetic, offset=1.0, *resolution):
    return PooledChain(lambda fit: (real[fit - 1], synthetic[fit - 1]), offset, *resolution)


@pytest.mark.parametrize(
    "real", [[16, 1, 2, 0, 5, 40], [16, 400, 10**6], [10**9, 10, 10**9], [20] * 7], ids=lambda real: f"{real[:3]}"
)
def test_pools_of_real_points_have_chi_squares(real):
    """At every t, however the points come."""
    N, law = sum(real), chain(real, [0] * len(real)).law(len(real))
    a = (N - 1) / 2
    mean = special.digamma(a) - np.log(a) + np.log1p(-1 / N)
    assert law.mean_log() == pytest.approx(mean, rel=1e-9, abs=1e-14)
    assert law.spread() == pytest.approx(special.polygamma(1, a) ** 0.5, rel=1e-10)
    assert law.precision() == pytest.approx(N / (N - 3), rel=1e-10)
    tails = chain(real, [0] * len(real), 1.0, FINE_IN_MEAN).law(len(real))
    for u in (0.1, 1.0, 3.0):
        assert tails.straying(u / N**0.5) == pytest.approx(special.erfc(u / 2**0.5), abs=1e-11)


@pytest.mark.parametrize("name", SHARED)
def test_synthetic_points_alone_are_accumulated_data(name):
    """Independent factors, whose claims are summed over fits in another way."""
    pooled = setting([30] + [0] * 29, [0] + [12] * 29, "mle")
    times = np.array([1.0, 2.0, 9.0, 30.0])
    other = claims()[f"gaussian-{'accumulate' if name == 'log-variance' else 'factors'}-{name}"]
    expected = other.value(accumulated(12, first=30), times)
    np.testing.assert_allclose(claims()[f"gaussian-pool-{name}"].value(pooled, times), expected, rtol=1e-10)


def test_moments_are_those_of_the_linear_recursions():
    """Of the variance, the mean and both, over a hundred fits."""
    real, synthetic = [16] + [1, 0, 9] * 33, [0] + [5, 40, 0] * 33
    pool = chain(real, synthetic, 0.5)
    variances, errors = pool_moments(lambda t: (real[t - 1], synthetic[t - 1]), 0.5, 100)
    law = pool.law(100)
    assert law.average(np.exp(law.x)) == pytest.approx(variances[100], rel=1e-11)
    assert law.average(law.mean**2 + 0 * law.x) == pytest.approx(errors[100], rel=1e-11)
    squares = pool_squares(lambda t: (real[t - 1], synthetic[t - 1]), 0.5, 100)
    assert law.average(np.exp(2 * law.x)) == pytest.approx(squares[100], rel=1e-11)


@pytest.mark.parametrize("statistic", ["log_variance", "log_variance_sd", "kl_reverse", "kl_forward", "mean_precision",
                                       "wasserstein2_squared", "mean_tail"])  # fmt: skip
def test_exact_values_lie_between_the_bounds(statistic):
    scenario, times, at = setting(*RUNNING_OUT, "mle"), np.array([1.0, 2.0, 4.0, 6.0]), None
    if statistic == "mean_tail":
        at = 0.4
    exact = claims()[f"gaussian-pool-{statistic.replace('_', '-')}"]
    compared = 0
    for bound in claims().values():
        if bound.statistic != statistic or not bound.kind.value.endswith("bound") or not bound.covers(scenario):
            continue
        sign = 1 if bound.kind.value == "upper bound" else -1
        gap = sign * (bound.value(scenario, times, at) - exact.value(scenario, times, at))
        assert gap.min() > -1e-10, bound.id
        compared += 1
    assert compared


def test_limits_are_those_of_late_models():
    """Of the source where real points keep a share; else of what synthetic points have kept since early models."""
    outgrown = setting(constant(20), growing(1, 1000.0), "mle")
    early = setting([20] * 4, [0, 1000, 10**6, 10**9], "mle")
    for name in (*SHARED, "mean-tail"):
        claim, at = claims()[f"gaussian-pool-{name}"], 0.5 if name == "mean-tail" else None
        late = claim.value(early, np.array([4.0]), at)[0]
        assert claim.value(outgrown, np.array([np.inf]), at)[0] == pytest.approx(late, abs=1e-6)
        held = setting(constant(20), growing(2, 1.0), "mle")
        end, late = claim.value(held, np.array([np.inf, 12.0]), at)
        assert abs(late - end) < 0.15


@pytest.mark.parametrize(
    ("real", "synthetic", "kind"),
    [([15, 1], [0, 1], {}), ([16, 1], [0, 1], {"budget": 9}), ([16, 1], [0, 1], {"divisor": "offset", "offset": -1.0})],
)
def test_other_pools_are_left_to_bounds(real, synthetic, kind):
    kind = {"divisor": "mle", **kind}
    scenario = setting(real, synthetic, **kind)
    assert not any(claims()[f"gaussian-pool-{name}"].covers(scenario) for name in SHARED)


def test_one_line_beyond_the_list_or_the_reach():
    with pytest.raises(InputError, match="ends at t = 3"):
        predict(setting([20, 1, 1], [0, 1, 0], "mle"), "log_variance", [4])
    with pytest.raises(InputError):
        predict(setting([20, 1, 1], [0, 1, 0], "mle"), "mean_tail", [np.inf], at=0.1)
