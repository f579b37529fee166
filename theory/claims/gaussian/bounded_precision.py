r"""What bounds from the mean precision above share: $\Theta\ge v_0E[1/v_t]$ by recursions that are lines, exactly too.

A line bounds the mean precision after one fit more, by the mean precision before it, for each of the policies: fresh
real points, kept ones, weights, windows and pools.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.exact_claims import settles as known_limits
from theory.claims.gaussian.bounded_log import BATCHES, straying_adds
from theory.claims.gaussian.moment_bounds import VARIANCE
from theory.claims.gaussian.one_fit import cochran, v
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation, Step, Verdict, agree, at_most
from theory.laws.precision_tangent import (
    Line,
    beside_fresh,
    harmonic,
    joined,
    pool_bounds,
    window_bounds,
)
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

Theta = sp.Function("Theta")
LAST = 10_000
FOUR_POINTS = Assumption("the first fit has at least four points", lambda s: s.first_size >= 4)
PRECISE = (GAUSSIAN, MOMENTS, BATCHES, FOUR_POINTS, FAITHFUL, UNDISTURBED)
INTRODUCTION = (
    "Theta(0) = 1, Theta(1) = L/(N-3), N the points of the first fit. Theta(t+1) is L/(M-3) times alpha + (1-alpha) "
    "Theta(t) with a share alpha of fresh real points among M. In a pool of N points that n real and m synthetic ones "
    "join it is E[L (X n/(n+m) + (L_t + X m/(n+m)) Theta(t))/(L_t + X)^2], X a chi-square of n+m-1 degrees of freedom. "
    "With kept points, weights or windows 1/Theta(t+1) is the sum, over batches of k points, of max(k-3, 0) over L, or "
    "its weight over the divisor of the batch, over the Theta of the model it was drawn from (1 for the source)."
)
first, second, root, ratio = sp.symbols("a b r q", positive=True)


def above(d: Derivation, kept: bool = True) -> Step:
    """The steps to v_0 E 1/v_t <= Theta(t), also where points stay that the last model was fitted to."""
    a, b, r, q = first, second, root, ratio
    cochran(d)
    straying_adds(d)
    d.algebra(
        1 / (a + b / q) - (a + b * q) / (a + b) ** 2, -a * b * (q - 1) ** 2 / ((a + b) ** 2 * (a * q + b)),
        because="negative: as a function of q = v_0/v_t the next precision lies below its tangent at q = 1. There a "
        "and b, the squares of real and of synthetic points, have a chi-square for their sum, of which each has its "
        "share by numbers, independently",
    )  # fmt: skip
    if kept:
        d.algebra(
            1 / (a + b) - (r**2 / a + (1 - r) ** 2 / b), -((r * b - (1 - r) * a) ** 2) / (a * b * (a + b)),
            because="negative: the same without independence. The best r, one for all chains, adds the reciprocals of "
            "the means of 1/a and 1/b; b = v_t X with X of a later batch, which knows nothing of v_t",
        )  # fmt: skip
    return d.given(
        v0 * E(1 / v(t)), Theta(t), relation=r"\le", source="cochran1934", check=means_of_inverses,
        because="the mean of 1/X is 1/(nu-2) for a chi-square of nu degrees of freedom; from the exact value at t = 1 "
        "on each bound leads to the next",
    )  # fmt: skip


def means_of_inverses() -> list[Verdict]:
    """E 1/X of a chi-square by its density, and of a constant with one against the two means of its tangent."""
    square, other = joined(9.0, 7)
    return [
        agree(chi_square_mean(lambda x: 1 / x, 9), mpf(1) / 7),
        agree(chi_square_mean(lambda x: 1 / (9 + x) ** 2, 7), square),
        agree(chi_square_mean(lambda x: x / (9 + x) ** 2, 7), other),
        at_most(chi_square_mean(lambda x: 1 / (x + mpf(9) / 2), 7), other + 9 * square * 2),
    ]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Theta(t); t counts fits. A pool takes a tenth of a millisecond for each."""
    retention, last = scenario.retention, int(generations.max(initial=0))
    offset = scenario.estimator.divide_by(1)
    if retention.kind == "pool":
        batches = ((retention.real_points(k), retention.synthetic_points(k)) for k in range(1, last + 1))
        return pool_bounds(batches, offset)[generations]
    if retention.kind == "window":
        return _inverse(window_bounds(scenario.sample_size.constant, retention.length, offset, last)[generations])
    line, inverse = _line(scenario)
    return _inverse(line(generations)) if inverse else line(generations)


def limit(scenario: Scenario) -> float:
    """Where the line leads with real data in every fit."""
    line, inverse = _line(scenario)
    return float(_inverse(np.array(line.end))) if inverse else line.end


def settles(scenario: Scenario) -> bool:
    """Whether there are real data in every fit, the same number of points, and a limit of the variance."""
    return scenario.retention.kind in ("real_share", "weighted") and known_limits(VARIANCE)(scenario)


def _inverse(values: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    with np.errstate(divide="ignore"):
        return 1 / values


def _line(scenario: Scenario) -> tuple[Line, bool]:
    """The step, and whether it is that of the reciprocal."""
    retention, divide, N = scenario.retention, scenario.estimator.divide_by, scenario.first_size
    start = (N - 3) / divide(N)
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, retention.weight
        drawn = (1 - w) * harmonic(m) / divide(m) if m > 3 else 0.0
        return Line(start, w * harmonic(n) / divide(n), drawn), True
    if retention.scheme == "fixed":
        n = retention.real_points(N)
        return Line(start, harmonic(n) / divide(N), harmonic(N - n) / divide(N)), True
    share = retention.share_of(N) if retention.scheme == "iid" else retention.real_points(N) / N
    return beside_fresh(N, share, divide(N)), False


def bindings(scenario: Scenario, generation: int) -> dict:
    """Theta by its recursion in 25 digits."""
    return {Theta: lambda k: sp.Float(exactly(scenario, int(k)), 25)}


@cache
def exactly(scenario: Scenario, generation: int) -> mpf:
    """Theta(t)."""
    with mpmath.workdps(25):
        if generation == 0:
            return mpf(1)
        N = scenario.first_size
        if generation == 1:
            return _divisor(scenario, N) / (N - 3)
        return _next(scenario, generation)


def _next(scenario: Scenario, fit: int) -> mpf:
    """The step to fit t >= 2."""
    retention, before = scenario.retention, exactly(scenario, fit - 1)
    if retention.kind == "pool":
        pool = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, fit))
        n, m = retention.real_points(fit), retention.synthetic_points(fit)
        new, old = n + m, _divisor(scenario, pool)
        if not new:
            return before
        terms = [
            mpmath.quad(lambda s, p=p: s**p * mpmath.exp(-s * old) * (1 + 2 * s) ** (-mpf(new - 1) / 2), [0, 1, 8, 40])
            for p in (0, 1)
        ]
        part = terms[0] - old * terms[1]  # E X/(L_t + X)^2
        return _divisor(scenario, pool + new) * (n * part / new + (old * terms[1] + m * part / new) * before)
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, mpf(repr(retention.weight))
        real = w * max(n - 3, 0) / _divisor(scenario, n)
        return 1 / (real + (1 - w) * (m - 3) / _divisor(scenario, m) / before if m > 3 else real)
    M = scenario.sample_size.constant
    if retention.kind == "window":
        models = range(max(fit - retention.length, 0), fit)
        parts = mpmath.fsum((M - 3) / exactly(scenario, model) for model in models)
        return _divisor(scenario, len(models) * M) / parts
    if retention.scheme == "fixed":
        n = retention.real_points(M)
        return _divisor(scenario, M) / (max(n - 3, 0) + max(M - n - 3, 0) / before)
    a = mpf(repr(retention.share_of(M))) if retention.scheme == "iid" else mpf(retention.real_points(M)) / M
    return _divisor(scenario, M) / (M - 3) * (a + (1 - a) * before)


def _divisor(scenario: Scenario, points: int) -> mpf:
    return mpf(repr(scenario.estimator.divide_by(points)))
