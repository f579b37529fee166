"""The suite has power: every formula that is wrong in one place is caught by numbers alone.

No derivation is checked here: the wrong evaluator is compared with the claim's independent route, over the claim's own
examples.
"""

import numpy as np
import pytest
from bound_mutants import BOUND_MUTANTS
from chain_mutants import CHAIN_MUTANTS
from density_mutants import DENSITY_MUTANTS
from family_mutants import FAMILY_MUTANTS
from fourth_moment_mutants import FOURTH_MOMENT_MUTANTS
from known_mutants import KNOWN_MUTANTS
from minor_mutants import MINOR_MUTANTS
from mutants import Mutant, mutated
from passage_mutants import PASSAGE_MUTANTS
from policy_mutants import POLICY_MUTANTS
from pool_mutants import POOL_MUTANTS
from real_share_mutants import REAL_SHARE_MUTANTS
from replace_mutants import REPLACE_MUTANTS
from second_moment_mutants import SECOND_MOMENT_MUTANTS
from vector_mutants import VECTOR_MUTANTS

from theory.claims import claims
from theory.verify import compare_routes

MIXING, CHI_SQUARE, LINEAGES = "theory.laws.mixing", "theory.laws.chi_square", "theory.laws.lineages"
OCCUPANCY, TYPES, SURVIVAL = "theory.laws.occupancy", "theory.laws.surviving_types", "theory.laws.survival"
GAUSSIAN, GAUSSIAN_MIXING = "theory.claims.gaussian.replace", "theory.laws.gaussian_mixing"
ACCUMULATION = "theory.laws.accumulation"

VARIANCE, LOG, LOG_SD = "gaussian-replace-variance", "gaussian-replace-log-variance", "gaussian-replace-log-variance-sd"
SQUARE, ERROR, W2, KL = (
    f"gaussian-replace-{name}"
    for name in ("variance-second-moment", "mean-squared-error", "wasserstein2-squared", "kl-reverse")
)
POOL_ERROR = "gaussian-accumulate-mean-squared-error"
IID_VARIANCE, FRESH_VARIANCE, KEPT_VARIANCE = (
    f"gaussian-{scheme}-real-share-variance" for scheme in ("iid", "stratified", "fixed")
)
KEPT_ERROR = "gaussian-fixed-real-share-mean-squared-error"
WEIGHTED, WEIGHTED_ERROR, WEIGHTED_SQUARE, BEST = (
    f"gaussian-weighted-{name}" for name in ("variance", "mean-squared-error", "variance-second-moment", "best-weight")
)
POOL_LOG, POOL_SQUARE = "gaussian-accumulate-log-variance", "gaussian-accumulate-variance-second-moment"
DRAWS, DRAWS_ERROR = "gaussian-subsample-variance", "gaussian-subsample-mean-squared-error"
DRIFTING = "gaussian-subsample-mean-squared-error-below-mle"
FRESH_SQUARE, IID_SQUARE = (f"gaussian-{scheme}-real-share-variance-second-moment" for scheme in ("stratified", "iid"))
SLOWED, SLOWED_ERROR, SLOWED_SQUARE, SLOWED_LOG = (
    f"gaussian-forgetting-{name}"
    for name in ("variance", "mean-squared-error", "variance-second-moment", "log-variance")
)
BIASED, BIASED_ERROR, BIASED_SQUARE = (
    f"gaussian-replace-scaled-{name}" for name in ("variance", "mean-squared-error", "variance-second-moment")
)
FIRST_FIT = "theory.claims.gaussian.scaled"
NARROW, SCALED_MIXING = "gaussian-scaled-stratified-real-share-variance", "theory.laws.gaussian_mixing_scaled"
LAST_BATCHES, LAST_ERROR = "gaussian-window-variance", "gaussian-window-mean-squared-error"
UNEQUAL, UNEQUAL_ERROR = "gaussian-pool-variance", "gaussian-pool-mean-squared-error"
WEIGHTS, POOLED_FIT, FITS = (f"theory.laws.{name}" for name in ("weighted_mixing", "pooled_fit", "sums_over_fits"))
SUBSAMPLED, SQUARES = "theory.laws.subsampled_pool", "theory.laws.gaussian_mixing_squares"
FORGETTING, WINDOW, GROWING = (f"theory.laws.{name}" for name in ("forgetting", "window", "growing_pool"))
IID, FRESH, KEPT = (f"tokens-{scheme}-real-share-heterozygosity" for scheme in ("iid", "stratified", "fixed"))
POOLED, SINE = "tokens-accumulate-heterozygosity", "tokens-accumulate-heterozygosity-limit"
DRIFT, ABSENCE, LOST = (f"tokens-replace-{name}" for name in ("heterozygosity", "absence", "lost-mass"))
TYPES_LEFT, SPREAD = "tokens-replace-vocabulary", "tokens-replace-vocabulary-variance"
ENTROPY, DISTANCE, MOMENT, DIVERGENCE = (
    f"tokens-replace-{name}" for name in ("entropy", "total-variation", "moment", "kl-reverse")
)
CDF, KL_FORWARD, W2_SPREAD, COLLAPSE, STRAYED = (
    f"gaussian-replace-{name}"
    for name in ("variance-cdf", "kl-forward", "wasserstein2-squared-variance", "collapse-time", "mean-tail")
)
WORTH, ADDED_UP = "gaussian-effective-real-size", "gaussian-cumulative-squared-error"
EQUAL, EQUAL_MLE, EARLY = (
    f"gaussian-replace-{name}-lower-bound" for name in ("budget", "budget-mle", "cumulative-budget")
)
GROWN = "gaussian-replace-polynomial-sizes-log-variance"
CLOSER = "gaussian-replace-closer-than-one-fit"
JOINED = "gaussian-stratified-real-share-effective-size"
STUDENT, PUBLISHED = "gaussian-replace-mean-student-limit", "gaussian-replace-variance-cdf-published-bound"
VARYING_LOG, VARYING_ERROR = "gaussian-replace-varying-log-variance", "gaussian-replace-varying-mean-squared-error"
CORRECTED = "gaussian-replace-collapse-time-corrected"
PATHS, PASSAGE, PERPETUITY = (f"theory.laws.{name}" for name in ("path_moments", "first_passage", "perpetuity"))
ABOVE, BELOW = "tokens-replace-absence-upper-bound", "tokens-replace-absence-lower-bound"
SHRINKING, SHRINKING_ERROR, BY_CHANCE_ERROR, VARYING_SHARE = (
    "gaussian-stratified-real-share-varying-variance", "gaussian-stratified-real-share-varying-mean-squared-error",
    "gaussian-iid-real-share-varying-mean-squared-error", "theory.laws.varying_share",
)  # fmt: skip
WISHART, SETTLED = "theory.laws.wishart", "vector-replace-mean-tail-limit"
SQUARED, TRACE, VOLUME, SPECTRUM, WANDERED, TOWARDS, AWAY = (
    f"vector-replace-{name}"
    for name in (
        "trace-of-square", "square-of-trace", "log-determinant", "lyapunov-exponents", "mean-squared-error",
        "kl-reverse", "kl-forward",
    )
)  # fmt: skip
MEAN_VOLUME = "vector-replace-determinant"
FARTHER, NEARER = (f"vector-replace-wasserstein2-{side}-bound" for side in ("lower", "upper"))
LEADING = "vector-replace-wasserstein2-leading-order"

MUTANTS = (
    Mutant(VARIANCE, "offset / (M - 1)", "offset / M", "M for M-1", CHI_SQUARE),
    Mutant(VARIANCE, '"mle": 1.0, "unbiased": 0.0', '"mle": 0.0, "unbiased": 1.0', "the other divisor", GAUSSIAN),
    Mutant(VARIANCE, "variance * np.exp", "variance**0.5 * np.exp", "the standard deviation for the variance"),
    Mutant(VARIANCE, "np.exp(generations", "np.exp((generations + 1)", "t+1 for t"),
    Mutant(VARIANCE, "return -float(np.log1p", "return float(np.log1p", "growth for decay", CHI_SQUARE),
    Mutant(
        LOG,
        "mean_log_chi_square(M - 1) + log_mean_factor",
        "mean_log_chi_square(M) + log_mean_factor",
        "M degrees of freedom for M-1",
        CHI_SQUARE,
    ),
    Mutant(LOG, "- np.log(h))", "- np.log2(h))", "the base of a logarithm", CHI_SQUARE),
    Mutant(LOG, "special.digamma(h)", "special.digamma(2 * h)", "a factor 2 lost in digamma", CHI_SQUARE),
    Mutant(LOG, "sum((2 * k + 1) * c", "sum((2 * k) * c", "a coefficient of the series", CHI_SQUARE),
    Mutant(LOG, "generations * mean", "(generations - 1) * mean", "t-1 for t"),
    Mutant(LOG_SD, "np.sqrt(generations *", "(generations *", "the variance for the standard deviation"),
    Mutant(LOG_SD, "polygamma(1, (M - 1) / 2)", "polygamma(1, M / 2)", "M for M-1", CHI_SQUARE),
    Mutant(LOG_SD, "(1, (M - 1) / 2)", "(1, M - 1)", "a factor 2 lost in trigamma", CHI_SQUARE),
    Mutant(SQUARE, "(1 - offset) - offset**2", "(1 - offset) + offset**2", "a sign", CHI_SQUARE),
    Mutant(SQUARE, "variance**2 *", "variance *", "v_0 for its square"),
    Mutant(ERROR, "variance * generations / size", "variance * generations / (size - 1)", "M-1 for M"),
    Mutant(ERROR, "(1 + offset / (size - 1)) / size", "1.0 / size", "a sum from 1 for a sum from 0"),
    Mutant(W2, "(excess + 2 * lost_root)", "(excess + lost_root)", "a factor 2 lost"),
    Mutant(W2, "((M - 1) / 2, 0.5)", "(M / 2, 0.5)", "M for M-1 in a ratio of Gammas", CHI_SQUARE),
    Mutant(W2, "log_mean_factor(M, offset) / 2", "log_mean_factor(M, offset)", "the variance for its root", CHI_SQUARE),
    Mutant(KL, "mean_log_factor(size, offset)) / 2", "mean_log_factor(size, offset))", "a factor 2"),
    Mutant(SQUARED, "t, -3 / (M + 1))) / 3", "t, -3 / M)) / 3", "M for M+1", WISHART),
    Mutant(SQUARED, "t, -3 / (M + 1))) / 3", "t, -3 / (M + 1)))", "a third of the minors", WISHART),
    Mutant(SQUARED, "trace_of_square + minors * spread", "trace_of_square - minors * spread", "a sign", WISHART),
    Mutant(TRACE, "kept = (1 + 2 * np", "kept = (2 + np", "the weights exchanged", WISHART),
    Mutant(TRACE, "trace_of_square + minors * kept", "trace_of_square + minors", "a trace keeps its rank", WISHART),
    Mutant(VOLUME, "chi_square(int(n))", "chi_square(int(n) + 1)", "M degrees of freedom for M-1", WISHART),
    Mutant(MEAN_VOLUME, "-np.log1p((M - 1 - nu + offset) / nu)\n", "-np.log1p(offset / nu)\n", "M-1 for M-i", WISHART),
    Mutant(MEAN_VOLUME, "dimension).sum()\n    logarithm", "dimension)[-1]\n    logarithm", "the last pivot alone"),
    Mutant(VOLUME, "shrinking - np.log1p", "shrinking + np.log1p", "a sign", WISHART),
    Mutant(VOLUME, "np.maximum(generations, 1) * rate", "np.maximum(generations - 1, 1) * rate", "t-1 for t"),
    Mutant(SPECTRUM, "rates = np.full(d, -np.inf)", "rates = np.full(d, 0.0)", "lost directions that stay", WISHART),
    Mutant(SPECTRUM, "mean_log_chi_square(int(n))", "mean_log_chi_square(M - 1)", "one rate for all", WISHART),
    Mutant(SPECTRUM, "size, offset, rank(scenario))", "size, 1 - offset, rank(scenario))", "the other divisor"),
    Mutant(WANDERED, "trace(scenario) * powers", "trace(scenario) / scenario.source.dimension * powers", "d lost"),
    Mutant(TOWARDS, "d * (1 - offset) / size", "(1 - offset) / size", "d lost"),
    Mutant(TOWARDS, "(excess - lost) / 2", "excess - lost", "a factor 2"),
    Mutant(AWAY, "(d + 1 + offset) / (M - d - 2)", "(d + offset) / (M - d - 1)", "d+1 for d+2", WISHART),
    Mutant(AWAY, "(d * (grown + wandered)", "(d * grown + wandered", "d lost"),
    Mutant(AWAY, "* ((M - 1 + offset) / excess)", "* ((M - d - 2) / excess)", "a sum from 0", WISHART),
    Mutant(AWAY, "np.where(generations > 0, np.inf", "np.where(generations > 1, np.inf", "a finite mean after one fit"),
    Mutant(SETTLED, "betainc(1 + offset,", "betainc(1.5 + offset,", "t_3 for t_2"),
    Mutant(SETTLED, "dimension / 2, 1 / (1", "dimension, 1 / (1", "2d for d"),
    Mutant(SETTLED, "at**2 / (2 * scenario", "at**2 / (scenario", "a Student law not rescaled"),
    Mutant(FARTHER, "+ 2 * trace(scenario) * lost_root", "+ 3 * trace(scenario) * lost_root", "3 for 2"),
    Mutant(FARTHER, "np.expm1(generations *", "np.expm1(4 * generations *", "a rate of the variance"),
    Mutant(NEARER, "+ 2 * lost_roots", "+ lost_roots", "a factor 2"),
    Mutant(NEARER, "[float(log_gamma_ratio(n / 2, 0.5)) for n in nu]", "0.5 * np.log(nu / nu)", "no roots", WISHART),
    Mutant(CDF, "relative - t * drift", "relative + t * drift", "the wrong sign of the divisor"),
    Mutant(CDF, "size - 1, int(t))", "size, int(t))", "M degrees of freedom for M-1"),
    Mutant(CDF, "float(rate < 0)", "1.0", "every chain vanishes"),
    Mutant(KL_FORWARD, "powers / size) / 2", "powers) / 2", "1 for 1/M"),
    Mutant(KL_FORWARD, "np.where(generations > 0, np.inf, 0.0)", "np.inf + generations", "infinite at t = 0"),
    Mutant(KL_FORWARD, "(2 + offset) / (M - 3)", "(1 + offset) / (M - 2)", "M-2 for M-3", CHI_SQUARE),
    Mutant(W2_SPREAD, "mean = 3 * self.V_squared", "mean = 2 * self.V_squared", "2 for the kurtosis of 3", PATHS),
    Mutant(W2_SPREAD, "return mean + 2 * both + width", "return mean + both + width", "a factor 2 lost", PATHS),
    Mutant(W2_SPREAD, "-excess / 2 - lost / nu", "-excess / 2", "a term of order 1/M^2", PATHS),
    Mutant(W2_SPREAD, "crossed = 2 * scale", "crossed = scale", "a square without its double product", PATHS),
    Mutant(COLLAPSE, "(x + mean_overshoot(x, M, offset))", "x", "no overshoot", PASSAGE),
    Mutant(COLLAPSE, "(M - 1) / 2, log_mean_factor(M, offset)", "(M - 1) / 2, 0.0", "the divisor", PASSAGE),
    Mutant(COLLAPSE, "scenario.source.variance >= at else 0.0", "True else 0.0", "a time below 0"),
    Mutant(CORRECTED, "drift / 4", "drift / 2", "half of the drift for a quarter"),
    Mutant(CORRECTED, "skew / (6 * spread)", "skew / (3 * spread)", "a factor 2 in the skewness"),
    Mutant(STRAYED, "np.sqrt(M / 2 / (1 + np.exp(points)))", "np.sqrt(M / 2 / np.exp(points))", "V", PERPETUITY),
    Mutant(STRAYED, "range(t - 2)", "range(t - 1)", "t+1 for t", PERPETUITY),
    Mutant(STUDENT, "betainc(1 + offset, 0.5,", "betainc(0.5 + offset, 0.5,", "degrees of freedom", PERPETUITY),
    Mutant(VARYING_LOG, "(1 + offset))", "offset)", "what a limit leaves out", ""),
    Mutant(VARYING_LOG, "h = (sizes - 1) / 2", "h = sizes / 2", "M for M-1", "theory.laws.varying_sizes"),
    Mutant(VARYING_ERROR, "np.exp(before) / sizes_", "np.exp(before) / (sizes_ - 1)", "M-1 for M"),
    Mutant(PUBLISHED, "/ (4 * scenario", "/ (2 * scenario", "twice the rate"),
    Mutant(SHRINKING, "M - 1 if by_chance else M", "M - 1", "the displacement of so many points", VARYING_SHARE),
    Mutant(SHRINKING, "within = a + b * v", "within = a + v", "a share of the model lost", VARYING_SHARE),
    Mutant(SHRINKING_ERROR, "b * b * D", "b * D", "b for its square", VARYING_SHARE),
    Mutant(BY_CHANCE_ERROR, "(apart if by_chance else 0.0)", "0.0", "the noise of the coins", VARYING_SHARE),
    Mutant("vector-mean-squared-error", "return trace(scenario) * exact_claim", "return exact_claim", "the trace lost"),
    Mutant("vector-mean-squared-error", "return trace(scenario) * float", "return float", "of the limit, the trace"),
    Mutant(LEADING, "1.25 * spectrum.sum()", "1.5 * spectrum.sum()", "3/2 for 5/4"),
    Mutant(LEADING, "both.sum() / 2", "both.sum() / 4", "a factor 2"),
    Mutant(DRIFT, "(1.0 / scenario", "(0.5 / scenario", "2M for M"),
    Mutant(DRIFT, "constant,), generations)", "constant,), generations - 1)", "t-1 for t"),
    Mutant(DRIFT, "others * (1.0 - others)", "others * others", "p for 1-p", MIXING),
    Mutant(DRIFT, "+ p[largest] * np.sum(others)", "+ 2.0 * p[largest] * np.sum(others)", "a factor 2", MIXING),
    Mutant(IID, "(M - 1) * alpha * (2.0 - alpha)", "M * alpha * (2.0 - alpha)", "M for M-1", MIXING),
    Mutant(IID, "(M - 1) * alpha * (2.0 - alpha)", "M * 2.0 * alpha / (1.01 - alpha)", "the common theta", MIXING),
    Mutant(IID, "(M - 1) * alpha * (2.0 - alpha)", "stratified_theta(M, alpha * M)", "another scheme's theta", MIXING),
    Mutant(IID, "(M - 1) * alpha * (2.0 - alpha)", "(M - 1) * (1.0 - alpha**2)", "alpha for 1-alpha", MIXING),
    Mutant(IID, "power((1.0 / M, alpha, alpha), t)", "power((1.0 / M, alpha), t)", "b for b^2", MIXING),
    Mutant(IID, "alpha, alpha), t)", "alpha, alpha), t + 1)", "t+1 for t", MIXING),
    Mutant(FRESH, "n * (2.0 - alpha) - alpha", "n * (2.0 - alpha)", "a term of order 1/M", MIXING),
    Mutant(FRESH, "return n / M, min(1.0, (n + 1) / M)", "return n / M, n / M", "b^2 for b^2 - b/M", MIXING),
    Mutant(KEPT, "return (n - 1) * (2.0 - n / M)", "return n * (2.0 - n / M)", "the first loss forgotten", MIXING),
    Mutant(KEPT, "memory = 2.0 / (n + 1)", "memory = 1.0 / (n + 1)", "a factor 2 lost", MIXING),
    Mutant(KEPT, "memory = 2.0 / (n + 1)", "memory = 0.0 / (n + 1)", "kept points independent of generation 1", MIXING),
    Mutant(KEPT, "n + (n + 1) * (1.0 - n / M)", "n + n * (1.0 - n / M)", "n for n+1", MIXING),
    Mutant(POOLED, "(1.0, HEAD)", "(2.0, HEAD + 1)", "a batch too many in the pool", ACCUMULATION),
    Mutant(POOLED, "(first - 1.0 + offset)]", "(M - 1.0 + offset)]", "a first batch like the others", ACCUMULATION),
    Mutant(POOLED, "(orders, HEAD + first / M)", "(orders, HEAD + 1 + first / M)", "a factor lost", ACCUMULATION),
    Mutant(POOLED, "(np.array(p[2:]) / orders)", "np.array(p[2:])", "the series of a logarithm", ACCUMULATION),
    Mutant(POOL_ERROR, "(scenario, generations)", "(scenario, generations + 1)", "t+1 for t"),
    Mutant(POOL_ERROR, "M / (pool", "1.0 / (pool", "1 for M", ACCUMULATION),
    Mutant(FRESH_VARIANCE, "vd=n * b / L", "vd=0.0 * n * b / L", "no term between the means", GAUSSIAN_MIXING),
    Mutant(FRESH_VARIANCE, "n * (M - 1) / M / (M - 1 + offset)", "n / M", "the divisor", GAUSSIAN_MIXING),
    Mutant(FRESH_VARIANCE, "(n * (2 - a) - a) / R", "n * (2 - a) / R", "a term of order 1/M", GAUSSIAN_MIXING),
    Mutant(IID_VARIANCE, "a * (1 + b * kept),", "a * (1 + b),", "real points not counted at random", GAUSSIAN_MIXING),
    Mutant(IID_VARIANCE, "alpha * (M - 1) / (M - 1 + offset)", "alpha", "the divisor", GAUSSIAN_MIXING),
    Mutant(KEPT_VARIANCE, "step.vd / n, A", "step.vd, A", "a kept mean without error", GAUSSIAN_MIXING),
    Mutant(KEPT_VARIANCE, "(n - 1) * (1 + b) / R", "n * (1 + b) / R", "n for n-1", GAUSSIAN_MIXING),
    Mutant(KEPT_ERROR, "(remembered**2 +", "(remembered +", "b for b^2", GAUSSIAN_MIXING),
    Mutant(WEIGHTED, "_log1p(-self.offset / (self.synthetic", "_log1p(-self.offset / (self.real", "n for m", WEIGHTS),
    Mutant(WEIGHTED, "return self.weight / (self.weight +", "return 1.0 / (1.0 +", "weight 1", WEIGHTS),
    Mutant(WEIGHTED_ERROR, "real, synthetic = self.weight**2", "real, synthetic = self.weight", "w for w^2", WEIGHTS),
    Mutant(WEIGHTED_ERROR, "W**2 * v / m)", "W**2 * v / n)", "n for m in the limit", WEIGHTS),
    Mutant(WEIGHTED_SQUARE, "both = 2 * self.weight", "both = self.weight", "a factor 2 lost", WEIGHTS),
    Mutant(WEIGHTED_SQUARE, "if kept >= 1:", "if kept >= 2:", "a limit that does not exist", WEIGHTS),
    Mutant(BEST, "2 * np.maximum(generations, 1) - 1", "2 * np.maximum(generations, 1)", "2t for 2t-1"),
    Mutant(POOL_LOG, "(M - 1) / 2 * less", "M / 2 * less", "M for M-1", POOLED_FIT),
    Mutant(POOL_LOG, "(1 - share) * x) / 2", "x) / 2", "a mean without error", POOLED_FIT),
    Mutant(POOL_LOG, "+ later, 0.0)", "+ 2 * later, 0.0)", "a factor 2"),
    Mutant(POOL_SQUARE, "(2 * (1 + offset) -", "(2 * offset -", "the divisor", POOLED_FIT),
    Mutant(POOL_SQUARE, "3 * M / P)", "2 * M / P)", "the fourth moment of a normal variable", POOLED_FIT),
    Mutant(POOL_SQUARE, "exponent = order + 2 * j + 1", "exponent = order + 2 * j", "a series", FITS),
    Mutant(DRAWS, "(3 * M - 1 + eta * (M - 1) ** 2 / before) / pool / (pool - 1)", "(M - 1) / pool / (pool - 1)",
           "old points not drawn", SUBSAMPLED),
    Mutant(DRAWS, "(k > 2), 1.0", "(k > 1), 1.0", "the first fit drawn with replacement", SUBSAMPLED),
    Mutant(DRAWS, "(t > 1), 1 /", "(t > 1), 0 /", "no copies within a fit", SUBSAMPLED),
    Mutant(DRAWS_ERROR, "np.expm1(", "np.exp(", "the variance for the error"),
    Mutant(DRIFTING, "eta * (M - 1) / (k * M)) / M", "eta * (M - 1) / M) / M", "all draws alike", SUBSAMPLED),
    Mutant(FRESH_SQUARE, "_times((0, 0, -4 * b * k), c),", "", "batches and mean independent", SQUARES),
    Mutant(FRESH_SQUARE, "_times((b, a, 0), (b, a, 0), 3)", "_times((b, a, 0), (b, a, 0), 1)", "g^2 for 3g^2", SQUARES),
    Mutant(FRESH_SQUARE, "if rows[i][i] <= 0:", "if not rows[i][i]:", "a linear solve beyond the radius", SQUARES),
    Mutant(IID_SQUARE, "(M * M - 2 * M + 3)", "(M * M - 2 * M + 1)", "normal points", SQUARES),
    Mutant(IID_SQUARE, "a * b * (a - b))", "a * b)", "a third moment", SQUARES),
    Mutant(SLOWED, "-rate * offset /", "-rate**2 * offset /", "raw moments averaged", FORGETTING),
    Mutant(SLOWED_ERROR, "noise = rate**2", "noise = rate", "g for g^2", FORGETTING),
    Mutant(SLOWED_SQUARE, "(2 * (M - 1) + offset**2)", "(M - 1 + offset**2)", "a factor 2 lost", FORGETTING),
    Mutant(SLOWED_LOG, "(generations - 1) * mean_log", "generations * mean_log", "t for t-1"),
    Mutant(BIASED, "biased_fits(scenario, generations) * log", "generations * log", "the first fit always biased"),
    Mutant(BIASED, "np.maximum(generations - real_fits(scenario)", "np.maximum(generations - 1", "or never", FIRST_FIT),
    Mutant(BIASED_ERROR, "(log_kept, generations)", "(log_kept, generations + 1)", "t+1 for t"),
    Mutant(BIASED_SQUARE, "* 2 * log_factor", "* log_factor", "c for c^2"),
    Mutant(NARROW, "first_v * A.first + step.vd", "A.first + step.vd", "the first fit without a loss", SCALED_MIXING),
    Mutant(NARROW, "if fit.vv >= 1 or determinant <= 0:", "if not determinant:", "a solve beyond it", SCALED_MIXING),
    Mutant(LAST_BATCHES, "((M - 1) * inside + self", "(M * inside + self", "squares about the model's mean", WINDOW),
    Mutant(LAST_BATCHES, "+ self.responses[1][:, :early]", "", "means of batches that agree", WINDOW),
    Mutant(LAST_BATCHES, "(W - 1) / (W + 1)", "(W - 1) / W", "a loss of the long run", WINDOW),
    Mutant(LAST_ERROR, "left[:, t] += h[:, t - 1]", "left[:, t] += 0", "batches about the source", WINDOW),
    Mutant(LAST_ERROR, "+= later[-1] * running_sums", "+= 0 * running_sums", "an error that is forgotten", WINDOW),
    Mutant(UNEQUAL, "n * kept / pool * D", "0.0 * D", "no term between the means", GROWING),
    Mutant(UNEQUAL_ERROR, "(kept / pool) ** 2", "(kept / pool)", "a share for its square", GROWING),
    Mutant(SINE, "np.sinc(size**-0.5)", "np.sinc(1.0 / size)", "M for its square root"),
    Mutant(SINE, "np.sinc(size**-0.5)", "np.sinc(size**-0.5 / np.pi)", "pi lost"),
    Mutant(ABSENCE, "advance(whole, g - done)", "advance(whole, g - done + 1)", "psi of t+1 for psi of t", LINEAGES),
    Mutant(ABSENCE, "np.array([float(M)])", "np.array([M - 1.0])", "M-1 ancestors for M", LINEAGES),
    Mutant(ABSENCE, "climb = j / M, 1.0 - (j - 1.0) / M", "climb = j / M, 1.0 - j / M", "j for j-1", OCCUPANCY),
    Mutant(ABSENCE, "np.log1p(-np.asarray(p", "np.log(np.asarray(p", "p for 1-p", LINEAGES),
    Mutant(TYPES_LEFT, "@ law.presence(tokens.p)", "@ law.absence(tokens.p)", "lost types for those left", TYPES),
    Mutant(LOST, "(tokens.weight * tokens.p) @", "tokens.weight @", "types for their mass", TYPES),
    Mutant(SPREAD, "+ chance * (1.0 - chance) * excess**2", "", "total variance without the spread of means", TYPES),
    Mutant(ENTROPY, "surprise(counts / size)", "surprise(counts / size) / np.log(2.0)", "bits for nats"),
    Mutant(DISTANCE, "0.0) / 2.0", "0.0)", "a factor 2"),
    Mutant(MOMENT, "distribution**n", "distribution**(n + 1)", "r+1 for r"),
    Mutant(DIVERGENCE, "M, every_generation", "M / 2.0, every_generation", "a factor 2", "theory.laws.count_chain"),
    Mutant(ABOVE, "value = math.inf", "value = 0.0", "s_1 = 0", SURVIVAL),
    Mutant(ABOVE, "value = math.inf", "value = 1.0", "s of t+1 for s of t", SURVIVAL),
    Mutant(BELOW, "-math.inf, float(M)", "-math.inf, float(M - 1)", "M-1 for M", SURVIVAL),
    Mutant(WORTH, "covariance_matrix())) / squared_error", "covariance_matrix())) - squared_error", "no quotient"),
    Mutant(WORTH, "float(np.trace(scenario", "float(np.max(scenario", "the largest variance for their sum"),
    Mutant(ADDED_UP, "[[0.0], running_sums(", "[[0.0, 0.0], running_sums(", "a model too few"),
    Mutant(ADDED_UP, "    return np.inf\n", "    return 1.0\n", "a sum over all time that converges"),
    Mutant(EQUAL, "variance * t * (t / points)", "variance * 1.01 * t * (t / points)", "more than there is"),
    Mutant(EQUAL_MLE, "np.log1p(-t / points)", "np.log1p(-(t + 1) / points)", "M-1 for M"),
    Mutant(GROWN, "(1 + size_and_offset(scenario)[1]) * float", "float", "the bias of the divisor"),
    Mutant(CLOSER, "listed[0] / listed[1:]", "listed[1] / listed[1:]", "the second size for the first"),
    Mutant(CLOSER, "(1 + square) / (2 *", "(1 + square) / (1.8 *", "a factor", "theory.laws.closeness"),
    Mutant(JOINED, "(2 - share) - 1)", "(2 - share))", "one point too many"),
    Mutant(JOINED, "/ (size - 1 + offset)", "/ size", "the divisor"),
    Mutant(EARLY, "np.arange(1.0, generations.max(initial=0) + 1)", "np.arange(2.0, generations.max(initial=0) + 2)",
           "roots of 2 to t+1"),
    *BOUND_MUTANTS,
    *CHAIN_MUTANTS,
    *DENSITY_MUTANTS,
    *FAMILY_MUTANTS,
    *FOURTH_MOMENT_MUTANTS,
    *REAL_SHARE_MUTANTS,
    *KNOWN_MUTANTS,
    *POLICY_MUTANTS,
    *POOL_MUTANTS,
    *PASSAGE_MUTANTS,
    *SECOND_MOMENT_MUTANTS,
    *MINOR_MUTANTS,
    *REPLACE_MUTANTS,
    *VECTOR_MUTANTS,
)  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.claim}: {mutant.mistake}")
def test_wrong_formula_is_caught(mutant):
    report = compare_routes(mutated(mutant), to_first_failure=True)
    assert report.comparisons
    assert report.failures, f"{mutant.claim} survives {mutant.mistake}"


@pytest.mark.parametrize("name", sorted({mutant.claim for mutant in MUTANTS}))
def test_unchanged_text_gives_the_same_numbers(name):
    """What kills a mutant is its mistake: the same rebuilding without a mistake evaluates as the claim does."""
    claim, unchanged = claims()[name], mutated(Mutant(name, f'id="{name}"', f'id="{name}"', "none"))
    assert unchanged.evaluate is not claim.evaluate
    for example in claim.examples:
        t = np.asarray(example.t, dtype=np.float64)
        now, then = (one.value(example.scenario, t, example.at) for one in (unchanged, claim))
        np.testing.assert_allclose(now, then, rtol=1e-12)  # what is remembered may come in another order
