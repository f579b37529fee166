"""Weighted data as a chain on the line: quantiles beside the law, the law of the time beside its mean, far levels."""

import math

import numpy as np
import pytest

from theory.claims import claims
from theory.claims.gaussian.weighted import setting
from theory.laws.absorption import absorption_times
from theory.laws.kummer import log_kummer
from theory.laws.normal_mixture import tail
from theory.laws.weighted_chain import weighted_chain
from theory.predict import predict, quantiles
from theory.scenario import InputError

CHAIN = setting(4, 12, 0.6, "mle")


@pytest.mark.parametrize("t", [1, 3, math.inf])
def test_quantiles_are_levels_of_the_law(t):
    for statistic, level in (("variance", float), ("log_variance", math.exp)):
        (found,) = quantiles(CHAIN, statistic, (t,), (0.05, 0.7)).value
        for q, value in zip((0.05, 0.7), found, strict=True):
            assert predict(CHAIN, "variance_cdf", (t,), level(value)).value[0] == pytest.approx(q, abs=1e-9)


def test_the_law_of_the_time_adds_up_to_its_mean():
    chain, mean = weighted_chain(0.6, 4, 12, 1.0, -0.5), 1.0
    alive, later, _ = chain.time_below()
    for left in chain.survival():
        mean += left
        if left < 1e-15:
            break
    assert mean == pytest.approx(1 + alive * later, rel=1e-11)
    assert quantiles(CHAIN, "collapse_time", (), (0.5,), at=3.0).value.tolist() == [[0.0]]
    (median,) = quantiles(CHAIN, "collapse_time", (), (0.5,), at=1.0).value[0]
    assert median < predict(CHAIN, "collapse_time", (), 1.0).value[0]


def test_levels_that_are_too_far_are_refused_in_one_line():
    with pytest.raises(InputError, match="at must be nearer to the variance of the source"):
        claims()["gaussian-weighted-variance-cdf"].value(CHAIN, np.array([2.0]), 1e-300)
    with pytest.raises(InputError, match="at must be"):
        predict(CHAIN, "collapse_time_sd", (), 1e-30)
    assert "lower bound" in predict(CHAIN, "collapse_time", (), 1e-30).kind  # where the exact claim gives up
    with pytest.raises(InputError, match="quantiles are known in this scenario where"):
        quantiles(setting(2, 1000, 0.3, "mle"), "variance", (2,), (0.5,))
    assert predict(CHAIN, "variance_cdf", (2,), 1e300).value.tolist() == [1.0]


def test_rare_absorption_keeps_its_digits():
    """Two states, left with the chance p after a stay in each: E T = 2/p, Var T = 2 (1-p)/p^2."""
    for p in (0.3, 1e-40):
        mean, variance = absorption_times(np.array([[1 - p, p], [0.0, 1 - p]]), np.array([0.0, p]))
        assert mean == pytest.approx([2 / p, 1 / p], rel=1e-14)
        assert variance == pytest.approx([2 * (1 - p) / p**2, (1 - p) / p**2], rel=1e-13)


def test_kummer_of_exponentials():
    """1F1(1; 2; -c) = (1 - exp(-c))/c."""
    c = np.array([1e-8, 0.3, 5.0, 400.0, 1e30])
    assert log_kummer(1.0, 1.0, c) == pytest.approx(np.log(-np.expm1(-c) / c), abs=1e-12)


def test_tails_near_and_far():
    """Of a standard normal law, from next to its centre on."""
    for x in (1e-7, 0.5, 6.0):
        assert tail(lambda f: -np.expm1(-f * f / 2), x, 1.0) == pytest.approx(math.erfc(x / math.sqrt(2)), abs=1e-12)
