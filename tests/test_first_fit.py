"""Every draw biased, the first fit's included: numbers in closed form, and which claims may speak of such chains."""

import itertools

import numpy as np
import pytest
from scipy.special import ndtri

from theory.claims import claims
from theory.predict import predict
from theory.scenario import ScenarioError, parse_scenario

TOP_NINE_TENTHS = {"kind": "truncated", "cutoff": float(ndtri(0.95))}
TO_A_CENTRE = {"kind": "tilt", "strength": 0.25, "reward": "quadratic", "centre": 3.0}
TILTED = {"kind": "tilt", "strength": 0.3, "reward": "value"}


def biased(sampler, size, first_fit="biased", retention="replace", divisor="unbiased"):
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": retention},
        "estimator": {"kind": "moments", "divisor": divisor},
        "sampler": {**sampler, "first_fit": first_fit},
    })  # fmt: skip


@pytest.mark.parametrize(
    ("sampler", "size", "statistic", "t", "expected"),
    [
        (TOP_NINE_TENTHS, 20, "variance", 4, 0.150659),
        (TOP_NINE_TENTHS, 20, "variance_second_moment", 4, 0.029161),
        (TOP_NINE_TENTHS, 20, "mean_squared_error", 4, 0.070182),
        ({"kind": "best_of", "k": 3, "reward": "value"}, 20, "variance", 4, 0.0979712),
        ({"kind": "best_of", "k": 3, "reward": "value"}, 20, "variance_second_moment", 4, 0.0146286),
        (TILTED, 15, "mean_bias", 8, 2.4),
        (TO_A_CENTRE, 14, "mean_precision", 6, 5.52710),
        (TILTED, 15, "mean_squared_error", 8, 2.4**2 + 2.74553),
    ],
)
def test_known_numbers(sampler, size, statistic, t, expected):
    """By quadrature and by hand, to the digits that are printed."""
    assert predict(biased(sampler, size), statistic, [t]).value[0] == pytest.approx(expected, rel=1e-5)


def test_scaled_draws_take_a_power_of_their_factor():
    """E v_t = c^t, and the error of the mean is (c/M) (1 - c^t)/(1 - c)."""
    s, t, c = biased({"kind": "scaled", "variance_factor": 0.8}, 25), np.array([0, 1, 5, np.inf]), 0.8
    assert predict(s, "variance", t).value == pytest.approx(c**t)
    assert predict(s, "mean_squared_error", t).value == pytest.approx(c / 25 * (1 - c**t) / (1 - c))


def test_an_infinite_sample_drawn_to_a_centre_gains_the_strength_in_precision():
    """1/v_t = 1 + t/4, and the mean is the weighted mean of 0 and the centre, 3."""
    t = np.array([0, 1, 8, 5000])
    large = biased(TO_A_CENTRE, 10**9)
    assert predict(large, "variance", t).value == pytest.approx(1 / (1 + t / 4), rel=2e-5)
    assert predict(large, "mean_bias", t).value == pytest.approx(3 * t / 4 / (1 + t / 4), rel=2e-5)
    assert predict(large, "mean_precision", t).value == pytest.approx(1 + t / 4, rel=2e-5)


SAMPLERS = {
    "scaled": {"kind": "scaled", "variance_factor": 0.9},
    "truncated": {"kind": "truncated", "cutoff": 2.0},
    "best of": {"kind": "best_of", "k": 2, "reward": "value"},
    "nearest": {"kind": "best_of", "k": 2, "reward": "quadratic", "centre": 0.0},
    "tilted": TILTED,
    "drawn to a centre": {**TILTED, "reward": "quadratic", "centre": 1.0},
}
OF_THE_FIRST_FIT = "gaussian-variance-ever-above-lower-bound"
"""The claim that says what a fit to real points is like, whatever comes after."""


@pytest.mark.parametrize("name", SAMPLERS)
def test_claims_that_speak_of_a_real_first_fit_refuse_a_biased_one(name):
    """Any other covers both, or neither."""
    for retention, divisor in itertools.product(("replace", "accumulate"), ("unbiased", "mle")):
        real, both = (biased(SAMPLERS[name], 10, first, retention, divisor) for first in ("real", "biased"))
        for claim in claims().values():
            assert claim.covers(both) == (claim.covers(real) and claim.id != OF_THE_FIRST_FIT), claim.id


@pytest.mark.parametrize("retention", [{"kind": "weighted", "weight": 0.5, "real": 5, "synthetic": 5}])
def test_real_points_are_never_biased(retention):
    with pytest.raises(ScenarioError, match=r'sampler.first_fit must be "real" with retention.kind "weighted"'):
        parse_scenario({
            "source": {"kind": "gaussian", "mean": 0.0, "variance": 1.0},
            "retention": retention,
            "estimator": {"kind": "moments", "divisor": "mle"},
            "sampler": {"kind": "truncated", "cutoff": 2.0, "first_fit": "biased"},
        })  # fmt: skip


def test_the_default_changes_no_hash():
    """A field that equals its default is left out."""
    plain = biased(TILTED, 10, "real")
    assert "first_fit" not in plain.canonical()
    assert "first_fit" in biased(TILTED, 10).canonical()
