"""How many digits the evaluators of regressions, one-parameter families, densities and biased samplers keep.

Worst relative error of ``evaluate`` against the recurrence in 50-digit arithmetic, over M in 10, 1000 (small) and 10^6,
10^9 (large), t in 1, 10 (few) and 1000, 10^5 (many), where the value is in the range of float64: the table is what is
promised, and measured here.
"""

import mpmath
import numpy as np
import pytest

from theory.claims import claims
from theory.claims.families import kernel_density, poisson, scale
from theory.claims.gaussian import biased_fit, tilted_fit
from theory.claims.regression import forgetting_excess_risk, least_squares, real_share, ridge, unequal

SIZES = {"small": (10, 1000), "large": (1_000_000, 1_000_000_000)}
TIMES = {"few": (1, 10), "many": (1_000, 100_000)}
PUBLISHED = {
    #                                                    small M       large M
    #                                                    few    many   few    many
    "regression-replace-excess-risk":                    (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-accumulate-fresh-excess-risk":           (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-accumulate-reused-excess-risk":          (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-accumulate-unequal-excess-risk":         (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-stratified-real-share-excess-risk":      (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-iid-real-share-excess-risk":             (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-forgetting-excess-risk":                 (2e-15, 2e-15, 2e-15, 2e-15),
    "regression-ridge-excess-risk":                      (1e-12, 1e-12, 1e-12, 1e-12),
    "uniform-replace-variance":                          (2e-15, 1e-13, 2e-15, 2e-15),
    "uniform-replace-variance-second-moment":            (2e-15, 2e-13, 2e-15, 2e-15),
    "uniform-replace-log-variance-sd":                   (2e-15, 2e-15, 2e-15, 2e-15),
    "uniform-replace-mean-squared-error":                (2e-15, 2e-15, 2e-15, 2e-15),
    "exponential-replace-variance":                      (2e-15, 1e-13, 2e-15, 2e-15),
    "exponential-replace-variance-second-moment":        (2e-15, 2e-13, 2e-15, 2e-15),
    "exponential-replace-log-variance-sd":               (2e-15, 2e-15, 2e-15, 2e-15),
    "exponential-replace-mean-squared-error":            (2e-15, 1e-13, 2e-15, 2e-15),
    "poisson-replace-variance-second-moment":            (2e-15, 2e-15, 2e-15, 2e-15),
    "poisson-replace-mean-squared-error":                (2e-15, 2e-15, 2e-15, 2e-15),
    "kernel-fixed-replace-variance":                     (2e-15, 2e-15, 2e-15, 2e-15),
    "kernel-fixed-replace-mean-squared-error":           (5e-15, 5e-15, 5e-15, 5e-15),
    "kernel-fixed-replace-variance-second-moment":       (2e-15, 2e-15, 2e-15, 2e-15),
    "kernel-relative-replace-variance-second-moment":    (2e-15, 2e-15, 2e-15, 2e-15),
    "kernel-relative-replace-variance":                  (2e-15, 2e-13, 2e-15, 2e-13),
    "kernel-relative-replace-mean-squared-error":        (2e-15, 2e-13, 2e-15, 2e-13),
    "gaussian-truncated-replace-variance":               (5e-15, 2e-13, 5e-15, 2e-13),
    "gaussian-truncated-replace-mean-squared-error":     (2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-best-of-replace-variance":                 (2e-14, 5e-13, 2e-14, 5e-13),
    "gaussian-tilt-value-replace-variance":              (2e-15, 1e-13, 2e-15, 2e-15),
    "gaussian-tilt-value-replace-mean-bias":             (2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-tilt-value-replace-mean-squared-error":    (5e-15, 2e-13, 5e-15, 5e-15),
}  # fmt: skip
CELLS = [
    (name, region, promised)
    for name, row in PUBLISHED.items()
    for region, promised in zip(((s, t) for s in SIZES for t in TIMES), row, strict=True)
]


@pytest.mark.parametrize(("name", "region", "promised"), CELLS, ids=lambda value: str(value))
def test_published_accuracy(name, region, promised):
    assert worst_error(name, SIZES[region[0]], TIMES[region[1]]) <= promised <= 1e-12


def worst_error(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """The largest relative error of a claim's evaluator over a region; 0 where no value is a normal float."""
    claim, found = claims()[name], [0.0]
    for size in sizes:
        scenario = setting(name, size)
        assert claim.covers(scenario)
        for t, value in zip(times, claim.evaluate(scenario, np.array(times)), strict=True):
            truth = claim.reference(scenario, t)
            if 1e-290 < abs(truth) < 1e290:
                with mpmath.workdps(50):
                    found.append(float(abs(mpmath.mpf(float(value)) - truth) / abs(truth)))
    return max(found)


def setting(name: str, size: int):
    """The scenario of a claim at one sample size."""
    if name.startswith(("regression-stratified", "regression-iid")):
        return real_share.setting(name.split("-")[1], size, 5, share=0.1)
    if name.startswith("regression-ridge"):
        return ridge.setting(size, 5, size / 10)
    if name.startswith("regression-forgetting"):
        return forgetting_excess_risk.setting(size, 5, 0.1)
    if name == "regression-accumulate-unequal-excess-risk":
        return unequal.setting({"kind": "constant", "size": size}, {"kind": "accumulate", "first": 3 * size}, 5)
    if name.startswith("regression"):
        policy, design = name.split("-")[1], "reused" if "reused" in name else "fresh"
        return least_squares.setting(size, 5, policy, design)
    if name.startswith(("uniform", "exponential")):
        return scale.setting(name.split("-")[0], size)
    if name.startswith("poisson"):
        return poisson.setting(size)
    if name.startswith("kernel-fixed"):
        return kernel_density.setting(size, bandwidth=0.1)
    if name.startswith("kernel"):
        return kernel_density.setting(size, relative=0.02)
    if name.startswith("gaussian-tilt"):
        return tilted_fit.setting(size, "mle", 0.3)
    return biased_fit.setting(size, "unbiased", **({"cutoff": 2.5} if "truncated" in name else {"k": 2}))
