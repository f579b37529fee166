"""Wrong formulas of the law of models that are fitted to everything so far."""

from mutants import Mutant

LOG, LOG_SD, DISTANCE, SPREAD, TOWARDS, AWAY, PRECISION = (
    f"gaussian-pool-{name}"
    for name in (
        "log-variance", "log-variance-sd", "wasserstein2-squared", "wasserstein2-squared-variance", "kl-reverse",
        "kl-forward", "mean-precision",
    )
)  # fmt: skip
TAIL = "gaussian-pool-mean-tail"
CHAIN, NODES, LIMIT = (
    "theory.laws.pooled_chain", "theory.laws.gauss_nodes", "theory.claims.gaussian.pool_limit",
)  # fmt: skip

POOL_MUTANTS = (
    Mutant(LOG, "y, weights = log_chi_square(size - 1)", "y, weights = log_chi_square(size)", "m for m-1", CHAIN),
    Mutant(LOG_SD, "old / all_ * z**2", "z**2", "the batch mean as far from the pool's as from its own", CHAIN),
    Mutant(DISTANCE, "real * old / all_ * apart", "real * apart", "the old mean known exactly", CHAIN),
    Mutant(SPREAD, "np.expm1(self.x / 2) ** 2", "np.expm1(self.x) ** 2", "variances for standard deviations", CHAIN),
    Mutant(TOWARDS, "math.sqrt(drawn) / all_", "math.sqrt(drawn) / old", "the pool before the batch", CHAIN),
    Mutant(AWAY, "self.mean**2 * np.exp(-self.x)", "self.mean**2", "the error in units of the source", CHAIN),
    Mutant(PRECISION, "np.exp(-self.x))\n", "np.exp(self.x))\n", "the variance", CHAIN),
    Mutant(LOG, "self.beside[k - 1] * found", "self.beside[k] * found", "the wrong neighbour", NODES),
    Mutant(LOG_SD, "self.points += real + drawn", "self.points += drawn", "real points thrown away", CHAIN),
    Mutant(PRECISION, "pulled_back=1.0", "pulled_back=0.0", "no precision in the end"),
    Mutant(DISTANCE, "float(value(np.array([last_counted(scenario)]))[0])", "source", "all forgotten", LIMIT),
    Mutant(TAIL, "- real / all_ * apart", "- real / old * apart", "the mean moved too far", CHAIN),
    Mutant(TAIL, "(math.pi * K)))", "(math.pi * (K + 1))))", "the next wave's share", "theory.laws.period_series"),
    Mutant(TAIL, "at / math.sqrt(scenario.source.variance))\n\n\ndef limit", "at)\n\n\ndef limit", "data units"),
)
