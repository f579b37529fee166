"""The law of one chain against exact laws: one fit (chi-square), two (Bessel), many (another contour in mpmath)."""

import math

import mpmath
import numpy as np
import pytest
from budget import declare, normal_limit

from theory.claims.gaussian.replace import setting
from theory.laws.log_chi_square_sum import (
    log_sum_cdf,
    log_sum_mean,
    log_sum_quantiles,
    log_sum_sd,
    log_sum_survival,
)  # fmt: skip
from theory.predict import NotCovered, predict, quantiles
from theory.scenario import InputError

Z = (-6.0, -3.0, -1.0, 0.0, 0.9, 1.1, 2.0)
LEVELS = np.array([1e-9, 0.01, 0.5, 0.95, 1 - 1e-9])


def level(z: float, nu: int, t: int) -> float:
    return log_sum_mean(nu, t) + z * log_sum_sd(nu, t)


@pytest.mark.parametrize("nu", [1, 2, 9, 99, 1000])
def test_one_fit_is_a_chi_square(nu):
    with mpmath.workdps(30):
        for z in Z:
            y = level(z, nu, 1)
            half = mpmath.mpf(nu) / 2
            x = half * mpmath.exp(mpmath.mpf(y))
            lower = mpmath.gammainc(half, 0, x, regularized=True)
            upper = mpmath.gammainc(half, x, mpmath.inf, regularized=True)
            assert abs(log_sum_cdf(y, nu, 1) / lower - 1) < 1e-12
            assert abs(log_sum_survival(y, nu, 1) / upper - 1) < 1e-12


@pytest.mark.parametrize("nu", [1, 4, 19])
def test_two_fits_have_a_bessel_density(nu):
    """The product of two gamma variables of shape a has the density 2 x^(a-1) K_0(2 sqrt x) / Gamma(a)^2."""
    with mpmath.workdps(20):
        a = mpmath.mpf(nu) / 2

        def density(y):
            log_x = y + 2 * mpmath.log(a)
            return 2 * mpmath.besselk(0, 2 * mpmath.exp(log_x / 2)) * mpmath.exp(a * log_x - 2 * mpmath.loggamma(a))

        for z in (-3.0, 0.0, 2.0):
            y = level(z, nu, 2)
            below = [level(z - gap, nu, 2) for gap in (40, 20, 8, 3, 0)]
            assert abs(log_sum_cdf(y, nu, 2) / mpmath.quad(density, below) - 1) < 1e-12


def test_the_catalogued_probability():
    """P(v_2 < v_0/2), M = 5, unbiased: 0.411430481960515 by mpmath's Meijer G function and by Bessel quadrature."""
    assert log_sum_cdf(math.log(0.5), 4, 2) == pytest.approx(0.411430481960515, rel=1e-13)


@pytest.mark.parametrize(("nu", "t"), [(1, 5), (9, 100), (1, 10**4), (99, 10**4), (10**6, 10), (10**6, 10**4)])
def test_many_fits_on_another_contour(nu, t):
    """A straight line at half the distance to the pole, in 30 digits more than cancel, with mpmath's own log-gamma."""
    with mpmath.workdps(30 + int(2 * math.log10(nu * t + 10))):
        a, sd = mpmath.mpf(nu) / 2, log_sum_sd(nu, t)
        c = -min(a / 2, 1 / mpmath.mpf(sd))
        turns = [k / sd for k in (0, 1, 2, 3, 4, 5, 6, 8, 10, 12)]
        turns += [x for x in (1, 2, 4, 8, 16, 32, 64) if x > turns[-1] and t < 50]
        for z in (-2.0, 0.5, 1.5):
            y = level(z, nu, t)

            def integrand(tau, y=y):
                s = mpmath.mpc(c, tau)
                log_ratio = mpmath.loggamma(a + s) - mpmath.loggamma(a) - s * mpmath.log(a)
                return (mpmath.exp(t * log_ratio - s * y) / s).real

            expected = -mpmath.quad(integrand, turns, maxdegree=6) / mpmath.pi
            assert abs(log_sum_cdf(y, nu, t) / expected - 1) < 1e-11


@pytest.mark.parametrize("t", [1, 30, 10**4, 10**6])
@pytest.mark.parametrize("nu", [1, 9, 10**4, 10**9])
def test_quantiles_invert_the_law_and_the_two_tails_meet(nu, t):
    found = log_sum_quantiles(LEVELS, nu, t)
    assert np.all(np.diff(found) > 0)
    assert [log_sum_cdf(y, nu, t) for y in found] == pytest.approx(LEVELS, rel=1e-11)
    for y in (level(0.999999, nu, t), level(1.000001, nu, t)):  # on both sides of where the other tail is integrated
        assert log_sum_cdf(y, nu, t) + log_sum_survival(y, nu, t) == pytest.approx(1, rel=1e-12)
    below, above = (log_sum_cdf(level(z, nu, t), nu, t) for z in (1 - 1e-9, 1 + 1e-9))
    assert abs(above - below) < 1e-8


def test_far_tails():
    for nu, t in ((1, 1), (9, 100), (10**9, 10**6)):
        y = log_sum_quantiles(np.array([1e-300]), nu, t)[0]
        assert log_sum_cdf(y, nu, t) == pytest.approx(1e-300, rel=1e-9)
        assert log_sum_cdf(level(60.0, nu, t), nu, t) == 1.0
        assert log_sum_survival(level(60.0, nu, t), nu, t) == 0.0
        assert log_sum_cdf(log_sum_mean(nu, t) - 1e6, nu, t) == 0.0


def test_many_small_steps_are_nearly_normal():
    z = (log_sum_quantiles(np.array([0.05, 0.5, 0.95]), 10**6, 100) - log_sum_mean(10**6, 100)) / log_sum_sd(10**6, 100)
    assert z == pytest.approx([-1.6448536, 0.0, 1.6448536], abs=1e-3)


def test_prediction_of_a_single_chain():
    scenario = setting(10, "mle")
    log = quantiles(scenario, "log_variance", (0, 5, math.inf), (0.05, 0.5, 0.95))
    plain = quantiles(scenario, "variance", (0, 5, math.inf), (0.05, 0.5, 0.95))
    assert plain.claim == "gaussian-replace-variance"
    assert log.value[0] == pytest.approx([math.log(2.25)] * 3)
    assert np.exp(log.value[1]) == pytest.approx(plain.value[1], rel=1e-13)
    assert list(log.value[2]) == [-math.inf] * 3
    assert list(plain.value[2]) == [0.0] * 3
    assert plain.value[1, 1] < predict(scenario, "variance", (5,)).value[0] < plain.value[1, 2]
    replicates = 200_000
    chains = 2.25 * np.prod(np.random.default_rng(0).chisquare(9, (replicates, 5)) / 10, axis=1)
    limit = normal_limit(declare("chains below the quantiles of their law", 1e-9), 3)
    for level, value in zip(plain.q, plain.value[1], strict=True):
        assert abs(np.mean(chains <= value) - level) < limit * np.sqrt(level * (1 - level) / replicates)


def test_quantiles_say_what_they_cannot_answer():
    scenario = setting(10, "mle")
    with pytest.raises(InputError, match="q must lie between 0 and 1"):
        quantiles(scenario, "variance", (1,), (0.0,))
    with pytest.raises(NotCovered, match="no claim knows its law"):
        quantiles(scenario, "mean_squared_error", (1,), (0.5,))
