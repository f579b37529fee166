"""Wrong formulas of claims in several dimensions under policies that keep, mix or forget data."""

from mutants import Mutant

KEPT, BELOW, FRESH = (f"theory.laws.{name}" for name in ("kept_covariance", "determinant_below", "determinant_fresh"))
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

VECTOR_MUTANTS = (
    Mutant(VOLUME, "L, w = M - 1, P - 1 + offset, 1 - M / P", "L, w = M - 1, P - 1 + offset, 1.0", "w = 1", KEPT),
    Mutant(VOLUME, "-2 * M / P / L", "-M / P / L", "a factor 2", KEPT),
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
