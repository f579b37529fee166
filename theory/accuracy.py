"""How many digits the evaluators for Gaussian data keep, by region: what is promised, and tested.

The worst relative error over M in 2, 3, 10 (small), 100, 10^4 (medium), 10^6, 10^9 (large), t in 1, 10 (few) and 10^3,
10^6 (many). ``PROMISED`` is about replaced data and the first accumulated ones, under every divisor: maximum
likelihood, unbiased, offset 1/2; first batches of M, 2 and 10^6 points. Where a value leaves the range of float64 its
logarithm is meant. ``POLICIES`` is about retention policies, under maximum likelihood and the unbiased divisor: real
shares of 1/10 and 1/2, windows of 1 and 2 batches (with fresh real points, half of each batch), rates and weights
between 10^-6 and 0.9, sizes M k and M k^2 where they vary; a known mean or variance; values within float64.
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
    "gaussian-replace-draw-fourth-moment":             (2e-15, 2e-13, 2e-15, 2e-13, 2e-15, 5e-15),
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

POLICIES: dict[str, tuple[float | None, ...]] = {
    #                                                        small M         medium M        large M
    #                                                        few    many    few    many    few    many
    "gaussian-stratified-real-share-mean-fourth-moment":     (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-stratified-real-share-variance":               (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-stratified-real-share-mean-squared-error":     (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-stratified-real-share-variance-second-moment": (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-iid-real-share-variance":                      (2e-15, 2e-14, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-iid-real-share-mean-squared-error":            (2e-15, 2e-14, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-iid-real-share-variance-second-moment":        (2e-15, 2e-15, None, None, None, None),
    "gaussian-iid-real-share-mean-fourth-moment":            (2e-15, 2e-15, None, None, None, None),
    "gaussian-fixed-real-share-mean-fourth-moment":          (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-fixed-real-share-variance-second-moment":      (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-fixed-real-share-variance":                    (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-fixed-real-share-mean-squared-error":          (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-window-variance":                              (2e-15, 2e-13, 2e-15, 1e-13, 2e-15, 5e-14),
    "gaussian-window-mean-squared-error":                    (2e-15, 5e-15, 2e-15, 1e-14, 2e-15, 1e-14),
    "gaussian-window-variance-second-moment":                (2e-15, 5e-13, 2e-15, 2e-13, 2e-15, 1e-13),
    "gaussian-window-mean-fourth-moment":                    (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-pool-variance":                                (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-pool-mean-squared-error":                      (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-pool-variance-second-moment":                  (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-pool-mean-fourth-moment":                      (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-subsample-mean-fourth-moment":                 (2e-15, 5e-13, 2e-15, 2e-14, 2e-15, 5e-15),
    "gaussian-subsample-variance":                           (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-subsample-variance-second-moment":             (2e-15, 5e-15, 2e-15, 5e-15, 2e-15, 5e-15),
    "gaussian-subsample-mean-squared-error":                 (5e-15, 5e-15, 5e-15, 5e-15, 5e-15, 5e-15),
    "gaussian-weighted-variance":                            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-weighted-mean-squared-error":                  (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-weighted-variance-second-moment":              (5e-15, 5e-13, 2e-15, 2e-14, 2e-15, 1e-14),
    "gaussian-weighted-mean-fourth-moment":                  (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-forgetting-variance":                          (2e-15, 5e-14, 2e-15, 2e-14, 2e-15, 2e-15),
    "gaussian-forgetting-mean-squared-error":                (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-forgetting-variance-second-moment":            (2e-15, 3e-13, 2e-15, 1e-14, 2e-15, 2e-15),
    "gaussian-forgetting-log-variance":                      (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-accumulate-variance-second-moment":            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-accumulate-log-variance":                      (2e-15, 2e-14, None, None, None, None),
    "gaussian-accumulate-mean-squared-error-any-divisor":    (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-factors-log-variance-sd":                      (2e-15, 5e-14, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-factors-kl-reverse":                           (2e-15, 2e-14, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-factors-kl-forward":                           (2e-15, 3e-13, 2e-15, 2e-14, 2e-15, 2e-15),
    "gaussian-factors-mean-fourth-moment":                   (2e-15, 2e-13, 2e-15, 3e-14, 2e-15, 2e-15),
    "gaussian-factors-wasserstein2-squared":                 (2e-15, 5e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-factors-wasserstein2-squared-variance":        (5e-15, 2e-13, 5e-15, 3e-14, 5e-15, 5e-15),
    "gaussian-replace-varying-variance":                     (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-replace-varying-variance-second-moment":       (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-replace-varying-log-variance":                 (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-replace-varying-log-variance-sd":              (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-replace-varying-mean-squared-error":           (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-replace-scaled-variance":                      (2e-15, 5e-14, 2e-15, 1e-14, 2e-15, 1e-14),
    "gaussian-replace-scaled-mean-squared-error":            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-replace-scaled-variance-second-moment":        (5e-15, 1e-13, 2e-15, 5e-14, 2e-15, 2e-14),
    "gaussian-scaled-iid-real-share-variance":               (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-scaled-iid-real-share-mean-squared-error":     (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-scaled-fixed-real-share-variance":             (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-scaled-fixed-real-share-mean-squared-error":   (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-scaled-accumulate-variance":                   (2e-15, 5e-15, 2e-15, 5e-15, 2e-15, 5e-15),
    "gaussian-scaled-accumulate-mean-squared-error":         (2e-15, 1e-14, 2e-15, 1e-14, 2e-15, 1e-14),
    "gaussian-known-mean-variance":                          (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-known-mean-variance-second-moment":            (2e-15, 2e-13, 2e-15, 5e-14, 2e-15, 2e-15),
    "gaussian-known-mean-log-variance":                      (1e-14, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-known-mean-log-variance-sd":                   (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-known-mean-kl-reverse":                        (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-known-mean-kl-forward":                        (5e-15, 1e-14, 2e-15, 1e-14, 2e-15, 2e-15),
    "gaussian-known-mean-wasserstein2-squared":              (5e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-known-variance-mean-squared-error":            (2e-15, 2e-15, 2e-15, 2e-15, 2e-15, 2e-15),
    "gaussian-fresh-window-variance":                        (2e-15, None, 2e-15, None, 2e-15, None),
    "gaussian-fresh-window-mean-squared-error":              (2e-15, None, 2e-15, None, 2e-15, None),
}  # fmt: skip
"""By claim as in PROMISED; None where no second route has the digits, or ends in time."""

REMARKS = {
    "gaussian-replace-variance-cdf": "at 2 and 5 standard deviations of the logarithm to both sides, and its own "
    "logarithm at 40 below; at M = 2 and t = 10^6 that logarithm is -10^6, whose rounding is 10^(-12) of a probability",
    "gaussian-replace-mean-tail": "for probabilities from 10^(-12) on, M from 3 to 100, t to 100 and t = inf, as far "
    "as a second route reaches",
    "gaussian-replace-collapse-time": "from the threshold, from 10^3 and from 10^120 times it; t is the whole chain",
    "gaussian-replace-variance-ever-above": "at v_0 and far above it; t is the whole chain",
    "gaussian-window-variance-second-moment": "of many fits a window of one batch, whose moments have a closed form",
    "gaussian-replace-kl-forward": "infinite for M at most 3, and beyond the largest float",
}
"""What is meant where it is more than a value at t."""


def accuracy_rows() -> list[tuple[str, ...]]:
    """One row for each claim: its id and the promised relative error of each region, - where none is."""
    return [
        (
            name,
            *("-" if error is None else f"{error:.0e}" for error in promised),
            *("-",) * (len(REGIONS) - len(promised)),
        )
        for name, promised in (PROMISED | POLICIES).items()
    ]
