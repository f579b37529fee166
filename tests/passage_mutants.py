"""Wrong formulas of times to collapse, of the highest variance, and of where a window of batches ends."""

from mutants import Mutant

HELD_UP, HELD_UP_SD = (f"gaussian-held-up-collapse-time{end}" for end in ("", "-sd"))
LINEAR, LINEAR_SD = (f"gaussian-replace-linear-sizes-collapse-time{end}" for end in ("", "-sd"))
KEPT_EVER, KEPT_PASSAGE = "gaussian-accumulate-variance-ever-above", "theory.laws.kept_passage"
LINEAR_SIZES = "theory.claims.gaussian.linear_sizes"
FRESH, SUMMED = "gaussian-real-share-collapse-time-lower-bound", "gaussian-collapse-time-lower-bound"
FRESH_AT_MOST, DRIFT = "gaussian-real-share-collapse-time-upper-bound", "theory.claims.gaussian.fresh_drift"
SLOW, SLOW_AT_MOST = (f"gaussian-forgetting-collapse-time-{side}-bound" for side in ("lower", "upper"))
EVER, EVER_AT_MOST, SURE = (
    "gaussian-variance-ever-above-lower-bound", "gaussian-factors-variance-ever-above-upper-bound",
    "gaussian-real-share-variance-ever-above",
)  # fmt: skip
RISES = "gaussian-window-variance-ever-above-upper-bound"
LAST_BATCHES, LAST_ERROR = "gaussian-window-variance", "gaussian-window-mean-squared-error"
ENDS, TWO, EXCESS = (f"theory.laws.{name}" for name in ("window_limit", "two_chi_squares", "log_excess"))
PASSAGE = "theory.claims.gaussian.forgetting_passage"
TIME = "theory.claims.gaussian.held_up_collapse_time"

PASSAGE_MUTANTS = (
    Mutant(HELD_UP, "0.0 if scenario.source.variance < at else np.inf", "np.inf", "a source that is below x"),
    Mutant(HELD_UP_SD, "0.0 if scenario.source.variance < at else np.inf", "0.0", "no chain without end", TIME),
    Mutant(LINEAR, "return 0.0 if scenario.source.variance < at else np.inf", "return np.inf", "t = 0", LINEAR_SIZES),
    Mutant(LINEAR_SD, "return 0.0 if scenario.source.variance < at else np.inf", "return 0.0", "t = 0", LINEAR_SIZES),
    Mutant(KEPT_EVER, "np.arange(fits - 1.0)", "np.arange(1.0, fits)", "a batch too many in the pool", KEPT_PASSAGE),
    Mutant(KEPT_EVER, "(self.M - 1) * np.log1p", "self.M * np.log1p", "M for M-1", KEPT_PASSAGE),
    Mutant(SURE, "return 1.0", "return 0.5", "half of the chains"),
    Mutant(FRESH, "below(1.0, real - 1, level,", "below(1.0, real, level,", "n for n-1"),
    Mutant(FRESH, "1 + (1 - first) /", "(1 - first) /", "the first fit forgotten"),
    Mutant(FRESH, "s * math.log(success) + k", "k", "a power of the ratio of scales", TWO),
    Mutant(FRESH, "np.maximum(n[block] - 1, 0) / 2", "n[block] / 2", "n for n-1 by chance", TWO),
    Mutant(FRESH_AT_MOST, "(1 - first) * max(a, 0.0)", "max(a, 0.0)", "chains below x after one fit"),
    Mutant(FRESH_AT_MOST, "(1 - w) * (m - 1) / divide(m)", "(1 - w) * m / divide(m)", "m for m-1", DRIFT),
    Mutant(FRESH_AT_MOST, "below(w / divide(n), n - 1,", "below(w / divide(n), n,", "n for n-1", DRIFT),
    Mutant(SLOW, "1 - excess / rate", "1 - excess * rate", "a rate for its inverse"),
    Mutant(SLOW, "- level + float(", "+ level + float(", "a sign", EXCESS),
    Mutant(SLOW, "- log_mean_factor(size, offset)", "", "the divisor", PASSAGE),
    Mutant(SLOW_AT_MOST, "(1 - first) * math.log1p", "math.log1p", "chains below x after one fit"),
    Mutant(SLOW_AT_MOST, "math.log1p(-scenario", "math.log(scenario", "g for 1-g"),
    Mutant(SUMMED, "square - mean**2", "square - mean", "U for U^2"),
    Mutant(SUMMED, "< at else 1 + float", "< at else float", "t = 0"),
    Mutant(EVER, "special.gammaincc((first - 1) / 2", "special.gammaincc(first / 2", "n for n-1"),
    Mutant(EVER, "return 1 - claim.value", "return claim.value", "the law for its tail"),
    Mutant(EVER_AT_MOST, "[1, 2] if 3 * size", "[1, 2, 3] if 3 * size", "an order that later fits raise"),
    Mutant(EVER_AT_MOST, "(size - 1 + 2 * j) / divisor", "(size - 1 + j) / divisor", "moments of a chi-square"),
    Mutant(EVER_AT_MOST, "p * level + float", "level + float", "a power lost"),
    Mutant(RISES, "square - share * mean", "square", "a supermartingale that is not one"),
    Mutant(RISES, "(length + 1) / (2 * (length * size", "length / (2 * (length * size", "the least weight"),
    Mutant(LAST_BATCHES, "offset - 1 + Fraction(2 * W, W + 1)", "offset", "the unbiased divisor for the one", ENDS),
    Mutant(LAST_BATCHES, "-4 * (W + 2)", "-4 * (W + 1)", "ages counted from 0", ENDS),
    Mutant(LAST_ERROR, "np.arange(W) / (W * (W + 1))", "np.arange(W) / (W * W)", "weights of batches", ENDS),
    Mutant(LAST_ERROR, "left * 2 * W / ((W + 1)", "left * W / ((W + 1)", "a factor 2", ENDS),
    Mutant(LAST_ERROR, "1 + (1 - delta) / M * np.sum", "1 + delta / M * np.sum", "the offset", ENDS),
)  # fmt: skip
