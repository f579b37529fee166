"""All data kept, and models that forget: what their laws share with replacement, with limits and with each other."""

import math

import numpy as np
import pytest
from suites import every_run

from theory.claims.gaussian import accumulate, forgetting, replace
from theory.laws import accumulated_factors, saddle_inversion
from theory.laws.log_variance_law import accumulated_law, forgotten_law
from theory.laws.log_variance_varying import varying_law
from theory.laws.varying_factors import VaryingFactors
from theory.predict import NotCovered, predict, quantiles

STATISTICS = (
    "log_variance_sd", "kl_reverse", "kl_forward", "wasserstein2_squared", "wasserstein2_squared_variance",
)  # fmt: skip
MOMENTS = {
    "kl_reverse": "divergence_of_model", "kl_forward": "divergence_of_source", "wasserstein2_squared": "distance",
    "wasserstein2_squared_variance": "distance_variance", "mean_fourth_moment": "fourth_error",
}  # fmt: skip
LEVELS = (1e-9, 0.01, 0.5, 0.84, 0.95, 1 - 1e-9)
LAWS = {
    "few real points": lambda: accumulated_law(1, 2, 0.0, 5),
    "for ever": lambda: accumulated_law(5, 5, 1.0, math.inf),
    "a large first batch": lambda: accumulated_law(2, 1000, 1.0, 30),
    "a small one": lambda: accumulated_law(1000, 100, 1.0, 30),
    "a million large fits": lambda: accumulated_law(10**9, 10**9, 1.0, 10**6),
    "slow": lambda: forgotten_law(10**9, 0.0, 1e-3, 10**6),
    "nearly replaced": lambda: forgotten_law(2, 0.0, 0.999, 3),
    "sizes that vary": lambda: varying_law((2, 9, 150, 10**6), 1.0),
    "half": lambda: forgotten_law(10, 1.0, 0.5, 100),
}


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_rate_of_one_is_replacement(statistic):
    """The two claims share no evaluator."""
    for size in (5, 100, 10**9):
        for divisor in ("mle", "unbiased"):
            forgotten = predict(forgetting.setting(size, 1.0, divisor), statistic, (0, 1, 7, 50)).value
            replaced = predict(replace.setting(size, divisor), statistic, (0, 1, 7, 50)).value
            assert forgotten == pytest.approx(replaced, rel=1e-12)


@pytest.mark.parametrize("size", [2, 30, 10**6])
def test_the_law_of_a_rate_of_one_is_that_of_replacement(size):
    for t in (1, 2, 40):
        forgotten, replaced = (
            predict(scenario, "variance_cdf", (t,), at=0.5).value
            for scenario in (forgetting.setting(size, 1.0, "mle"), replace.setting(size, "mle"))
        )
        assert forgotten == pytest.approx(replaced, rel=1e-12)


@pytest.mark.parametrize(("statistic", "moment"), MOMENTS.items())
def test_equal_sizes_are_replacement(statistic, moment):
    """On both sides of the size from which on a series replaces a difference."""
    for size in (2, 5, 100, 101, 102, 10**9):
        for divisor, offset in (("mle", 1.0), ("unbiased", 0.0)):
            found = getattr(VaryingFactors(np.full(50, float(size)), offset), moment)(np.array([1.0, 7.0, 50.0]))
            replaced = predict(replace.setting(size, divisor, variance=1.0), statistic, (1, 7, 50)).value
            assert found == pytest.approx(replaced, rel=1e-12)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_late_fits_are_their_series(statistic, monkeypatch):
    """Before and beyond the fit from which they are summed as a series: the same as with far more added one by one."""
    t = np.array([99, 100, 101, 150, 400])
    for size, first in ((5, 7), (3, 40), (1000, 4)):
        scenario = accumulate.setting(size, first=first)
        found = predict(scenario, statistic, t).value
        with monkeypatch.context() as patch:
            patch.setattr(accumulated_factors, "HEAD", 450)
            accumulated_factors.accumulated_factors.cache_clear()
            added = predict(scenario, statistic, t).value
        accumulated_factors.accumulated_factors.cache_clear()
        assert found == pytest.approx(added, rel=1e-13)


def test_many_equal_batches_end_at_the_constant_of_every_accumulation():
    """pi^2/6 times what one fit of a large sample does, to first order in 1/M."""
    for statistic, first in (("kl_reverse", 1.0), ("kl_forward", 1.0), ("wasserstein2_squared", 1.5 * 2.25)):
        limit = predict(accumulate.setting(10**7), statistic, (math.inf,)).value[0]
        assert limit * 10**7 == pytest.approx(math.pi**2 / 6 * first, rel=1e-6)


def test_what_is_infinite_is_known_to_be():
    for scenario in (accumulate.setting(50, first=3), forgetting.setting(3, 0.01, "unbiased")):
        value = predict(scenario, "kl_forward", (0, 1, 5, math.inf)).value
        assert value.tolist() == [0.0, math.inf, math.inf, math.inf]
    assert np.isfinite(predict(accumulate.setting(50, first=4), "kl_forward", (1, 5, math.inf)).value).all()
    with pytest.raises(NotCovered, match="the first batch has at least 2 points"):
        predict(accumulate.setting(50, first=1), "log_variance_sd", (1,))


@pytest.mark.parametrize("name", every_run(LAWS, ("for ever", "nearly replaced", "slow")))
def test_quantiles_invert_the_law_and_the_tails_meet(name):
    law = LAWS[name]()
    found = [saddle_inversion.quantile(law, q) for q in LEVELS]
    assert np.all(np.diff(found) > 0)
    assert [saddle_inversion.cdf(law, y) for y in found] == pytest.approx(LEVELS, rel=1e-11)
    middle = law.mean + law.sd  # up to here the lower tail is integrated
    upper = math.exp(saddle_inversion.log_upper_tail(law, middle))
    assert saddle_inversion.cdf(law, middle) + upper == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("name", every_run(LAWS, ("few real points", "half")))
def test_the_path_does_not_matter(name):
    """A bent path and a straight one, where both converge."""
    law = LAWS[name]()
    for z in (-3.0, -1.0, 0.5):
        y = law.mean + z * law.sd
        c = saddle_inversion.lower_saddle(law, y)
        ways = [saddle_inversion.path(law, c, straight) for straight in (False, True)]
        (bent, doubt), (straight, other) = (way.log_tail(y) for way in ways)
        assert min(doubt, other) < saddle_inversion.CONVERGED
        if max(doubt, other) < saddle_inversion.CONVERGED:
            assert bent == pytest.approx(straight, abs=1e-12)


def test_far_tails():
    law = accumulated_law(5, 5, 1.0, 10)
    y = saddle_inversion.quantile(law, 1e-300)
    assert saddle_inversion.cdf(law, y) == pytest.approx(1e-300, rel=1e-9)
    assert saddle_inversion.cdf(law, 500.0) == 1.0
    assert saddle_inversion.cdf(law, -1e6) == 0.0


def test_quantiles_of_single_chains():
    kept, forgotten = accumulate.setting(5), forgetting.setting(10, 0.3, "mle")
    for scenario in (kept, forgotten):
        plain = quantiles(scenario, "variance", (0, 4, math.inf), (0.05, 0.5, 0.95)).value
        log = quantiles(scenario, "log_variance", (0, 4, math.inf), (0.05, 0.5, 0.95)).value
        assert plain[0] == pytest.approx([2.25] * 3)
        assert np.exp(log) == pytest.approx(plain, rel=1e-13)
        below = [predict(scenario, "variance_cdf", (4,), at=float(x)).value[0] for x in plain[1]]
        assert below == pytest.approx([0.05, 0.5, 0.95], rel=1e-12)
    assert list(plain[2]) == [0.0] * 3
    assert quantiles(accumulate.setting(50, first=1), "variance", (0, 1), (0.5,)).value.tolist() == [[2.25], [0.0]]
    assert np.all(np.diff(quantiles(kept, "variance", (math.inf,), (0.05, 0.5, 0.95)).value) > 0)
