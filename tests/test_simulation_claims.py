"""Every claim agrees with chains that know nothing of it, at every t of every example; a bound is crossed by none."""

import math

import pytest
from budget import declare, normal_limit
from simulated_claims import chains, compared, runs, simulated, times

from theory.claims import claims

FALSE_ALARM = 1e-7
SMALL_BIAS = 0.1  # every claim has a comparison that detects a bias of a tenth; most detect far less

CLAIMS = claims()
NOT_SIMULATED = {
    "poisson-replace-log-variance": "minus infinity: shown by any chain that has died, and by none while all live",
    "gaussian-mean-bias": "0, in parts of which no bias can be said; its spread, mean_squared_error, is simulated",
    "families-replace-mean-bias": "the same of other families",
    "gaussian-best-of-large-samples-mean-bias": "the same for large M; chains are compared with the bound from above",
    "gaussian-best-of-replace-mean-bias-lower-bound": "chains are compared with the bound from above",
    "gaussian-nearest-large-samples-variance": "the same for large M; the exact second fit is simulated",
    "gaussian-nearest-replace-variance-lower-bound": "plain chains of five fits lie above it in another test",
    "gaussian-nearest-replace-variance-upper-bound": "and below the bound from above likewise",
    "gaussian-nearest-replace-mean-squared-error-upper-bound": "attained in the first fit, the only one that is known",
    "gaussian-tilt-quadratic-large-samples-variance": "the same for large M of an exact claim that is simulated",
    "gaussian-tilt-quadratic-large-samples-mean-bias": "the same of the mean",
    "gaussian-cumulative-squared-error": "a sum over generations of mean_squared_error, which is simulated",
    "gaussian-replace-cumulative-budget-lower-bound": "a bound on that sum, which equal sizes do not reach",
    "gaussian-replace-polynomial-sizes-log-variance": "a limit of first order; the exact claim is simulated",
    "gaussian-kept-closer-than-one-fit": "of two generations of one chain; its limit is compared with chains",
    "gaussian-batches-closer-than-one-fit": "of two generations of one chain; its limit is compared with chains",
    "gaussian-replace-closer-than-one-fit": "of two generations of one chain; its reference is compared with chains",
    "gaussian-stratified-real-share-effective-size": "a limit; mean_squared_error is simulated at finite t",
    "gaussian-effective-real-size": "the variance of the source over mean_squared_error, which is simulated",
    "regression-accumulate-risk-constant": "refuted, and about a limit",
    "regression-stratified-real-share-excess-risk-leading-order": "first order in d/M of an exact claim that is "
    "simulated",
    "regression-fixed-real-share-excess-risk-lower-bound": "the limit t = inf; late chains are compared with it",
    "tokens-accumulate-heterozygosity-limit": "a limit that no run reaches; the same chains are compared at finite t",
    "gaussian-replace-variance-ever-above": "an event of all time; two other exact routes agree with it",
    "gaussian-replace-variance-ever-above-upper-bound": "a bound on the probability of that event",
    "gaussian-replace-variance-ever-above-large-samples": "the same probability for large M",
    "gaussian-variance-ever-above-lower-bound": "a bound on the probability of an event of all time",
    "gaussian-factors-variance-ever-above-upper-bound": "a bound on the probability of the same event",
    "gaussian-window-variance-ever-above-upper-bound": "a bound on the probability of the same event",
    "gaussian-replace-varying-variance-ever-above-upper-bound": "a bound on the probability of the same event",
    "gaussian-accumulate-variance-ever-above": "an event of all fits; a backward route agrees with it",
    "gaussian-replace-listed-variance-ever-above": "an event of all fits; chains of numpy agree with it",
    "gaussian-real-share-variance-ever-above": "the same event, certain as time goes on without end",
    **dict.fromkeys(
        (
            "gaussian-replace-variance-density",
            "gaussian-factors-variance-density",
            "gaussian-real-share-variance-density",
            "exponential-replace-variance-density",
            "uniform-replace-variance-density",
        ),
        "a density, of which no chain has a value; its integral, variance_cdf, is simulated",
    ),
    **dict.fromkeys(
        ("gaussian-known-mean-mixed-collapse-time", "gaussian-known-mean-mixed-collapse-time-sd"),
        "a time of the same law as that of one point more; the log-variance and its spread are simulated",
    ),
    **dict.fromkeys(
        ("regression-ridge-accumulate-excess-risk", "regression-ridge-accumulate-one-design-excess-risk"),
        "no kernel keeps rows under a ridge; plain chains of numpy agree with it in another test",
    ),
    "gaussian-known-mean-mixed-variance-ever-above": "an event of all time of the same law",
    "gaussian-known-mean-mixed-variance-density": "a density of the same law; its integral is simulated",
    "gaussian-known-mean-collapse-time": "a time of the same law as that of one point more and the unbiased divisor, "
    "which is simulated",
    "gaussian-held-up-collapse-time": "infinite: some chains have no end",
    "gaussian-held-up-collapse-time-sd": "infinite: some chains have no end",
    "gaussian-replace-linear-sizes-collapse-time": "infinite: no run is long enough",
    "gaussian-replace-linear-sizes-collapse-time-sd": "infinite: no run is long enough",
    "gaussian-collapse-time-lower-bound": "a time; its examples have a reference by linear systems, compared in tests",
    "gaussian-real-share-collapse-time-lower-bound": "a time; so has this",
    "gaussian-real-share-collapse-time-upper-bound": "a time; so has this",
    "gaussian-forgetting-collapse-time-lower-bound": "a time; so has this",
    "gaussian-forgetting-collapse-time-upper-bound": "a time; so has this",
    "gaussian-forgetting-collapse-time": "a time; two other exact routes agree with it",
    "gaussian-forgetting-collapse-time-sd": "the spread of this time",
    "gaussian-forgetting-variance-ever-above": "an event of all time; two other exact routes agree with it",
    "gaussian-window-wasserstein2-squared-end": "a limit t = inf; late means of windows are simulated",
    "gaussian-weighted-collapse-time": "a time; its law by a matrix is that of chains, whose variance is simulated",
    "gaussian-weighted-collapse-time-sd": "the spread of this time",
    "gaussian-real-share-collapse-time": "a time; its law by a matrix is that of chains, whose variance is simulated",
    "gaussian-real-share-collapse-time-sd": "the spread of this time",
    "gaussian-real-share-closer-than-one-fit": "of two generations of one chain; two fits are added up by quadrature",
    "gaussian-replace-variance-cdf-lognormal": "first order of an exact claim that is simulated",
    "gaussian-replace-variance-cdf-edgeworth": "second order of an exact claim that is simulated",
    "gaussian-pool-budget-mean-fourth-moment": "few chains carry it where all points can be drawn; the second moment "
    "of the variance, from the same means of the pool, is simulated",
    "gaussian-replace-wasserstein2-diverges": "refuted, and about a limit",
    "gaussian-replace-wasserstein2-leading-order": "first order in t/M of an exact claim that is simulated",
    "gaussian-replace-wasserstein2-variance-leading-order": "the same of the variance over chains of that distance",
    "gaussian-replace-mean-student-limit": "the limit t = inf of large M; the exact law of the mean is simulated",
    "gaussian-replace-mean-tail-index": "the limit t = inf of rare events; the exact law of the mean is simulated",
    "tokens-bigram-absorption": "refuted, and about supports rather than an expectation",
    "vector-replace-mean-tail-limit": "first order in 1/M of a limit; its reference is compared with chains",
    "vector-replace-mean-tail-limit-directions": "first order in 1/M of a limit; so is its reference",
    "vector-wasserstein2-leading-order": "first order in one over the sizes; chains are compared with both bounds",
    "vector-wasserstein2-variance-leading-order": "the same of the variance over chains of that distance",
    "vector-replace-wasserstein2-leading-order": "first order in t/M; chains are compared with both bounds",
    "vector-replace-lyapunov-exponents": "rates of the whole chain; compared with those of chains",
    "vector-forgetting-lyapunov-exponents": "rates of the whole chain; its check multiplies factors of 3000 fits",
    "vector-kl-forward-lower-bound-along": "half of what chains show or less; the claim on the line is simulated",
    "vector-kl-forward-lower-bound": "far below chains after few fits; made of log_determinant, which is simulated",
    "vector-lyapunov-exponents-zero": "0, of which no bias can be said; log_determinant is simulated",
    "vector-subsample-determinant": "no method runs draws from a pool in several dimensions",
    "tokens-real-share-small-share-form": "a floor that no run reaches; the exact claims of the schemes are simulated",
}
SIMULATED = {name: claim for name, claim in CLAIMS.items() if name not in NOT_SIMULATED}
RUNS = runs(SIMULATED.values())
COMPARISONS = sum(len(times(example)) for claim in SIMULATED.values() for example in simulated(claim))
LIMIT = normal_limit(FALSE_ALARM, COMPARISONS)

declare("claims beside chains", FALSE_ALARM)


@pytest.mark.parametrize("claim", SIMULATED.values(), ids=SIMULATED.keys())
def test_claim_agrees_with_chains(claim, record_property):
    """No comparison is further off than all together allow, and the claim was compared where a bias would show."""
    rows = []
    for example in simulated(claim):
        run = RUNS[example.scenario.digest]
        rows += compared(claim, example, run, chains(run), LIMIT)
    judged = [row for row in rows if row.judged]
    wrong = [row for row in judged if not row.against <= LIMIT]
    assert not wrong, "\n".join(
        f"{row.against:.1f} > {LIMIT:.1f} standard errors: claim {row.theory:.8g}, chains {row.simulation:.8g}; "
        f"{row.where}"
        for row in wrong
    )
    smallest = min(row.detects for row in judged if row.detects > 0)
    record_property("smallest relative bias detected", smallest)
    assert smallest <= SMALL_BIAS, f"{claim.id} is compared nowhere that a bias below {smallest:.2g} would show"
    assert len(judged) >= math.ceil(len(rows) / 2), f"{claim.id}: few chains carry most of what is compared"


def test_every_claim_is_simulated_or_named():
    """A claim that no run reaches is listed with its reason, and nothing else is."""
    assert {name for name, claim in CLAIMS.items() if not simulated(claim)} == set(NOT_SIMULATED)
    assert all(NOT_SIMULATED.values())
