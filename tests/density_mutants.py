"""Wrong formulas of densities of the variance."""

from mutants import Mutant

SUM, INVERSION = "theory.laws.log_chi_square_sum", "theory.laws.saddle_inversion"
REPLACED, FACTORS, EXPONENTIAL, UNIFORM = (
    f"{name}-variance-density"
    for name in ("gaussian-replace", "gaussian-factors", "exponential-replace", "uniform-replace")
)

DENSITY_MUTANTS = (
    Mutant(REPLACED, "int(t)) / at if t", "int(t)) if t", "the density of the logarithm"),
    Mutant(REPLACED, "width * STEP / 2 * float", "width * STEP * float", "half a step taken for a whole one", SUM),
    Mutant(REPLACED, "relative - t * drift", "relative", "the unbiased divisor"),
    Mutant(EXPONENTIAL, "int(t)) / (2 * at)", "int(t)) / at", "the density of the mean"),
    Mutant(UNIFORM, "/ (2 * at) * _waited", "/ at * _waited", "the density of the bound"),
    Mutant(FACTORS, "if of_tail else 0.0", "if of_tail else 1e9", "a path too narrow", INVERSION),
    Mutant(FACTORS, "n), level) / at", "n), level)", "the density of the logarithm"),
)
