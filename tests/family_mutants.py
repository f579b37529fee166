"""Wrong formulas of regressions, of families with one parameter, of kernel densities, and of biased samplers."""

from mutants import Mutant

MIXED_ROWS = "theory.laws.mixed_least_squares"
POOLED, OFFSPRING, DRAWS = "theory.laws.least_squares", "theory.laws.offspring", "theory.laws.biased_draws"
BIASED, DENSITY, LEVEL = (
    "theory.claims.gaussian.biased_fit", "theory.claims.families.kernel_density",
    "theory.claims.families.uniform_level",
)  # fmt: skip
RISK, FRESH, REUSED = (
    f"regression-{name}-excess-risk" for name in ("replace", "accumulate-fresh", "accumulate-reused")
)
LABELLED, LIMITED = (f"regression-one-design-real-share-excess-risk-{side}-bound" for side in ("lower", "upper"))
AGAIN, FOR_EVER, EXACT_WEIGHTS = (
    "regression-one-design-real-share-excess-risk", "regression-fixed-real-share-one-design-excess-risk",
    "regression-weighted-excess-risk",
)  # fmt: skip
ONE_DESIGN, PFAFFIAN = "theory.laws.one_design", "theory.laws.pfaffian"
SHRUNK, SHRUNK_AGAIN, SHRINKING = (
    "regression-ridge-excess-risk", "regression-ridge-one-design-excess-risk", "theory.laws.ridge",
)  # fmt: skip
WEIGHTS = "regression-weighted-excess-risk-leading-order"
SHRUNK_ONCE, SHRUNK_ONCE_ALONG, ONCE = (
    "regression-ridge-accumulate-excess-risk", "regression-ridge-accumulate-one-design-excess-risk",
    "theory.laws.ridge_kept",
)  # fmt: skip
NEW_ROWS, BY_COIN, KEPT_ROWS, ALONE, SLOWED, GROWING, UNEQUAL = (
    f"regression-{name}"
    for name in (
        "stratified-real-share-excess-risk", "iid-real-share-excess-risk",
        "fixed-real-share-excess-risk-leading-order", "fixed-real-share-excess-risk-lower-bound",
        "forgetting-excess-risk", "replace-unequal-excess-risk", "accumulate-unequal-excess-risk",
    )
)  # fmt: skip
UNIFORM, EXPONENTIAL, POISSON = (f"{family}-replace" for family in ("uniform", "exponential", "poisson"))
CUT, CHOSEN, TILTED = "gaussian-truncated-replace", "gaussian-best-of-replace", "gaussian-tilt-value-replace"
CENTRED, CENTRED_WAY, CENTRED_ERROR = (
    f"gaussian-tilt-quadratic-replace-{name}" for name in ("variance", "mean-bias", "mean-squared-error")
)
NEAREST, NEAREST_DRAW = "gaussian-nearest-replace", "theory.laws.nearest_draw"
STRAYED = "theory.claims.gaussian.nearest_fit"
PULLED, PRECISE = "theory.laws.drawn_to_a_centre", "gaussian-replace-mean-precision"
DYING, OF_ONE = "theory.laws.dying_components", "theory.laws.component_variance"
WHOLE = "theory.claims.families.mixture_moments"

FAMILY_MUTANTS = (
    Mutant(RISK, "(size - d - 1)", "(size - d)", "d for d+1"),
    Mutant(RISK, "noise * d * generations", "noise * generations", "d lost"),
    Mutant(FRESH, "inverse_batches(size, d + 1, generations", "inverse_batches(size, d, generations", "d for d+1"),
    Mutant(FRESH, "((g / M) ** (ORDERS - 2.0)", "((g / M) ** (ORDERS - 1.0)", "a power of d/M", POOLED),
    Mutant(FRESH, "last + 1.0)", "last)", "a batch too few", POOLED),
    Mutant(REUSED, "inverse_batches(1, 0, generations", "inverse_batches(size, d + 1, generations", "the fresh design"),
    Mutant(NEW_ROWS, "(d + 2) * (M - 2), (M + 2)", "d * (M - 2), M", "a mean squared for the mean square", MIXED_ROWS),
    Mutant(NEW_ROWS, "(M - n) * (1 - row", "(M - n - 1) * (1 - row", "a synthetic row too few", MIXED_ROWS),
    Mutant(BY_COIN, "(1 + (1 - share)", "(1 - (1 - share)", "a sign", MIXED_ROWS),
    Mutant(KEPT_ROWS, "(2.0 * size - n)", "size", "1 - b for 1 - b^2"),
    Mutant(ALONE, "(size - n) / size /", "2 * size / n /", "the noise of all generations"),
    Mutant(LABELLED, "/ float(lost_on_one_design", "* 9 / float(lost_on_one_design", "too much of a mean eigenvalue"),
    Mutant(LIMITED, "(size + n) / (2 * size)", "(size - n) / (2 * size)", "the synthetic for the real rows"),
    Mutant("regression-real-share-unequal-excess-risk", "rows * (rows - 1)", "rows * rows", "a row with itself twice"),
    Mutant(WEIGHTS, "weight * (2 - weight)", "weight", "w for 1 - (1-w)^2"),
    Mutant(AGAIN, "rest * (1 + u), 1.0", "rest, 1.0", "1 - u for 1 - u^2", ONE_DESIGN),
    Mutant(AGAIN, "n < min(d + 2, size)", "n < min(d + 1, size)", "d for d+1"),
    Mutant(AGAIN, "pairs[:d, :d] /= 2", "pairs /= 2", "the border of the Pfaffian halved", PFAFFIAN),
    Mutant(FOR_EVER, "_lost(rest, one) ** 2 / rest", "_lost(rest, one) / rest", "the mean for the square", ONE_DESIGN),
    Mutant(FOR_EVER, "+ u * _powers", "+ _powers", "the noise of all labels", ONE_DESIGN),
    Mutant(EXACT_WEIGHTS, "(rows - 1) * square", "rows * square", "N for N-1", "theory.laws.weighted_rows"),
    Mutant(EXACT_WEIGHTS, "second += 2 *", "second += 1 *", "half of what pairs vary", PFAFFIAN),
    Mutant(SHRUNK, "(2 * x + ridge) / (x + ridge)", "1.0", "the mean lost for the square", SHRINKING),
    Mutant(SHRUNK, "fit.uneven * np", "0.5 * fit.uneven * np", "half of how unevenly it shrinks", SHRINKING),
    Mutant(SHRUNK, "(1 + root**-2.0)", "(1 + root**-1.0)", "another power at the edge", "theory.laws.wishart_spectrum"),
    Mutant(SHRUNK_AGAIN, "(ridge * (2 * x + ridge))", "(ridge * (x + ridge))", "1 - a for 1 - a^2", SHRINKING),
    Mutant(f"{SHRUNK}-proportional", "(1 - away) / (2 * root)", "(1 - away) / root", "twice the slope", SHRINKING),
    Mutant(SHRUNK_ONCE, "joined * weights / rows**2", "weights / rows", "the noise of all rows", ONCE),
    Mutant(SHRUNK_ONCE, "2 * few / rows[~direct] - 1", "2 * few / rows[~direct] - 1.1", "another variable", ONCE),
    Mutant(SHRUNK_ONCE_ALONG, "(k + r) ** 2 for k", "(k + r) for k", "a power", ONCE),
    Mutant(SHRUNK_ONCE_ALONG, "(x + ridge)) ** 2", "(x + ridge)) ** 1", "the mean for the square", ONCE),
    Mutant(SLOWED, "retention.rate**2", "retention.rate", "g for g^2"),
    Mutant(GROWING, "1 / (M - d - 1), generations", "1 / (M - d), generations", "d for d+1"),
    Mutant(UNEQUAL, "N1 / M + 1.0", "N1 / M", "the first batch twice", POOLED),
    Mutant(f"{UNIFORM}-variance", "np.log1p(2.0 /", "np.log1p(1.0 /", "the mean for the square"),
    Mutant(f"{UNIFORM}-log-variance", "2.0 * generations /", "generations /", "a factor 2"),
    Mutant(f"{UNIFORM}-mean-squared-error", "(size + 2.0)", "(size + 1.0)", "M+1 for M+2"),
    Mutant(
        f"{UNIFORM}-mean-squared-error", "(np.expm1(log_mean) ** 2 + spread)", "np.expm1(log_mean) ** 2", "bias alone"
    ),
    Mutant(
        f"{UNIFORM}-variance-cdf",
        "sample_size.constant / 2\n\n\ndef",
        "sample_size.constant\n\n\ndef",
        "a factor 2",
        LEVEL,
    ),
    Mutant(f"{UNIFORM}-collapse-time-sd", "(np.sqrt(max(", "((max(", "the variance for its root"),
    Mutant(f"{UNIFORM}-collapse-time-sd", "return float(np.sqrt(", "return 1.0 + float(np.sqrt(", "the mean's 1"),
    Mutant(f"{UNIFORM}-collapse-time", "1.0 + needed if", "needed if", "the first fit forgotten"),
    Mutant(f"{EXPONENTIAL}-variance", "log1p(1.0 /", "log1p(0.5 /", "2M for M"),
    Mutant(f"{EXPONENTIAL}-log-variance", "mean_log_chi_square(2 *", "mean_log_chi_square(1 *", "M degrees of freedom"),
    Mutant(f"{EXPONENTIAL}-log-variance-sd", "2.0 * np.sqrt", "np.sqrt", "the mean for its square"),
    Mutant(f"{EXPONENTIAL}-variance-cdf", "relative / 2,", "relative,", "the variance for the mean"),
    Mutant(f"{POISSON}-variance-cdf", "series[0] = first", "series[0] = -1.0", "no extinction", OFFSPRING),
    Mutant(f"{POISSON}-variance-cdf", "(mean * series)", "(series)", "M v_0 lost", OFFSPRING),
    Mutant(f"{POISSON}-mean-squared-error", "generations / scenario", "(generations - 1) / scenario", "t-1 for t"),
    Mutant("kernel-fixed-replace-variance", "size * scenario", "(size - 1) * scenario", "M-1 for M"),
    Mutant("kernel-fixed-replace-mean-squared-error", "slope if", "slope * 1.5 if", "a series", DENSITY),
    Mutant("mixture-replace-vocabulary", "((1, 0), (M - 1, M))", "((1, 0),)", "a component of one point", DYING),
    Mutant("mixture-replace-absence", "law[counts <= 1]", "law[counts <= 2]", "two points too few", DYING),
    Mutant("mixture-replace-component-variance", "after.apart / counts)", "after.apart)", "no mean of n", OF_ONE),
    Mutant("mixture-replace-component-variance", "(M - 1.0) / M**2", "1.0 / M**2", "a point among one", OF_ONE),
    Mutant("mixture-variance", "float(whole_variance(scenario)) * self._claim(line).eval", "self._claim(line).eval",
           "in units of the source", WHOLE),
    Mutant("mixture-mean-squared-error", "float(whole_variance(scenario)) * float(", "1.0 * float(",
           "a limit in units of the source", WHOLE),
    Mutant("mixture-replace-vocabulary", "fits - done), fits", "fits - done + 1), fits", "a fit too many", DYING),
    Mutant("kernel-relative-replace-variance", "else square - 1 / size", "else square + 1 / size", "a sign", DENSITY),
    Mutant("kernel-relative-replace-variance", "(1 - 1 / size) * square", "square", "the unbiased variance", DENSITY),
    Mutant("kernel-relative-replace-mean-squared-error", "== \"mle\" else", "!= \"unbiased\" else", "the model for its "
           "points", DENSITY),
    Mutant(f"{CUT}-variance", "(t - unbiased) * later", "t * later", "a first fit that is cut, too", BIASED),
    Mutant(f"{CUT}-variance-second-moment", "3.0 * special", "special", "a factor 3", DRAWS),
    Mutant(f"{CUT}-mean-squared-error", "_first_step(scenario) * count", "_first_step(scenario)", "one fit alone"),
    Mutant(f"{CHOSEN}-variance", "(k - 1) * special", "k * special", "k+1 draws", DRAWS),
    Mutant(f"{CHOSEN}-variance-second-moment", "(size - 3) / (size - 1)", "1.0", "the kurtosis", BIASED),
    Mutant("families-replace-mean-bias", "np.zeros(len(generations))", "0.001 * generations", "a drift"),
    Mutant("families-replace-mean-bias", "    return 0.0", "    return -1.0", "the mean of a chain that has ended"),
    Mutant(f"{TILTED}-mean-bias", "generations - 1, 0)", "generations, 0)", "a first fit that is tilted"),
    Mutant(f"{TILTED}-mean-bias", "strength * variance * (np", "strength * (np", "v_0 lost"),
    Mutant(f"{TILTED}-mean-bias", "(size - 1) / offset)", "size / offset)", "M for M-1"),
    Mutant(f"{TILTED}-mean-bias", "np.where(generations > 0, 1 - real_fits(scenario), 0)", "0", "the first drift lost"),
    Mutant(f"{TILTED}-mean-squared-error", "1 + 2 * powers", "1 + powers", "a factor 2"),
    Mutant(f"{TILTED}-mean-squared-error", "int(t) - 1, real", "int(t), real", "a first fit that is tilted"),
    Mutant(CENTRED, "first * self.mean", "self.mean", "a first fit without its tilt", PULLED),
    Mutant(CENTRED, "y - np.log(pull)", "y", "no tilt", PULLED),
    Mutant(CENTRED_WAY, "(g + x * one) / pull", "(g + x * one)", "nothing left behind", PULLED),
    Mutant(CENTRED_ERROR, "noise / pull**2", "noise / pull", "the pull of a variance", PULLED),
    Mutant(CENTRED_ERROR, "w / M * one", "v / M * one", "the variance of the model for that of a draw", PULLED),
    Mutant(f"{NEAREST}-second-fit-variance", "square - apart**2", "square", "about the centre", NEAREST_DRAW),
    Mutant(f"{NEAREST}-second-fit-variance", "** -(M + 1.0)", "** -(M - 1.0)", "degrees of freedom", NEAREST_DRAW),
    Mutant(f"{NEAREST}-variance-upper-bound", "f * (w * U + D)", "f * w * U", "nothing strays", STRAYED),
    Mutant(f"{NEAREST}-variance-lower-bound", "f * (w * low_ - D)", "f * (w * low_ + D)", "a sign", STRAYED),
    Mutant(PRECISE, "- biased * math.log(factor)", "+ biased * math.log(factor)", "scaled the wrong way"),
    Mutant(PRECISE, "strength * math.exp(rate) *", "strength *", "the last fit lost"),
    Mutant(PRECISE, "if size <= 3:\n        return np.w", "if size <= 4:\n        return np.w", "four points"),
    Mutant(f"{CENTRED}-upper-bound", "np.maximum(generations - 1, 0)", "2 * generations", "too many pulls"),
    Mutant(f"{CENTRED}-lower-bound", "(2 + offset) / (size - 3)", "offset / (size - 1)", "the mean for its inverse"),
)  # fmt: skip
