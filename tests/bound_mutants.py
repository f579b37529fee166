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
SPREAD_OF_LOG, SPREAD_OF_DISTANCE = (
    f"gaussian-{name}-leading-order" for name in ("log-variance-sd", "wasserstein2-squared-variance")
)
DISTANCE_FIRST, REVERSE_FIRST, FORWARD_FIRST = (
    f"gaussian-{name}-leading-order" for name in ("wasserstein2-squared", "kl-reverse", "kl-forward")
)
NEARLY_NORMAL = "theory.claims.gaussian.nearly_normal"
TOGETHER, BY_LINES = "gaussian-log-variance-sd-upper-bound", "gaussian-kl-forward-upper-bound-by-lines"
ONE_FIT_APART = "gaussian-fresh-share-log-variance-sd-lower-bound"
BY_FOURTH = "gaussian-kl-forward-upper-bound-by-fourth-moment"
LINES, STRAYED_LINES = "theory.laws.precision_tangent", "theory.laws.strayed_tangent"

BOUND_MUTANTS = (
    Mutant(LEAST, "np.stack((k - 1, drawn, both)", "np.stack((k, drawn, both)", "n for n-1", BELOW),
    Mutant(LEAST, "(self.size - k) * real + k * own", "k * real + (self.size - k) * own", "n for m", BELOW),
    Mutant(LEAST, "divisor = batches * size - 1 + offset", "divisor = size - 1 + offset", "one batch", BELOW),
    Mutant(LEAST, "if drawn else 0.0  # of", "if True else 0.0  # of", "a mean of no points", BELOW),
    Mutant(LEAST, "(len(models) - 1) * size, real", "0 * size, real", "batches that are far apart", BELOW),
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
    Mutant(SPREAD_OF_LOG, "np.sqrt(squared_spread", "(squared_spread", "the variance for its root"),
    Mutant(SPREAD_OF_LOG, "square / mean / mean - 1", "square / mean - 1", "U for U^2", NEARLY_NORMAL),
    Mutant(SPREAD_OF_DISTANCE, "2 * error**2 +", "error**2 +", "a factor 2"),
    Mutant(SPREAD_OF_DISTANCE, "of_variance**2 / 8", "of_variance**2 / 4", "a factor 2"),
    Mutant(DISTANCE_FIRST, "generations) / 4", "generations) / 2", "a factor 2 lost"),
    Mutant(DISTANCE_FIRST, "ERROR, generations) + width", "ERROR, generations) - width", "a sign"),
    Mutant(REVERSE_FIRST, "excess - np.log1p(excess)) / 2", "excess - np.log1p(excess))", "a factor 2"),
    Mutant(REVERSE_FIRST, "generations) / 4", "generations) / 8", "8 for 4"),
    Mutant(FORWARD_FIRST, "0.5 / (1 + excess) - 0.25", "0.5 / (1 + excess) + 0.25", "a sign"),
    Mutant(FORWARD_FIRST, "narrow / 2", "narrow", "a factor 2"),
    Mutant(TOGETHER, "one = divisor / (size - 3)", "one = divisor / (size - 1)", "the inverse of a mean", LINES),
    Mutant(TOGETHER, "return max(points - 3.0", "return max(points - 1.0", "the same of kept points", LINES),
    Mutant(TOGETHER, "real / new * other +", "0.0 * other +", "new real points without a part", LINES),
    Mutant(TOGETHER, "total[t] - total[t - batches]", "total[t]", "batches that never leave", LINES),
    Mutant(TOGETHER, "np.sqrt(2 * np.maximum", "np.sqrt(np.maximum", "a factor 2"),
    Mutant(BY_LINES, "a - b) / M - b / M + none", "a - b) / M - b / M", "no real points at all", STRAYED_LINES),
    Mutant(BY_LINES, "max(drawn - 1, 0) * three", "max(real - 1, 0) * three", "n for m", STRAYED_LINES),
    Mutant(BY_LINES, "(self.size - 4)", "self.size", "the inverse of a mean", STRAYED_LINES),
    Mutant(BY_LINES, "precision + strayed - 1 + np.log(variance)", "precision - 1 + np.log(variance)", "no error"),
    Mutant(ONE_FIT_APART, "(size - 1 + (share", "(size - 3 + (share", "M-3 for M-1"),
    Mutant(ONE_FIT_APART, "np.maximum(generations - 1, 0)", "generations", "t for t-1"),
    Mutant(BY_FOURTH, "max(points - 5.0, 0.0)", "max(points - 3.0, 0.0)", "the square of a mean inverse", LINES),
    Mutant(BY_FOURTH, "np.sqrt(fourth) / unit", "fourth / unit", "a fourth moment for its root"),
    Mutant(BY_FOURTH, "(precision + strayed - 1", "(precision + strayed - 2", "2 for 1"),
    Mutant(ABOVE, "sum(axis=1)", "max(axis=1)", "the error of the mean left out"),
)  # fmt: skip
