"""Wrong formulas of the law of chains with fresh or kept real points."""

from mutants import Mutant

LOG, LOG_SD, DISTANCE, TOWARDS, AWAY = (
    f"gaussian-real-share-{name}"
    for name in ("log-variance", "log-variance-sd", "wasserstein2-squared", "kl-reverse", "kl-forward")
)
CHAIN, KEPT, BATCHES, PRECISION, LAW = (
    "theory.laws.fresh_chain", "theory.laws.kept_chain", "theory.laws.mixed_batches", "theory.laws.fresh_precision",
    "theory.claims.gaussian.real_share_law",
)  # fmt: skip
TIME, TIME_SD = (f"gaussian-real-share-collapse-time{end}" for end in ("", "-sd"))
CLOSER = "gaussian-real-share-closer-than-one-fit"
APART, WIDTHS = "gaussian-real-share-wasserstein2-squared-variance", "theory.laws.fresh_widths"
OF_A_FIT, PASSAGE = "theory.laws.fresh_density", "theory.laws.fresh_first_passage"
PRECISION_OF_MODEL, BELOW, DENSITY = (
    f"gaussian-real-share-{name}" for name in ("mean-precision", "variance-cdf", "variance-density")
)
LAST, KEPT_QUOTIENTS, KEPT_LAW = (
    "theory.laws.last_variance",
    "theory.laws.kept_precision",
    "theory.laws.kept_variance_law",
)
TAIL, STRAYED = "gaussian-real-share-mean-tail", "theory.laws.strayed_mean"

REAL_SHARE_MUTANTS = (
    Mutant(LOG, "squares = (n - 1) * np", "squares = n * np", "n for n-1", CHAIN),
    Mutant(LOG, "+ k * z**2) / fit", "+ 0 * z**2) / fit", "the distance of the means forgotten", BATCHES),
    Mutant(LOG, "max(lowest, beside_wide", "max(lowest, lowest - 1 + 0 * beside_wide", "the source cut off", KEPT),
    Mutant(LOG_SD, "(2 * np.euler_gamma + mean)", "(np.euler_gamma + mean)", "the mean of log G once", CHAIN),
    Mutant(DISTANCE, "generations) + 2 * narrower", "generations) + narrower", "a factor 2"),
    Mutant(DISTANCE, "np.exp(-self.x / 2)) / (2", "np.exp(-self.x / 2)) / (1", "the integral's constant", CHAIN),
    Mutant(TOWARDS, "moment(scenario, VARIANCE, generations) + moment", "moment", "the variance left out", LAW),
    Mutant(LOG_SD, "own + 2 * STEP * np.sum(both[LOG])", "own", "the unit and what is in it independent", KEPT),
    Mutant(TOWARDS, "+ math.log(2 / self.real)", "- math.log(self.real)", "half a chi-square", KEPT),
    Mutant(AWAY, "return centre**2 + left + v", "return centre**2 + v", "the distance of the means known", PRECISION),
    Mutant(TAIL, "(real + drawn * v +", "(real + drawn +", "synthetic points as wide as real ones", STRAYED),
    Mutant(AWAY, "- 2 * rows[PLACE] @ first", "", "the source where the kept mean is", KEPT_QUOTIENTS),
    Mutant(
        PRECISION_OF_MODEL, "total[0] += chance * felt", "total[0] += felt", "the chances of parts left out", PRECISION
    ),
    Mutant(PRECISION_OF_MODEL, "rows[SOURCE] @ inverse", "rows[ALONE] @ inverse", "the unit left out", KEPT_QUOTIENTS),
    Mutant(BELOW, "- np.log(wide) / 2", "", "the distance of the means left out", LAST),
    Mutant(BELOW, "np.outer(log_unit, self.freq", "np.outer(0 * log_unit, self.freq", "the unit left out", KEPT_LAW),
    Mutant(DENSITY, "part.real / x", "part.real", "the scale of the level", LAST),
    Mutant(TAIL, "drawn / chain.size * mean", "mean", "the centre does not move", STRAYED),
    Mutant(TIME, "sharp = k * (m + n / v_) / N", "sharp = k * (m + n) / N", "synthetic means as wide", OF_A_FIT),
    Mutant(TIME, "_halves(k - k / v_, sharp", "_halves(k / v_ - k, sharp", "a sign of the mixed term", OF_A_FIT),
    Mutant(APART, "fourth - second**2 + own + 2 * together", "fourth - second**2 + own", "d and e independent"),
    Mutant(APART, "fourth - second**2 + own", "fourth - second + own", "E d^2 for its square"),
    Mutant(CLOSER, "return growth, (1 - float", "return growth, (float", "what a fit forgets for what it keeps"),
    Mutant(CLOSER, "* scenario.first_size / scenario.source.variance", "* scenario.first_size", "units of the source"),
    Mutant(APART, "np.expm1(place / 2) ** 2", "np.expm1(place) ** 2", "v - 1 for sqrt v - 1", WIDTHS),
    Mutant(TIME, "weight[0] /= 2", "weight[0] /= 1", "the mean 0 twice", PASSAGE),
    Mutant(
        TIME_SD, "last * (2 * fits[-1] + (2", "last * (2 * fits[-1] + (1", "the spread of a geometric time", PASSAGE
    ),
)
