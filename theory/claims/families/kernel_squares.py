"""What claims about the second moment of a kernel density share: one sample of its draws, and products of points.

The reference follows products of different points about mu_0: each new point has a parent among the M old ones, chosen
with replacement, and a normal error; the bandwidth is a number, or the sample variance of the old points.
"""

from fractions import Fraction
from functools import cache
from itertools import product
from math import comb

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.claims.gaussian.subsample_squares import PATTERNS, Draws, falling, partitions
from theory.derivation import Derivation
from theory.laws.symbols import M
from theory.scenario import Scenario

U, R, K4 = (sp.Function(name) for name in ("U", "R", "K_4"))  # E v, E v^2, E of the fourth moment of the points
mu4, var, m4 = sp.symbols("mu_4 v m_4", positive=True)
SQUARED = (M - 1) * ((M - 1) * mu4 + (M**2 - 2 * M + 3) * var**2) / M**3
FOURTH = (M - 1) * ((M**2 - 3 * M + 3) * mu4 + 3 * (2 * M - 3) * var**2) / M**3
LOWER = ((2,), (1, 1), ())
DIGITS, MOST_DIGITS = 100, 600


def one_sample(d: Derivation) -> None:
    """The steps to E m_2^2 and E m_4 of M independent draws from a law with the variance v and fourth moment mu_4."""
    of_squares, of_mean = M * mu4 + M * (M - 1) * var**2, M * mu4 + 3 * M * (M - 1) * var**2
    d.algebra(
        (of_squares - 2 * of_squares / M + of_mean / M**2) / M**2, SQUARED,
        because="with S the sum of squares of M independent centred draws and T their sum: E m_2^2 = "
        "E (S - T^2/M)^2/M^2, as E S^2 = E S T^2 = M mu_4 + M(M-1) v^2 and E T^4 = M mu_4 + 3M(M-1) v^2",
    )  # fmt: skip
    own, other = 1 - 1 / M, 1 / M
    d.algebra(
        own**4 * mu4 + 6 * own**2 * other**2 * (M - 1) * var**2
        + other**4 * ((M - 1) * mu4 + 3 * (M - 1) * (M - 2) * var**2),
        FOURTH,
        because="E m_4, the mean fourth power of a draw from the mean of all: of its own part and of the others'",
    )  # fmt: skip


def jittered(d: Derivation, h: sp.Expr) -> sp.Expr:
    """The step to mu_4 of the model in terms of m_4 and m_2 of its points; returns it with m_2 = v - h^2."""
    a, x, m2 = sp.Symbol("a", real=True), sp.Symbol("x", real=True), sp.Symbol("m_2")
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    width = sp.Symbol("h", positive=True)
    d.algebra(
        sp.Integral((a + width * x) ** 4 * density, (x, -sp.oo, sp.oo)), a**4 + 6 * a**2 * width**2 + 3 * width**4,
        because="a draw is one of the points, at a from their mean, and h times a normal variable: mu_4 = m_4 + "
        "6 h^2 m_2 + 3 h^4 and v = m_2 + h^2",
    )  # fmt: skip
    return (m4 + 6 * h**2 * m2 + 3 * h**4).subs(m2, var - h**2)


def reference(scenario: Scenario, generation: float) -> mpf:
    """E v_t^2 from products of different points of a generation."""
    estimator, size = scenario.estimator, scenario.sample_size.constant
    unit = Fraction(repr(scenario.source.variance))
    decayed = 0 if generation == mpmath.inf else min(MOST_DIGITS, 2 * int(generation / size))
    with mpmath.workdps(DIGITS + decayed):  # products of points stay where the variance has all but gone
        scale = mpf(unit.numerator) / unit.denominator
        if generation == 0:
            return scale**2
        relative = estimator.bandwidth is None
        width = Fraction(repr(estimator.relative if relative else estimator.bandwidth)) ** 2
        width = width if relative else width / unit
        h2 = mpf(width.numerator) / width.denominator
        if estimator.sd == "mle":
            h2 *= (size - 1) / mpf(size)
        matrix, reading = _map(size, h2, relative, DIGITS + decayed)
        start = [mpf(3), mpf(0), mpf(1), mpf(0), mpf(0), mpf(1), mpf(0), mpf(1)]

        def square(fit: int) -> mpf:
            return scale**2 * mpmath.fdot(reading, linear_iterate(matrix, start, fit - 1))

        return at_infinity(square) if generation == mpmath.inf else square(int(generation))


@cache
def _map(size: int, h2: mpf, relative: bool, digits: int) -> tuple[mpmath.matrix, list[mpf]]:
    """One fit as a linear map of the mean products, and E v^2 read off them, in so many ``digits``."""
    with mpmath.workdps(digits):
        patterns = (*PATTERNS, *LOWER)
        matrix, reading = mpmath.matrix(len(patterns), len(patterns)), []
        for column in range(len(patterns)):
            state = [mpf(place == column) for place in range(len(patterns))]
            products = dict(zip(patterns, state, strict=True))
            unbiased = Draws(mpf(size), size, False, mpf(max(size - 1, 1)), state[:5])
            spread = Draws(mpf(size), size, False, mpf(size), state[:5]).mean((), 0, 2)
            for row, pattern in enumerate(PATTERNS if relative else patterns):
                matrix[row, column] = _next(pattern, products, unbiased, size, h2, relative)
            if relative:
                reading.append(spread * (1 + h2 * size / (size - 1)) ** 2)
            else:
                second = (1 - 1 / mpf(size)) * (products[2,] - products[1, 1])
                reading.append(spread + 2 * h2 * second + h2**2 * products[()])
        return matrix, reading


def _next(pattern, products: dict, draws: Draws, size: int, h2: mpf, relative: bool) -> mpf:
    """The mean product of different new points: powers of parents and of normal errors, parents that coincide."""
    total = mpf(0)
    for errors in product(*(range(0, power + 1, 2) for power in pattern)):
        weight, k = mpf(1), sum(errors) // 2
        for power, error in zip(pattern, errors, strict=True):
            weight *= comb(power, error) * {0: 1, 2: 1, 4: 3}[error]
        left = tuple(power - error for power, error in zip(pattern, errors, strict=True) if power > error)
        for parents in partitions(left):
            chance = falling(mpf(size), len(parents)) / mpf(size) ** len(left)
            if chance:
                old = tuple(sorted(parents, reverse=True))
                known = draws.mean(old, 0, k) if relative else products[old]
                total += weight * chance * h2**k * known
    return total
