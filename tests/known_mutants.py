"""Wrong formulas of Gaussians of which the mean or the variance is known."""

from mutants import Mutant

WALK, LAW = "theory.claims.gaussian.known_variance", "theory.laws.known_variance"
ERROR, DISTANCE, TAIL, DIVERGENCE, OF_SOURCE = (
    f"gaussian-known-variance-{name}"
    for name in ("mean-squared-error", "wasserstein2-squared", "mean-tail", "kl-reverse", "kl-forward")
)
SQUARE, LOG, SPREAD, CONTRACTED, REVERSE, FORWARD, BELOW, TIME, MEAN = (
    f"gaussian-known-mean-{name}"
    for name in (
        "variance-second-moment", "log-variance", "log-variance-sd", "wasserstein2-squared", "kl-reverse", "kl-forward",
        "variance-cdf", "collapse-time", "variance",
    )
)  # fmt: skip

SHARED = "gaussian-known-variance-real-share-mean-squared-error"

KNOWN_MUTANTS = (
    Mutant(SHARED, "a * (2 - a)", "a", "the mean for its square"),
    Mutant(SHARED, "(1 - 1 / size)", "1", "coins that are not tossed"),
    Mutant(SHARED, "return t / M", "return 0 * t", "no walk without real data", LAW),
    Mutant(ERROR, "special.polygamma(1, r + 1)", "special.polygamma(1, r)", "the first batch counted twice", LAW),
    Mutant(ERROR, "rate**2 * (t - 1)", "rate * (t - 1)", "a rate for its square", LAW),
    Mutant(ERROR, "return t_ / schedule.constant", "return np.minimum(t_, 1) / schedule.constant", "no walk", WALK),
    Mutant(DISTANCE, "1 / first + (", "1 / M + (", "the first batch as large as the others", LAW),
    Mutant(TAIL, "at / np.sqrt(2 * scenario", "at / np.sqrt(scenario", "erfc of standard deviations"),
    Mutant(DIVERGENCE, "return 0.5 * squared_error", "return squared_error", "a half", WALK),
    Mutant(OF_SOURCE, "return 0.5 * settled", "return settled", "a half in the end", WALK),
    Mutant(SQUARE, "np.log1p(2 / scenario", "np.log1p(1 / scenario", "E S^2 of exponential variables"),
    Mutant(LOG, "scenario.sample_size.constant)\n", "scenario.sample_size.constant - 1)\n", "a fitted mean"),
    Mutant(SPREAD, "constant + 1))", "constant))", "a fitted mean"),
    Mutant(CONTRACTED, "constant + 1, 0.0)", "constant + 1, 1.0)", "another divisor"),
    Mutant(REVERSE, "constant) / 2)", "constant))", "a half"),
    Mutant(FORWARD, "scenario.sample_size.constant + 1", "scenario.sample_size.constant", "a fitted mean"),
    Mutant(BELOW, "log_sum_cdf(relative, size, int(t))", "log_sum_cdf(relative, size - 1, int(t))", "a fitted mean"),
    Mutant(TIME, "return mean_passage_time(start, scenario.sample_size.constant + 1, 0.0)",
           "return mean_passage_time(start, scenario.sample_size.constant + 1, 1.0)", "another divisor"),
    Mutant(MEAN, "np.full(generations.shape, scenario.source.variance)",
           "scenario.source.variance * (1 - 1 / 20) ** generations", "maximum likelihood"),
)  # fmt: skip
