"""How loose every bound is: its relative distance from the truth over its own examples, promised here and measured.

The first number is the median over examples and generations from the first fit on, the second the largest. A table that
promised much more than is found would say nothing: no number is more than twice what is measured. A distance of 1 is a
lower bound of zero; bounds of rare events are of the right order at best.
"""

import mpmath
import numpy as np
import pytest

from theory.claim import Kind
from theory.claims import claims

NOTHING = 1e-9
"""What stands for a bound that is attained."""

LOOSENESS = {
    "gaussian-best-of-replace-mean-bias-lower-bound": (0.06, 0.2),
    "gaussian-best-of-replace-mean-bias-upper-bound": (0.02, 0.1),
    "gaussian-best-of-replace-mean-squared-error-lower-bound": (0.47, 1.1),
    "gaussian-best-of-replace-mean-squared-error-upper-bound": (0.2, 0.99),
    "gaussian-variance-cdf-lower-bound-by-second-moment": (0.17, 1.1),
    "gaussian-variance-cdf-lower-bound": (0.63, 1.1),
    "gaussian-variance-cdf-upper-bound": (4.6, 38),
    "gaussian-kl-forward-lower-bound": (1.1, 1.1),
    "gaussian-kl-forward-upper-bound": (0.46, 0.83),
    "gaussian-fresh-share-log-variance-sd-lower-bound": (0.1, 0.3),
    "gaussian-kl-forward-upper-bound-by-fourth-moment": (1.0, 1.9),
    "gaussian-kl-forward-upper-bound-by-lines": (0.48, 0.85),
    "gaussian-log-variance-sd-upper-bound": (0.2, 1.3),
    "gaussian-kl-reverse-lower-bound": (0.54, 0.56),
    "gaussian-kl-reverse-upper-bound": (1e-9, 0.37),
    "gaussian-log-variance-lower-bound": (0.006, 0.13),
    "gaussian-log-variance-upper-bound": (0.25, 3.6),
    "gaussian-nearest-replace-variance-lower-bound": (1e-9, 1.1),
    "gaussian-nearest-replace-variance-upper-bound": (1e-9, 1.6),
    "gaussian-nearest-replace-mean-squared-error-upper-bound": (1e-9, 1e-9),
    "gaussian-mean-precision-lower-bound": (0.3, 1.1),
    "gaussian-mean-precision-upper-bound": (1e-9, 0.24),
    "gaussian-mean-tail-upper-bound": (7.4, 65),
    "gaussian-wasserstein2-squared-lower-bound": (0.36, 0.37),
    "gaussian-wasserstein2-squared-upper-bound": (0.89, 1.1),
    "gaussian-wasserstein2-squared-upper-bound-by-log-variance": (0.38, 0.8),
    "gaussian-replace-cumulative-budget-lower-bound": (0.05, 1.1),
    "gaussian-replace-budget-lower-bound": (1e-9, 1.1),
    "gaussian-replace-budget-mle-lower-bound": (1e-9, 1.1),
    "gaussian-stratified-real-share-effective-size": (1e-9, 1.1),
    "gaussian-replace-scaled-bias-or-drift": (0.084, 0.7),
    "gaussian-replace-variance-cdf-chernoff": (0.2, 1.1),
    "gaussian-replace-variance-cdf-published-bound": (0.39, 1e02),
    "gaussian-replace-variance-ever-above-upper-bound": (0.2, 1.7e07),
    "gaussian-replace-varying-variance-ever-above-upper-bound": (3.2, 5.0),
    "gaussian-variance-ever-above-lower-bound": (0.55, 1.1),
    "gaussian-factors-variance-ever-above-upper-bound": (1.1, 3.4),
    "gaussian-window-variance-ever-above-upper-bound": (20, 620),
    "gaussian-real-share-collapse-time-upper-bound": (1.3, 75),
    "gaussian-collapse-time-lower-bound": (1.1, 1.1),
    "gaussian-real-share-collapse-time-lower-bound": (0.28, 1.1),
    "gaussian-forgetting-collapse-time-lower-bound": (0.14, 0.33),
    "gaussian-forgetting-collapse-time-upper-bound": (0.27, 0.36),
    "gaussian-tilt-quadratic-replace-variance-lower-bound": (0.19, 0.54),
    "gaussian-tilt-quadratic-replace-variance-upper-bound": (0.0027, 0.073),
    "regression-fixed-real-share-excess-risk-lower-bound": (0.13, 0.15),
    "regression-one-design-real-share-excess-risk-lower-bound": (1e-9, 0.26),
    "regression-one-design-real-share-excess-risk-upper-bound": (1e-9, 0.51),
    "tokens-replace-absence-closed-upper-bound": (0.067, 45),
    "tokens-replace-absence-inverse-time-bound": (0.32, 45),
    "tokens-replace-absence-lower-bound": (1e-9, 0.33),
    "tokens-replace-absence-upper-bound": (0.083, 45),
    "vector-kl-forward-lower-bound": (1.0, 1.0),
    "vector-kl-forward-lower-bound-along": (0.65, 0.95),
    "vector-log-determinant-upper-bound": (0.25, 3.6),
    "vector-log-determinant-upper-bound-by-determinant": (0.15, 0.4),
    "vector-wasserstein2-upper-bound-by-trace-of-square": (1.3, 1.5),
    "vector-log-determinant-lower-bound": (0.01, 0.4),
    "vector-log-determinant-fresh-lower-bound": (0.0025, 0.5),
    "vector-kl-reverse-lower-bound": (0.5, 0.5),
    "vector-kl-reverse-upper-bound": (0.12, 1.6),
    "vector-wasserstein2-lower-bound": (0.15, 0.5),
    "vector-wasserstein2-upper-bound": (0.65, 2.7),
    "vector-mean-tail-upper-bound": (4.5, 11),
    "vector-replace-wasserstein2-lower-bound": (0.077, 0.16),
    "vector-replace-wasserstein2-upper-bound": (0.018, 0.16),
}


def test_every_bound_says_how_loose_it_is():
    bounds = {name for name, claim in claims().items() if claim.kind in (Kind.UPPER_BOUND, Kind.LOWER_BOUND)}
    assert set(LOOSENESS) == bounds


@pytest.mark.parametrize("name", LOOSENESS)
def test_a_bound_is_as_loose_as_it_is_said_to_be(name):
    found = distances(name)
    for promised, measured in zip(LOOSENESS[name], (np.median(found), max(found)), strict=True):
        assert measured <= promised <= max(2 * measured, NOTHING)


def distances(name: str) -> list[float]:
    """Relative distances from the truth where both are finite and the truth is not zero; at least one."""
    claim, found = claims()[name], []
    for example in claim.examples:
        values = claim.value(example.scenario, np.asarray(example.t, dtype=np.float64), example.at)
        for t, value in zip(example.t, values, strict=True):
            truth = claim.reference(example.scenario, t, example.at)
            if t > 0 and np.isfinite(value) and mpmath.isfinite(truth) and truth != 0:
                found.append(float(abs(mpmath.mpf(float(value)) - truth) / abs(truth)))
    return found
