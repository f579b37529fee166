"""What real data are worth beside synthetic ones, and what a verifier makes of these: laws against sums and chains."""

import math
from collections import defaultdict
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats

from theory.claims.gaussian import real_share, scaled_share
from theory.laws.fresh_loop import harmful_size, mean_effective_size, unbiased_effective_size, variance_floor
from theory.laws.mixture_information import (
    chi_square_divergence,
    corrected_loss,
    labelled_size,
    marked_size,
    unassisted_size,
)
from theory.laws.verifier import accepted_mean, breakdown_error, kept_error, pull
from theory.predict import predict


def limit(scenario, statistic):
    return float(predict(scenario, statistic, [math.inf]).value[0])


@pytest.mark.parametrize("synthetic", [0, 1, 100, 900, 10**6])
def test_fresh_points_beside_faithful_ones_are_worth_up_to_twice_their_number(synthetic):
    found = unbiased_effective_size(100, synthetic)
    assert found == pytest.approx(mean_effective_size(100, synthetic))
    assert 100 - 1e-9 <= found < 200
    if synthetic:
        scenario = real_share.setting("stratified", 100 + synthetic, "unbiased", real=100)
        assert limit(scenario, "effective_real_size") == pytest.approx(found)


@pytest.mark.parametrize("factor", [0.7, 0.85])
def test_a_bias_of_the_sampler_leaves_a_floor(factor):
    """The settings of the published loop, 100 real points and up to 900 synthetic: the claims, and the limit."""
    for synthetic in (100, 900):
        scenario = scaled_share.setting(100 + synthetic, 100, factor, "unbiased")
        assert limit(scenario, "effective_real_size") == pytest.approx(mean_effective_size(100, synthetic, factor))
    many = scaled_share.setting(10**8, 10**7, factor, "unbiased")
    assert limit(many, "variance") / many.source.variance == pytest.approx(variance_floor(0.1, factor), rel=1e-6)


def stationary_distance(real, synthetic, factor, chains=60_000):
    """The mean of n W_2^2 over chains after 12 fits, drawn by numpy, and its standard error."""
    rng, N = np.random.default_rng(20261122), real + synthetic
    mean, variance = np.zeros(chains), np.ones(chains)
    for _ in range(12):
        fresh = rng.standard_normal(chains) / math.sqrt(real)
        drawn = mean + np.sqrt(factor * variance / synthetic) * rng.standard_normal(chains)
        squares = rng.chisquare(real - 1, chains) + factor * variance * rng.chisquare(synthetic - 1, chains)
        squares += real * synthetic / N * (fresh - drawn) ** 2
        mean, variance = (real * fresh + synthetic * drawn) / N, squares / (N - 1)
    distance = real * (mean**2 + (np.sqrt(variance) - 1) ** 2)
    return distance.mean(), distance.std() / math.sqrt(chains)


@pytest.mark.parametrize("real", [1000, 20_000])
def test_from_some_number_on_biased_points_do_harm_however_many_real_ones_there_are(real):
    """n^2 times the excess over the distance of n real points is m^2 (1-lambda)^2/4 - m (9-lambda-2 lambda^2)/4."""
    factor = 0.85
    turn = harmful_size(factor)
    assert turn == pytest.approx(298, abs=0.5)
    for synthetic in (100, 900):
        gain = synthetic**2 * (1 - factor) ** 2 / 4 * (1 - turn / synthetic)
        mean, error = stationary_distance(real, synthetic, factor)
        slack = 4 * error + 3 * synthetic / real * abs(gain) / real
        assert abs(mean - 1.5 - gain / real) < slack
        assert (gain > 0) is (synthetic > turn)
    assert harmful_size(1.0) == math.inf


def test_signals_are_worth_something_between_labels_and_nothing():
    sizes, shares = [100, 50], [0.1, 0.4]
    assert unassisted_size(sizes, shares) == pytest.approx(9.0)
    assert labelled_size(sizes, shares) == pytest.approx(30.0)
    assert marked_size(sizes, shares, [1.0, 0.0], [0.0, 1.0]) == pytest.approx(30.0)
    assert marked_size(sizes, shares, [0.3, 0.7], [0.3, 0.7]) == pytest.approx(9.0)
    assert 9.0 < marked_size(sizes, shares, [0.8, 0.2], [0.2, 0.8]) < 30.0


def test_the_divergence_of_a_mark_has_its_published_values():
    """A mark wrong in a fifth, 1.515593 at a tenth real; one erased with probability e, (1-e)(1/alpha - 1)."""
    assert chi_square_divergence([0.8, 0.2], 0.1, [0.2, 0.8]) == pytest.approx(1.515593, abs=1e-6)
    for erased, share in ((0.2, 0.1), (0.5, 0.3)):
        kept = [1 - erased, 0.0, erased], [0.0, 1 - erased, erased]
        assert chi_square_divergence(kept[0], share, kept[1]) == pytest.approx((1 - erased) * (1 / share - 1))
    least = 0.2 / 0.8
    assert 1 + chi_square_divergence([0.8, 0.2], 0.1, [0.2, 0.8]) <= 1 / (0.1 + least - 0.1 * least)


def test_estimates_that_correct_for_known_shares_lose_what_enumeration_says():
    """Two tokens; a real batch of 3, then 2 and 3 points of which half and a third are real, every outcome counted."""
    sizes, shares, p = (3, 2, 3), (Fraction(1), Fraction(1, 2), Fraction(1, 3)), Fraction(1, 4)
    states = {(Fraction(0), Fraction(0)): Fraction(1)}  # sum of weighted estimates, newest estimate: chance
    total = Fraction(0)
    for n, share in zip(sizes, shares, strict=True):
        total, later = total + n * share**2, defaultdict(Fraction)
        for (added, newest), chance in states.items():
            m = share * p + (1 - share) * newest
            for count in range(n + 1):
                estimate = (Fraction(count, n) - (1 - share) * newest) / share
                weighted = added + n * share**2 * estimate
                later[weighted, weighted / total] += chance * comb(n, count) * m**count * (1 - m) ** (n - count)
        states = later
    loss = 2 * sum(chance * (newest - p) ** 2 for (_, newest), chance in states.items())
    exact = corrected_loss(sizes, [float(share) for share in shares], float(2 * p * (1 - p)))
    assert exact == pytest.approx(float(loss), rel=1e-14)
    assert exact < 2 * p * (1 - p) / total


def test_a_verifier_breaks_down_where_half_of_what_it_keeps_is_wrong():
    for right, wrong in ((0.9, 0.3), (0.5, 0.5), (1.0, 0.0), (0.2, 0.8)):
        turn = breakdown_error(right, wrong)
        assert turn == pytest.approx(1 / (1 + wrong / right))
        assert kept_error(turn * 0.999, right, wrong) < 0.5 or wrong == 0
        if turn < 1:
            assert kept_error(turn, right, wrong) == pytest.approx(0.5)
            assert kept_error(turn + 0.001 * (1 - turn), right, wrong) > 0.5
    with pytest.raises(ValueError, match="keeps no label"):
        kept_error(1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="must keep some"):
        breakdown_error(0.0, 0.0)


@pytest.mark.parametrize("width", [0.1, 1.0, 3.0])
def test_acceptance_pulls_to_the_centre_of_the_verifier(width):
    """Every round shortens the distance; the centre is where it ends, and the width sets the rate alone."""
    for shift in (-2.0, 1e-3, 0.7, 30.0):
        expected = stats.truncnorm(-width - shift, width - shift, loc=shift).mean()
        assert accepted_mean(shift, width) == pytest.approx(expected, rel=1e-8)
    shift = 2.0
    for _ in range(40):
        assert 0 <= accepted_mean(shift, width) < shift or shift < 1e-12
        last, shift = shift, accepted_mean(shift, width)
    if last > 1e-9:
        assert shift / last == pytest.approx(pull(width), rel=0.2)
    assert pull(0.05) == pytest.approx(pull(np.nextafter(0.05, 0.0)), rel=1e-6)
