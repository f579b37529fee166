r"""Second moments of variance and error of a refitted Gaussian when real data keep coming in: a 6x6 linear recursion.

In units of $v_0$ and with $d=\mu_t-\mu_0$ the means of $(1,v,d^2,v^2,vd^2,d^4)$ after a fit are linear in those before
it. $M$ is the size of a training set, $b=1-\alpha$, $L=M-1+\delta$. Everything is exact for fractions; powers of the
matrix are taken in 50 digits, so that no $t$ loses any of the sixteen that are returned.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
from jaxtyping import Float, Int

Row = tuple[Fraction, ...]
Blocks = tuple[tuple[int, ...], ...]
START = (1, 1, 0, 1, 0, 0)
SQUARE, JOINT, FOURTH = 3, 4, 5  # places of v^2, v d^2 and d^4
DIGITS = 50


@cache
def stratified_step(M: int, n: int, offset: Fraction) -> tuple[Row, ...]:
    """The map with n fresh real points in every generation.

    The sum of squares is chi^2_(n-1) + v chi^2_(m-1) + k y^2, y = ybar - xbar the distance of the batches' means, and
    k E y^2 = k d^2 + b + alpha v, k = nm/M; the new mean has the variance h = (alpha + b v)/M given the model, and the
    covariance -(1-v)/M with y.
    """
    m, L = M - n, M - 1 + offset
    a, b, k = Fraction(n, M), Fraction(m, M), Fraction(n * m, M)
    within, between = (n - 1, m - 1, 0), (b, a, k)
    mean_square, noise = (a / M, b / M, b**2), (a / M, b / M, 0)
    squares = _sum(
        (n**2 - 1, 2 * (n - 1) * (m - 1), 0, m**2 - 1, 0, 0), _times(within, between, 2),
        _times((b, a, 0), (b, a, 0), 3), _times((0, 0, k), (6 * b, 6 * a, k)),
    )  # fmt: skip
    c = (Fraction(1, M), Fraction(-1, M), 0)
    both = _sum(
        _times(within, mean_square), _times(between, mean_square), _times((0, 0, -4 * b * k), c), _times(c, c, 2 * k)
    )  # fmt: skip
    fourth = _sum(
        _times((0, 0, b**2), (0, 0, b**2)), _times((0, 0, 6 * b**2), noise), _times(noise, noise, 3)
    )  # fmt: skip
    mean = tuple(x + y for x, y in zip(within, between, strict=True))
    return _rows(mean, mean_square, squares, both, fourth, L)


@cache
def iid_step(M: int, a: Fraction, offset: Fraction) -> tuple[Row, ...]:
    """The map with each point real with probability a: M independent points of one mixture, by its central moments."""
    b, L = 1 - a, M - 1 + offset
    second = (a, b, a * b)
    third = (0, 0, -3 * a * b, 0, 3 * a * b, a * b * (a - b))  # times d
    fourth_of_point = (3 * a, 0, 6 * a * b**2, 3 * b, 6 * a**2 * b, a * b**4 + b * a**4)
    square = _times(second, second)
    squares = _sum(
        _scaled(fourth_of_point, Fraction((M - 1) ** 2, M)), _scaled(square, Fraction((M - 1) * (M * M - 2 * M + 3), M))
    )
    both = _sum(
        _times((0, 0, b**2 * (M - 1)), second), _scaled(third, 2 * b * Fraction(M - 1, M)),
        _scaled(fourth_of_point, Fraction(M - 1, M**2)), _scaled(square, Fraction((M - 1) * (M - 3), M**2)),
    )  # fmt: skip
    fourth = _sum(
        (0, 0, 0, 0, 0, b**4), _times((0, 0, 6 * b**2 / M), second), _scaled(third, 4 * b / M**2),
        _scaled(fourth_of_point, Fraction(1, M**3)), _scaled(square, Fraction(3 * (M - 1), M**3)),
    )  # fmt: skip
    mean_square = tuple(x / M + y for x, y in zip(second, (0, 0, b**2), strict=True))
    return _rows(tuple((M - 1) * x for x in second), mean_square, squares, both, fourth, L)


@cache
def kept_step(M: int, n: int, offset: Fraction) -> tuple[Row, ...]:
    """The map with the same n real points for ever, of (s^2, s v, s d^2, v^2, v d^2, d^4).

    s is the sum of squares of the kept points about their mean, d the distance of the model from that mean. The sum of
    squares of a fit is s + v chi^2_(m-1) + k y^2 with k E y^2 = k d^2 + alpha v, and the new d is b y.
    """
    m, L = M - n, M - 1 + offset
    a, b, k = Fraction(n, M), Fraction(m, M), Fraction(n * m, M)
    within, between = (1, m - 1, 0), (0, a, k)
    mean_square, noise = (0, b / M, b**2), (0, b / M, 0)
    squares = _sum(
        (1, 2 * (m - 1), 0, m**2 - 1, 0, 0), _times(within, between, 2), _times((0, a, 0), (0, a, 0), 3),
        _times((0, 0, k), (0, 6 * a, k)),
    )  # fmt: skip
    fourth = _sum(_times((0, 0, b**2), mean_square), _times((0, 0, 5 * b**2), noise), _times(noise, noise, 3))
    both = _sum(_times(within, mean_square), _scaled(fourth, n / b if b else 0))
    return _rows(tuple(x + y for x, y in zip(within, between, strict=True)), mean_square, squares, both, fourth, L)


def kept_start(n: int) -> Row:
    """Their means at the source, whose d is that of the mean of n points."""
    return (n**2 - 1, n - 1, Fraction(n - 1, n), 1, Fraction(1, n), Fraction(3, n * n))


def mean_square(step: tuple[Row, ...], t: Int[np.ndarray, " T"], start: Row = START) -> Float[np.ndarray, " T"]:
    """E v_t^2 / v_0^2 from the source on."""
    return state_mean(step, t, SQUARE, start)


def state_mean(
    step: tuple[Row, ...], t: Int[np.ndarray, " T"], place: int, start: Row = START
) -> Float[np.ndarray, " T"]:
    """One of the means t fits after the start, by squaring the map; the fourth moment of the error is at FOURTH."""
    with mpmath.workdps(DIGITS):
        return np.array([float(state[place]) for state in states(step, t, start)])


def draw_fourth(step: tuple[Row, ...], t: Int[np.ndarray, " T"], start: Row = START) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 / v_0^2 of a draw X_t from model t: E d^4 + 6 E v d^2 + 3 E v^2."""
    with mpmath.workdps(DIGITS):
        return np.array([float(of_a_draw(state)) for state in states(step, t, start)])


def settled_draw_fourth(step: tuple[Row, ...], blocks: Blocks = ((1, 2), (3, 4, 5))) -> float | Fraction:
    """Its stationary value, exact; infinite where an eigenvalue reaches 1."""
    if settled_mean(step, FOURTH, blocks=blocks) == np.inf:
        return np.inf
    return of_a_draw([settled_mean(step, place, blocks=blocks) for place in range(len(step))])


def of_a_draw(state: Sequence) -> Any:
    """The mean fourth power of a normal variable with mean d and variance v, from the six means."""
    return state[FOURTH] + 6 * state[JOINT] + 3 * state[SQUARE]


def states(step: tuple[Row, ...], t: Int[np.ndarray, " T"], start: Row) -> list[mpmath.matrix]:
    """All means t fits after the start, in the precision that is set."""
    powers = [mpmath.matrix([[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in step])]
    while t.size and int(t.max()) >> len(powers):
        powers.append(powers[-1] * powers[-1])
    return [_after(powers, start, int(generation)) for generation in t]


def settled_square(
    step: tuple[Row, ...], constant: Fraction | int = 1, blocks: Blocks = ((1, 2), (3, 4, 5))
) -> float | Fraction:
    """The stationary E v^2 / v_0^2, exact; infinite where an eigenvalue reaches 1."""
    return settled_mean(step, SQUARE, constant, blocks)


def settled_mean(
    step: tuple[Row, ...], place: int, constant: Fraction | int = 1, blocks: Blocks = ((1, 2), (3, 4, 5))
) -> float | Fraction:
    """One of the stationary means, exact; infinite where an eigenvalue reaches 1. The first of the means stays.

    The map of what is of one degree, a block, is nonnegative, so its eigenvalues lie within the unit circle exactly if
    all leading minors of the identity minus it are positive.
    """
    values: dict[int, Fraction] = {0: Fraction(constant)}
    for block in blocks:
        system = [[Fraction(i == j) - step[i][j] for j in block] for i in block]
        forcing = [sum((step[i][j] * value for j, value in values.items()), Fraction(0)) for i in block]
        solution = _solved(system, forcing)
        if solution is None:
            return np.inf
        values |= dict(zip(block, solution, strict=True))
    return values[place]


def _solved(system: list[list[Fraction]], forcing: list[Fraction]) -> list[Fraction] | None:
    """Gauss's elimination without exchanges; None unless every pivot, a quotient of leading minors, is positive."""
    size = len(forcing)
    rows = [[*row, value] for row, value in zip(system, forcing, strict=True)]
    for i in range(size):
        if rows[i][i] <= 0:
            return None
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for j in range(size):
            if j != i and (i < j or rows[j][i]):
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
    return [row[-1] for row in rows]


def _rows(mean: Sequence, mean_square: Sequence, squares: Row, both: Row, fourth: Row, L: Fraction) -> tuple[Row, ...]:
    """The map, from the means of the sum of squares Q, of the squared error e, of Q^2, Q e and e^2."""
    linear = (_scaled((*mean, 0, 0, 0), 1 / Fraction(L)), _scaled((*mean_square, 0, 0, 0), Fraction(1)))
    second = (_scaled(squares, 1 / Fraction(L) ** 2), _scaled(both, 1 / Fraction(L)), fourth)
    return tuple(tuple(Fraction(x) for x in row) for row in ((1, 0, 0, 0, 0, 0), *linear, *second))


def _times(x: Sequence, y: Sequence, factor: Fraction | int = 1) -> Row:
    """The product of two expressions linear in (1, v, d^2)."""
    return tuple(
        factor * z
        for z in (
            x[0] * y[0], x[0] * y[1] + x[1] * y[0], x[0] * y[2] + x[2] * y[0], x[1] * y[1],
            x[1] * y[2] + x[2] * y[1], x[2] * y[2],
        )
    )  # fmt: skip


def _scaled(row: Sequence, factor: Fraction | int) -> Row:
    return tuple(factor * x for x in row)


def _sum(*rows: Sequence) -> Row:
    return tuple(sum(column, Fraction(0)) for column in zip(*rows, strict=True))


def _after(powers: list[mpmath.matrix], start: Row, t: int) -> mpmath.matrix:
    state, place = mpmath.matrix([mpmath.mpf(x.numerator) / x.denominator for x in start]), 0
    while t:
        if t & 1:
            state = powers[place] * state
        place, t = place + 1, t >> 1
    return state
