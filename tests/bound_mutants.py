"""Wrong formulas of bounds from known moments, and of what is exact with weighted data."""

from mutants import Mutant

BELOW, LOGARITHM, TRANSFORM = (
    f"theory.laws.{name}" for name in ("log_variance_below", "chi_square_log", "weighted_transform")
)
LEAST, MOST = "gaussian-log-variance-lower-bound", "gaussian-log-variance-upper-bound"
NEAREST, FARTHEST = "gaussian-wasserstein2-squared-lower-bound", "gaussian-wasserstein2-squared-upper-bound"
BY_LOG = f"{FARTHEST}-by-log-variance"
KL_LEAST, KL_MOST = "gaussian-kl-reverse-lower-bound", "gaussian-kl-reverse-upper-bound"
CDF_LEAST, CDF_MOST = "gaussian-variance-cdf-lower-bound", "gaussian-variance-cdf-upper-bound"
CDF_SQUARE, STRAYED, FORWARD = (
    "gaussian-variance-cdf-lower-bound-by-second-moment", "gaussian-mean-tail-upper-bound",
    "gaussian-kl-forward-lower-bound",
)  # fmt: skip
PRECISION, ABOVE = "theory.laws.precision_above", "gaussian-kl-forward-upper-bound"
LOG, DISTANCE, DIVERGENCE = (
    f"gaussian-weighted-{name}" for name in ("log-variance", "wasserstein2-squared", "kl-reverse")
)

SPREAD, WEIGHTED_FORWARD = "gaussian-weighted-log-variance-sd", "gaussian-weighted-kl-forward"
NARROW = "theory.laws.weighted_precision"

BOUND_MUTANTS = (
    Mutant(LEAST, "np.stack((k - 1, drawn, both)", "np.stack((k, drawn, both)", "n for n-1", BELOW),
    Mutant(LEAST, "(self.size - k) * real + k * own", "k * real + (self.size - k) * own", "n for m", BELOW),
    Mutant(LEAST, "divisor = batches * size - 1 + offset", "divisor = size - 1 + offset", "one batch", BELOW),
    Mutant(LEAST, "drawn, before - 1 + offset)", "drawn, before + offset)", "the old divisor", BELOW),
    Mutant(LEAST, "before / total / larger", "real / total / larger", "the smaller scale between means", BELOW),
    Mutant(LEAST, "(1 - self.weight) / drawn * math", "(1 - self.weight) / own * math", "n for m", BELOW),
    Mutant(LEAST, "halves * less_log1p", "2 * halves * less_log1p", "a factor 2", LOGARITHM),
    Mutant(MOST, "np.log(moment", "np.log1p(moment", "1 added"),
    Mutant(NEAREST, "+ apart**2", "+ apart", "a distance for its square"),
    Mutant(FARTHEST, "mean**2 / square", "mean / square", "U for U^2"),
    Mutant(FARTHEST, "- 2 * root", "- root", "a factor 2"),
    Mutant(BY_LOG, "log_variance) / 2)", "log_variance))", "the variance for its root"),
    Mutant(KL_LEAST, "excess - np.log1p", "excess + np.log1p", "a sign"),
    Mutant(KL_MOST, "(known - narrow) / 2", "known - narrow", "a factor 2"),
    Mutant(LOG, "-(self.real - 1) / 2 *", "-self.real / 2 *", "n for n-1", TRANSFORM),
    Mutant(LOG, "factor - math.log(self.synthetic - 1", "factor - math.log(self.synthetic", "m for m-1", TRANSFORM),
    Mutant(LOG, "wanted = np.minimum(generations", "wanted = np.minimum(generations + 1", "t+1 for t", TRANSFORM),
    Mutant(SPREAD, "2 * np.euler_gamma - shift", "2 * np.euler_gamma + shift", "a sign", TRANSFORM),
    Mutant(SPREAD, "np.sqrt(readings", "(readings", "the variance for its root"),
    Mutant(DISTANCE, "excess + 2 * readings", "excess + readings", "a factor 2"),
    Mutant(DISTANCE, "np.exp(-x / 2)", "np.exp(-x)", "s for its root", TRANSFORM),
    Mutant(WEIGHTED_FORWARD, "psi, theta = {}, phi / n", "psi, theta = {}, phi / m", "m for n", NARROW),
    Mutant(WEIGHTED_FORWARD, "+ w**2 / n * phi", "+ w / n * phi", "w for w^2", NARROW),
    Mutant(WEIGHTED_FORWARD, "theta / s\n", "theta\n", "s lost", NARROW),
    Mutant(DIVERGENCE, "excess - readings", "excess + readings", "a sign"),
    Mutant(CDF_LEAST, "1 - mean / at", "1 - mean / at**2", "x^2 for x"),
    Mutant(CDF_LEAST, "np.maximum(0.0, 1", "np.maximum(-1.0, 1", "a negative chance"),
    Mutant(CDF_MOST, "square - mean**2", "square", "the mean not taken off"),
    Mutant(CDF_MOST, "(mean > at)", "(mean < at)", "the other side"),
    Mutant(CDF_SQUARE, "away / (spread + away), 0.0)", "spread / (spread + away), 0.0)", "the rest for the chance"),
    Mutant(STRAYED, "error / at / at", "error / at", "x for x^2"),
    Mutant(FORWARD, "-short / (1 + short)", "-short", "v_0 for u"),
    Mutant(FORWARD, "+ np.log1p(short)", "- np.log1p(short)", "a sign"),
    Mutant(ABOVE, "q = divisor / (first - 3)", "q = divisor / (first - 1)", "the inverse of a mean", PRECISION),
    Mutant(ABOVE, "g * (m - 3))", "g * (m - 1))", "the same of synthetic points", PRECISION),
    Mutant(ABOVE, "sum(axis=1)", "max(axis=1)", "the error of the mean left out"),
)  # fmt: skip
