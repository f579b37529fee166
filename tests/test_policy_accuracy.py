"""How many digits the evaluators of Gaussian retention policies keep, by region: promised here, and measured.

Worst relative error of ``evaluate`` against each claim's own independent route, over M in 2, 3, 10 (small), 100, 10^4
(medium), 10^6, 10^9 (large), t in 1, 10 (few) and 10^3, 10^6 (many), and the settings of each policy. Values beyond
the range of float64 are left out; their logarithm is that of a claim about the log-variance.
"""

import importlib
from itertools import product

import mpmath
import numpy as np
import pytest

from theory.claims.gaussian import (
    accumulate,
    forgetting,
    real_share,
    scaled,
    scaled_pool,
    scaled_share,
    subsample,
    weighted,
)

SIZES = {"small": (2, 3, 10), "medium": (100, 10_000), "large": (1_000_000, 1_000_000_000)}
TIMES = {"few": (1, 10), "many": (1_000, 1_000_000)}
DIVISORS = ("mle", "unbiased")
SETTINGS = {
    "weighted": lambda M: [weighted.setting(M, m, w, d) for m in (M, 10) for w in (1e-6, 0.3, 0.9) for d in DIVISORS],
    "forgetting": lambda M: [forgetting.setting(M, g, d) for g in (1e-3, 0.4) for d in DIVISORS],
    "replace": lambda M: [scaled.setting(M, c, d) for c in (0.9, 0.99999) for d in DIVISORS],
    "accumulate": lambda M: [accumulate.setting(M, divisor=d, first=n) for n in (M, 2) for d in DIVISORS],
    "factors": lambda M: [
        *(forgetting.setting(M, g, d) for g in (1e-3, 0.4) for d in DIVISORS),
        *(accumulate.setting(n, first=n + 2) for n in (3, 10**9) if n == M),
    ],
    "subsample": lambda M: [subsample.setting(M, r, d) for r in (False, True) for d in DIVISORS],
    "subsample_variance_second": lambda M: [subsample.setting(M, M > 100, "mle" if M % 3 else "unbiased")],
    "real_share_fixed": lambda M: [
        real_share.setting("fixed", M, d, real=n) for n in (min(2, M - 1), M // 2) for d in DIVISORS
    ],
    "scaled_share_iid": lambda M: [
        scaled_share.setting(M, M // 2, c, d, "iid") for c in (0.9, 0.99999) for d in DIVISORS
    ],
    "scaled_share_fixed": lambda M: [
        scaled_share.setting(M, n, c, d, "fixed") for n in (2, max(2, M // 2)) for c in (0.9, 0.99999) for d in DIVISORS
    ],
    "accumulate_scaled": lambda M: [
        scaled_pool.setting(M, c, d, first=n) for c, n in ((0.9, 2), (1.2, M)) for d in DIVISORS
    ],
}
PUBLISHED = {
    #                                         small M       medium M      large M
    #                                         few    many   few    many   few    many
    "weighted_variance":                      (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "weighted_mean_squared_error":            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "weighted_variance_second_moment":        (5e-15, 5e-13, 2e-15, 2e-14, 2e-15, 1e-14),
    "forgetting_variance":                    (2e-15, 5e-14, 2e-15, 2e-14, 2e-15, 2e-15),
    "forgetting_mean_squared_error":          (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "forgetting_variance_second_moment":      (2e-15, 3e-13, 2e-15, 1e-14, 2e-15, 2e-15),
    "replace_scaled_variance":                (2e-15, 5e-14, 2e-15, 1e-14, 2e-15, 1e-14),
    "replace_scaled_mean_squared_error":      (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "replace_scaled_variance_second_moment":  (5e-15, 1e-13, 2e-15, 5e-14, 2e-15, 2e-14),
    "accumulate_variance_second_moment":      (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "factors_log_variance_sd":                (2e-15, 5e-14, 2e-15, 2e-15, 2e-15, 2e-15),
    "factors_kl_reverse":                     (2e-15, 2e-14, 2e-15, 2e-15, 2e-15, 2e-15),
    "factors_kl_forward":                     (2e-15, 3e-13, 2e-15, 2e-14, 2e-15, 2e-15),
    "factors_mean_fourth_moment":             (2e-15, 2e-13, 2e-15, 3e-14, 2e-15, 2e-15),
    "factors_wasserstein":                    (2e-15, 5e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "factors_wasserstein_variance":           (5e-15, 2e-13, 5e-15, 3e-14, 5e-15, 5e-15),
    "subsample_variance":                     (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "subsample_variance_second_moment":       (2e-15, 5e-15, 2e-15, 5e-15, 2e-15, 5e-15),
    "real_share_fixed_variance_second_moment": (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "scaled_share_iid_variance":              (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "scaled_share_iid_mean_squared_error":    (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "scaled_share_fixed_variance":            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "scaled_share_fixed_mean_squared_error":  (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "accumulate_scaled_variance":             (2e-15, 5e-15, 2e-15, 5e-15, 2e-15, 5e-15),
    "accumulate_scaled_mean_squared_error":   (2e-15, 1e-14, 2e-15, 1e-14, 2e-15, 1e-14),
}  # fmt: skip
CELLS = [
    (name, sizes, times, promised)
    for name, row in PUBLISHED.items()
    for (sizes, times), promised in zip(product(SIZES, TIMES), row, strict=True)
]


@pytest.mark.parametrize(("name", "sizes", "times", "promised"), CELLS, ids=lambda value: str(value))
def test_published_accuracy(name, sizes, times, promised):
    assert worst_error(name, SIZES[sizes], TIMES[times]) <= promised <= 1e-12


def worst_error(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """The largest relative error of one claim's evaluator over a region; at least one value is compared."""
    claim = importlib.import_module(f"theory.claims.gaussian.{name}").CLAIM
    policy = max((policy for policy in SETTINGS if name.startswith(policy)), key=len)
    scenarios = [scenario for size in sizes for scenario in SETTINGS[policy](size)]
    found = []
    for scenario in scenarios:
        assert claim.covers(scenario)
        for t, value in zip(times, claim.evaluate(scenario, np.array(times)), strict=True):
            truth = claim.reference(scenario, t)
            if 1e-290 < abs(truth) < 1e290:
                found.append(float(abs(mpmath.mpf(float(value)) - truth) / abs(truth)))
    return max(found)
