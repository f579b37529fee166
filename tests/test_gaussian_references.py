"""The references of the Gaussian claims: fast routes equal the plain recurrences, these equal drawn samples."""

import mpmath
import numpy as np
import pytest
from budget import declare, normal_limit
from mpmath import mpf

from theory.claims.gaussian import accumulate, replace
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, iterate, linear_iterate

FIT = normal_limit(declare("one refit of points that were drawn", 1e-9), 6)
POOL = normal_limit(declare("pools that really grew", 1e-9), 8)


def close(obtained: mpf, expected: mpf, tolerance: float = 1e-40) -> bool:
    with mpmath.workdps(DIGITS + 15):
        return abs(obtained - expected) <= tolerance * abs(expected)


@pytest.mark.parametrize("nu", [1, 2, 9, 39, 40, 99, 10**4, 10**9])
def test_quadrature_against_the_chi_square_density(nu):
    with mpmath.workdps(DIGITS + 15):
        a = mpf(nu) / 2
        root = mpmath.sqrt(2) * mpmath.exp(mpmath.loggamma(a + mpf(1) / 2) - mpmath.loggamma(a))
        assert close(chi_square_mean(_one, nu), mpf(1))
        assert close(chi_square_mean(identity, nu), mpf(nu))
        assert close(chi_square_mean(mpmath.sqrt, nu), root)
        assert close(chi_square_mean(mpmath.log, nu), mpmath.digamma(a) + mpmath.log(2))


@pytest.mark.parametrize(("size", "divisor"), [(2, "mle"), (5, "unbiased"), (30, "mle")])
def test_matrix_powers_are_the_recurrence(size, divisor):
    scenario = replace.setting(size, divisor)
    with mpmath.workdps(DIGITS + 15):
        L = mpf(size if divisor == "mle" else size - 1)
        factor, root = chi_square_mean(identity, size - 1) / L, chi_square_mean(mpmath.sqrt, size - 1) / mpmath.sqrt(L)
        square = chi_square_mean(replace._squared, size - 1) / L**2
        log = chi_square_mean(mpmath.log, size - 1) - mpmath.log(L)
        v = mpf("2.25")

        def fit(state, _):
            v, root_v, square_v, log_v, error = state
            return v * factor, root_v * root, square_v * square, log_v + log, error + v / size

        for t in (0, 1, 2, 7, 40):
            stepped = iterate(fit, (v, mpmath.sqrt(v), v**2, mpf(0), mpf(0)), t)
            powered = replace.expectations(scenario, t)
            for name, value in zip(("v", "root", "square", "log", "error"), stepped, strict=True):
                assert close(powered[name], value), (name, t)


def test_the_recurrence_is_a_resampled_gaussian():
    """What one step multiplies and adds, from arrays of points: 2e5 refits of samples that were really drawn."""
    rng = np.random.default_rng(1)
    M, mean, variance, replicates = 4, 0.5, 2.25, 200_000
    points = rng.normal(mean, np.sqrt(variance), (replicates, M))
    fitted_mean, fitted = points.mean(axis=1), points.var(axis=1, ddof=1)
    once = replace.expectations(replace.setting(M, "unbiased"), 1)
    measured = {
        "v": fitted, "root": np.sqrt(fitted), "square": fitted**2, "log": np.log(fitted / variance),
        "log_square": np.log(fitted / variance) ** 2, "error": (fitted_mean - mean) ** 2,
    }  # fmt: skip
    for name, sample in measured.items():
        assert abs(sample.mean() - float(once[name])) < FIT * sample.std() / np.sqrt(replicates), name


@pytest.mark.parametrize("first", [{}, {"first": 25}, {"first": 3}])
@pytest.mark.parametrize("size", [2, 20])
def test_long_accumulation_goes_on_as_the_recurrence(size, first, monkeypatch):
    scenario = accumulate.setting(size, **first)
    stepped = accumulate.variance_and_error(scenario, 300)
    monkeypatch.setattr(accumulate, "STEP_BY_STEP", 60)
    continued = accumulate.variance_and_error(scenario, 300)
    for obtained, expected in zip(continued, stepped, strict=True):
        assert close(obtained, expected, 1e-18)


def test_the_accumulated_recurrence_is_a_growing_pool():
    """E v_t and E (mu_t - mu_0)^2 of pools that really grew, M = 3 after a first batch of 5, against 1e5 of them."""
    rng = np.random.default_rng(2)
    replicates, mean, variance = 100_000, 0.5, 2.25
    pool = rng.normal(mean, np.sqrt(variance), (replicates, 5))
    for t in (1, 2, 3, 4):
        fitted, error = pool.var(axis=1), (pool.mean(axis=1) - mean) ** 2
        expected = accumulate.variance_and_error(accumulate.setting(3, first=5), t)
        for sample, value in zip((fitted, error), expected, strict=True):
            assert abs(sample.mean() - float(value)) < POOL * sample.std() / np.sqrt(replicates), t
        batch = rng.normal(pool.mean(axis=1)[:, None], np.sqrt(fitted)[:, None], (replicates, 3))
        pool = np.concatenate([pool, batch], axis=1)


def test_limits_are_recognised():
    ratio = mpmath.matrix([[mpf(1) / 2]])
    assert at_infinity(lambda n: linear_iterate(ratio, [mpf(3)], n)[0]) == 0
    assert at_infinity(lambda n: 2 - linear_iterate(ratio, [mpf(3)], n)[0]) == 2
    assert at_infinity(lambda n: -mpf(n)) == -mpmath.inf


def _one(x: mpf) -> mpf:
    return mpf(1)
