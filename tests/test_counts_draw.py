"""Multinomial counts and subsets at extremes: exact binomials of 10^13 draws, rare tokens, a million of them, edges."""

import numpy as np
import pytest
from budget import declare, normal_limit
from scipy import stats

from simulations import bits
from simulations.kernels.tokens.counts_draw import BLOCK, MANY_DRAWS, Streams, binomial, multinomial
from simulations.kernels.tokens.counts_subset import subset

HUGE = declare("multinomial counts of 10^13 draws: moments and rare tokens", 5e-9)
NUMPY = declare("numpy's binomial at every size: shape and parity", 5e-9)
SUBSETS = declare("subsets without replacement against the hypergeometric law", 4e-9)
KEY = bits.chain_key(21, "draws")


def streams(place=0):
    return Streams(KEY, 1, place)


def drawn(n, weights, rows, place=0):
    weights = np.broadcast_to(np.asarray(weights), (rows, len(weights)))
    return multinomial(streams(place), np.full(rows, n), weights)


NS = (1, 2, 10, 1000, 2**24 + 1, 2**31, 10**9, 10**12, 10**13)
PS = (1e-12, 3e-8, 0.003, 0.5, 1.0 - 1e-9)


@pytest.mark.parametrize("n", NS)
def test_binomials_have_their_law(n):
    """Equal bins of the exact law by its survival function, and the parity of large counts."""
    limit = NUMPY / (2 * len(NS) * len(PS))
    for place, p in enumerate(PS):
        x = drawn(n, [p, 1.0 - p], 20_000, place)[:, 0]
        law = stats.binom(n, p)
        edges = np.unique(law.ppf(np.linspace(0.05, 0.95, 19)))
        mass = np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]]))
        counts = np.bincount(np.searchsorted(edges, x), minlength=len(mass))
        held = mass * len(x) > 1
        assert counts[~held].sum() <= 40
        if held.sum() > 1:
            expected = mass[held] / mass[held].sum() * counts[held].sum()
            assert stats.chisquare(counts[held], expected).pvalue > limit
        if law.std() > 100:
            assert abs((x % 2).mean() - 0.5) * 2 * np.sqrt(len(x)) < normal_limit(limit)


def test_ten_trillion_draws_have_their_moments():
    n, rows, p = 10**13, 20_000, np.array([3e-13, 0.2, 1e-9, 0.5, 2e-12, 0.3 - 1.0023e-9, 0.0])
    x = drawn(n, p, rows)
    assert (x.sum(axis=1) == n).all()
    assert (x[:, -1] == 0).all()
    z = (x - n * p)[:, :-1] / np.sqrt(n * p * (1 - p))[:-1]
    limit = normal_limit(HUGE / 4, 6 + 15)
    assert np.abs(z.mean(axis=0) * np.sqrt(rows)).max() < limit
    odds = np.sqrt(p / (1 - p))
    for i in range(6):
        for j in range(i):
            covariance = -odds[i] * odds[j]
            spread = np.sqrt((1 + covariance**2 + (1 / (n * p[i]) + 1 / (n * p[j]))) / rows)
            assert abs((z[:, i] * z[:, j]).mean() - covariance) < limit * spread
    rare = np.bincount(x[:, 0], minlength=14)
    law = stats.poisson(3.0).pmf(np.arange(14))
    pvalue = stats.chisquare(np.append(rare[:13], rare[13:].sum()), np.append(law[:13], 1 - law[:13].sum()) * rows)
    assert pvalue.pvalue > HUGE / 4


def test_variances_of_a_million_tokens():
    """One draw of 10^9 among 10^6 tokens: the sum of squared residuals is chi-square, in each fifth of the ranks."""
    K, n = 10**6, 10**9
    p = 1.0 / np.arange(1, K + 1) ** 1.1
    x = drawn(n, p, 1)[0]
    p /= p.sum()
    assert x.sum() == n
    for fifth in np.split(np.arange(K), 5):
        squares = ((x - n * p)[fifth] ** 2 / (n * p[fifth] * (1 - p[fifth]))).sum()
        excess = 2 * len(fifth) + (1 / (n * p[fifth])).sum()
        assert abs(squares - len(fifth)) / np.sqrt(excess) < normal_limit(HUGE / 4, 5)
        residual = (x[fifth].sum() - n * p[fifth].sum()) / np.sqrt(n * p[fifth].sum() * (1 - p[fifth].sum()))
        assert abs(residual) < normal_limit(HUGE / 4, 5)


@pytest.mark.parametrize("K", [1, 2, BLOCK, BLOCK + 1, 5000, BLOCK**2 + 1])
@pytest.mark.parametrize("n", [0, 1, 1000, MANY_DRAWS + 1])
def test_every_size_sums_to_n_and_leaves_zeros_alone(K, n):
    weights = np.where(np.arange(K) % 3 == 1, 0.0, np.exp(np.linspace(0.0, -600.0, K)))
    x = drawn(n, weights, 1 if K > 4096 else 3)
    assert (x.sum(axis=1) == n).all()
    assert x.min() >= 0
    assert (x[:, weights == 0] == 0).all()


@pytest.mark.parametrize("order", [1, -1])
def test_a_rare_token_beside_a_heavy_one_keeps_its_probability(order):
    """numpy takes weights away from 1 one by one: the last would have nothing, or what rounding leaves."""
    weights = np.array([1.0, 1e-18, 0.0])[::order]
    x = drawn(10**13, weights, 2000)
    assert (x[:, weights == 0] == 0).all()
    assert x[:, weights == 1e-18].sum() <= 12  # 0.02 expected


def test_integer_weights_are_as_exact_as_they_are_large():
    weights = np.array([[2**53 - 2, 1, 1]])
    x = multinomial(streams(), np.array([2**40]), weights)
    assert x.sum() == 2**40
    assert x[0, 1:].sum() <= 6


def test_binomials_of_nothing_and_of_no_chance():
    n, p = np.array([0, 0, 5, 10**13, 10**13]), np.array([0.0, 0.5, 0.0, 0.0, 0.5])
    x = binomial(streams(), n, p)
    assert x[:4].tolist() == [0, 0, 0, 0]
    assert 0 < x[4] < 10**13


POOLS = [([5, 3, 2], 4), ([5, 3, 2], 9), ([40_000, 3, 20_000], 10_000), ([10**12, 10**9, 7 * 10**12], 10**12)]


@pytest.mark.parametrize(("pool", "m"), POOLS)
def test_subsets_have_the_hypergeometric_law(pool, m):
    pool, rows = np.array(pool), 5000
    rng = streams().generator()
    x = np.array([subset(rng, pool, m) for _ in range(rows)])
    assert (x.sum(axis=1) == m).all()
    assert ((x >= 0) & (x <= pool)).all()
    N = int(pool.sum())
    limit = normal_limit(SUBSETS / (2 * len(POOLS)), 3)
    share = pool / N
    mean, variance = m * share, m * share * (1 - share) * (N - m) / (N - 1)
    z = (x - mean) / np.sqrt(variance)
    assert np.abs(z.mean(axis=0) * np.sqrt(rows)).max() < limit
    if N < 1000:
        law = stats.hypergeom(N, pool[0], m).pmf(np.arange(m + 1))
        held = law > 0
        assert stats.chisquare(np.bincount(x[:, 0], minlength=m + 1)[held], law[held] * rows).pvalue > SUBSETS / 8
    else:
        fourth = (z[:, 0] ** 4).mean()
        assert abs((z[:, 0] ** 2).mean() - 1) < limit * np.sqrt((fourth - 1) / rows)


def test_a_subset_of_all_and_of_nothing():
    pool = np.array([3, 0, 2**40])
    rng = streams().generator()
    assert np.array_equal(subset(rng, pool, int(pool.sum())), pool)
    assert np.array_equal(subset(rng, pool, 0), np.zeros(3))
    assert subset(rng, pool, 2**39)[1] == 0
