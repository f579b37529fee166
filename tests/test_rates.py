"""Asymptotic claims by the rate at which their error falls: as a table, and measured.

A rate is the power of a doubled parameter with which the relative distance from the independent route falls; the error
that a claim promises must fall with the same power as what is found, unless the table says that it falls faster.
"""

import itertools
import math
from collections.abc import Iterable

import mpmath
import numpy as np
import pytest

from theory.claim import Kind
from theory.claims import claims
from theory.claims.gaussian import accumulate, biased_fit, nearest_fit, tilted_fit
from theory.claims.gaussian import weighted as weighted_batches
from theory.claims.regression import ridge
from theory.laws.log_chi_square_sum import log_sum_mean, log_sum_sd
from theory.scenario import Scenario, parse_scenario

Question = tuple[Scenario, float, float | None]
LINE = {"kind": "gaussian", "mean": 0.0, "variance": 1.0}
PLANE = {"kind": "gaussian", "mean": [0.0, 0.0], "covariance": [[1.0, 0.0], [0.0, 1.0]]}
LONG = {"kind": "gaussian", "mean": [0.0, 0.0], "covariance": [[4.0, 0.0], [0.0, 0.25]]}
ROWS = {"kind": "regression", "dimension": 1, "noise_variance": 1.0, "design": "fresh"}
FOREVER = math.inf


def replaced(
    sizes: Iterable[int], t: float, at: float | None = None, source: dict = LINE, **schedule
) -> list[Question]:
    """Replacement with the unbiased divisor, one question for each size."""
    tables = {
        "source": source,
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": "unbiased"},
    }
    sized = [{"kind": "constant", **schedule, "size": size} for size in sizes]
    return [(parse_scenario({**tables, "sample_size": one}), t, at) for one in sized]


def later(times: Iterable[int], z: float) -> list[Question]:
    """Ten points, at the level that lies z standard deviations of the logarithm from its mean, whatever t."""
    return [replaced([10], t, math.exp(log_sum_mean(9, t) + z * log_sum_sd(9, t)))[0] for t in times]


def strayed(levels: Iterable[float]) -> list[Question]:
    """Ten points, at ever farther levels."""
    return [replaced([10], FOREVER, level)[0] for level in levels]


def drawn(sizes: Iterable[int], t: float) -> list[Question]:
    """Draws towards a centre, a standard deviation of the source from its mean."""
    return [(tilted_fit.setting(size, "unbiased", 0.5, centre=2.0), t, None) for size in sizes]


def nearest(sizes: Iterable[int], t: float) -> list[Question]:
    """The nearest of two to the mean of the source."""
    return [(nearest_fit.setting(size, "unbiased", 2), t, None) for size in sizes]


def largest(sizes: Iterable[int], t: float) -> list[Question]:
    """The largest of two."""
    return [(biased_fit.setting(size, "unbiased", k=2), t, None) for size in sizes]


def half_real(scheme: str, sizes: Iterable[int], t: float) -> list[Question]:
    retention = {"kind": "real_share", "scheme": scheme, "share": 0.5}
    sized = [{"source": ROWS, "retention": retention, "sample_size": {"kind": "constant", "size": M}} for M in sizes]
    return [(parse_scenario(one), t, None) for one in sized]


def weighted(rows: Iterable[int], t: float) -> list[Question]:
    both = [{"kind": "weighted", "weight": 0.6, "real": n, "synthetic": n} for n in rows]
    return [(parse_scenario({"source": ROWS, "retention": one}), t, None) for one in both]


def beside_real(sizes: Iterable[int], t: float, kind: str) -> list[Question]:
    """A Gaussian refitted to real points as well: a stratified fifth of all, or as many with a weight of 0.3."""
    tables = {"source": LINE, "estimator": {"kind": "moments", "divisor": "unbiased"}}
    of_points = {
        "real_share": lambda M: {
            "retention": {"kind": "real_share", "scheme": "stratified", "share": 0.2},
            "sample_size": {"kind": "constant", "size": M},
        },
        "weighted": lambda M: {"retention": {"kind": "weighted", "weight": 0.3, "real": M, "synthetic": M}},
    }
    return [(parse_scenario(tables | of_points[kind](M)), t, None) for M in sizes]


RATES = {
    # claim: questions with a parameter that doubles, the order of the promise, and of the error where it is higher
    "gaussian-log-variance-sd-leading-order":               (beside_real((200, 400), FOREVER, "weighted"), 1.0, 1.0),
    "gaussian-wasserstein2-squared-leading-order":          (beside_real((200, 400), 2, "weighted"), 1.0, 1.0),
    "gaussian-kl-reverse-leading-order":                    (beside_real((200, 400), 2, "weighted"), 1.0, 1.0),
    "gaussian-kl-forward-leading-order":                    (beside_real((200, 400), 2, "weighted"), 1.0, 1.0),
    "gaussian-wasserstein2-squared-variance-leading-order": (beside_real((100, 200), 2, "real_share"), 1.0, 1.0),
    "gaussian-replace-collapse-time-corrected":             (replaced((10, 20, 40), FOREVER, 0.1), 1.5, 2.5),
    "gaussian-replace-mean-student-limit":                  (replaced((10, 20), FOREVER, 1.0), 1.0, 1.0),
    "gaussian-replace-mean-tail-index":                     (strayed((32.0, 64.0, 128.0)), 2.0, 2.0),
    "gaussian-replace-variance-cdf-lognormal":              (later((20, 40, 80), 0.0), 0.5, 0.5),
    "gaussian-replace-variance-cdf-edgeworth":              (later((20, 40, 80), 1.0), 1.0, 1.0),
    "gaussian-replace-variance-ever-above-large-samples":   (replaced((50, 100), FOREVER, 2.0), 1.5, 1.5),
    "gaussian-replace-polynomial-sizes-log-variance":
        (replaced((400, 800), FOREVER, kind="polynomial", power=2.0), 1.0, 1.0),
    "gaussian-best-of-large-samples-mean-bias":             (largest((200, 400), FOREVER), 1.0, 1.0),
    "gaussian-nearest-large-samples-variance":              (nearest((1600, 3200), 2), 1.0, 1.0),
    "gaussian-tilt-quadratic-large-samples-variance":       (drawn((400, 800), 3), 1.0, 1.0),
    "gaussian-tilt-quadratic-large-samples-mean-bias":      (drawn((400, 800), 3), 1.0, 1.0),
    "gaussian-kept-closer-than-one-fit":
        ([(accumulate.setting(M), 2, None) for M in (100, 200)], 1.0, 1.0),
    "gaussian-batches-closer-than-one-fit":
        ([(weighted_batches.setting(n, 2 * n, 0.5, "mle"), 2, None) for n in (50, 100)], 1.0, 1.0),
    "gaussian-real-share-closer-than-one-fit":              (beside_real((100, 200), 2, "real_share"), 1.0, 1.0),
    "gaussian-replace-closer-than-one-fit":                 (replaced((200, 400), 3), 1.0, 1.0),
    "gaussian-replace-wasserstein2-leading-order":          (replaced((100, 200, 400), 5), 1.0, 1.0),
    "gaussian-replace-wasserstein2-variance-leading-order": (replaced((100, 200, 400), 5), 1.0, 1.0),
    "regression-fixed-real-share-excess-risk-leading-order":      (half_real("fixed", (640, 1280), 5), 1.0, 1.0),
    "regression-stratified-real-share-excess-risk-leading-order":
        (half_real("stratified", (200, 400), FOREVER), 1.0, 1.0),
    "regression-weighted-excess-risk-leading-order":        (weighted((100, 200, 400), 3), 1.0, 1.0),
    "regression-ridge-excess-risk-proportional":
        ([(ridge.setting(M, M // 4, M / 10), 3, None) for M in (160, 320)], 1.0, 1.0),
    "vector-replace-mean-tail-limit":                       (replaced((20, 40), FOREVER, 1.0, PLANE), 1.0, 1.0),
    "vector-replace-mean-tail-limit-directions":           (replaced((20, 40), FOREVER, 1.0, LONG), 1.0, 1.0),
    "vector-wasserstein2-leading-order":                    (replaced((60, 120), 1, None, PLANE), 1.0, 1.0),
    "vector-wasserstein2-variance-leading-order":           (replaced((60, 120), 1, None, PLANE), 1.0, 1.0),
    "vector-replace-wasserstein2-leading-order":            (replaced((60, 120), 3, None, PLANE), 1.0, 1.0),
}  # fmt: skip


def test_every_asymptotic_claim_has_a_rate():
    assert set(RATES) == {claim.id for claim in claims().values() if claim.kind is Kind.ASYMPTOTIC}


@pytest.mark.parametrize("name", RATES)
def test_the_error_falls_at_the_stated_rate_and_keeps_below_its_promise(name):
    questions, promised, order = RATES[name]
    claim = claims()[name]
    errors, promises = [], []
    for scenario, t, at in questions:
        value = claim.value(scenario, np.array([float(t)]), at)[0]
        truth = claim.reference(scenario, t, at)
        errors.append(float(abs((mpmath.mpf(float(value)) - truth) / truth)))
        promises.append(claim.error(scenario, t, at))
    assert all(error <= promise for error, promise in zip(errors, promises, strict=True))
    np.testing.assert_allclose(rates(promises), promised, atol=0.06)
    if order == promised:
        np.testing.assert_allclose(rates(errors), order, atol=0.06)
    else:
        assert min(rates(errors)) > order


def rates(values: list[float]) -> list[float]:
    """The powers with which they fall from one to the next."""
    return [math.log2(before / after) for before, after in itertools.pairwise(values)]
