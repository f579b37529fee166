"""How many digits the Gaussian evaluators keep, by region: the table below is what is promised, and measured here.

Worst relative error of ``evaluate`` against the recurrence in 50-digit arithmetic, over M in 2, 3, 10 (small), 100,
10^4 (medium), 10^6, 10^9 (large), t in 1, 10 (few) and 10^3, 10^6 (many), every divisor: maximum likelihood, unbiased,
offset 1/2; and first batches of M, 2 and 10^6 points where data accumulate. Where a value leaves the range of float64
its logarithm is compared.
"""

import importlib
import math
from itertools import product

import mpmath
import numpy as np
import pytest

from theory.claim import Claim
from theory.claims.gaussian import accumulate, replace
from theory.laws.chi_square import log_mean_factor, log_mean_squared_factor

SIZES = {"small": (2, 3, 10), "medium": (100, 10_000), "large": (1_000_000, 1_000_000_000)}
TIMES = {"few": (1, 10), "many": (1_000, 1_000_000)}
DIVISORS = ({"divisor": "mle"}, {"divisor": "unbiased"}, {"divisor": "offset", "offset": 0.5})
LOGARITHM = {  # log E per fit, of the values that leave the range of float64
    "replace_variance": log_mean_factor,
    "replace_variance_second_moment": log_mean_squared_factor,
}
PUBLISHED = {
    #                                   small M       medium M      large M
    #                                   few    many   few    many   few    many
    "replace_variance":                 (2e-15, 5e-14, 2e-15, 5e-14, 2e-15, 2e-15),
    "replace_variance_second_moment":   (5e-15, 1e-13, 2e-15, 1e-13, 2e-15, 2e-15),
    "replace_log_variance":             (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "replace_log_variance_sd":          (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "replace_mean_squared_error":       (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "replace_kl_reverse":               (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "replace_wasserstein":              (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "accumulate_variance_first_batch":  (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "accumulate_mean_squared_error":    (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
}  # fmt: skip
CELLS = [
    (name, sizes, times, promised)
    for name, row in PUBLISHED.items()
    for (sizes, times), promised in zip(product(SIZES, TIMES), row, strict=True)
]


@pytest.mark.parametrize(("name", "sizes", "times", "promised"), CELLS, ids=lambda value: str(value))
def test_published_accuracy(name, sizes, times, promised):
    worst = worst_error(name, SIZES[sizes], TIMES[times])
    assert worst <= promised <= 1e-12
    assert math.isfinite(worst)


def worst_error(name: str, sizes: tuple[int, ...], times: tuple[int, ...]) -> float:
    """The largest relative error of one claim's evaluator over a region."""
    claim = importlib.import_module(f"theory.claims.gaussian.{name}").CLAIM
    return max(
        error for size in sizes for scenario in settings(name, size) for error in errors(claim, name, scenario, times)
    )


def settings(name: str, size: int) -> list:
    """The scenarios of one sample size; the variance is 1 where a logarithm's own accuracy is in question."""
    if name.startswith("accumulate"):
        other = ("unbiased",) if name == "accumulate_variance_first_batch" else ()
        firsts = (size, 2, 1_000_000)
        return [accumulate.setting(size, divisor=divisor, first=n) for divisor in ("mle", *other) for n in firsts]
    return [replace.setting(size, variance=1.0 if "log" in name else 2.25, **divisor) for divisor in DIVISORS]


def errors(claim: Claim, name: str, scenario, times: tuple[int, ...]) -> list[float]:
    """The relative error at each generation."""
    assert claim.covers(scenario)
    found = []
    for t, value in zip(times, claim.evaluate(scenario, np.array(times)), strict=True):
        with mpmath.workdps(50):
            truth, obtained = claim.reference(scenario, t), mpmath.mpf(float(value))
            if name in LOGARITHM and not 1e-290 < abs(truth) < 1e290:
                power = 2 if "second" in name else 1
                start = power * mpmath.log(mpmath.mpf(str(scenario.source.variance)))
                truth = mpmath.log(truth) - start
                obtained = mpmath.mpf(t * LOGARITHM[name](*replace.size_and_offset(scenario)))
            found.append(float(abs(obtained - truth) / abs(truth)))
    return found
