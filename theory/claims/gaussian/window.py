"""What claims about a window of batches share: conditions, one fit in terms of earlier ones, points by generation."""

from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Derivation
from theory.laws.symbols import M, W, delta, i, j, t, v0
from theory.scenario import Scenario, parse_scenario

GAUSSIAN_WINDOW = (GAUSSIAN, MOMENTS, retains("window"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
VARIANCE, ERROR = 0, 1
DIGITS = 60
FEW, LAST, WIDE = 12, 1_000_000, 300
U, C = sp.Function("U"), sp.Function("C")  # E v_t; mean product of the errors of two batch means
first, batches = sp.Max(1, t - W + 1), sp.Min(t, W)


def reach(scenario: Scenario) -> float:
    """Fits that take seconds: the responses of a wide window are followed batch by batch."""
    length = scenario.retention.length
    return LAST if length <= WIDE else max(FEW, 10_000_000_000 // length**2)


def one_fit(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """E v_t and E(mu_t - mu_0)^2 from the batches of the window; returns both."""
    r, q, b, mean, spread = sp.symbols("r q b m s", positive=True)
    d.algebra(
        (q + r) - b * M * mean**2, q + M * (r / M - b * mean**2),
        because="the centred sum of squares of a pool of b batches of M points, from q, the sum of those within them, "
        "and r, M times that of their squared means: within, and M times that of the means about their mean",
    )  # fmt: skip
    d.algebra(
        (mean + spread) ** 2, mean**2 + 2 * mean * spread + spread**2,
        because="a new batch mean is the mean of its model and noise of variance U(t-1)/M that knows nothing of the "
        "past: C(j, j) = E(mu_(j-1) - mu_0)^2 + U(j-1)/M, and C(i, j) for i < j is the mean of C(i, k) over the "
        "batches k of model j-1",
    )  # fmt: skip
    pairs, own = sp.Sum(C(i, j), (i, first, t), (j, first, t)), sp.Sum(C(j, j), (j, first, t))
    within, divisor = (M - 1) * sp.Sum(U(j - 1), (j, first, t)), M * batches - 1 + delta
    variance = d.algebra(
        within / divisor + M * (own - batches * pairs / batches**2) / divisor,
        (within + M * own - M * pairs / batches) / divisor,
        because="E v_t over the batches of the window: M - 1 times the variance each was drawn with, and the means",
    ).rhs  # fmt: skip
    error = d.algebra(
        own / batches**2 + (pairs - own) / batches**2, pairs / batches**2,
        because="E(mu_t - mu_0)^2 of the mean of the window: each batch mean with itself and with the others",
    ).rhs  # fmt: skip
    return variance, error


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and U and C from the definition of each, exactly."""
    offset, length, size = offset_of(scenario), scenario.retention.length, scenario.sample_size.constant
    means, products = exact_means(size, length, offset, int(generation))
    unit = exact(scenario.source.variance)
    return {
        M: size, W: length, delta: sp.Rational(offset.numerator, offset.denominator), t: generation, v0: unit,
        U: lambda fit: unit * means[int(fit)], C: lambda x, y: unit * products[int(x), int(y)],
    }  # fmt: skip


@cache
def exact_means(size: int, length: int, offset: Fraction, last: int) -> tuple[list, dict]:
    """U(0 ... last) and C(i, j), from the two equations of the derivation."""
    means, products = [sp.Integer(1)], {}
    shift = sp.Rational(offset.numerator, offset.denominator)
    for fit in range(1, last + 1):
        old = range(max(1, fit - length), fit)
        for one in old:
            product = sp.Rational(sum(products[one, other] for other in old), len(old))
            products[one, fit] = products[fit, one] = product
        error = sp.Rational(sum(products[one, fit] for one in old), len(old)) if fit > 1 else sp.Integer(0)
        products[fit, fit] = error + means[fit - 1] / size
        window = range(max(1, fit - length + 1), fit + 1)
        squares = (size - 1) * sum(means[one - 1] for one in window)
        squares += size * sum(products[one, one] for one in window)
        squares -= sp.Rational(size, len(window)) * sum(products[one, other] for one in window for other in window)
        means.append(squares / (len(window) * size - 1 + shift))
    return means, products


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the covariances of single points of all generations."""
    size, length, offset = scenario.sample_size.constant, scenario.retention.length, offset_of(scenario)
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))
        if generation == 0:
            return unit * (1 - which)
        return unit * _history(size, length, offset, int(generation))[which]


@cache
def _history(size: int, length: int, offset: Fraction, last: int) -> tuple[mpf, mpf]:
    """(E v, E(mu - mu_0)^2) in units of v_0: squares of points by generation, products of two points by two of them."""
    with mpmath.workdps(DIGITS):
        points, shift = mpf(size), mpf(offset.numerator) / offset.denominator
        square, product = [mpf(1)], [[mpf(0)]]
        for fit in range(1, last + 1):
            window = range(max(0, fit - length), fit)
            many = len(window) * points
            with_one = [  # mean over the window of the product with a point of generation g, itself included
                (points * mpmath.fsum(product[g][h] for h in window) + (g in window) * (square[g] - product[g][g]))
                / many
                for g in range(fit)
            ]
            error = mpmath.fsum(with_one[g] for g in window) / len(window)
            squares = points * mpmath.fsum(square[g] for g in window) - many * error
            variance = squares / (many - 1 + shift)
            square.append(error + variance)
            for g in range(fit):
                product[g].append(with_one[g])
            product.append([*with_one, error])
        return variance, error


def setting(size: int, length: int, divisor: str, variance: float = 2.25, **offset: float) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "window", "length": length},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip
