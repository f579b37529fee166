"""Summaries of chains: they merge, they count what is infinite, and say how few chains carry a mean."""

import numpy as np
import pytest

from simulations.moments import Summary, deviation_reading, mean_reading, merged_summaries, variance_reading


def summary(x):
    finite = x[np.isfinite(x)]
    d = finite - finite.mean() if len(finite) else finite
    sums = (len(finite), finite.mean() if len(finite) else 0.0, (d**2).sum(), (d**3).sum(), (d**4).sum())
    return Summary(
        *(np.asarray(float(v)) for v in (*sums, (x == np.inf).sum(), (x == -np.inf).sum(), np.isnan(x).sum()))
    )


def test_summaries_merge_to_the_summary_of_all():
    x = np.random.default_rng(0).lognormal(size=1000) + 1e3
    x[[3, 700, 701]] = np.inf
    for cuts in ([1], [500], [0, 1000], [10, 20, 999]):
        merged = summary(np.array([]))
        for part in np.split(x, cuts):
            merged = merged_summaries(merged, summary(part))
        for ours, exact in zip(merged, summary(x), strict=True):
            assert ours == pytest.approx(exact, rel=1e-11)


def test_infinite_and_invalid_chains_are_seen():
    above, neither = summary(np.array([1.0, np.inf, np.inf])), summary(np.array([np.inf, -np.inf, 2.0]))
    assert [float(v) for v in mean_reading(above, True)] == pytest.approx([np.inf, np.nan, 2.0], nan_ok=True)
    assert np.isnan(mean_reading(neither, True).value)
    assert np.isnan(mean_reading(summary(np.array([1.0, np.nan])), True).value)
    assert np.isnan(variance_reading(above).value)
    assert np.isnan(deviation_reading(above).value)


def test_effective_replicates_say_how_few_chains_carry_a_mean():
    x = np.zeros(100)
    assert mean_reading(summary(x), True).effective == 0
    x[7] = 5.0
    assert mean_reading(summary(x), True).effective == pytest.approx(1.0)
    assert mean_reading(summary(x), False).effective == 100
    x[:40] = 5.0
    assert mean_reading(summary(x), True).effective == pytest.approx(40.0)
