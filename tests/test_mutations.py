"""The suite has power: every formula that is wrong in one place is caught by numbers alone.

No derivation is checked here: the wrong evaluator is compared with the claim's independent route, over the claim's own
examples.
"""

import pytest
from mutants import Mutant, mutated

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
IID, FRESH, KEPT = (f"tokens-{scheme}-real-share-heterozygosity" for scheme in ("iid", "stratified", "fixed"))
POOLED, SINE = "tokens-accumulate-heterozygosity", "tokens-accumulate-heterozygosity-limit"
DRIFT, ABSENCE, LOST = (f"tokens-replace-{name}" for name in ("heterozygosity", "absence", "lost-mass"))
TYPES_LEFT, SPREAD = "tokens-replace-vocabulary", "tokens-replace-vocabulary-variance"
ENTROPY, DISTANCE, MOMENT, DIVERGENCE = (
    f"tokens-replace-{name}" for name in ("entropy", "total-variation", "moment", "kl-reverse")
)
ABOVE, BELOW = "tokens-replace-absence-upper-bound", "tokens-replace-absence-lower-bound"

MUTANTS = (
    Mutant(VARIANCE, "offset / (M - 1)", "offset / M", "M for M-1", CHI_SQUARE),
    Mutant(VARIANCE, '"mle": 1.0, "unbiased": 0.0', '"mle": 0.0, "unbiased": 1.0', "the other divisor", GAUSSIAN),
    Mutant(VARIANCE, "variance * np.exp", "variance**0.5 * np.exp", "the standard deviation for the variance"),
    Mutant(VARIANCE, "np.exp(generations", "np.exp((generations + 1)", "t+1 for t"),
    Mutant(VARIANCE, "return -float(np.log1p", "return float(np.log1p", "growth for decay", CHI_SQUARE),
    Mutant(LOG, "mean_log_chi_square(M - 1)", "mean_log_chi_square(M)", "M degrees of freedom for M-1", CHI_SQUARE),
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
)  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.claim}: {mutant.mistake}")
def test_wrong_formula_is_caught(mutant):
    report = compare_routes(mutated(mutant))
    assert report.comparisons
    assert report.failures, f"{mutant.claim} survives {mutant.mistake}"


def test_unchanged_text_passes():
    """What kills a mutant is its mistake: the same rebuilding without a mistake agrees with every reference."""
    for name in sorted({mutant.claim for mutant in MUTANTS}):
        unchanged = mutated(Mutant(name, f'id="{name}"', f'id="{name}"', "none"))
        assert not compare_routes(unchanged).failures
        assert unchanged.evaluate is not claims()[name].evaluate
