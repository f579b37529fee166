"""What claims about a pool of unequal batches share: conditions, one fit, readings, and points batch by batch."""

from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Derivation
from theory.laws.symbols import delta, t, v0
from theory.scenario import Scenario, parse_scenario

NO_BUDGET = Assumption(
    "each model is fitted to the whole pool", lambda s: s.retention.kind == "pool" and s.retention.budget is None
)
GAUSSIAN_POOL = (GAUSSIAN, MOMENTS, retains("pool"), NO_BUDGET, FAITHFUL, UNDISTURBED)
VARIANCE, ERROR = 0, 1
DIGITS = 60
LAST = 100_000
U, D = sp.Function("U"), sp.Function("D")  # E v_t, E(mu_t - mu_0)^2
real, synthetic, points = sp.symbols("n_t m_t N_t", positive=True)


def one_fit(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """E v_t and E(mu_t - mu_0)^2 after a fit to the pool with the new batches; returns both."""
    a, b, c, x, y, z = sp.symbols("a b c x y z")
    n, m = real, synthetic
    N = points - n - m
    d.algebra(
        a * x**2 + b * y**2 + c * z**2 - (a * x + b * y + c * z) ** 2 / (a + b + c),
        (a * b * (x - y) ** 2 + a * c * (x - z) ** 2 + b * c * (y - z) ** 2) / (a + b + c),
        because="the squares between three batches of a, b and c points with means x, y and z",
        source="chan1983",
    )  # fmt: skip
    old = U(t - 1)
    squares = (N - 1 + delta) * old + (n - 1) * v0 + (m - 1) * old
    between = N * n * (D(t - 1) + v0 / n) + N * m * old / m + n * m * (D(t - 1) + v0 / n + old / m)
    variance = d.algebra(
        (squares + between / points) / (points - 1 + delta),
        ((N - 1 + delta) * old + (1 - 1 / points) * (n * v0 + m * old) + n * (points - n) * D(t - 1) / points)
        / (points - 1 + delta),
        because="E v_t: within the pool so far, n_t real and m_t synthetic points, and between their means: real ones "
        "are off from the others by mu_(t-1) - mu_0. It holds with n_t or m_t = 0 as well",
    ).rhs  # fmt: skip
    d.algebra(
        (N * z + n * x + m * (z + y)) ** 2,
        (points - n) ** 2 * z**2 + n**2 * x**2 + m**2 * y**2
        + 2 * ((points - n) * z * (n * x + m * y) + n * m * x * y),
        because="N_t times the new mean from mu_0, squared: z is mu_(t-1) - mu_0, x and y the errors of the new "
        "batches about the means they are drawn with, independent of each other and of z",
    )  # fmt: skip
    error = d.algebra(
        ((points - n) ** 2 * D(t - 1) + n * v0 + m * old) / points**2,
        (1 - n / points) ** 2 * D(t - 1) + (n * v0 + m * old) / points**2,
        because="so E(mu_t - mu_0)^2, as x and y have the mean squares v_0/n_t and U(t-1)/m_t",
    ).rhs  # fmt: skip
    return variance, error


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and U and D by iterating both equations, exactly."""
    retention, unit = scenario.retention, exact(scenario.source.variance)
    offset = offset_of(scenario)
    shift = sp.Rational(offset.numerator, offset.denominator)
    n, m = retention.real_points(int(generation)), retention.synthetic_points(int(generation))
    N = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, int(generation) + 1))
    variance, error = _equations()
    means = [(unit, sp.Integer(0))]
    total = retention.real_points(1)
    means.append((unit * (total - 1) / (total - 1 + shift), unit / total))
    for k in range(2, int(generation)):
        fresh, drawn = retention.real_points(k), retention.synthetic_points(k)
        total += fresh + drawn
        now = {real: fresh, synthetic: drawn, points: total, delta: shift, v0: unit}
        state = dict(zip((U(t - 1), D(t - 1)), means[-1], strict=True))
        means.append(tuple(side.subs(state).subs(now) for side in (variance, error)))
    return {
        real: n, synthetic: m, points: N, delta: shift, t: generation, v0: unit,
        U: lambda k: means[int(k)][VARIANCE], D: lambda k: means[int(k)][ERROR],
    }  # fmt: skip


@cache
def _equations() -> tuple[sp.Expr, sp.Expr]:
    return one_fit(Derivation(""))


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the covariances of single points of all batches."""
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))
        if generation == 0:
            return unit * (1 - which)
        retention, last = scenario.retention, int(generation)
        batches = tuple((retention.real_points(k), retention.synthetic_points(k)) for k in range(1, last + 1))
        return unit * _history(batches, offset_of(scenario), retention.budget)[which]


@cache
def _history(batches: tuple[tuple[int, int], ...], offset: Fraction, budget: int | None) -> tuple[mpf, mpf]:
    """(E v, E(mu - mu_0)^2) in units of v_0: squares of points by batch, products of two points by two batches.

    Draws of a budget are any two points of the pool, which are one and the same with the chance of one over its size.
    """
    with mpmath.workdps(DIGITS):
        shift = mpf(offset.numerator) / offset.denominator
        sizes, square, product = [], [], []
        error = variance = mpf(0)
        for fit, (fresh, drawn) in enumerate(batches, start=1):
            total = mpf(sum(sizes))
            with_old = [  # mean over the pool of the product with a point of batch g, itself included
                (mpmath.fsum(sizes[h] * product[g][h] for h in range(len(sizes))) + square[g] - product[g][g]) / total
                for g in range(len(sizes))
            ]
            for count, own, shared, of_two in (
                (fresh, mpf(1), [mpf(0)] * len(with_old), mpf(0)),
                (drawn, error + variance, with_old, error),
            ):
                if count:
                    for g, row in enumerate(product):
                        row.append(shared[g] if g < len(shared) else mpf(0))
                    product.append([*shared, *[mpf(0)] * (len(product) - len(shared)), of_two])
                    sizes.append(count)
                    square.append(own)
            total = mpf(sum(sizes))
            pairs = mpmath.fsum(a * b * product[g][h] for g, a in enumerate(sizes) for h, b in enumerate(sizes))
            pairs += mpmath.fsum(a * (square[g] - product[g][g]) for g, a in enumerate(sizes))
            error, squares = pairs / total**2, mpmath.fsum(a * square[g] for g, a in enumerate(sizes))
            fitted = total
            if budget is not None and fit > 1:
                squares, fitted = squares * budget / total, mpf(budget)
                error += (squares / budget - error) / budget
            variance = (squares - fitted * error) / (fitted - 1 + shift) if fitted > 1 else mpf(0)
        return variance, error


def setting(
    real, synthetic, divisor: str, variance: float = 2.25, budget: int | None = None, **offset: float
) -> Scenario:  # fmt: skip
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    drawn = {} if budget is None else {"budget": budget}
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "retention": {"kind": "pool", "real": real, "synthetic": synthetic, **drawn},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip


RUNNING_OUT = [30, 20, 12, 7, 4, 2, 1, 0, 0, 0], [0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560]
SMALL = [3, 0, 2, 0, 5], [0, 4, 1, 8, 0]
FEW = [20, 1, 1], [0, 1, 0]


def growing(size: int, ratio: float) -> dict:
    """A schedule that grows by a factor in every generation."""
    return {"kind": "geometric", "size": size, "ratio": ratio}


def constant(size: int) -> dict:
    """A schedule with the same number of points in every generation."""
    return {"kind": "constant", "size": size}
