"""Where a window of batches ends: the steps to both limits, and a route to them by the covariances of single points."""

from fractions import Fraction
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.claims.gaussian.window import exact_means
from theory.derivation import Derivation
from theory.laws.symbols import M, W, delta, t
from theory.laws.window_limit import window_limits
from theory.scenario import Scenario

DIGITS = 120  # where the mean variance stays the errors grow for 2^91 fits
FARTHEST = 3  # batches in the windows that the reference follows to infinity

h = sp.Function("h")


def long_run(d: Derivation) -> None:
    """Weights of batches in late means, the sum of all E v_t by two balances, and so both limits."""
    a, b, u, e, total = sp.symbols("a b U D S", positive=True)
    d.algebra(
        2 / (W + 1) * (1 / W) + 2 * (W - 1 - a) / (W * (W + 1)), 2 * (W - a) / (W * (W + 1)),
        because="for t = inf: given a full window a late mean is on average that of its batch means with weights as "
        "W - a, a their age, as one fit later each is older by 1, and the new batch, of weight 2/(W+1), has the mean "
        "of all",
    )  # fmt: skip
    d.solves(
        t * h(t), 1 + t * (t - 1) / (W * (W + 1)), index=t, initial=(1, sp.Integer(1)),
        next_value=t * h(t) + 2 * t / (W * (W + 1)),
        because="h(t) is the weight of batch t <= W given those before, h(W) = 2/(W+1), and 2/(W+1) is that of every "
        "later one; h(t) = (1 + 1/t) h(t+1) - 2/(W(W+1)), as batch t+1 is on average the mean of t",
    )  # fmt: skip
    d.algebra(
        b * (u + e) - ((M * b - 1 + delta) * u + M * b * e) / M, (1 - delta) * u / M,
        because="and (M b - 1 + delta) U(t) is M times the sum of U + D over the models of the b batches, less M b "
        "D(t), D(t) = E(mu_t - mu_0)^2: A = U + D is the mean of that sum, and (1 - delta) U/(M b) more",
    )  # fmt: skip
    d.algebra(
        4 / (W + 1) ** 2 * total / M - 2 / (W + 1) * (1 - delta) / (M * W) * total,
        2 * total / (M * W * (W + 1)) * (delta - 1 + 2 * W / (W + 1)),
        because="D ends at the sum of h(s+1)^2 U(s)/M over all s, and A at v_0 + (1 - delta)/M times that of h(s+1) "
        "U(s)/b. The first is never beyond the second, as a squared mean is at most a mean square: this is what S, the "
        "sum of U from s = W on, adds to their difference. So S is finite for L > W M - 2 W/(W+1), where U vanishes "
        "and both are equal: one linear equation gives S and D",
    )  # fmt: skip
    ages, last, excess = sp.Symbol("A_W"), sp.symbols("U_oo", real=True), sp.Symbol("Gamma", real=True)
    d.solves(
        ages, W * (W + 1) * (W + 2) / 6, index=W, initial=(0, sp.Integer(0)),
        next_value=ages + (W + 1) * (W + 2) / 2, because="the sum of (W - j)(j + 1) over the ages j of the batches",
    )  # fmt: skip
    d.algebra(
        last + last / M * (excess - 2 / (W * (W + 1)) * W * (W + 1) * (W + 2) / 6 * 4 / (W + 1) ** 2),
        last * (1 + (excess - 4 * (W + 2) / (3 * (W + 1) ** 2)) / M),
        because="at that divisor the difference stays as it is, and for a constant U it is this: the error D of the "
        "model before a batch of age j lacks those of j + 1 batches, and Gamma is the sum of g(n)^2 - (2/(W+1))^2 over "
        "n from 1 on, g(n) the weight of a batch in the mean n fits later. So U ends above 0; below that divisor it "
        "grows",
    )  # fmt: skip


def limit(scenario: Scenario, which: int) -> float:
    """E v_t or E(mu_t - mu_0)^2 as t grows, in squared data units."""
    limits = window_limits(scenario.sample_size.constant, scenario.retention.length, offset_of(scenario))
    return scenario.source.variance * limits[which]


def reference(scenario: Scenario, which: int) -> mpf:
    """The same from squares and products of points after 2^90 and 2^91 fits, windows of up to FARTHEST batches."""
    size, length, offset = scenario.sample_size.constant, scenario.retention.length, offset_of(scenario)
    if length > FARTHEST:
        raise ValueError(f"windows of up to {FARTHEST} batches are followed to infinity, got {length}")
    step, start, readings = _recurrence(size, length, offset)
    with mpmath.workdps(DIGITS):

        def value(fit: int) -> mpf:
            state = linear_iterate(step, start, fit)
            return mpmath.chop(mpmath.fdot(readings[which], state), tol=mpf(10) ** (-DIGITS // 2))

        return mpf(repr(scenario.source.variance)) * at_infinity(value)


State = tuple[list[mpf], dict[tuple[int, int], mpf]]  # mean squares of points by batch, products of two, oldest first


def _fit(state: State, size: int, length: int, offset: Fraction) -> tuple[State, tuple[mpf, mpf]]:
    """The window after one more batch, and (E v, E(mu - mu_0)^2) of the model that it was drawn from."""
    squares, products = state
    b = len(squares)
    points = mpf(b * size)
    with_one = [
        (size * mpmath.fsum(products[g, other] for other in range(b)) + squares[g] - products[g, g]) / points
        for g in range(b)
    ]
    error = mpmath.fsum(with_one) / b
    variance = (size * mpmath.fsum(squares) - points * error) / (
        points - 1 + mpf(offset.numerator) / offset.denominator
    )
    squares, products = [*squares, error + variance], dict(products)
    products[b, b] = error
    for g in range(b):
        products[g, b] = products[b, g] = with_one[g]
    gone = int(b == length)
    kept = {(g - gone, other - gone): x for (g, other), x in products.items() if min(g, other) >= gone}
    return (squares[gone:], kept), (variance, error)


@cache
def _recurrence(size: int, length: int, offset: Fraction):
    """The map of a full window, the first full window, and the readings of the model fitted to one."""
    with mpmath.workdps(DIGITS):
        pairs = [(g, other) for g in range(length) for other in range(g, length)]

        def flat(state: State) -> list[mpf]:
            return [*state[0], *(state[1][pair] for pair in pairs)]

        def window(values: list[mpf]) -> State:
            products = dict(zip(pairs, values[length:], strict=True))
            return values[:length], products | {(other, g): x for (g, other), x in products.items()}

        state: State = ([mpf(1)], {(0, 0): mpf(0)})
        for _ in range(length - 1):
            state, _model = _fit(state, size, length, offset)
        many = length + len(pairs)
        step, readings = mpmath.matrix(many, many), ([], [])
        for column in range(many):
            after, model = _fit(window([mpf(int(row == column)) for row in range(many)]), size, length, offset)
            for row, x in enumerate(flat(after)):
                step[row, column] = x
            for reading, x in zip(readings, model, strict=True):
                reading.append(x)
        return step, flat(state), readings


def first_window_exactly(size: int, length: int, offset: Fraction) -> tuple[sp.Rational, sp.Rational]:
    """Over the first full window, weights as W - a: the mean square of a point, and that of the mean, from products."""
    means, products = exact_means(size, length, offset, length)
    shares = {j: sp.Rational(2 * j, length * (length + 1)) for j in range(1, length + 1)}
    own = {j: means[j - 1] * (1 - sp.Rational(1, size)) + products[j, j] for j in shares}
    square = sum((shares[j] * own[j] for j in shares), sp.Integer(0))
    return square, sum((shares[i] * shares[j] * products[i, j] for i in shares for j in shares), sp.Integer(0))
