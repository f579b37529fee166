"""Times below a threshold: known values, the law against the variance after one fit, its sum against the mean."""

import itertools
import math

import mpmath
import numpy as np
import pytest

from theory.claims.gaussian.replace import setting
from theory.laws.first_passage import mean_overshoot, mean_passage_time, survival
from theory.laws.log_chi_square_sum import log_sum_survival
from theory.predict import predict, quantiles
from theory.scenario import InputError

LN10 = math.log(10)


@pytest.mark.parametrize(
    ("size", "start", "known"),
    [
        (3, LN10, 5.900282602885), (10, LN10, 23.10757373658), (50, LN10, 118.439496660),
        (100, math.log(2), 77.1890181360), (100, LN10, 235.988722137),
    ],
)  # fmt: skip
def test_known_means(size, start, known):
    """Unbiased, to the digits to which they were found by a finer Nystrom method on the whole way."""
    assert mean_passage_time(start, size, 0.0) == pytest.approx(known, rel=1e-11)


def test_known_law():
    alive = list(itertools.islice(survival(LN10, 10, 0.0), 100))
    known = {5: 0.92382321413, 17: 0.47889747824, 40: 0.14128917404, 100: 0.010867220748}
    assert [alive[n - 1] for n in known] == pytest.approx(list(known.values()), abs=6e-12)


def test_known_law_of_many_points():
    """Blocks of a band: digits of another band, in which 6e-11 is wrong."""
    alive = list(itertools.islice(survival(LN10, 1000, 0.0), 1700))
    assert [alive[499], alive[1699]] == pytest.approx([0.94179610617, 0.48443391512], abs=1e-10)


def test_the_band_is_the_whole_matrix():
    """On both sides of the switch, as sizes need not be whole here."""
    band, whole = (list(itertools.islice(survival(0.5, size, 0.0), 60)) for size in (60.0 + 1e-9, 60.0 - 1e-9))
    assert band == pytest.approx(whole, rel=1e-8)


@pytest.mark.parametrize(("size", "offset", "start"), [(2, 0.0, 1.0), (10, 1.0, 0.3), (15, 0.5, 0.0)])
def test_the_law_begins_with_one_fit_and_adds_up_to_the_mean(size, offset, start):
    law = list(itertools.islice(survival(start, size, offset), 800))
    shift = math.log((size - 1) / (size - 1 + offset))
    assert law[0] == pytest.approx(log_sum_survival(-start - shift, size - 1, 1), rel=1e-12)
    assert 1 + sum(law) == pytest.approx(mean_passage_time(start, size, offset), rel=1e-10)
    assert np.all(np.diff(law) <= 0)


def test_overshoot_of_a_walk_with_small_steps():
    """-zeta(1/2)/sqrt(2 pi) standard deviations far from the start, 1/sqrt 2 from the threshold itself."""
    size = 10**8
    sd = math.sqrt(float(mpmath.psi(1, (size - 1) / 2)))
    assert mean_overshoot(1.0, size, 0.0) / sd == pytest.approx(
        float(-mpmath.zeta(0.5) / mpmath.sqrt(2 * mpmath.pi)), rel=1e-3
    )
    assert mean_overshoot(0.0, size, 0.0) / sd == pytest.approx(math.sqrt(0.5), rel=1e-3)


def test_times_as_they_are_asked_for():
    chain = setting(10, "unbiased", variance=1.0)
    assert quantiles(chain, "collapse_time", (), (0.5,), at=0.1).value.tolist() == [[17.0]]
    assert quantiles(chain, "collapse_time", (), (0.5,), at=2.0).value.tolist() == [[0.0]]
    assert predict(chain, "collapse_time", at=2.0).value.tolist() == [0.0]
    grows = setting(10, "offset", offset=-2.5)
    assert predict(grows, "collapse_time", at=0.1).value.tolist() == [np.inf]
    with pytest.raises(InputError, match="almost every chain collapses"):
        quantiles(grows, "collapse_time", (), (0.5,), at=0.1)
    with pytest.raises(InputError, match="take too long"):
        quantiles(setting(10**6, "offset", offset=0.5), "collapse_time", (), (0.5,), at=0.1)
    with pytest.raises(InputError, match="at must be"):
        quantiles(chain, "collapse_time", (), (0.5,))
