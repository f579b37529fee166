"""Wrong formulas of fourth moments, of the error of the mean and of a draw, under policies that keep or mix data."""

from mutants import Mutant

SQUARES, KEPT_LAW, WEIGHTED_LAW, JOINED, DRAWN, LAST = (
    f"theory.laws.{name}"
    for name in (
        "gaussian_mixing_squares", "kept_points_fourth", "weighted_fourth", "growing_pool_squares",
        "subsampled_pool_fourth", "window_squares",
    )
)  # fmt: skip
SHARED = "theory.claims.gaussian.real_share_fourth"
FRESH, BY_CHANCE, KEPT, WEIGHTED, UNEQUAL, SUBSAMPLE, WINDOW = (
    f"gaussian-{name}-mean-fourth-moment"
    for name in (
        "stratified-real-share", "iid-real-share", "fixed-real-share", "weighted", "pool", "subsample", "window",
    )
)  # fmt: skip
DRAW_FACTORS, DRAW_FRESH, DRAW_KEPT, DRAW_WEIGHTED, DRAW_UNEQUAL, DRAW_SUBSAMPLE, DRAW_WINDOW = (
    f"gaussian-{name}-draw-fourth-moment"
    for name in (
        "factors", "stratified-real-share", "fixed-real-share", "weighted", "pool", "subsample", "window",
    )
)  # fmt: skip
ACCUMULATED, FORGOTTEN, VARYING = (f"theory.laws.{name}_factors" for name in ("accumulated", "forgotten", "varying"))

FOURTH_MOMENT_MUTANTS = (
    Mutant(FRESH, "_times((0, 0, 6 * b**2), noise)", "_times((0, 0, 3 * b**2), noise)", "a factor 2", SQUARES),
    Mutant(FRESH, "unit * (limiting", "unit * (2 * limiting", "a factor 2", SHARED),
    Mutant(BY_CHANCE, "_scaled(third, 4 * b / M**2)", "_scaled(third, 0 * b)", "points without skewness", SQUARES),
    Mutant(BY_CHANCE, "Fraction(3 * (M - 1), M**3)", "Fraction(3 * M, M**3)", "a pair of a point with itself", SQUARES),
    Mutant(KEPT, "(1 - 4 * left", "(1 - 2 * left", "the memory of second moments", KEPT_LAW),
    Mutant(KEPT, "3 * b**2 / M, b**3", "b**2 / M, b**3", "a cubed sum", KEPT_LAW),
    Mutant(KEPT, "+ 4 * cube[2]", "", "an error that is symmetric given that of the kept points", KEPT_LAW),
    Mutant(KEPT, "+ Fraction(6, n) * error", "+ error", "models that know the source's mean", KEPT_LAW),
    Mutant(WEIGHTED, "3 * drawn**2", "drawn**2", "the fourth moment of a normal variable", WEIGHTED_LAW),
    Mutant(WEIGHTED, "w**2 * a2, 2", "w**2 * a**2, 2", "real points without a spread of their variance", WEIGHTED_LAW),
    Mutant(WEIGHTED, "if e2 >= 1:", "if e2 < 1:", "convergent sums taken for others", WEIGHTED_LAW),
    Mutant(WEIGHTED, "(start[4] + e * squares / m)", "start[4]", "what moves with the mean", WEIGHTED_LAW),
    Mutant(UNEQUAL, "fourth = b**4 * dd + 6", "fourth = b**4 * dd + 3", "a factor 2", JOINED),
    Mutant(UNEQUAL, "3 * _square(noise_v, noise", "_square(noise_v, noise", "a normal variable", JOINED),
    Mutant(SUBSAMPLE, "4 * s**3 * a3", "0 * s**3 * a3", "draws without skewness", DRAWN),
    Mutant(SUBSAMPLE, "6 * s**2 * a2", "3 * s**2 * a2", "a factor 2", DRAWN),
    Mutant(SUBSAMPLE, "growth > 0 or decay >= 0", "growth > 0", "a fourth moment that cannot grow", DRAWN),
    Mutant(SUBSAMPLE, "(M - 1) / M**2, 3 / M**2", "1 / M, 3 / M**2", "M for M-1", DRAWN),
    Mutant(WINDOW, "(np.eye(b)[:x] + moved,", "(np.eye(b)[:x],", "a mean that does not move", LAST),
    Mutant(WINDOW, "(state[slow] + step[slow, others] @ added)", "state[slow]", "an error that stays", LAST),
    Mutant(WINDOW, "(M - 1) / M, 3 / M**2", "0.0, 3 / M**2", "a first mean without error", LAST),
    Mutant(DRAW_FACTORS, "6 * joint + 3 * np.exp(self._log", "6 * joint + np.exp(self._log", "E z^4 = 1", ACCUMULATED),
    Mutant(DRAW_FACTORS, "self._strayed(t) + self._leaning(t)[1])\n        return", "self._strayed(t))\n        return",
           "an error that knows nothing of the variance", ACCUMULATED),
    Mutant(DRAW_FACTORS, "V_squared + 2 * path.error", "V_squared + path.error", "a square without its 2", FORGOTTEN),
    Mutant(DRAW_FACTORS, "+ 3 * np.exp(_at(self._squares, t))", "+ 3 * np.exp(2 * _at(self._mean, t))",
           "the square of the mean variance", VARYING),
    Mutant(DRAW_FRESH, "6 * state[JOINT] + 3", "3 * state[JOINT] + 3", "a binomial coefficient", SQUARES),
    Mutant(DRAW_KEPT, "+ 2 * cube[1] + square[1]", "+ square[1]", "models that know nothing of kappa", KEPT_LAW),
    Mutant(DRAW_KEPT, "fixed_limits(M, n, offset)[0] / n)", "0)", "kept points without error", KEPT_LAW),
    Mutant(DRAW_WEIGHTED, "np.where(t > 0, values, 3.0)", "np.where(t > 0, values, 1.0)", "E z^4 = 1", WEIGHTED_LAW),
    Mutant(DRAW_UNEQUAL, "state[FOURTH] + 6 * state[JOINT]", "state[FOURTH] + 4 * state[JOINT]", "a count", JOINED),
    Mutant(DRAW_SUBSAMPLE, "12 * with_error[0] / L", "0 * with_error[0]", "draws without skewness", DRAWN),
    Mutant(DRAW_SUBSAMPLE, "weights[SECOND] = 6 * M / L", "weights[SECOND] = 6", "a divisor forgotten", DRAWN),
    Mutant(DRAW_WINDOW, "+ 6 * with_distances[:, 0, 0]", "+ 6 * with_distances[:, 1, 1]", "a batch's distance", LAST),
    Mutant(WINDOW, "mixed[:, -1, old, old] = (M - 1) / M", "mixed[:, -1, old, old] = 0 / M", "squares of no use", LAST),
)  # fmt: skip
