"""Asymptotic claims by the rate at which their error falls, bounds by how loose they are: as tables, and measured.

A rate is the power of the sample size with which the relative distance from the independent route falls. Looseness is
the largest relative distance of a bound from the truth over the claim's own examples: a table that promised much more
than is measured would say nothing, so that the promise is at most twice what is found.
"""

import math

import mpmath
import numpy as np
import pytest

from theory.claim import Kind
from theory.claims import claims
from theory.scenario import Scenario, parse_scenario
from theory.verify import compare_routes

LINE = {"kind": "gaussian", "mean": 0.0, "variance": 1.0}
PLANE = {"kind": "gaussian", "mean": [0.0, 0.0], "covariance": [[1.0, 0.0], [0.0, 1.0]]}
RATES = {
    # claim                                                 source  sizes          t         at    order  at least
    "gaussian-replace-collapse-time-corrected":             (LINE, (10, 20, 40), math.inf, 0.1, 1.5, True),
    "gaussian-replace-mean-student-limit":                  (LINE, (10, 20), math.inf, 1.0, 1.0, False),
    "gaussian-replace-wasserstein2-leading-order":          (LINE, (100, 200, 400), 5, None, 1.0, False),
    "gaussian-replace-wasserstein2-variance-leading-order": (LINE, (100, 200, 400), 5, None, 1.0, False),
    "vector-replace-mean-tail-limit":                       (PLANE, (20, 40), math.inf, 1.0, 1.0, False),
    "vector-replace-wasserstein2-leading-order":            (PLANE, (60, 120), 3, None, 1.0, False),
}  # fmt: skip


def setting(source: dict, size: int) -> Scenario:
    return parse_scenario({
        "source": source, "sample_size": {"kind": "constant", "size": size}, "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": "unbiased"},
    })  # fmt: skip


def test_every_asymptotic_claim_has_a_rate():
    assert set(RATES) == {claim.id for claim in claims().values() if claim.kind is Kind.ASYMPTOTIC}


@pytest.mark.parametrize("name", RATES)
def test_the_error_falls_at_the_stated_rate_and_keeps_below_its_promise(name):
    source, sizes, t, at, order, faster = RATES[name]
    claim = claims()[name]
    errors, promises = [], []
    for size in sizes:
        scenario = setting(source, size)
        value = claim.value(scenario, np.array([float(t)]), at)[0]
        truth = claim.reference(scenario, t, at)
        errors.append(float(abs((mpmath.mpf(float(value)) - truth) / truth)))
        promises.append(claim.error(scenario, t, at))
    assert all(error <= promise for error, promise in zip(errors, promises, strict=True))
    rates = [math.log2(before / after) for before, after in zip(errors, errors[1:], strict=False)]
    stated = [math.log2(before / after) for before, after in zip(promises, promises[1:], strict=False)]
    np.testing.assert_allclose(stated, order, atol=0.06)
    assert all(rate > order - 0.06 if faster else abs(rate - order) < 0.06 for rate in rates), rates
