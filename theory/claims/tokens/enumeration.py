r"""The independent route for tokens with real or old data: count every state, or iterate the moments.

$H = \sum_i p_i(1-p_i)$ needs one token at a time, and one token's count against all others is a Markov chain
on a few integers whose law is pushed forward state by state. Where that is too much, the first two moments of
one token are iterated as a matrix power. Nothing here knows a stationary value, a theta or a decay rate of
the heterozygosity.
"""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import mpmath
import sympy as sp
from mpmath import mpf

from theory.scenario import Scenario

DIGITS = 50
FEW_POINTS, FEW_GENERATIONS = 12, 12  # up to here every state is enumerated
FIXED_POINT_BITS = 220

Law = list[mpf]  # probabilities of the counts 0, 1, 2, …


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """E H_t by enumeration where the states are few, by iterated moments elsewhere; ``t`` may be inf."""
    if t <= FEW_GENERATIONS and max(scenario.sample_size.constant, first_batch(scenario)) <= FEW_POINTS:
        return heterozygosity_by_enumeration(scenario, int(t))
    return heterozygosity_by_moments(scenario, t)


def heterozygosity_by_enumeration(scenario: Scenario, t: int) -> mpf:
    """sum_i E p_i (1-p_i), each token's count followed through every state it can take."""
    spread = {"real_share": _mixed_spread, "accumulate": _accumulated_spread}[scenario.retention.kind]
    return _sum_over_tokens(scenario, lambda f: spread(scenario, f, t))


def heterozygosity_by_moments(scenario: Scenario, t: float) -> mpf:
    """The same from E p and E p^2 of one token, the latter iterated exactly as one training set makes the next."""
    if scenario.retention.kind == "accumulate":
        with mpmath.workdps(DIGITS):
            return _sum_over_tokens(scenario, lambda f: f * (1 - f)) * _accumulated_share(scenario, t)
    value = _sum_over_tokens(scenario, lambda f: f - _second_moment(scenario, f, t))
    return mpmath.chop(value, tol=mpf(10) ** (10 - DIGITS)) if mpmath.isinf(t) else value


def source_probabilities(scenario: Scenario) -> list[mpf]:
    """p_0 to 50 digits: decimals as they were written, Zipf weights as powers."""
    with mpmath.workdps(DIGITS):
        source = scenario.source
        if source.kind == "zipf":
            shift, exponent = mpf(repr(source.shift)), mpf(repr(source.exponent))
            weights = [(rank + shift) ** -exponent for rank in range(1, source.vocabulary + 1)]
        else:
            weights = [mpf(repr(probability)) for probability in source.probabilities]
        total = mpmath.fsum(weights)
        return [weight / total for weight in weights]


def source_heterozygosity(scenario: Scenario) -> mpf:
    """H_0 to 50 digits."""
    return _sum_over_tokens(scenario, lambda f: f * (1 - f))


def real_share(scenario: Scenario) -> Fraction:
    """alpha as the rational that was meant."""
    retention, M = scenario.retention, scenario.sample_size.constant
    return Fraction(retention.real, M) if retention.share is None else Fraction(repr(retention.share))


def digits(number: int | Fraction | mpf) -> sp.Float:
    """A number to 60 digits for a statement: the millionth power of a fraction would have millions of them."""
    if isinstance(number, mpf):
        return sp.Float(number, 60)
    return sp.Float(sp.Rational(Fraction(number)), 60)


def first_batch(scenario: Scenario) -> int:
    """Points that the first model is fitted to."""
    return getattr(scenario.retention, "first", None) or scenario.sample_size.constant


def binomial_law(n: int, q: mpf) -> Law:
    """P(X = x) for X ~ Bin(n, q), x = 0 … n."""
    return [mpmath.binomial(n, x) * q**x * (1 - q) ** (n - x) for x in range(n + 1)]


def _sum_over_tokens(scenario: Scenario, of_one: Callable[[mpf], mpf]) -> mpf:
    with mpmath.workdps(DIGITS):
        distinct = Counter(source_probabilities(scenario))
        return mpmath.fsum(times * of_one(f) for f, times in distinct.items())


def _push(law: Law, row: Callable[[int], Law]) -> Law:
    """The law of the next count: the law of this one times the transition matrix, given by its rows."""
    rows = [(weight, row(x)) for x, weight in enumerate(law)]
    return [mpmath.fsum(weight * given[x] for weight, given in rows) for x in range(len(rows[0][1]))]


def _spread(law: Law, points: int) -> mpf:
    return mpmath.fsum(weight * mpf(x) / points * (1 - mpf(x) / points) for x, weight in enumerate(law))


def _mixed_spread(scenario: Scenario, f: mpf, t: int) -> mpf:
    """E p_t (1-p_t) of one token of probability f under the scheme of the scenario."""
    M = scenario.sample_size.constant
    if t == 0:
        return f * (1 - f)
    alpha = real_share(scenario)
    n = int(alpha * M)
    a = mpf(alpha.numerator) / alpha.denominator
    if scenario.retention.scheme == "fixed":
        given = (_kept_and_refitted(kept, n, M, f, t) for kept in range(n + 1))
        return mpmath.fsum(w * _spread(law, M) for w, law in zip(binomial_law(n, f), given, strict=True))
    fresh = binomial_law(n, f)
    rows = {
        "iid": lambda x: binomial_law(M, a * f + (1 - a) * mpf(x) / M),
        "stratified": lambda x: _convolve(fresh, binomial_law(M - n, mpf(x) / M)),
    }
    law = binomial_law(M, f)
    for _ in range(t - 1):
        law = _push(law, rows[scenario.retention.scheme])
    return _spread(law, M)


def _kept_and_refitted(kept: int, n: int, M: int, f: mpf, t: int) -> Law:
    """Law of the count at t, given that ``kept`` of the n real points that stay for ever are the token."""
    synthetic = binomial_law(M - n, f)  # in generation 1 these points are real too, and leave again
    for _ in range(t - 1):
        synthetic = _push(synthetic, lambda z: binomial_law(M - n, mpf(kept + z) / M))
    return [mpf(0)] * kept + synthetic + [mpf(0)] * (n - kept)


def _accumulated_spread(scenario: Scenario, f: mpf, t: int) -> mpf:
    """E p_t (1-p_t) of one token where every batch so far stays in the pool."""
    M, pool = scenario.sample_size.constant, first_batch(scenario)
    if t == 0:
        return f * (1 - f)
    law = binomial_law(pool, f)
    for size in range(pool, pool + (t - 1) * M, M):
        law = _push(law, partial(_batch_joins, size=size, points=M))
    return _spread(law, pool + (t - 1) * M)


def _batch_joins(x: int, size: int, points: int) -> Law:
    """Law of the count in a pool of ``size`` once ``points`` drawn from it have joined, given x before."""
    return [mpf(0)] * x + binomial_law(points, mpf(x) / size) + [mpf(0)] * (size - x)


def _convolve(first: Law, second: Law) -> Law:
    size = len(first) + len(second) - 1
    return [
        mpmath.fsum(first[i] * second[x - i] for i in range(len(first)) if 0 <= x - i < len(second))
        for x in range(size)
    ]


def _second_moment(scenario: Scenario, f: mpf, t: float) -> mpf:
    """E p_t^2 of one token: t steps of the vector (1, E kept p, E p^2), kept its share among the kept points."""
    M, alpha = scenario.sample_size.constant, real_share(scenario)
    a = mpf(alpha.numerator) / alpha.denominator
    b, n, scheme = 1 - a, a * M, scenario.retention.scheme
    if scheme == "iid":  # E p'^2 = q/M + (1-1/M) q^2 with q = a f + b p
        left = 1 - mpf(1) / M
        square = [f / M + left * (a * a + 2 * a * b) * f * f, mpf(0), left * b * b]
        cross = [f * f, mpf(0), mpf(0)]
    elif scheme == "stratified":  # the two binomial variances, n f(1-f) and bM p(1-p), over M^2
        square = [(a * a + 2 * a * b) * f * f + a * f * (1 - f) / M + b * f / M, mpf(0), b * b - b / M]
        cross = [f * f, mpf(0), mpf(0)]
    else:  # p' = a kept + synthetic; the kept share is the same variable in every generation
        kept = f * f + f * (1 - f) / n
        square = [a * a * kept + b * f / M, 2 * a * b, b * b - b / M]
        cross = [a * kept, b, mpf(0)]
    step = mpmath.matrix([[1, 0, 0], cross, square])
    power = _repeated_square(step, 400) if mpmath.isinf(t) else step ** int(t)
    return (power * mpmath.matrix([1, f * f, f * f]))[2]


def _repeated_square(matrix: mpmath.matrix, times: int) -> mpmath.matrix:
    for _ in range(times):
        matrix = matrix * matrix
    return matrix


def _accumulated_share(scenario: Scenario, t: float) -> mpf:
    """E H_t / H_0: one batch joining a pool takes M/N^2 of it; integers in fixed point, step by step."""
    M, n = scenario.sample_size.constant, first_batch(scenario)
    if t == 0:
        return mpf(1)
    if mpmath.isinf(t):
        return (1 - mpf(1) / n) * mpmath.nprod(lambda k: 1 - M / (n + k * mpf(M)) ** 2, [1, mpmath.inf])
    share, pool = ((n - 1) << FIXED_POINT_BITS) // n, n
    for _ in range(int(t) - 1):
        pool += M
        share -= share * M // (pool * pool)
    return mpf(share) / mpf(2) ** FIXED_POINT_BITS
