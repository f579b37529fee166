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
TAIL, STRAYED = "gaussian-real-share-mean-tail", "theory.laws.strayed_mean"

REAL_SHARE_MUTANTS = (
    Mutant(LOG, "squares = (n - 1) * np", "squares = n * np", "n for n-1", CHAIN),
    Mutant(LOG, "+ k * z**2) / fit", "+ 0 * z**2) / fit", "the distance of the means forgotten", BATCHES),
    Mutant(LOG_SD, "(2 * np.euler_gamma + mean)", "(np.euler_gamma + mean)", "the mean of log G once", CHAIN),
    Mutant(DISTANCE, "generations) + 2 * narrower", "generations) + narrower", "a factor 2"),
    Mutant(DISTANCE, "np.exp(-self.x / 2)) / (2", "np.exp(-self.x / 2)) / (1", "the integral's constant", CHAIN),
    Mutant(TOWARDS, "moment(scenario, VARIANCE, generations) + moment", "moment", "the variance left out", LAW),
    Mutant(LOG_SD, "own + 2 * STEP * np.sum(both[LOG])", "own", "the unit and what is in it independent", KEPT),
    Mutant(TOWARDS, "+ math.log(2 / self.real)", "- math.log(self.real)", "half a chi-square", KEPT),
    Mutant(AWAY, "return centre**2 + left + v", "return centre**2 + v", "the distance of the means known", PRECISION),
    Mutant(TAIL, "(real + drawn * v)", "(real + drawn)", "synthetic points as wide as real ones", STRAYED),
    Mutant(TAIL, "drawn / chain.size * mean", "mean", "the centre does not move", STRAYED),
)
