"""Wrong formulas of expected determinants and of second moments of a covariance under the policies."""

from mutants import Mutant

MIXED, POOLED, FACTORS, LAST, PAIR = (
    "theory.laws.mixed_minors", "theory.laws.pooled_minors", "theory.laws.block_factors",
    "theory.laws.window_squares", "theory.claims.vector.two_numbers",
)  # fmt: skip
FRESH, BY_CHANCE, KEPT, WEIGHTED, EVERYTHING, GROWING, SLOWED, SIZES = (
    f"vector-{name}-determinant"
    for name in (
        "stratified-real-share", "iid-real-share", "fixed-real-share", "weighted", "pool", "accumulate", "forgetting",
        "replace-varying",
    )
)  # fmt: skip

DRAWN, ZONAL = "vector-subsample-determinant", "theory.laws.zonal"
POWER, TRACE = "vector-replace-power-of-trace", "vector-replace-trace-of-power"

MINOR_MUTANTS = (
    Mutant(FRESH, "Fraction(ways * (n - k + j), M)", "Fraction(ways * (n - k), M)", "a point too few", MIXED),
    Mutant(FRESH, "Fraction(ways * (m + k - j), M)", "Fraction(ways * (m + k), M)", "a point too many", MIXED),
    Mutant(FRESH, "L ** (k - 1) * M)", "L**k * M)", "a divisor too many", MIXED),
    Mutant(FRESH, "1.0 if rate == 0 else (0.0 if rate < 0 else np.inf)", "1.0", "replaced data that keep all"),
    Mutant(BY_CHANCE, "return ways, ways * a", "return ways, ways * b", "the other share", MIXED),
    Mutant(BY_CHANCE, "(k + (M - k) * b)", "(k + M * b)", "a point counted twice", MIXED),
    Mutant(KEPT, "Fraction(minors * k, n)", "Fraction(minors, n)", "one row for k", MIXED),
    Mutant(KEPT, "Fraction(ways * (M - j), M)", "Fraction(ways * (M - k), M)", "k for j", MIXED),
    Mutant(KEPT, "kept_source(real, d)[0]", "1", "kept squares of 1"),
    Mutant(WEIGHTED, "perm(n - 1, k - j) * perm(m - 1, j)", "perm(n, k - j) * perm(m - 1, j)", "n for n-1", MIXED),
    Mutant(WEIGHTED, "perm(n - 1, k) / (n", "perm(n, k) / (n", "n for n-1 in the first fit", MIXED),
    Mutant(EVERYTHING, "(P + m + k - j) * moved", "(P + m) * moved", "real points left out", POOLED),
    Mutant(EVERYTHING, "[P * x + m * y", "[P * x + m * x", "m for m-1 points", POOLED),
    Mutant(EVERYTHING, "k * minors[k - 1] / n", "minors[k - 1] / n", "one row for k", POOLED),
    Mutant(GROWING, "(1 - m / P) * repeated[j] + m / P * repeated[j + 1]", "repeated[j]", "one mean left out", FACTORS),
    Mutant(
        GROWING, "m, y * m, offset, k), 2, first / m, t)", "m, y * m, offset, k), 2, 1.0, t)", "equal batches", FACTORS
    ),
    Mutant(SLOWED, "rate**j * float", "rate * float", "g for g^j", FACTORS),
    Mutant(SLOWED, "np.maximum(generations - 1, 0)", "generations", "the first fit twice"),
    Mutant(SIZES, "np.arange(1.0, k + 1)", "np.arange(0.0, k)", "one degree of freedom too many", FACTORS),
    Mutant(SIZES, "sp.Rational(d * (d - 1), 2)", "0", "the rows after the first"),
    Mutant("vector-window-determinant", "1.0 if axes in ((1, 2), (3, 4)) else pairing", "1.0", "as on the line", LAST),
    Mutant(DRAWN, "(different(j) - q) / M", "(different(j) - q)", "the mean of M draws", FACTORS),
    Mutant(DRAWN, "q / L**j * (N * perm(M, j) + perm(M, j + 1))", "q / L**j * N * perm(M, j)", "a border", FACTORS),
    Mutant(DRAWN, "np.where(t > 1, float(np.log1p", "np.where(t < 0, float(np.log1p", "a first fit to draws", FACTORS),
    Mutant(DRAWN, "-np.inf if offset > 1 else np.inf", "-np.inf", "a pool that cannot grow", FACTORS),
    Mutant("vector-window-determinant", "LINE, PLANE = 1.0, -0.5", "LINE, PLANE = 1.0, -1.0", "a weight", LAST),
    Mutant(POWER, "M - i + 2 * j", "M - i + j", "a zonal factor", ZONAL),
    Mutant(POWER, "own[lower] = total /", "own[lower] = 2 * total /", "another operator", ZONAL),
    Mutant(POWER, "yield parts[i] - parts[j],", "yield parts[i] + parts[j],", "a sum for a difference", ZONAL),
    Mutant(TRACE, "Fraction(2 * j - i + 1) for", "Fraction(j - i + 1) for", "contents of Schur's functions", ZONAL),
    Mutant(TRACE, "2 ** (r - 1)", "2**r", "a factor 2", ZONAL),
    Mutant("vector-window-determinant", "0.0 if growth(scenario)", "1.0 if growth(scenario)", "a limit"),
    Mutant("vector-trace-of-square", "generations, -1.0)", "generations, 1.0)", "a sign"),
    Mutant("vector-square-of-trace", "generations, 2.0)", "generations, 1.0)", "a factor 2"),
    Mutant("vector-square-of-trace", "np.isinf(R), np.inf", "np.isinf(R), 0.0", "a limit that is lost", PAIR),
)
