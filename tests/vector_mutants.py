"""Wrong formulas of claims in several dimensions under policies that keep, mix or forget data."""

from mutants import Mutant

KEPT, BELOW, FRESH, JOINED, ACCUMULATED = (
    f"theory.laws.{name}"
    for name in (
        "kept_covariance", "determinant_below", "determinant_fresh", "joined_covariance", "accumulated_covariance",
    )
)  # fmt: skip
KEPT_FORWARD = "vector-accumulate-kl-forward"
DIVERGENCE = "theory.claims.vector.kept_divergence"
VOLUME, HIGH, LOW, HELD = (
    f"vector-{name}"
    for name in (
        "factors-log-determinant", "log-determinant-upper-bound", "log-determinant-lower-bound",
        "log-determinant-fresh-lower-bound",
    )
)  # fmt: skip
REVERSE, REVERSE_LOW, REVERSE_HIGH = (f"vector-kl-reverse{end}" for end in ("", "-lower-bound", "-upper-bound"))
FORWARD_LOW, SETTLED = "vector-kl-forward-lower-bound", "vector-replace-mean-tail-limit-directions"
FORWARD, FORWARD_ALONG = "vector-forgetting-kl-forward", "vector-kl-forward-lower-bound-along"
NEAR_FIRST, SPREAD_FIRST = (f"vector-wasserstein2-{name}" for name in ("leading-order", "variance-leading-order"))
BY_DETERMINANT, BY_SQUARE = (
    "vector-log-determinant-upper-bound-by-determinant", "vector-wasserstein2-upper-bound-by-trace-of-square",
)  # fmt: skip
NEAR, FAR = "vector-wasserstein2-lower-bound", "vector-wasserstein2-upper-bound"
TAIL, NONE_LOST, RATES = (
    "vector-mean-tail-upper-bound", "vector-lyapunov-exponents-zero", "vector-forgetting-lyapunov-exponents",
)  # fmt: skip

SPHERICAL, MOVED = "theory.laws.spherical_plane", "theory.laws.spherical_factors"
DISTANCE, DISTANCES = (f"vector-{name}-wasserstein2-squared" for name in ("replace", "factors"))

ZONAL_MOVES = "theory.laws.zonal_moves"
OF_TRACE, OF_POWER = (f"vector-factors-{name}" for name in ("power-of-trace", "trace-of-power"))

ZONAL_SUMS = "theory.laws.zonal_sums"
WEIGHED_TRACE, WEIGHED_POWER = (f"vector-weighted-{name}" for name in ("power-of-trace", "trace-of-power"))

VECTOR_MUTANTS = (
    Mutant("vector-first-fit-wasserstein2-squared", "(1 / (nu + 1) + lost)", "(1 / nu + lost)", "M - 1 for M"),
    Mutant(
        "vector-first-fit-wasserstein2-squared",
        "np.sqrt(values / divisor) - 1",
        "np.sqrt(values / nu) - 1",
        "the unbiased divisor",
    ),
    Mutant(WEIGHED_TRACE, "weight = comb(r, s) *", "weight =", "no binomial coefficient", ZONAL_SUMS),
    Mutant(
        WEIGHED_TRACE,
        "state = matrix @ state",
        "state = matrix.T @ state",
        "the other way round",
        "theory.claims.vector.weighted_powers",
    ),
    Mutant(WEIGHED_POWER, "generations, at, False)", "generations, at, True)", "the power of the trace"),
    Mutant(OF_TRACE, "Fraction(rows - 1 - i, 2)", "Fraction(rows - i, 2)", "a row", ZONAL_MOVES),
    Mutant(
        OF_TRACE,
        "found[power] += coefficient * _ways(tuple(rest), n)",
        "found[power] += coefficient",
        "no ways",
        ZONAL_MOVES,
    ),
    Mutant(OF_POWER, "kept ** (r - boxes)", "kept**boxes", "c to another power", ZONAL_MOVES),
    Mutant(OF_POWER, "astype(float64), at, False)", "astype(float64), at, True)", "the power of the trace"),
    Mutant(DISTANCE, "(M - 1) / 2, 0.5j", "(M - 1) / 2, 1.0j", "s for s/2", SPHERICAL),
    Mutant(DISTANCE, "weights[0] /= 2", "weights[0] /= 1", "the trapezoidal rule", SPHERICAL),
    Mutant(DISTANCE, "excess + 2 * lost)", "excess + lost)", "a factor 2"),
    Mutant(DISTANCES, "once + (fits[:, None] - 1)", "once + fits[:, None]", "t for t-1"),
    Mutant(DISTANCES, "w = M - 1, P - 1 + offset, 1 - M / P", "w = M - 1, P - 1 + offset, 1.0", "w = 1", MOVED),
    Mutant(DISTANCES, "(weights * root**2).sum()) / 2", "(weights * root**2).sum())", "a factor 2", MOVED),
    Mutant(VOLUME, "= d, 1 - M / P, P - 1 + offset", "= d, 1.0, P - 1 + offset", "w = 1", JOINED),
    Mutant(VOLUME, "-self.d * self.lost", "-self.lost", "one direction", JOINED),
    Mutant(VOLUME, "d - min(M - 1, d)", "0", "a batch in every direction", JOINED),
    Mutant(KEPT_FORWARD, "np.exp(log_mean) * strayed", "strayed", "a length in old units", ACCUMULATED),
    Mutant(KEPT_FORWARD, "(self.M * self.fits.pool**2)", "self.fits.pool**2", "P for M", ACCUMULATED),
    Mutant(KEPT_FORWARD, "e * (2 + e) + twice", "e + twice", "a for a^2", JOINED),
    Mutant(KEPT_FORWARD, "self.joining / self.pool**2", "self.joining / self.pool", "P for P^2", ACCUMULATED),
    Mutant(KEPT_FORWARD, "np.where(t_ > 0, np.inf, 0.0)", "np.inf + t_", "infinite at t = 0"),
    Mutant(VOLUME, "float(-d * rate * offset / L", "float(-d * offset / L", "no rate", KEPT),
    Mutant(VOLUME, "np.maximum(t_ - 1, 0.0)", "t_", "t for t-1"),
    Mutant(HIGH, "+ scenario.source.dimension * values", "+ values", "one direction"),
    Mutant(LOW, "pool - 1 + offset) + found[-1] if", "pool + offset) + found[-1] if", "the old divisor", BELOW),
    Mutant(LOW, "batches * size - 1 + offset", "size - 1 + offset", "one batch", BELOW),
    Mutant(LOW, "+ d * bounds[t_]", "+ bounds[t_]", "one direction"),
    Mutant(HELD, "(n / (n + m), rows(n - 1", "(n / (n + m), rows(n", "n for n-1", FRESH),
    Mutant(HELD, "spectrum(b, a, d)", "spectrum(a, b, d)", "real for drawn rows", FRESH),
    Mutant(HELD, "(1 - w) * _kept(M - 1", "(1 - w) * _kept(M", "M for M-1", FRESH),
    Mutant(REVERSE, "(U - 1 + D) - logarithm) / 2", "(U - 1 + D) - logarithm)", "a factor 2", DIVERGENCE),
    Mutant(REVERSE_LOW, "(rank(scenario) * (U - 1 + D) - log", "((U - 1 + D) - log", "one direction", DIVERGENCE),
    Mutant(REVERSE_HIGH, "(U - 1 + D) - logarithm)", "(U - 1 + D) + logarithm)", "a sign", DIVERGENCE),
    Mutant(NEAR, "return trace(scenario) * bounding", "return 2 * trace(scenario) * bounding", "a factor 2"),
    Mutant(FAR, "- 2 * np.expm1(half)", "- np.expm1(half)", "a factor 2"),
    Mutant(FAR, "/ (2 * rank(scenario))", "/ rank(scenario)", "a variance for its root"),
    Mutant(BY_DETERMINANT, "return np.log(values)", "return np.log(values) / 2", "a factor 2"),
    Mutant(BY_SQUARE, "U**2 / square", "U / square", "U for U^2"),
    Mutant(BY_SQUARE, "+ 1 - 2 * root", "+ 1 - root", "a factor 2"),
    Mutant(TAIL, "error / at / at", "error / at", "x for x^2"),
    Mutant(FORWARD_LOW, "np.expm1(-u) + u) / 2", "np.expm1(-u) + u)", "a factor 2"),
    Mutant(FORWARD_LOW, "logarithm / rank(scenario), 0.0", "logarithm, 0.0", "one direction"),
    Mutant(FORWARD_ALONG, "return bounding_values(line", "return 4 * bounding_values(line", "every direction"),
    Mutant(FORWARD, "strayed = (1 + grown + rate**2", "strayed = (1 + grown + rate", "g for g^2"),
    Mutant(FORWARD, "first + after * later", "first + t_ * later", "t for t-1"),
    Mutant(FORWARD, "rate * offset / L + weights @", "weights @", "the offset lost", KEPT),
    Mutant(NEAR_FIRST, "root * relative / 4 * both", "root * relative / 2 * both", "a factor 2"),
    Mutant(NEAR_FIRST, ".sum() + whole / 2", ".sum()", "the diagonal"),
    Mutant(SPREAD_FIRST, "2 * D**2 * own +", "D**2 * own +", "a factor 2"),
    Mutant(SPREAD_FIRST, "(both + own / 4)", "both", "the diagonal"),
    Mutant(SETTLED, "-np.log1p(2 * ratios).sum() / 2", "-np.log1p(2 * ratios).sum()", "squares for roots"),
    Mutant(SETTLED, "ratios / (1 + 2 * ratios)", "ratios / (1 + ratios)", "a factor 2"),
    Mutant(NONE_LOST, "rank(scenario), 0.0, -np.inf", "rank(scenario) + 1, 0.0, -np.inf", "a direction too many"),
    Mutant(RATES, "np.diff([0.0, *", "np.array([*", "sums for exponents"),
    Mutant(RATES, "np.full(scenario.source.dimension, -np.inf)", "np.zeros(scenario.source.dimension)", "0 for lost"),
)
