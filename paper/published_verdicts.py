"""The verdict on each published statement, computed from the claims: one function for each, as the table names it."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from paper.published_judgement import Found, Outcome, all_of, as_a_rate, as_stated, in_the_end, the_same, value
from theory.claims import claims
from theory.claims.gaussian import real_share, scaled, scaled_share, subsample
from theory.claims.gaussian.accumulate import setting as accumulated
from theory.claims.gaussian.replace import setting as replaced
from theory.claims.gaussian.varying import setting as with_sizes
from theory.claims.gaussian.varying_closer_than_one_fit import closer_by_quadrature
from theory.claims.regression.least_squares import setting as regression
from theory.claims.tokens.accumulate_heterozygosity import example as all_tokens
from theory.claims.tokens.replace_heterozygosity import example as tokens
from theory.laws.chi_square import log_mean_factor, log_mean_root_factor
from theory.laws.closeness import closer_probability
from theory.laws.fresh_loop import harmful_size
from theory.laws.survival import copy_survival
from theory.scenario import parse_scenario

TIMES = (1, 2, 10, 100)
LONG = 10**6


def vanishing() -> Found:
    rate = value(replaced(100, "unbiased", variance=1.0), "log_variance", 1)
    ends = [value(replaced(M, "unbiased"), "log_variance", math.inf) for M in (2, 10, 1000)]
    return as_stated(all(end == -math.inf for end in ends), rate=-100 * rate)


def diverging() -> Found:
    unbiased, mle = (value(replaced(100, divisor, variance=1.0), "wasserstein2_squared", math.inf)
                     for divisor in ("unbiased", "mle"))  # fmt: skip
    return as_stated(unbiased == math.inf, limit=mle)


def spread_of_a_point() -> Found:
    M, chain = 100, replaced(100, "unbiased", variance=1.0)
    spread = [value(chain, "variance", t) + value(chain, "mean_squared_error", t) for t in TIMES]
    return the_same([1 + t / M for t in TIMES], spread)


def leading_distance() -> Found:
    sizes = (100, 1000, 10_000, 100_000)
    exact = [value(replaced(M, "unbiased", variance=1.0), "wasserstein2_squared", 11) for M in sizes]
    constant = in_the_end([1.5 * 11 / M for M in sizes], exact, found=exact[0], leading=1.5 * 0.11)
    schedules = [tuple(scale * M for M in (20, 9, 100)) for scale in (1, 10, 100, 1000)]
    stated, exact = [leading_sum(each) for each in schedules], [summed_distance(each) for each in schedules]
    return all_of(constant, in_the_end(stated, exact, varied=exact[0], summed=stated[0]))


def leading_sum(sizes: Sequence[int]) -> float:
    return 1.5 * sum(1 / M for M in sizes)


def summed_distance(sizes: Sequence[int]) -> float:
    """E W_2^2 in units of v_0, unbiased: that of the mean, and twice what the mean root of the variance has lost."""
    chain = with_sizes({"kind": "explicit", "sizes": list(sizes)}, variance=1.0)
    lost = -math.expm1(sum(log_mean_root_factor(M, 0.0) for M in sizes))
    return value(chain, "mean_squared_error", len(sizes)) + value(chain, "variance", len(sizes)) - 1 + 2 * lost


def superlinear_sizes() -> Found:
    """Sizes k stop nothing and k^2 do; k log k stop nothing, and k at powers of 2 with k^2 elsewhere do."""
    ends = [value(with_sizes({"kind": "polynomial", "size": 20, "power": power}), "mean_squared_error", math.inf)
            for power in (1.0, 2.0)]  # fmt: skip
    k = np.arange(2.0, LONG)
    grows = np.sum(1 / (k * np.log(k))) >= math.log(math.log(LONG)) - math.log(math.log(2))
    powers = 2.0 ** np.arange(1, 60)
    interrupted = math.pi**2 / 6 + float(np.sum(1 / powers - 1 / powers**2))
    stated = ends[0] == math.inf and math.isfinite(ends[1])
    return as_stated(stated, read_beyond=not (grows and math.isfinite(interrupted)), sum=interrupted)


def attenuated() -> Found:
    ends = [value(accumulated(M, variance=1.0), "variance", math.inf) for M in (10, 100)]
    early = [value(accumulated(M, variance=1.0), "variance", 2) for M in (10, 100)]
    lost = all(end < then for end, then in zip(ends, early, strict=True))
    return as_stated(lost, read_beyond=max(ends) == 0, ten=ends[0], hundred=ends[1])


def ends_in_a_token() -> Found:
    source = (0.5, 0.3, 0.2)
    ends = [value(tokens(20, source), "fixation_probability", math.inf, token) for token in range(3)]
    return the_same(source, ends)


def absorbing_supports() -> Found:
    """Independent draws keep point masses alone; bigram texts keep every simple cycle."""
    claim = claims()["tokens-bigram-absorption"]
    found = {K: claim.reference(tokens(5, (1 / K,) * K), math.inf) for K in (1, 3)}
    cycles = sum(math.comb(3, length) * math.factorial(length - 1) for length in (1, 2, 3))
    return as_stated(found == {1: 1, 3: cycles}, cycles=cycles)


def vanishing_under_bias() -> Found:
    ends = [value(scaled.setting(100, factor, "unbiased"), "log_variance", math.inf) for factor in (0.7, 0.85)]
    ends.append(value(replaced(100, "unbiased"), "log_variance", math.inf))
    rate = -value(scaled.setting(100, 0.85, "unbiased", variance=1.0), "log_variance", 2)
    rate += value(scaled.setting(100, 0.85, "unbiased", variance=1.0), "log_variance", 1)
    turn = math.exp(value(replaced(100, "unbiased", variance=1.0), "log_variance", 1))
    return as_stated(all(end == -math.inf for end in ends), rate=rate, bias=-math.log(0.85), turn=turn)


def scaled_means() -> Found:
    chain = scaled.setting(100, 0.85, "unbiased", variance=1.0)
    return the_same([0.85 ** (t - 1) for t in TIMES], [value(chain, "variance", t) for t in TIMES])


def fixed_set() -> Found:
    chain = real_share.setting("fixed", 50, "mle", real=5)
    left = value(chain, "variance", math.inf) / value(chain, "variance", 0)
    return as_stated(value(chain, "variance", LONG) < value(chain, "variance", 1), read_beyond=left == 0, left=left)


def fresh_set() -> Found:
    """At lambda = 1 the effective size of the mean is at least n, and at most 2n, whatever the size."""
    sizes = [value(real_share.setting("stratified", M, "unbiased", real=100), "effective_real_size", math.inf)
             for M in (101, 200, 1000, 10_000, 1_000_000)]  # fmt: skip
    return as_stated(100 <= min(sizes) <= max(sizes) < 200, few=sizes[2], most=max(sizes))


def harmful_points() -> Found:
    """The bias that is left, by the claim, against the one that the turning point rests on."""
    n, m, factor = 10**7, 10**3, 0.85
    end = value(scaled_share.setting(n + m, n, factor, "unbiased"), "variance", math.inf) / 2.25
    bias, told = n**2 * (1 - math.sqrt(end)) ** 2, m**2 * (1 - factor) ** 2 / 4
    return as_stated(abs(bias / told - 1) < 1e-2 and math.isfinite(harmful_size(factor)), turn=harmful_size(factor))


def relabelled_rows() -> Found:
    chain = regression(20, 5, "accumulate", "reused", noise=1.0)
    sums = [5 / 14 * sum(1 / i**2 for i in range(1, t + 1)) for t in TIMES]
    one = value(regression(20, 5, "accumulate", noise=1.0), "excess_risk", 1)
    fresh = value(regression(20, 5, "accumulate", noise=1.0), "excess_risk", math.inf)
    return the_same(sums, [value(chain, "excess_risk", t) for t in TIMES], fresh=fresh / one, sum=math.pi**2 / 6)


def replaced_labels() -> Found:
    chain = regression(20, 5, "replace", "reused", noise=1.0)
    return the_same([5 * t / 14 for t in TIMES], [value(chain, "excess_risk", t) for t in TIMES])


def stable_mixing() -> Found:
    """Nine synthetic points to one real: the mean and the variance in the end, for more and more points."""
    sizes = (10**3, 10**6, 10**9)
    chains = [real_share.setting("stratified", M, "mle", share=0.1) for M in sizes]
    away = [math.sqrt(value(chain, "mean_squared_error", math.inf) / value(chain, "variance", 0)) for chain in chains]
    narrow = [1 - value(chain, "variance", math.inf) / value(chain, "variance", 0) for chain in chains]
    stable = max(away[-1], narrow[-1]) < 1e-4
    outcome = Outcome.NOT_SHARP if stable else Outcome.CONFIRMED
    return Found(outcome, {"away": away[-1]})


def external_source() -> Found:
    """One fresh real point among ten thousand in every generation, and none."""
    M = 10**4
    chain = real_share.setting("stratified", M, "mle", real=1)
    kept = value(chain, "variance", math.inf) / value(chain, "variance", 0)
    alone = value(replaced(M, "mle", variance=1.0), "log_variance", math.inf)
    return as_stated(kept > 0 and alone == -math.inf, kept=kept)


def slow_degradation() -> Found:
    end, late = (value(subsample.setting(100, False, variance=1.0), "variance", t) for t in (math.inf, LONG))
    falls = value(subsample.setting(100, False, variance=1.0), "variance", 10) > late
    return as_stated(falls, read_beyond=end == 0, end=end)


def survival_of_variance() -> Found:
    M = 1000
    unbiased = -2 * 0.5 * log_mean_root_factor(M, 0.0) * (4 * M - 1)
    return as_a_rate(1 / (4 * M - 1), -log_mean_factor(M, 1.0), unbiased=unbiased)


def survival_of_a_token() -> Found:
    t = 10_000
    return as_a_rate(1 / t, float(copy_survival(np.array([t]))[0]))


def fresh_tokens() -> Found:
    M, share, H = 50, 0.1, 0.62
    chain = parse_scenario({
        "source": {"kind": "tokens", "probabilities": [0.5, 0.3, 0.2]},
        "sample_size": {"kind": "constant", "size": M},
        "retention": {"kind": "real_share", "scheme": "iid", "share": share},
    })  # fmt: skip
    lost = [H - value(chain, "heterozygosity", t) for t in (1, 2, 3, 50, 51)]
    step = [(1 - share) ** 2 * (1 - 1 / M) * before + H / M for before in (lost[0], lost[1], lost[3])]
    return the_same(step, [lost[1], lost[2], lost[4]])


def error_free_of_time() -> Found:
    sizes = (10, 100, 10_000)
    ends = [M * value(accumulated(M, variance=1.0), "mean_squared_error", math.inf) for M in sizes]
    return as_stated(all(end <= math.pi**2 / 6 for end in ends), limit=ends[-1])


def universal_efficiency() -> Found:
    """Real points that all data of a chain are worth, over those of its first batch: of a mean, and of tokens."""
    sizes = (2, 10, 100, 10_000)
    times = (1, 2, 10, 1000, math.inf)
    means = {M: [value(accumulated(M), "effective_real_size", t) / M for t in times] for M in sizes}
    least = [means[M][-1] for M in sizes]
    shares = [one_fit_over_all(M, t) for M in sizes for t in times]
    bound = 6 / math.pi**2
    holds = all(share >= bound for share in (*shares, *itertools.chain(*means.values())))
    return as_stated(holds, bound=bound, ten=least[1], hundred=least[2], largest=least[3])


def one_fit_over_all(M: int, t: float) -> float:
    """The loss of heterozygosity, that is the squared error of the probabilities, after one fit over that after t."""
    chain, source = all_tokens(M, (0.5, 0.3, 0.2)), 0.62
    return (source / M) / (source - value(chain, "heterozygosity", t))


def second_best() -> Found:
    """Two fits of any sizes by quadrature, and every schedule to first order."""
    sizes = (2, 3, 5, 10, 30, 100)
    two = [closer_by_quadrature((one, two), offset) for offset in (0.0, 1.0) for one in sizes for two in sizes]
    three = [closer_by_quadrature((one, 10, 10), 0.0) for one in (3, 10, 30)]
    limits = closer_probability(np.geomspace(1e-6, 1e6, 50))
    return as_stated(max(*two, *three) < 0.5 > limits.max(), equal=closer_probability(np.array([1.0]))[0])
