"""Binomial draws over the whole grid of n and p: law, moments, parity, range; and that the same tests kill biased ones.

The smallest bias that is caught: 0.1 % of p or 1 % of the variance where counts are large (samplers with these biases
are among those killed), 0.3 % of p where they are small, which is eight standard errors of the many draws.
"""

import hashlib
from functools import cache, partial

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest
from budget import declare
from scipy import special, stats
from suites import every_run

from simulations import bits
from simulations.binomial import SUMMED_BELOW, binomial, subkey
from simulations.binomial_law import excess, log_shape, root_factor

GRID = declare("binomial draws over the grid of n and p", 1e-8)
WIDE = declare("many binomial draws at large counts", 2e-9)
DEEP = declare("many binomial draws on both routes", 2e-9)

SIZES = (0, 1, 2, 10, 1000, 2**24 - 1, 2**24, 2**24 + 1, 2**31, 10**9, 10**12)
LESSER = (0.0, 1e-300, 1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5)
NEAR_ONE = (0.3, 1e-6, 1e-9)
CELLS = [(n, p, 1.0 - p) for n in SIZES for p in LESSER] + [(n, 1.0 - q, q) for n in SIZES for q in (*NEAR_ONE, 0.0)]
LARGE = [(n, p, 1.0 - p) for n in (10**4, 2**24 + 1, 10**9, 10**12) for p in (0.01, 0.3, 0.5)]
PER_CELL, PER_LARGE, PER_CURVE = 2**15, 2**18, 2**11
KEY = bits.generation_key(bits.chain_key(1, "binomial"), np.uint32(1))


@partial(jax.jit, static_argnames="count")
def _drawn(key, replicate, n, p, q, count):
    return binomial(key, replicate, jnp.arange(count, dtype=jnp.uint32), *(jnp.full(count, a) for a in (n, p, q)))


def honest(cell, n, p, q, count=PER_CELL):
    x, failed = _drawn(KEY, np.uint32(cell), n, p, q, count)
    assert not failed.any()
    return np.asarray(x)


def curve(k, n, p):
    """P(X <= k)."""
    inside = np.clip(k, 0, n - 1)
    return np.where(k < 0, 0.0, np.where(k >= n, 1.0, special.betaincc(inside + 1.0, n - inside, p)))


def two_sided(x, n, p):
    """The p-value of one binomial number, or of its normal approximation where n is beyond scipy."""
    if n * p * (1 - p) > 1e6:
        return 2 * stats.norm.sf(abs(x - n * p) / np.sqrt(n * p * (1 - p)))
    return min(1.0, 2 * min(stats.binom.cdf(x, n, p), stats.binom.sf(x - 1, n, p)))


def p_values(x, n, lesser):
    """Of one cell: x counts the rarer outcome, of probability `lesser`; by the name of the test."""
    N, mean, variance = len(x), n * lesser, n * lesser * (1 - lesser)
    found = {"mean": two_sided(float(x.sum()), n * N, lesser)}
    odd = -0.5 * np.expm1(n * np.log1p(-2 * lesser)) if lesser < 0.5 else 0.5 * (n > 0)
    found["parity"] = two_sided(float((x % 2).sum()), N, odd)
    if mean < 50:
        k = np.arange(min(n, int(mean + 12 * np.sqrt(mean) + 12)) + 1)
        expected, seen = N * stats.binom.pmf(k, n, lesser), np.bincount(x, minlength=len(k))
        expected = np.append(expected, max(0.0, N - expected.sum()))
        seen = np.append(seen[: len(k)], seen[len(k) :].sum())
        rare = expected < 60
        expected = np.append(expected[~rare], expected[rare].sum())
        seen = np.append(seen[~rare], seen[rare].sum())
        if expected[-1] < 60:
            expected, seen = np.append(expected[:-2], expected[-2:].sum()), np.append(seen[:-2], seen[-2:].sum())
        if len(seen) > 1:
            found["cells"] = stats.chi2.sf(((seen - expected) ** 2 / expected).sum(), len(seen) - 1)
    if variance > 9:
        few = x[:PER_CURVE]
        below, upto = curve(few - 1, n, lesser), curve(few, n, lesser)
        place = below + np.random.default_rng(5).random(len(few)) * (upto - below)
        found["curve"] = stats.kstest(place, "uniform").pvalue
        found["variance"], found["skewness"] = (2 * stats.norm.sf(abs(z)) for z in moment_scores(x, n, lesser))
    return found


def moment_scores(x, n, p):
    """Normal scores of the second central moment (by a cube root, as of a chi-square) and of the third."""
    N, s2 = len(x), n * p * (1 - p)
    d = (x - n * p) / np.sqrt(s2)
    k3, k4, k6 = (
        (1 - 2 * p) / np.sqrt(s2),
        (1 - 6 * p * (1 - p)) / s2,
        (1 - 30 * p * (1 - p) * (1 - 4 * p * (1 - p))) / s2**2,
    )
    v = (2 + k4) / N
    sixth = k6 + 15 * k4 + 10 * k3**2 + 15
    return (np.cbrt((d**2).mean()) - 1 + v / 9) / np.sqrt(v / 9), ((d**3).mean() - k3) / np.sqrt((sixth - k3**2) / N)


def least_p_value(cells, draws):
    """Over all cells and tests, times their number: below the declared probability the sampler is found out."""
    found, scores = [], []
    for (n, p, q), x in zip(cells, draws, strict=True):
        lesser = min(p, q)
        assert x.dtype == np.int64
        assert x.min() >= 0
        assert x.max() <= n
        rarer = x if p <= q else n - x
        if lesser == 0.0 or n == 0:
            assert (rarer == 0).all()
            continue
        found += p_values(rarer, n, lesser).values()
        if n * lesser * (1 - lesser) > 9:
            mean = (rarer.mean() - n * lesser) / np.sqrt(n * lesser * (1 - lesser) / len(x))
            scores.append([mean, *moment_scores(rarer, n, lesser)])
    together = np.sum(scores, axis=0) / np.sqrt(len(scores))
    found += list(2 * stats.norm.sf(np.abs(together)))
    assert np.isfinite(found).all()
    return min(found) * len(found)


def test_draws_have_their_law_everywhere():
    assert least_p_value(CELLS, (honest(i, *cell) for i, cell in enumerate(CELLS))) > GRID


@cache
def large_draws(factor=1.0):
    """Of all cells of LARGE, with every p too large by a factor."""
    return [honest(1000 + i, n, p * factor, 1.0 - p * factor, PER_LARGE) for i, (n, p, _) in enumerate(LARGE)]


def test_many_draws_at_large_counts():
    assert least_p_value(LARGE, large_draws()) > WIDE


def too_wide(x, n, p):
    wide = n * p + np.sqrt(1.01) * (x - n * p) + np.random.default_rng(n).random(len(x))
    return np.clip(np.floor(wide), 0, n).astype(np.int64)


def single_precision(x, n, p):
    return np.minimum(x.astype(np.float32).astype(np.int64), n)


def even(x, n, p):
    return x // 2 * 2


def one_less_above_the_mean(x, n, p):
    return np.maximum(x - (x > n * p), 0)


SPOILT = (too_wide, single_precision, even, one_less_above_the_mean)


@pytest.mark.parametrize("spoil", every_run(SPOILT, (too_wide, even)))
def test_spoilt_draws_are_found_out(spoil):
    draws = [spoil(x, n, p) for (n, p, _), x in zip(LARGE, large_draws(), strict=True)]
    assert least_p_value(LARGE, draws) < 1e-3 * WIDE


def test_a_thousandth_of_p_is_found_out():
    assert least_p_value(LARGE, large_draws(1.001)) < 1e-3 * WIDE


@pytest.mark.parametrize("n", every_run((1000, 10**6), (1000,)))
@pytest.mark.parametrize("mean", [0.8 * SUMMED_BELOW, 1.2 * SUMMED_BELOW])
def test_many_draws_on_both_routes(n, mean):
    p, N = mean / n, 2**20
    x = honest(10**6, n, p, 1 - p, N)
    assert min(p_values(x, n, p).values()) > DEEP / 4 / 6


@pytest.mark.parametrize("n", [20, 10**3, 2**24 + 1, 10**9, 10**12, 2**53])
def test_probabilities_are_right_to_thirteen_digits(n):
    with mp.workdps(50):
        for p in (10.0 / n, 0.5, 0.3, 0.01, 1e-6):
            if n * p < SUMMED_BELOW:
                continue
            mode = np.floor(n * p + p)
            k = np.clip(np.floor(n * p + np.array([-8, -3, -1, 0, 0.5, 2, 4, 8]) * np.sqrt(n * p * (1 - p))), 0, n)
            got = _log_ratio(k, np.full(8, mode), np.full(8, float(n)), np.full(8, p))
            exact = [_exact_log(int(i), n, p) - _exact_log(int(mode), n, p) for i in k]
            assert max(abs(mp.mpf(float(a)) - b) for a, b in zip(got, exact, strict=True)) < 1e-13


@jax.jit
def _log_ratio(k, mode, n, p):
    d = excess(mode, n, p)
    ratio = root_factor(k, n) / root_factor(mode, n)
    return log_shape(k, n, p, k - mode + d) - log_shape(mode, n, p, d) - 0.5 * jnp.log(ratio)


def _exact_log(k, n, p):
    p = mp.mpf(p)
    ways = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
    return ways + k * mp.log(p) + (n - k) * mp.log(1 - p)


def test_the_hat_lies_above_the_law():
    """f(k)/f(mode) <= (2.83 + 5.1/b) s / (a/w^2 + b) for every u, else proposals would be accepted too rarely."""
    u = np.concatenate(
        [np.linspace(-0.5, 0.5, 40001)[1:-1], *(s * (0.5 - np.geomspace(1e-12, 0.1, 2000)) for s in (-1, 1))]
    )
    worst = -np.inf
    for n in (20, 21, 25, 40, 100, 1000, 10**6, 10**9, 10**12):
        for mean in np.unique(np.minimum(n / 2, [10.0, 10.3, 10.5, 10.8, 11.0, 13.7, 20.0, 50.0, n / 10, n / 3])):
            if mean >= SUMMED_BELOW:
                worst = max(worst, float(_above_hat(float(n), mean / n, u)))
    assert worst < -1e-3


@jax.jit
def _above_hat(n, p, u):
    n, p = jnp.full(u.shape, n), jnp.full(u.shape, p)
    spread, w, mode = jnp.sqrt(n * p * (1 - p)), 0.5 - jnp.abs(u), jnp.floor(n * p + p)
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    k = mode + jnp.floor((2 * a / w + b) * u + 0.5 - excess(mode, n, p))
    possible = (k >= 0) & (k <= n)
    law = _log_ratio(jnp.where(possible, k, mode), mode, n, p)
    return jnp.where(possible, law - jnp.log((2.83 + 5.1 / b) * spread / (a / w**2 + b)), -jnp.inf).max()


@pytest.mark.parametrize(("n", "p"), [(2**24 + 1, 0.3), (10**9, 0.5), (10**12, 1e-9), (10**12, 0.3), (10**12, 0.5)])
def test_the_curve_that_draws_are_held_against_is_right(n, p):
    """scipy's against a quadrature of the beta density in 30 digits."""
    with mp.workdps(30):
        s = mp.sqrt(n * mp.mpf(p) * (1 - mp.mpf(p)))
        for z in (-2.5, 0.4, 3.0):
            k = int(n * p + z * float(s))
            norm = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k)
            width = s / n
            points = [mp.mpf(p) + i * width for i in range(19)]

            def density(x, k=k, norm=norm):
                return mp.exp(norm + k * mp.log(x) + (n - k - 1) * mp.log(1 - x))

            above = mp.quad(density, [x for x in points if x < 1])
            assert abs(curve(np.array(k), n, p) - float(above)) < 1e-9


def test_draws_are_golden_and_the_same_in_any_company():
    n, p = np.tile([5, 1000, 10**6, 10**12], 250), np.tile([0.5, 0.003, 0.2, 0.7], 250)
    draw = np.arange(1000, dtype=np.uint32)
    one = jax.jit(lambda replicate, d, n, p: binomial(KEY, replicate, d, n, p)[0])
    together = np.asarray(one(np.uint32(4), draw, n, p))
    assert hashlib.sha256(together.astype("<i8").tobytes()).hexdigest()[:16] == "679665d1106117b9"
    alone = [int(one(np.uint32(4), draw[i : i + 1], n[i : i + 1], p[i : i + 1])[0]) for i in (0, 1, 2, 3, 997)]
    assert alone == together[[0, 1, 2, 3, 997]].tolist()
    mapped = jax.jit(jax.vmap(one, in_axes=(0, None, None, None)))(np.arange(3, 6, dtype=np.uint32), draw, n, p)
    assert np.array_equal(mapped[1], together)


@pytest.mark.parametrize(("n", "p"), [(-1, 0.5), (2**53 + 1, 0.5), (5, np.nan), (5, 1.5), (5, -0.1)])
def test_senseless_arguments_fail_at_once(n, p):
    assert _drawn(KEY, np.uint32(0), n, p, 1.0 - p, 2)[1].all()


def test_attempts_have_keys_of_their_own():
    keys = {tuple(int(word) for word in subkey(KEY, np.uint32(i))) for i in range(200)}
    assert len(keys) == 200
    assert tuple(int(word) for word in KEY) not in keys
