"""How many digits the evaluators for replaced Gaussian data keep, by region: what is promised, and tested.

The worst relative error over M in 2, 3, 10 (small), 100, 10^4 (medium), 10^6, 10^9 (large), t in 1, 10 (few) and 10^3,
10^6 (many) and every divisor: maximum likelihood, unbiased, offset 1/2; first batches of M, 2 and 10^6 points where
data accumulate. Where a value leaves the range of float64 its logarithm is meant.
"""

from itertools import product

SIZES = {"small": (2, 3, 10), "medium": (100, 10_000), "large": (1_000_000, 1_000_000_000)}
TIMES = {"few": (1, 10), "many": (1_000, 1_000_000)}
REGIONS = tuple(product(SIZES, TIMES))
TARGET = 1e-12
"""No evaluator promises less without a remark that says why."""

PROMISED: dict[str, tuple[float, ...]] = {
    #                                                  small M         medium M        large M
    #                                                  few     many    few     many    few     many
    "gaussian-replace-variance":                       (2e-15, 5e-14, 2e-15, 5e-14, 2e-15, 2e-15),
    "gaussian-replace-variance-second-moment":         (5e-15, 1e-13, 2e-15, 1e-13, 2e-15, 2e-15),
    "gaussian-replace-log-variance":                   (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-log-variance-sd":                (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-mean-squared-error":             (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-mean-fourth-moment":             (2e-15, 2e-13, 2e-15, 2e-13, 2e-15, 5e-15),
    "gaussian-replace-draw-variance":                  (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-kl-reverse":                     (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-kl-forward":                     (2e-15, 2e-13, 2e-15, 1e-13, 2e-15, 2e-15),
    "gaussian-replace-wasserstein2-squared":           (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-wasserstein2-squared-variance":  (5e-14, 2e-13, 5e-14, 2e-13, 2e-15, 5e-15),
    "gaussian-replace-variance-cdf":                   (1e-12, 3e-12, 5e-14, 5e-14, 5e-14, 5e-14),
    "gaussian-replace-mean-tail":                      (1e-12, 1e-12, 1e-12, 1e-12),
    "gaussian-replace-scaled-log-variance":            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-collapse-time":                  (1e-13, 1e-13, 5e-14, 5e-14, 1e-13, 1e-13),
    "gaussian-replace-variance-ever-above":            (1e-12, 1e-12, 2e-13, 2e-13, 5e-13, 5e-13),
    "gaussian-accumulate-variance-any-first-batch":    (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-accumulate-mean-squared-error":          (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
}  # fmt: skip
"""By claim: a promise for each region, small before large and few before many."""

REMARKS = {
    "gaussian-replace-variance-cdf": "at 2 and 5 standard deviations of the logarithm to both sides, and its own "
    "logarithm at 40 below; at M = 2 and t = 10^6 that logarithm is -10^6, whose rounding is 10^(-12) of a probability",
    "gaussian-replace-mean-tail": "for probabilities from 10^(-12) on, M from 3 to 100, t to 100 and t = inf, as far "
    "as a second route reaches",
    "gaussian-replace-collapse-time": "from the threshold, from 10^3 and from 10^120 times it; t is the whole chain",
    "gaussian-replace-variance-ever-above": "at v_0 and far above it; t is the whole chain",
    "gaussian-replace-kl-forward": "infinite for M at most 3, and beyond the largest float",
}
"""What is meant where it is more than a value at t."""


def accuracy_rows() -> list[tuple[str, ...]]:
    """One row for each claim: its id and the promised relative error of each region, - where none is."""
    return [
        (name, *(f"{error:.0e}" for error in promised), *("-",) * (len(REGIONS) - len(promised)))
        for name, promised in PROMISED.items()
    ]
