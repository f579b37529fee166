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

MIXED, ON_ERROR = "theory.laws.walking_mean", "theory.claims.gaussian.known_variance_error"
KEPT, WEIGHTED, BATCHES, POOLED = (
    f"gaussian-known-variance-{name}-mean-squared-error" for name in ("fixed-real-share", "weighted", "window", "pool")
)
ALIKE, ALIKE_OF_SOURCE, MOVED, NORMAL_TAIL = (
    f"gaussian-known-variance-mixed-{name}"
    for name in ("kl-reverse", "kl-forward", "wasserstein2-squared", "mean-tail")
)

SPREAD_OF = "gaussian-known-mean-mixed-variance-second-moment"
SQUARES = "theory.laws.known_mean_square"

MORE = "theory.claims.gaussian.known_mean_one_point_more"
ALSO = "gaussian-known-mean-mixed"
OF_MORE = "self.claim(scenario).evaluate(twin(scenario), generations, at)"

POOLED_LOG = "gaussian-known-mean-accumulate-log-variance"

KNOWN_MUTANTS = (
    Mutant(POOLED_LOG, "excess = M / 2 * less_log1p(2 * _S / P)", "excess = (M - 1) / 2 * less_log1p(2 * _S / P)",
           "a fitted mean", "theory.laws.pooled_fit"),
    Mutant(POOLED_LOG, "mean_log_chi_square(first) + later", "mean_log_chi_square(first - 1) + later", "a fitted mean"),
    *(
        Mutant(f"{ALSO}-{name}", OF_MORE, f"2 * {OF_MORE}", "a factor", MORE)
        for name in ("log-variance", "log-variance-sd", "variance-cdf", "mean-precision", "variance-density")
    ),
    *(
        Mutant(f"{ALSO}-{name}", "return float(self.claim", "return 2 * float(self.claim", "a factor", MORE)
        for name in ("collapse-time", "collapse-time-sd", "variance-ever-above")
    ),
    Mutant(f"{ALSO}-kl-reverse", "generations, None) / 2", "generations, None)", "a half"),
    Mutant(SPREAD_OF, "+ 2 * m) * spread", ") * spread", "synthetic points without a spread", SQUARES),
    Mutant(SPREAD_OF, "np.log1p(2 / (M * y * y))", "np.log1p(1 / (M * y * y))", "E S^2 of exponential ones", SQUARES),
    Mutant(SPREAD_OF, "(first - gained / lost) * left", "(first + gained / lost) * left", "a sign", SQUARES),
    Mutant(SPREAD_OF, "coins = (1 - b) * b / size", "coins = 0 * b / size", "coins that are not tossed"),
    Mutant(KEPT, "u * (2 * b + u)", "u * (b + u)", "one half of a product", MIXED),
    Mutant(WEIGHTED, "expm1(2 * later", "expm1(later", "the mean for its square", MIXED),
    Mutant(BATCHES, "b * b * values[t] + 1 / M", "b * values[t] + 1 / M", "b for its square", MIXED),
    Mutant(BATCHES, "(W + 1 - n / M)", "(W - n / M)", "a batch too few", MIXED),
    Mutant(POOLED, "(N - fitted) / (N - 1)", "(N - fitted) / N", "draws of a pool one larger", MIXED),
    Mutant(POOLED, "m * (before + 1)", "m * before", "points without the width of their model", MIXED),
    Mutant(ALIKE, "(scenario, generations) / (2 *", "(scenario, generations) / (1 *", "a half", ON_ERROR),
    Mutant(ALIKE_OF_SOURCE, "settled(scenario) / (2 *", "settled(scenario) / (1 *", "a half in the end", ON_ERROR),
    Mutant(MOVED, "return exact_claim(scenario, ERROR).evaluate", "return 2 * exact_claim(scenario, ERROR).evaluate",
           "a factor", ON_ERROR),
    Mutant(NORMAL_TAIL, "at / np.sqrt(2 * error)", "at / np.sqrt(error)", "erfc of standard deviations"),
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
