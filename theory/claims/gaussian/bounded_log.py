r"""What bounds from the log-variance below share: the convex recursion, its derivation, and its exact numbers.

The statement's numbers stand on one Laplace transform: of the centred squares of batches of $k_i$ points with variances
$\sigma_i$ about one mean, which is $[\prod(1+2s\sigma_i)^{k_i}\cdot\frac1N\sum k_i/(1+2s\sigma_i)]^{-1/2}$; points that
are fixed have the variance 0 and add their own squares.
"""

import math
from collections.abc import Callable
from functools import cache
from math import comb

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, refreshed
from theory.claims.gaussian.one_fit import cochran, v
from theory.derivation import Derivation, Step, Verdict, agree, at_most
from theory.laws.log_variance_below import (
    FreshMixture,
    KeptPoints,
    MixedFits,
    binomial_rule,
    iterated,
    log_chi_square,
    pool_bounds,
    refreshed_bounds,
    refreshed_fit,
    settled,
    window_bounds,
)
from theory.laws.symbols import E, L, t, v0, y
from theory.scenario import Scenario

Lambda = sp.Function("Lambda")
LAST, FEW = 10_000, 12
BATCHES = Assumption(
    'the retention policy is "real_share", or "window" without real points, with a constant sample size, "weighted", '
    'or "pool" without a budget',
    lambda s: (
        (s.retention.kind in ("real_share", "window") and not refreshed(s) and CONSTANT_SIZE.holds(s))
        or s.retention.kind == "weighted"
        or (s.retention.kind == "pool" and s.retention.budget is None)
    ),
)
MIXED_BATCHES = Assumption(
    f"{BATCHES.name}; or it is a window of so many real points with a constant sample size",
    lambda s: BATCHES.holds(s) or (refreshed(s) and CONSTANT_SIZE.holds(s)),
)
GAUSSIAN_BATCHES = (GAUSSIAN, MOMENTS, MIXED_BATCHES, FAITHFUL, UNDISTURBED)
Groups = tuple[tuple[int, mpf], ...]  # points and their variance


def reach(scenario: Scenario) -> float:
    """The recursion costs a tenth of a millisecond for each fit, and with real points for each batch of a window."""
    return max(FEW, LAST // (2 * scenario.retention.length)) if refreshed(scenario) else LAST


def below(d: Derivation) -> Step:
    """The steps to E log v_t >= Lambda(t)."""
    a, b, p, q = sp.symbols("a b p q", positive=True)
    cochran(d)
    m1, m2 = sp.symbols("m_1 m_2", real=True)
    d.algebra(
        a * m1**2 + b * m2**2 - (a * m1 + b * m2) ** 2 / (a + b), a * b * (m1 - m2) ** 2 / (a + b),
        because="squares between batches of a and b points with means m_1 and m_2: a training set has these besides "
        "those within its batches, each a chi-square times the variance it was drawn with", source="chan1983",
    )  # fmt: skip
    straying_adds(d)
    d.algebra(
        sp.Derivative(sp.log(a * sp.exp(p * y) + b * sp.exp(q * y)), (y, 2)),
        a * b * (p - q) ** 2 * sp.exp((p + q) * y) / (a * sp.exp(p * y) + b * sp.exp(q * y)) ** 2,
        because="positive: the logarithm of a sum of exponentials is convex along every line",
    )  # fmt: skip
    A, B = sp.symbols("A B", nonnegative=True)
    d.given(
        E(sp.log(L * v(t + 1))), E(sp.log(A + B * sp.exp(E(sp.log(v(t)))))), relation=r"\ge",
        source="jensen1906fonctions", check=sums_of_exponentials,
        because="A the squares of real or older points, B v_t those of new synthetic ones: log(A + B v_t) is convex in "
        "log v_t, and in log A where A is not independent of v_t: its mean is then taken inside as well",
    )  # fmt: skip
    return d.given(
        E(sp.log(v(t))), Lambda(t), relation=r"\ge", source="jensen1906fonctions", check=one_fit_of_two_points,
        because="the right side grows with E log v_t: from the exact value at t = 1 on, each bound leads to the next",
    )  # fmt: skip


def straying_adds(d: Derivation) -> Step:
    """A normal variable is larger in size, at random, the farther its mean is from 0."""
    r, shift = sp.symbols("r theta", positive=True)
    inside = (sp.erf((r - shift) / sp.sqrt(2)) + sp.erf((r + shift) / sp.sqrt(2))) / 2
    normal = [sp.exp(-((r + sign * shift) ** 2) / 2) / sp.sqrt(2 * sp.pi) for sign in (1, -1)]
    return d.algebra(
        sp.Derivative(inside, shift), normal[0] - normal[1],
        because="the slope, in theta, of the chance that |Z + theta| < r, Z standard normal: negative, so that means "
        "that are apart by more than their noise only add to the squares",
    )  # fmt: skip


def sums_of_exponentials() -> list[Verdict]:
    """log(1 + e^y + ...) at the mean of three points against the mean of its values."""
    sets = [(mpf(-3), mpf(0), mpf(5)), (mpf("-0.1"), mpf("0.1"), mpf("0.2")), (mpf(-40), mpf(1), mpf(30))]
    return [
        at_most(mpmath.log(c + mpmath.exp(sum(ys) / 3)), sum(mpmath.log(c + mpmath.exp(one)) for one in ys) / 3)
        for ys in sets for c in (mpf("0.01"), mpf(1), mpf(100))
    ]  # fmt: skip


def one_fit_of_two_points() -> list[Verdict]:
    """E log of a chi^2_1 and of a chi^2_4 from their transforms: -gamma - log 2, and 1 - gamma + log 2."""
    with mpmath.workdps(25):
        return [
            agree(log_squares(mpf(0), 0, ((2, mpf(1)),)), -mpmath.euler - mpmath.log(2)),
            agree(log_squares(mpf(0), 0, ((5, mpf(1)),)), 1 - mpmath.euler + mpmath.log(2)),
        ]


def log_squares(fixed: mpf, before: int, groups: Groups) -> mpf:
    """E log of the centred squares: ``before`` fixed points with squares ``fixed``, and new ones in groups."""
    groups = tuple((count, variance) for count, variance in groups if count)
    total = before + sum(count for count, _ in groups)
    mean = fixed + mpmath.fsum(count * variance * (1 - mpf(1) / total) for count, variance in groups)
    if not mean:
        return -mpmath.inf

    def transform(s: mpf) -> mpf:
        spread = mpf(before)
        product = mpf(1)
        for count, variance in groups:
            grown = 1 + 2 * s * variance
            product *= grown**count
            spread += count / grown
        return mpmath.exp(-s * fixed) / mpmath.sqrt(product * spread / total)

    return _log_from(transform, mean)


def _log_from(transform: Callable[[mpf], mpf], mean: mpf) -> mpf:
    """E log Q from E exp(-sQ) and E Q, by Frullani's integral."""
    step, terms = mpf(1) / 5, []
    for place in range(-170, 1000):
        s = mpmath.exp(step * place)
        terms.append(mpmath.exp(-s) - transform(s / mean))
        if place > 30 and abs(terms[-1]) < mpf(10) ** -24:
            break
    return mpmath.log(mean) + step * mpmath.fsum(terms)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement; Lambda by its recursion in 25 digits."""
    unit = exact(scenario.source.variance)
    return {t: generation, v0: unit, Lambda: lambda k: sp.log(unit) + sp.Float(exactly(scenario, int(k)), 25)}


@cache
def exactly(scenario: Scenario, generation: int) -> mpf:
    """Lambda(t) - log v_0."""
    with mpmath.workdps(25):
        if generation == 0:
            return mpf(0)
        M = scenario.first_size if generation == 1 else None
        if M is not None:
            return log_squares(mpf(0), 0, ((M, mpf(1)),)) - mpmath.log(_divisor(scenario, M))
        return _next(scenario, generation, mpmath.exp(exactly(scenario, generation - 1)))


def _next(scenario: Scenario, t: int, variance: mpf) -> mpf:
    """The bound after fit t >= 2, from the variance that new synthetic points have in its place."""
    retention = scenario.retention
    if retention.kind == "pool":
        before = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, t))
        real, drawn = retention.real_points(t), retention.synthetic_points(t)
        squares = log_squares(_divisor(scenario, before) * variance, before, ((real, mpf(1)), (drawn, variance)))
        return squares - mpmath.log(_divisor(scenario, before + real + drawn))
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, mpf(repr(retention.weight))
        own, drawn = w / _divisor(scenario, n), (1 - w) * variance / _divisor(scenario, m)
        return _log_from(
            lambda s: (1 + 2 * s * own) ** (-mpf(n - 1) / 2) * (1 + 2 * s * drawn) ** (-mpf(m - 1) / 2),
            own * (n - 1) + drawn * (m - 1),
        )
    M = scenario.sample_size.constant
    if retention.kind == "window":
        batches, n = min(t, retention.length), retention.real_points(M)
        old = mpmath.fsum(
            mpmath.exp(log_squares(mpf(0), place * M, ((n, mpf(1)), (M - n, mpmath.exp(exactly(scenario, model))))))
            for place, model in enumerate(range(t - batches, t - 1))
        )
        squares = log_squares(old, (batches - 1) * M, ((n, mpf(1)), (M - n, variance)))
        return squares - mpmath.log(_divisor(scenario, batches * M))
    if retention.scheme == "iid":
        a = mpf(repr(retention.share_of(M)))
        chances = [comb(M, k) * a**k * (1 - a) ** (M - k) for k in range(M + 1)]
        squares = mpmath.fsum(
            chance * log_squares(mpf(0), 0, ((k, mpf(1)), (M - k, variance))) for k, chance in enumerate(chances)
        )
    else:
        n = retention.real_points(M)
        if retention.scheme == "fixed":
            kept = mpmath.exp(log_squares(mpf(0), 0, ((n, mpf(1)),)))
            squares = log_squares(kept, n, ((M - n, variance),))
        else:
            squares = log_squares(mpf(0), 0, ((n, mpf(1)), (M - n, variance)))
    return squares - mpmath.log(_divisor(scenario, M))


def _divisor(scenario: Scenario, points: int) -> mpf:
    return mpf(repr(scenario.estimator.divide_by(points)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Lambda(t); t counts fits. Takes up to 2 s at t = 10^4: for pools, and for small real shares."""
    return math.log(scenario.source.variance) + _in_units(scenario, np.asarray(generations))


def _in_units(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    retention, last = scenario.retention, int(generations.max(initial=0))
    offset = scenario.estimator.divide_by(1)
    if retention.kind == "pool":
        batches = ((retention.real_points(k), retention.synthetic_points(k)) for k in range(1, last + 1))
        return pool_bounds(batches, offset)[generations]
    if retention.kind == "window":
        size = scenario.sample_size.constant
        n = retention.real_points(size)
        if n:
            return refreshed_bounds(size, n, retention.length, offset, last)[generations]
        return window_bounds(size, retention.length, offset, last)[generations]
    return iterated(_step(scenario), _first(scenario), generations)


def _first(scenario: Scenario) -> float:
    M = scenario.first_size
    return log_chi_square(M - 1) - math.log(scenario.estimator.divide_by(M)) if M > 1 else -math.inf


def _step(scenario: Scenario) -> Callable[[float], float]:
    """One fit with a share of real data, or a weight on them."""
    retention = scenario.retention
    if retention.kind == "weighted":
        n, m, divide = retention.real, retention.synthetic, scenario.estimator.divide_by
        return MixedFits(retention.weight, n, m, (divide(n), divide(m)))
    M = scenario.sample_size.constant
    divisor = scenario.estimator.divide_by(M)
    if refreshed(scenario):
        n, offset = retention.real_points(M), scenario.estimator.divide_by(1)
        return lambda y: refreshed_fit(np.full(retention.length, y), M, n, offset)
    if retention.scheme == "fixed":
        return KeptPoints(M, retention.real_points(M), divisor)
    if retention.scheme == "iid":
        return FreshMixture(M, *binomial_rule(M, retention.share_of(M)), divisor)
    return FreshMixture(M, np.array([float(retention.real_points(M))]), np.array([1.0]), divisor)


def settles(scenario: Scenario) -> bool:
    """Whether there are real data in every fit, and the same number of points."""
    if refreshed(scenario):
        return scenario.retention.real_points(scenario.sample_size.constant) > 0
    return scenario.retention.kind in ("real_share", "weighted")


def limit(scenario: Scenario, at: None = None) -> float:
    """Where the recursion leads with real data in every fit: minus infinity with no fresh or kept pair of points."""
    first = _first(scenario)
    return first if first == -math.inf else math.log(scenario.source.variance) + settled(_step(scenario), first)
