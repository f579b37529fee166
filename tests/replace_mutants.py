"""Wrong formulas of replaced Gaussian data: moments of the mean, the highest variance, laws of a single chain."""

from mutants import Mutant

PATHS, HIGHEST, SPREAD_LAW = (f"theory.laws.{name}" for name in ("path_moments", "maximum", "passage_spread"))
FOURTH, DRAWN, ANY_DRAWN = (
    f"gaussian-{name}" for name in ("replace-mean-fourth-moment", "replace-draw-variance", "draw-variance")
)
DRAWN_FOURTH = "gaussian-replace-draw-fourth-moment"
EVER, VILLE, EVER_LARGE = (
    f"gaussian-replace-variance-ever-above{ending}" for ending in ("", "-upper-bound", "-large-samples")
)
LOGNORMAL, EDGEWORTH = (f"gaussian-replace-variance-cdf-{name}" for name in ("lognormal", "edgeworth"))
NORMAL = "theory.claims.gaussian.normal_log_variance"
EITHER, ALIKE = (f"gaussian-replace-scaled-{name}" for name in ("bias-or-drift", "log-variance-sd"))
FAR, FAR_LAW = "gaussian-replace-mean-tail-index", "theory.laws.far_tail"
SPREAD = "gaussian-replace-collapse-time-sd"
LISTED, LISTED_LAW = "gaussian-replace-listed-variance-ever-above", "theory.laws.listed_passage"
VARYING_RISE = "gaussian-replace-varying-variance-ever-above-upper-bound"
KEPT_CLOSER, ENDS = "gaussian-kept-closer-than-one-fit", "theory.claims.gaussian.schedule_end"
MOVED = "gaussian-best-of-replace-mean-bias"
GAINED, ROOTS = "gaussian-best-of-replace-mean-squared-error", "theory.claims.gaussian.best_of_mean"

REPLACE_MUTANTS = (
    Mutant(f"{GAINED}-upper-bound", "(before, np.sqrt(before))", "(before, before)", "variances for their roots"),
    Mutant(f"{MOVED}-upper-bound", "np.sqrt(variances(scenario, int", "(variances(scenario, int", "no roots"),
    Mutant(f"{MOVED}-lower-bound", "1.5 * rate - first", "1.5 * rate + first", "a sign", ROOTS),
    Mutant(f"{GAINED}-lower-bound", "(1.5 * rate - first / 2", "(0.5 * rate - first / 2", "a power", ROOTS),
    Mutant(SPREAD, "- spread + 2 * drift", "- spread - 2 * drift", "a sign", SPREAD_LAW),
    Mutant(SPREAD, "return o, w - o * o,", "return o, 0.0,", "an overshoot that does not vary", SPREAD_LAW),
    Mutant(SPREAD, "(weights * points * points)", "(weights * points) / 2", "the mean for the square", SPREAD_LAW),
    Mutant(FOURTH, "3 * path_moments(M, offset, t).V_squared", "path_moments(M, offset, t).V_squared", "3", PATHS),
    Mutant(FOURTH, "crossed + scale**2", "scale**2", "fits apart taken as independent", PATHS),
    Mutant(FOURTH, "1 - 2 * math.exp(first)", "1 - math.exp(first)", "a factor 2 in the limit", PATHS),
    Mutant(DRAWN, " * (1 + offset / (size - 1)) / size", " / size", "a power of t for t - 1"),
    Mutant(DRAWN, "(left + strayed)", "left", "the mean without error"),
    Mutant(DRAWN, "means[:-1] / listed", "means[1:] / listed", "the variance after the fit for that before"),
    Mutant(DRAWN_FOURTH, "2 * path.error_and_variance() +", "path.error_and_variance() +", "2 lost", PATHS),
    Mutant(DRAWN_FOURTH, "+ np.exp(t * second))", "+ np.exp(2 * t * log_mean_factor(M, offset)))", "(E v)^2", PATHS),
    Mutant(DRAWN_FOURTH, "scale) * (self.V[0] + 2 * self.V[1] + self.V[2])", "scale) * self.V[0]", "no ties", PATHS),
    Mutant(ANY_DRAWN, "parts(scenario)], axis=0)", "parts(scenario)[:1]], axis=0)", "the mean without error"),
    Mutant(ANY_DRAWN, "parts(scenario)], axis=0)", "parts(scenario)[1:]], axis=0)", "a model without spread"),
    Mutant("gaussian-mean-bias", "return np.zeros(len(generations))", "return 0.001 * generations", "a drift"),
    Mutant("gaussian-mean-bias", "    return 0.0", "    return scenario.source.mean", "the mean for its bias"),
    Mutant(EVER, "np.exp(-theta * points)", "np.exp(-points)", "theta = 1 for every divisor", HIGHEST),
    Mutant(EVER, "Step(M + 2 * theta, offset - 2 * theta)", "Step(M + theta, offset - theta)", "2 lost", HIGHEST),
    Mutant(EVER, "step.density(y - points)", "step.density(points - y)", "the walk turned round", HIGHEST),
    Mutant(VILLE, "return v / at if at > v", "return (v / at) ** 2 if at > v", "the power of maximum likelihood"),
    Mutant(EVER_LARGE, "+ skew / (6 * spread)", "- skew / (6 * spread)", "the sign of the skewness"),
    Mutant(EVER_LARGE, "OVERSHOOT * math.sqrt(spread)", "0.0", "no overshoot"),
    Mutant(LOGNORMAL, "level - generations * mean", "level + generations * mean", "l's sign", NORMAL),
    Mutant(EDGEWORTH, "- skewness / 6", "+ skewness / 6", "the sign of the skewness"),
    Mutant(EDGEWORTH, "(z * z - 1)", "(z * z)", "the Hermite polynomial"),
    Mutant(EITHER, "2 * biased_fits", "1.5 * biased_fits", "more than one and a half times the larger loss"),
    Mutant(EITHER, "min(bias, noise)", "bias", "the bias whichever is larger"),
    Mutant(EITHER, "min(bias, noise)", "max(bias, noise)", "the smaller of the two"),
    Mutant(ALIKE, "generations * log_factor", "np.maximum(generations - 1, 0) * log_factor", "the first fit"),
    Mutant(FAR, "math.exp(-2 * theta", "math.exp(-2 * min(theta, 1.0)", "index 2 for every divisor", FAR_LAW),
    Mutant(FAR, "(M - 1 + 2 * theta)", "(M - 1)", "the drift under the law itself", FAR_LAW),
    Mutant("gaussian-factors-kl-reverse", "rest[i + order] / (rest[i]", "rest[i] / (rest[i]", "a larger rest", ENDS),
    Mutant("gaussian-factors-kl-reverse", "1 / (schedule.at(t) *", "1 / (t *", "the fits for the sizes", ENDS),
    Mutant(KEPT_CLOSER, "scenario.retention.rate**2", "scenario.retention.rate", "g for g^2"),
    Mutant(KEPT_CLOSER, "first * batches_after_first(size", "size * batches_after_first(size", "M for N_1"),
    Mutant("gaussian-replace-closer-than-one-fit", "* added - 1", "* added", "the first fit among the later ones"),
    Mutant(f"{VARYING_RISE}", "np.cumsum(logs).max()", "logs.max()", "one fit alone"),
    Mutant(f"{VARYING_RISE}", "- power * np.log1p", "- 2 * power * np.log1p", "twice the offset"),
    Mutant(LISTED, "left = float(steps[0].above", "left = 0 * float(steps[0].above", "the first fit", LISTED_LAW),
    Mutant(LISTED, "for step in steps[1:]:", "for step in steps[:1]:", "the first size again", LISTED_LAW),
    Mutant(FAR, "mean_rise(M, offset) / (theta *", "1 / (theta *", "J_theta left out", FAR_LAW),
)  # fmt: skip
