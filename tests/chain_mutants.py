"""Wrong formulas of policies whose variance is a Markov chain on the line, or a random walk after its first fit."""

from mutants import Mutant

WEIGHTED_CDF, WEIGHTED_TAIL, WEIGHTED_TIME, WEIGHTED_TIME_SD = (
    f"gaussian-weighted-{name}" for name in ("variance-cdf", "mean-tail", "collapse-time", "collapse-time-sd")
)
SLOW_TIME, SLOW_TIME_SD, SLOW_EVER = (
    f"gaussian-forgetting-{name}" for name in ("collapse-time", "collapse-time-sd", "variance-ever-above")
)
WALK, LATER, STRAYED, KUMMER = (
    f"theory.laws.{name}" for name in ("forgotten_walk", "forgotten_passage", "moved_mean", "kummer")
)
ANY_TAIL, WEIGHTED_SPREAD = "gaussian-factors-mean-tail", "gaussian-weighted-wasserstein2-squared-variance"
CHAIN, ABSORBED = "theory.laws.weighted_chain", "theory.laws.absorption"
TWO_LOG, TWO_SPREAD, TWO_FORWARD, TWO_PRECISION = (
    f"gaussian-window-of-two-{name}" for name in ("log-variance", "log-variance-sd", "kl-forward", "mean-precision")
)
TWO_DISTANCES = "gaussian-window-of-two-wasserstein2-squared-variance"
WINDOW_END = "gaussian-window-wasserstein2-squared-end"
SHAPES = "theory.laws.window_of_two"

CHAIN_MUTANTS = (
    Mutant(WEIGHTED_CDF, "(self.synthetic - 1) / 2", "self.synthetic / 2", "m for m-1", CHAIN),
    Mutant(WEIGHTED_CDF, "math.log(2 * self.weight / real)", "math.log(2 / real)", "the weight", CHAIN),
    Mutant(WEIGHTED_CDF, "- special.betaln(a, b)", "- special.betaln(a, b + 1)", "a shape", KUMMER),
    Mutant(WEIGHTED_TAIL, "self.real, kept / self.synthetic", "self.real, kept / self.real", "n for m", CHAIN),
    Mutant(WEIGHTED_TAIL, "frequencies**2 / 2, (1 - self.weight) ** 2", "frequencies**2 / 2, 1 - self.weight",
           "a square", CHAIN),
    Mutant(WEIGHTED_TAIL, "exponent = -halves / self.real * power", "exponent = -halves * power",
           "the first fit", CHAIN),
    Mutant(WEIGHTED_TIME, "return 1 + chance * mean", "return chance * mean", "the first fit"),
    Mutant(WEIGHTED_TIME, "left[:k] += share * left[k]", "left[:k] += left[k]", "a chance of the way",
           ABSORBED),
    Mutant(WEIGHTED_TIME_SD, "(1 - chance) * mean**2", "mean**2", "chains below x after one fit"),
    Mutant(WEIGHTED_TIME_SD, "next_mean = mean - 1", "next_mean = mean", "the mean after the fit", ABSORBED),
    Mutant(SLOW_TIME, "return 1 + later.alive * later.mean", "return later.mean", "chains below x at once", LATER),
    Mutant(SLOW_TIME, "edges[1:, None] - widths * (1 - u) ** 2", "edges[1:, None] - widths * (1 - u) ** 1.8",
           "the power of a distance", WALK),
    Mutant(SLOW_TIME_SD, "+ 2 * drift * together", "- 2 * drift * together", "a sign", LATER),
    Mutant(SLOW_EVER, "np.exp(-theta * place)", "np.exp(-theta * level)", "the first fit", LATER),
    Mutant(SLOW_EVER, "return float(special.gammaincc(*at_once)), later", "return 0.0, later",
           "chains above x at once", LATER),
    Mutant(ANY_TAIL, "return Fit(rate**2 / M,", "return Fit(rate / M,", "g for g^2", STRAYED),
    Mutant(ANY_TAIL, "yield Fit(M / pool**2,", "yield Fit(1 / pool,", "the size of the batch", STRAYED),
    Mutant(ANY_TAIL, "share * size[:, None] ** 2 - 1", "share * likely @ size**2 - 1 + 0 * size[:, None]",
           "a move that is no part of the factor", STRAYED),
    Mutant(ANY_TAIL, "reversed(fits)", "fits", "the order of the fits", STRAYED),
    Mutant(WEIGHTED_SPREAD, "square, quartic, both = chain_of", "square, both, quartic = chain_of", "two moments"),
    Mutant(WEIGHTED_SPREAD, "law, strayed = self.first, self.first / self.real",
           "law, strayed = self.first, self.first / self.synthetic", "n for m in the first fit", CHAIN),
    Mutant(TWO_LOG, "self.log_b, self.a)", "self.log_c, self.a)", "the older batch for the newer", SHAPES),
    Mutant(TWO_LOG, "math.log(2 * self.L1 / self.L)", "0.0", "the first fit as a full window", SHAPES),
    Mutant(TWO_SPREAD, "square - 2 * down * total", "square - down * total", "a factor 2", SHAPES),
    Mutant(TWO_FORWARD, "2 * self.a", "self.a", "the new model for the new batch", SHAPES),
    Mutant(TWO_FORWARD, "@ self.odd", "@ self.even", "means that are odd in a", SHAPES),
    Mutant(TWO_PRECISION, "power(-2, generations)", "power(-1, generations)", "a root"),
    Mutant(TWO_DISTANCES, "- 4 * cube", "- 2 * cube", "a binomial"),
    Mutant(WINDOW_END, "(1 + last[ERROR])", "last[ERROR]", "the width of the source"),
)  # fmt: skip
