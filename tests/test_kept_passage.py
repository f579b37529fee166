"""Whether the variance ever exceeds a level where all data are kept, beside plain chains and at its ends."""

import math

import numpy as np
import pytest

from theory.claims.gaussian import accumulate
from theory.laws.kept_passage import ever_above, leaving
from theory.predict import predict

EVER = "variance_ever_above"


def test_as_many_chains_rise_as_is_said_of_the_first_fits():
    rng, chains, M, first, level = np.random.default_rng(20261122), 40_000, 20, 20, 0.25
    log_v = np.log(rng.chisquare(first - 1, chains) / first)
    highest = log_v.copy()
    for pool in range(first, first + 29 * M, M):
        joined, drawn = pool + M, rng.chisquare(M - 1, chains)
        between = (1 - M / joined) * rng.standard_normal(chains) ** 2
        log_v += np.log((pool + drawn + between) / joined)
        highest = np.maximum(highest, log_v)
    told = leaving(level, M, first, 1.0, 30)
    assert (np.diff(told) > 0).all()
    assert float((highest > level).mean()) == pytest.approx(told[-1], abs=5 * math.sqrt(told[-1] / chains))
    assert told[-1] < ever_above(level, M, first, 1.0) < told[-1] + 0.05


def test_it_is_exact_where_batches_are_alike_and_lies_between_the_bounds():
    alike, unlike = accumulate.setting(30, variance=1.0), accumulate.setting(30, first=300, variance=1.0)
    assert predict(alike, EVER, (), 1.2).kind == ("exact",)
    assert set(predict(unlike, EVER, (), 1.2).kind) == {"lower bound", "upper bound"}
    assert predict(alike, EVER, (), 0.5).value[0] == 1.0
    assert 0 <= predict(alike, EVER, (), 50.0).value[0] < 1e-12
