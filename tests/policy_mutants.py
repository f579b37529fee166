"""Wrong formulas of policies with independent factors: where all data are kept, and where models forget."""

from mutants import Mutant

LAW, KEPT, FORGOTTEN, ROOT, SUM, REPLACED, SHAPES, SIZES = (
    f"theory.laws.{name}"
    for name in (
        "factor_law", "accumulated_factors", "forgotten_factors", "root_moments", "log_variance_law", "varying_factors",
        "log_variance_varying", "varying_sizes",
    )
)  # fmt: skip
SPREAD, TOWARDS, AWAY, DISTANCE, DISTANCE_SPREAD, FOURTH, CDF = (
    f"gaussian-factors-{name}"
    for name in (
        "log-variance-sd", "kl-reverse", "kl-forward", "wasserstein2-squared", "wasserstein2-squared-variance",
        "mean-fourth-moment", "variance-cdf",
    )
)  # fmt: skip
ANY_ERROR, ANY_VARIANCE = (
    f"gaussian-accumulate-{name}-any-divisor" for name in ("mean-squared-error", "variance")
)  # fmt: skip
VARYING_SQUARE = "gaussian-replace-varying-variance-second-moment"

PRECISION = "gaussian-factors-mean-precision"
COPIES, COPIES_LOG, COPIES_TOWARDS, COPIES_AWAY = (
    f"gaussian-put-back-{name}" for name in ("mean-precision", "log-variance", "kl-reverse", "kl-forward")
)
PUT_BACK, CLOSENESS = "theory.claims.gaussian.put_back", "theory.laws.closeness"
CLOSER, REST = "gaussian-batches-closer-than-one-fit", "gaussian-factors-mean-tail"
ROUNDED, VARYING_SIZES = "gaussian-replace-varying-log-variance", "theory.claims.gaussian.varying"

POLICY_MUTANTS = (
    Mutant(COPIES, "np.where(generations > 1, self", "np.where(generations > 2, self", "t = 2 as t = 1", PUT_BACK),
    Mutant(
        COPIES_LOG,
        "UntilCopies(replace_log_variance.CLAIM, -1)",
        "UntilCopies(replace_log_variance.CLAIM, 1)",
        "the other sign",
    ),
    Mutant(COPIES_TOWARDS, "np.minimum(generations, 1))", "np.minimum(generations, 0))", "no first fit", PUT_BACK),
    Mutant(
        COPIES_AWAY,
        "offset=float(offset_of(scenario))",
        "offset=1 - float(offset_of(scenario))",
        "the divisor",
        PUT_BACK,
    ),
    Mutant(CLOSER, "growth - kept**2)", "growth - kept)", "b for b^2", CLOSENESS),
    Mutant(CLOSER, "growth < 1, 1 - below, below", "growth < 1, below, below", "the two models exchanged", CLOSENESS),
    Mutant(CLOSER, "moment(scenario, ERROR, generations)", "moment(scenario, ERROR, generations - 1)", "t-1 for t"),
    Mutant(REST, "cumulant / spread**2 / 6", "cumulant / spread**2 / 24", "4! for 3!", "theory.laws.moved_mean"),
    Mutant(ROUNDED, "np.floor(exact_sizes + 0.5)", "np.floor(exact_sizes)", "rounded down", VARYING_SIZES),
    Mutant(PRECISION, "np.exp(first + (t - 1) * later)", "np.exp(first + t * later)", "t for t-1", FORGOTTEN),
    Mutant(PRECISION, "np.exp(self._log_precision(t)) if", "self._log_precision(t) if", "a logarithm", KEPT),
    Mutant(PRECISION, "/ (self.sizes[:until] - 3))", "/ (self.sizes[:until] - 2))", "M-2 for M-3", REPLACED),
    Mutant(SPREAD, 'np.sqrt(self._summed("log_variance")(t))', 'self._summed("log_variance")(t)', "a variance", KEPT),
    Mutant(SPREAD, "(self.M) + (t - 1) * later)", "(self.M) + t * later)", "t for t-1", FORGOTTEN),
    Mutant(SPREAD, "nu, log_factor, tilt, finer", "nu + 1, log_factor, tilt, finer", "M for M-1", LAW),
    Mutant(TOWARDS, '+ self._summed("mean_gap")(t)) / 2', '+ self._summed("mean_gap")(t))', "a factor 2", KEPT),
    Mutant(TOWARDS, "(self.logs)) - above_log1p(self.first)", "(self.logs))", "log x for x - 1", LAW),
    Mutant(TOWARDS, "if not forgets(scenario) else np.inf", "if not forgets(scenario) else 1.0", "a limit"),
    Mutant(AWAY, "log_mean_square_with(-1.0)", "log_mean_square_with(-0.5)", "the root of the variance", KEPT),
    Mutant(AWAY, "self.rate**2 / self.M * math.exp", "self.rate / self.M * math.exp", "g for g^2", FORGOTTEN),
    Mutant(AWAY, "np.inf)\n        first_gap", "1.0)\n        first_gap", "finite for three points", FORGOTTEN),
    Mutant(DISTANCE, "1 / (self.M * self.fits.pool**2)", "1 / (self.M * self.fits.pool)", "a step of the mean", KEPT),
    Mutant(DISTANCE, "np.expm1(first) ** 2 + spread", "np.expm1(first) ** 2", "chains alike", ROOT),
    Mutant(DISTANCE, "(1 + self.rate * (self.M", "(1 + self.rate**2 * (self.M", "g^2 for g", FORGOTTEN),
    Mutant(DISTANCE_SPREAD, "(6 * joint + 3 *", "(4 * joint + 3 *", "a binomial coefficient", KEPT),
    Mutant(DISTANCE_SPREAD, "square = (step**2 + 2 * step", "square = (step**2 + step", "a double product", FORGOTTEN),
    Mutant(FOURTH, "3 / self.first**2", "1 / self.first**2", "a factor 3", KEPT),
    Mutant(ANY_ERROR, "self.fits.number - 1)))", "self.fits.number)))", "the variance after a fit for before", KEPT),
    Mutant(
        ANY_VARIANCE, "return np.exp(self._log_moment(2, t))", "return np.exp(self._log_moment(1, t))", "a root", KEPT
    ),
    Mutant(ANY_VARIANCE, "w**3, -lost\n", "w**3, 0.0 * lost\n", "a fit that loses nothing", LAW),
    Mutant(CDF, "np.array([t - 1.0])", "np.array([float(t)])", "t for t-1", SUM),
    Mutant(CDF, "fits.pool[: len(times)] * M", "(fits.pool[: len(times)] + 1) * M", "a batch more in the pool", SUM),
    Mutant(DISTANCE, "np.exp(self._mean[:-1])", "np.exp(self._mean[1:])", "the variance after a fit", REPLACED),
    Mutant(AWAY, "(2 + self.offset) / (few - 3)", "(2 + self.offset) / (few - 2)", "M-2 for M-3", REPLACED),
    Mutant(DISTANCE_SPREAD, "4 * rest - above_log1p(1 / far)", "4 * rest", "a third difference", REPLACED),
    Mutant(FOURTH, "6 * joint + 3 * own", "6 * joint + own", "a factor 3", REPLACED),
    Mutant(CDF, "(different - 1) / 2", "different / 2", "M for M-1", SHAPES),
    Mutant(VARYING_SQUARE, "(1 - offset) - offset**2", "(1 - offset)", "a square of the offset", SIZES),
    Mutant(VARYING_SQUARE, "schedule.power <= 0.5", "schedule.power <= 1", "nothing is left"),
    Mutant(CDF, "float(rate < 0)", "1.0", "every chain vanishes"),
)
