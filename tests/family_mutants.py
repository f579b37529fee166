"""Wrong formulas of regressions, of families with one parameter, of kernel densities, and of biased samplers."""

from mutants import Mutant

POOLED, OFFSPRING, DRAWS = "theory.laws.least_squares", "theory.laws.offspring", "theory.laws.biased_draws"
BIASED, DENSITY, LEVEL = (
    "theory.claims.gaussian.biased_fit", "theory.claims.families.kernel_density",
    "theory.claims.families.uniform_level",
)  # fmt: skip
RISK, FRESH, REUSED = (
    f"regression-{name}-excess-risk" for name in ("replace", "accumulate-fresh", "accumulate-reused")
)
UNIFORM, EXPONENTIAL, POISSON = (f"{family}-replace" for family in ("uniform", "exponential", "poisson"))
CUT, CHOSEN, TILTED = "gaussian-truncated-replace", "gaussian-best-of-replace", "gaussian-tilt-value-replace"
CENTRED = "gaussian-tilt-quadratic-replace-variance"

FAMILY_MUTANTS = (
    Mutant(RISK, "(size - d - 1)", "(size - d)", "d for d+1"),
    Mutant(RISK, "noise * d * generations", "noise * generations", "d lost"),
    Mutant(FRESH, "inverse_batches(size, d + 1, generations", "inverse_batches(size, d, generations", "d for d+1"),
    Mutant(FRESH, "(ORDERS - 2.0)", "(ORDERS - 1.0)", "a power of d/M", POOLED),
    Mutant(FRESH, "last + 1.0)", "last)", "a batch too few", POOLED),
    Mutant(REUSED, "inverse_batches(1, 0, generations", "inverse_batches(size, d + 1, generations", "the fresh design"),
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
    Mutant("kernel-relative-replace-variance", "relative**2 - 1.0", "relative**2 + 1.0", "a sign", DENSITY),
    Mutant(f"{CUT}-variance", "(t - 1) * later", "t * later", "a first fit that is cut", BIASED),
    Mutant(f"{CUT}-variance-second-moment", "3.0 * special", "special", "a factor 3", DRAWS),
    Mutant(f"{CUT}-mean-squared-error", "constant\n\n\ndef limit", "constant + 1.0\n\n\ndef limit", "a constant added"),
    Mutant(f"{CHOSEN}-variance", "(k - 1) * special", "k * special", "k+1 draws", DRAWS),
    Mutant(f"{CHOSEN}-variance-second-moment", "(size - 3) / (size - 1)", "1.0", "the kurtosis", BIASED),
    Mutant(f"{TILTED}-mean-squared-error", "1 + 2 * powers", "1 + powers", "a factor 2"),
    Mutant(f"{TILTED}-mean-squared-error", "int(t) - 1)", "int(t))", "a first fit that is tilted"),
    Mutant(f"{CENTRED}-upper-bound", "np.maximum(generations - 1, 0)", "2 * generations", "too many pulls"),
    Mutant(f"{CENTRED}-lower-bound", "(2 + offset) / (size - 3)", "offset / (size - 1)", "the mean for its inverse"),
)  # fmt: skip
