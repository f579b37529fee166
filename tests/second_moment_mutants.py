"""Wrong formulas of second moments under Gaussian policies, of scaled draws with real data, and of budgets."""

from mutants import Mutant

SQUARES, JOINED = "theory.laws.gaussian_mixing_squares", "theory.laws.growing_pool_squares"
FRESH_WINDOW, FRESH_WINDOW_ERROR, FRESH_WINDOW_SQUARE, FRESH_WINDOW_FOURTH = (
    f"gaussian-fresh-window-{name}"
    for name in ("variance", "mean-squared-error", "variance-second-moment", "mean-fourth-moment")
)
BUDGET_SQUARE, BUDGET_FOURTH = (
    f"gaussian-pool-budget-{name}" for name in ("variance-second-moment", "mean-fourth-moment")
)
BUDGETED, POOL_END = "theory.laws.budget_squares", "theory.laws.pool_limit"
REFRESHED, REFRESHED_SQUARES = "theory.laws.fresh_window", "theory.laws.fresh_window_squares"
DRAWN, LAST, SCALED = (
    f"theory.laws.{name}" for name in ("subsampled_pool_squares", "window_squares", "gaussian_mixing_scaled")
)
KEEPING, POOL = "theory.laws.scaled_accumulation", "theory.laws.growing_pool"
KEPT, UNEQUAL, SUBSAMPLE, WINDOW = (
    f"gaussian-{name}-variance-second-moment" for name in ("fixed-real-share", "pool", "subsample", "window")
)
BY_CHANCE, BY_CHANCE_ERROR, SAME, SAME_ERROR = (
    f"gaussian-scaled-{scheme}-real-share-{name}"
    for scheme in ("iid", "fixed") for name in ("variance", "mean-squared-error")
)  # fmt: skip
BIASED, BIASED_ERROR = (f"gaussian-scaled-accumulate-{name}" for name in ("variance", "mean-squared-error"))
BUDGET, BUDGET_ERROR = (f"gaussian-pool-budget-{name}" for name in ("variance", "mean-squared-error"))

DENSITY, FIXED, FOLLOWING, OF_MODEL = (
    "theory.laws.kernel_squares",
    *(f"kernel-{name}-replace-variance-second-moment" for name in ("fixed", "relative", "model-relative")),
)  # fmt: skip

SECOND_MOMENT_MUTANTS = (
    Mutant(FIXED, "mu4 = (-3 * h2**2,", "mu4 = (3 * h2**2,", "the variance of the points for the model's", DENSITY),
    Mutant(FIXED, "3 * (2 * M - 3)", "3 * (2 * M - 1)", "a fourth moment of a sample", DENSITY),
    Mutant(FOLLOWING, "(6 * r + 3 * r**2)", "(6 * r + r**2)", "the fourth moment of a normal variable", DENSITY),
    Mutant(FOLLOWING, "M / Fraction(M - 1)", "M / Fraction(M)", "the divisor of the bandwidth", DENSITY),
    Mutant(OF_MODEL, "squared[1] + 2 * c2 * kept", "squared[1] + c2 * kept", "a factor 2", DENSITY),
    Mutant(OF_MODEL, "fourth[1] + 6 * c2 * kept", "fourth[1] + 3 * c2 * kept", "a fourth moment", DENSITY),
    Mutant(FOLLOWING, "Fraction(size - 1, size)", "Fraction(size, size)", "the unbiased variance"),
    Mutant(KEPT, "_times((0, a, 0), (0, a, 0), 3),", "_times((0, a, 0), (0, a, 0)),", "g^2 for 3g^2", SQUARES),
    Mutant(KEPT, "(n**2 - 1, n - 1,", "(n**2 - 1, n,", "n for n-1 squares at the start", SQUARES),
    Mutant(KEPT, "Fraction(3, n * n))", "Fraction(1, n * n))", "the fourth moment of a normal variable", SQUARES),
    Mutant(KEPT, "settled_square(step, start[0])", "settled_square(step)", "the kept squares without a spread"),
    Mutant(UNEQUAL, "4 * P * m / q**2 * k / q * vv", "0.0", "means of batches independent", JOINED),
    Mutant(UNEQUAL, "m**2 - 1 + 2 * within * h", "m**2 - 1 + within * h", "a factor 2", JOINED),
    Mutant(UNEQUAL, "4 * k * b * (share * vd - d2)", "4 * k * b * (share * vd + d2)", "a sign", JOINED),
    Mutant(UNEQUAL, "v / n, 3 / n**2", "v / n, 1 / n**2", "the fourth moment of a normal variable", JOINED),
    Mutant(SUBSAMPLE, "6 * ve2 / M + 3 * v2", "3 * ve2 / M + 3 * v2", "a factor 2", DRAWN),
    Mutant(SUBSAMPLE, "6 * share**2 * N * apart", "0 * share**2 * N * apart", "old points about the old mean", DRAWN),
    Mutant(SUBSAMPLE, "growth > 0 or decay >= 0", "growth > 0", "a fourth moment that cannot grow", DRAWN),
    Mutant(SUBSAMPLE, "np.log(2) * decay", "np.log(2) * growth", "one rate for both", DRAWN),
    Mutant(WINDOW, "(M - 1) * (M - 1 + 2 * pairing)", "(M - 1) ** 2", "a batch without a spread", LAST),
    Mutant(WINDOW, "(1 + 2 * pairing) * square", "square", "the fourth moment of a normal variable", LAST),
    Mutant(WINDOW, "offset, t >= W, pairing)", "offset, False, pairing)", "a window that forgets nothing", LAST),
    Mutant(WINDOW, "(square + spread)", "square", "a new batch without a spread, in the long run", LAST),
    Mutant(WINDOW, "lost, gained = (W - 1 + offset)", "lost, gained = (W + offset)", "a loss of the long run", LAST),
    Mutant(FRESH_WINDOW, "+ n * b * D)", ")", "kinds of points without a distance", REFRESHED),
    Mutant(FRESH_WINDOW, "W * (n * (W + 1 - a) - a) / R", "W * n * (W + 1 - a) / R", "a limit", REFRESHED),
    Mutant(FRESH_WINDOW_ERROR, "= b * products.mean(axis=0)", "= products.mean(axis=0)", "no real points", REFRESHED),
    Mutant(FRESH_WINDOW_ERROR, "(M * R)", "R", "a limit of one point", REFRESHED),
    Mutant(FRESH_WINDOW_SQUARE, "+ k * k * fourth", "", "a distance without a spread", REFRESHED_SQUARES),
    Mutant(FRESH_WINDOW_SQUARE, "(m - 1) * rest + 3 * a * rest)", "(m - 1) * rest)", "noise", REFRESHED_SQUARES),
    Mutant(FRESH_WINDOW_SQUARE, "- 4 * a * rest * rest *", "+ 4 * a * rest * rest *", "a sign", REFRESHED_SQUARES),
    Mutant(FRESH_WINDOW_FOURTH, "3 * noise_square / M**2", "noise_square / M**2", "a normal", REFRESHED_SQUARES),
    Mutant(FRESH_WINDOW_FOURTH, "- 2 * a * rest * (of_mean", "- 0 * a * rest * (of_mean", "knows", REFRESHED_SQUARES),
    Mutant(BUDGET, "left = 1 - (1 - share) * (kept", "left = 1 - share * (kept", "shares exchanged", POOL_END),
    Mutant(BUDGET_ERROR, "drawn / share * w + w / budget", "w / budget", "a pool at the source's mean", POOL_END),
    Mutant(WINDOW, "float(np.log(late[-1] / late", "-float(np.log(late[-1] / late", "growth for decay", LAST),
    Mutant(BUDGET_SQUARE, "+ 4 * s * N * cT", "", "real points that know the skewness of the pool", BUDGETED),
    Mutant(BUDGET_SQUARE, "+ 3 * vv / k**2", "", "a batch mean without a normal error", BUDGETED),
    Mutant(BUDGET_SQUARE, "(k * k - 1) * vv + 2 * r", "(k - 1) ** 2 * vv + 2 * r", "squares without spread", BUDGETED),
    Mutant(BUDGET_FOURTH, "4 * model.eee * cT", "0 * cT", "draws without skewness", BUDGETED),
    Mutant(BUDGET_FOURTH, "- 4 * b * s + s * s) * c2", "+ s * s) * c2", "a distance that knows nothing", BUDGETED),
    Mutant(BUDGET_FOURTH, "4 * s**3 * a3 * cT", "0 * cT", "a pool that moves evenly", BUDGETED),
    Mutant(BY_CHANCE, "vd=a * b * (M - 1) / L", "vd=a * b * M / L", "M for M-1", SCALED),
    Mutant(BY_CHANCE_ERROR, "dd=b**2 + a * b / M", "dd=b**2", "coins that are not tossed", SCALED),
    Mutant(SAME, "v_forcing=(n - 1) / L", "v_forcing=Fraction(n) / L", "n for n-1", SCALED),
    Mutant(SAME, "fit.kept == 1 and fit.vv < 1", "False", "all lost where something stays", SCALED),
    Mutant(SAME_ERROR, "(1 - share) * beyond", "beyond", "a share lost", SCALED),
    Mutant(SAME_ERROR, "D + (Fraction(1, fit.kept) if fit.kept else 0)", "D", "kept points without error", SCALED),
    Mutant(BIASED, "(M * (1 - factor) + factor / y)", "(M * (1 - factor) + 1 / y)", "c lost", KEEPING),
    Mutant(BIASED, "float(first_variance(scenario))", "1.0", "the first fit never biased"),
    Mutant(BIASED_ERROR, "factor / M * np.exp", "1 / M * np.exp", "c lost", KEEPING),
    Mutant(BIASED_ERROR, "3 - factor, place", "2 - factor, place", "a power", KEEPING),
    Mutant(BUDGET, "w / budget\n        variances", "0.0\n        variances", "draws at the pool's mean", POOL),
    Mutant(BUDGET_ERROR, "q + apart", "q", "a model at the pool's mean", POOL),
    Mutant(BUDGET_ERROR, "m * moved / (old + m) ** 2", "moved / (old + m) ** 2", "a batch for one point", POOL),
)
