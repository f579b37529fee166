"""Where chains of replaced data end whose sizes grow fast, and where they do not."""

import math

import numpy as np
import pytest
from scipy import special

from theory.claims import claims
from theory.claims.gaussian.factors_reference import value
from theory.claims.gaussian.schedule_end import end_of_sum, fits_to_the_end
from theory.claims.gaussian.varying import setting
from theory.predict import predict
from theory.scenario.sample_size import Geometric, Polynomial

SQUARES = {"kind": "polynomial", "size": 20, "power": 2.0}
GROWING = (
    Polynomial(size=20, power=2), Polynomial(size=1, power=3), Polynomial(size=10**6, power=7),
    Polynomial(size=10**13, power=2), Geometric(size=20, ratio=2), Geometric(size=5, ratio=1.05),
    Geometric(size=10**14, ratio=3),
)  # fmt: skip


@pytest.mark.parametrize("schedule", GROWING, ids=str)
def test_the_end_of_the_sum_of_reciprocals(schedule):
    def reciprocals(t):
        added = np.cumsum(1.0 / schedule.schedule(int(t.max())).astype(float))
        return added[t - 1]

    sizes = schedule.schedule(fits_to_the_end(schedule)[-1]).astype(float)
    if isinstance(schedule, Polynomial):
        exact = special.zeta(schedule.power, 1) / schedule.size
    else:
        exact = math.fsum(1 / sizes) + 1 / sizes[-1] / (schedule.ratio - 1)
    assert end_of_sum(schedule, reciprocals) == pytest.approx(exact, rel=1e-11)


def test_ends_are_those_of_the_recurrence():
    chain = setting(SQUARES, "mle", variance=1.0)
    distance = value(chain, math.inf, lambda m: m[4] + m[1] - 2 * m[0] + m[12])
    assert predict(chain, "wasserstein2_squared", [np.inf]).value[0] == pytest.approx(float(distance), rel=1e-7)
    late = predict(chain, "kl_reverse", [5000, 10_000, np.inf]).value
    assert late[2] - late[1] == pytest.approx(late[1] - late[0], rel=1e-3)
    means = [claims()[f"gaussian-{name}"].limit(chain) for name in ("factors-mean-fourth-moment", "factors-kl-forward")]
    assert all(math.isfinite(mean) for mean in means)


def test_sizes_that_grow_slowly_have_no_end():
    for slow in ({"kind": "polynomial", "size": 20, "power": 1.0}, {"kind": "polynomial", "size": 20, "power": 1.5}):
        assert not claims()["gaussian-factors-wasserstein2-squared"].knows_limit(setting(slow))
    few = setting({"kind": "polynomial", "size": 3, "power": 2.0})
    assert predict(few, "kl_forward", [np.inf]).value[0] == math.inf


def test_listed_sizes_rise_as_often_as_chains():
    sizes, chains = (20, 9, 30, 15, 40, 60), 200_000
    rng, walk, highest = np.random.default_rng(20261122), np.zeros(chains), np.zeros(chains)
    for size in sizes:
        walk = walk + np.log(rng.chisquare(size - 1, chains) / (size - 1))
        highest = np.maximum(highest, walk)
    chain = setting({"kind": "explicit", "sizes": list(sizes)}, variance=1.0)
    told = predict(chain, "variance_ever_above", [np.inf], 1.5).value[0]
    seen = float((highest > math.log(1.5)).mean())
    assert told == pytest.approx(seen, abs=4 * math.sqrt(told * (1 - told) / chains))
    assert predict(chain, "variance_ever_above", [np.inf], 0.9).value[0] == 1.0


def test_a_list_too_long_for_its_steps_has_a_bound_alone():
    long = setting({"kind": "explicit", "sizes": [2, *[10_000] * 50]}, variance=1.0)
    found = predict(long, "variance_ever_above", [np.inf], 3.0)
    assert found.kind == ("lower bound", "upper bound")
    assert 0 < found.lower[0] < found.upper[0] < 1 / 3
