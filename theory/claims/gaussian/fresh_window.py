"""What claims about a window with fresh real points in every batch share: conditions, one fit, points by their kind."""

from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, refreshed
from theory.claims.gaussian import window
from theory.claims.gaussian.mixed_fit import D, b, two_batches
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import C, U, batches, first
from theory.derivation import Derivation
from theory.laws.fresh_window import NARROW
from theory.laws.symbols import M, W, alpha, delta, i, j, t, v0
from theory.scenario import Scenario, parse_scenario

REFRESHED = Assumption('the retention policy is "window" with a share of fresh real points', refreshed)
FRESH_WINDOW = (GAUSSIAN, MOMENTS, REFRESHED, CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
DIGITS, LATE = 60, 600  # fits after which the route by single points is compared with itself as many fits later
FEW, LAST, PLENTY = 300, 1_000_000, 100_000
z = sp.Symbol("z", positive=True)


def reach(scenario: Scenario) -> float:
    """Fits that take seconds: wide windows go fit by fit."""
    length = scenario.retention.length
    return LAST if length <= NARROW else max(FEW, min(PLENTY, 10**9 // length**2))


def real_points(scenario: Scenario) -> int:
    """n, the fresh real points of every batch."""
    return scenario.retention.real_points(scenario.sample_size.constant)


def one_fit(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """E v_t and E(mu_t - mu_0)^2 from the batches of the window; returns both."""
    u, e, r, q, many, mean = sp.symbols("U D r q b m", positive=True)
    two_batches(d)
    noise = alpha * v0 + b * u
    d.algebra(
        (alpha * M - 1) * v0 + (b * M - 1) * u + alpha * b * M * (v0 / (alpha * M) + u / (b * M) + e),
        (M - 1) * noise + alpha * b * M * e,
        because="the expected squares of batch j about its own mean, of alpha M real points and others of a model with "
        "U = U(j-1) and D = D(j-1): each kind within, and between them the noise of both means and D",
    )  # fmt: skip
    d.algebra(
        alpha**2 * v0 / (alpha * M) + b**2 * (u / (b * M) + e), noise / M + b**2 * e,
        because="C(j, j), the squared error of its mean; real points know nothing of the past, so that C(i, j) for "
        "i < j is 1 - alpha times the mean of C(i, k) over the batches k of model j-1",
    )  # fmt: skip
    d.algebra(
        (q + r) - many * M * mean**2, q + M * (r / M - many * mean**2),
        because="the centred sum of squares of a pool of b batches of M points, from q, the sum of those within them, "
        "and r, M times that of their squared means: within, and M times that of the means about their mean",
    )  # fmt: skip
    pairs, own = sp.Sum(C(i, j), (i, first, t), (j, first, t)), sp.Sum(C(j, j), (j, first, t))
    each = (M - 1) * (alpha * v0 + b * U(j - 1)) + alpha * b * M * D(j - 1)
    within, divisor = sp.Sum(each, (j, first, t)), M * batches - 1 + delta
    variance = d.algebra(
        within / divisor + M * (own - batches * pairs / batches**2) / divisor,
        (within + M * own - M * pairs / batches) / divisor,
        because="E v_t over the batches of the window; with U(0) = v_0 and D(0) = 0 the first is all real",
    ).rhs  # fmt: skip
    error = d.algebra(
        own / batches**2 + (pairs - own) / batches**2, pairs / batches**2,
        because="E(mu_t - mu_0)^2 of the mean of the window: each batch mean with itself and with the others",
    ).rhs  # fmt: skip
    return variance, error


def long_run(d: Derivation) -> None:
    """The stationary values, by equal correlations of batch means; the factor by which a deviation fades."""
    own, factor, s = sp.symbols("C_0 phi s", positive=True)
    d.algebra(
        factor * (own + (W - 1) * factor * own / (1 - (W - 1) * factor)), factor * own / (1 - (W - 1) * factor),
        because="for t = inf, with phi = (1-alpha)/W: the mean products C_1 of batch means 1, ..., W fits apart are "
        "all this, C_0 that of one with itself, as each is phi times C_0 and the W - 1 others",
    )  # fmt: skip
    other = factor * own / (1 - (W - 1) * factor)
    found = s / M * (1 - (W - 1) * factor) / (1 - (W - 1) * factor - W * factor**2)
    d.algebra(
        factor * W * other.subs(own, found) + s / M, found,
        because="C_0: a batch mean is 1-alpha times the mean of the W before it, of which C_1 is the mean product with "
        "it, and noise of variance s/M, s = alpha v_0 + (1-alpha) U",
    )  # fmt: skip
    error = s / (M * alpha * (W + 1 - alpha))
    d.algebra(
        ((found + (W - 1) * other.subs(own, found)) / W).subs(factor, b / W), error,
        because="so D, the mean product of any two batch means of a window",
    )  # fmt: skip
    bar, divisor = (W + 1 - alpha) * (alpha * M * W + delta) - 1 - alpha * (W - 1), W * M - 1 + delta
    variance = W * (alpha * M * (W + 1 - alpha) - alpha) * v0 / bar
    noise = alpha * v0 + b * variance
    d.algebra(
        W * M * (noise - alpha * divisor * v0 / (M * bar)) / divisor, variance,
        because="v = W M (s - alpha D)/L, L = W M - 1 + delta, as the squares of W batches about mu_0 are W M (s + "
        "(1-alpha) D): with R = (W+1-alpha)(alpha M W + delta) - 1 - alpha (W-1) > 0 it is this",
    )  # fmt: skip
    d.algebra(error.subs(s, noise), divisor * v0 / (M * bar), because="and D is L v_0/(M R)")
    d.algebra(
        (z - 1) * (z**W - b / W * (z**W - 1) / (z - 1)), z ** (W + 1) - (1 + b / W) * z**W + b / W,
        because="how fast: a deviation of the mean that falls by z in each fit has z^W = phi (z^(W-1) + ... + 1), a "
        "root of this. With alpha = 1/10 the largest below 1 is 0.9 at W = 1, 0.97716 at W = 8, 0.99682 at W = 64",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and U, D and C from the definition of each, exactly."""
    offset, length, size = offset_of(scenario), scenario.retention.length, scenario.sample_size.constant
    share = sp.Rational(real_points(scenario), size)
    means, errors, products = exact_means(size, length, share, offset, int(generation))
    unit = exact(scenario.source.variance)
    return {
        M: size, W: length, alpha: share, delta: sp.Rational(offset.numerator, offset.denominator), t: generation,
        v0: unit, U: lambda fit: unit * means[int(fit)], D: lambda fit: unit * errors[int(fit)],
        C: lambda x, y: unit * products[int(x), int(y)],
    }  # fmt: skip


@cache
def exact_means(size: int, length: int, share: sp.Rational, offset: Fraction, last: int) -> tuple[list, list, dict]:
    """U(0 ... last), D(0 ... last) and C(i, j), from the equations of the derivation."""
    means, errors, products = [sp.Integer(1)], [sp.Integer(0)], {}
    shift, rest = sp.Rational(offset.numerator, offset.denominator), 1 - share
    for fit in range(1, last + 1):
        old = range(max(1, fit - length), fit)
        for one in old:
            product = rest * sp.Rational(sum(products[one, other] for other in old), len(old))
            products[one, fit] = products[fit, one] = product
        products[fit, fit] = rest**2 * errors[fit - 1] + (share + rest * means[fit - 1]) / size
        held = range(max(1, fit - length + 1), fit + 1)
        errors.append(sp.Rational(sum(products[one, other] for one in held for other in held), len(held) ** 2))
        squares = sum((size - 1) * (share + rest * means[k - 1]) + share * rest * size * errors[k - 1] for k in held)
        squares += size * sum(products[one, one] for one in held) - size * len(held) * errors[fit]
        means.append(squares / (len(held) * size - 1 + shift))
    return means, errors, products


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the covariances of single points of two kinds in every generation."""
    given = scenario.sample_size.constant, scenario.retention.length, real_points(scenario), offset_of(scenario)
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))
        if generation == 0:
            return unit * (1 - which)
        if generation < mpmath.inf:
            return unit * _history(*given, int(generation))[which]
        earlier, later = (_history(*given, fits)[which] for fits in (LATE, 2 * LATE))
        return unit * later if abs(later - earlier) <= mpf(10) ** -15 * abs(later) else mpmath.inf


@cache
def _history(size: int, length: int, real: int, offset: Fraction, last: int) -> tuple[mpf, mpf]:
    """(E v, E(mu - mu_0)^2) in units of v_0: squares of points by kind and generation, products of two points."""
    with mpmath.workdps(DIGITS):
        shift = mpf(offset.numerator) / offset.denominator
        kinds = [(1, size)]  # generation and number of the points of one kind, those in the window
        square, product = [mpf(1)], [[mpf(0)]]
        for fit in range(1, last + 1):
            many = sum(points for _, points in kinds)
            with_one = [  # mean over the window of the product with a point of this kind, itself included
                (mpmath.fsum(points * x for (_, points), x in zip(kinds, row, strict=True)) + own - row[g]) / many
                for g, (row, own) in enumerate(zip(product, square, strict=True))
            ]
            error = mpmath.fsum(points * x for (_, points), x in zip(kinds, with_one, strict=True)) / many
            squares = mpmath.fsum(points * x for (_, points), x in zip(kinds, square, strict=True)) - many * error
            variance = squares / (many - 1 + shift)
            product = [[*row, x, mpf(0)] for row, x in zip(product, with_one, strict=True)]
            product += [[*with_one, error, mpf(0)], [mpf(0)] * (len(kinds) + 2)]
            kinds += [(fit + 1, size - real), (fit + 1, real)]
            square += [error + variance, mpf(1)]
            kept = [g for g, (generation, points) in enumerate(kinds) if points and generation > fit + 1 - length]
            kinds, square = [kinds[g] for g in kept], [square[g] for g in kept]
            product = [[product[g][h] for h in kept] for g in kept]
        return variance, error


def setting(size: int, length: int, divisor: str, variance: float = 2.25, **said: float) -> Scenario:
    """A scenario for the examples, with real or share and an offset; the source's mean and variance are not 0 and 1."""
    tables = window.setting(size, length, divisor, variance, **{k: x for k, x in said.items() if k == "offset"}).dump()
    tables["retention"] |= {k: x for k, x in said.items() if k != "offset"}
    return parse_scenario(tables)
