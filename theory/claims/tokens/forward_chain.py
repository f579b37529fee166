r"""The independent route for refitted tokens: the chain of one token's count, forwards in time.

A token with x copies among M has a binomial number of copies, Bin(M, x/M), in the next generation, and Bin(M,
p) in the first. A set of types is one token here, as only its total count matters. Everything is an
expectation over this chain in 50 digits; nothing knows a lineage, a generating function, or a bound.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from functools import cache
from math import comb

import mpmath
from mpmath import mpf

from theory.claims.tokens.enumeration import source_probabilities
from theory.scenario import Scenario

DIGITS = 50
ALL_STATES_TO = 60  # sample sizes up to which every count is a state
RARE_STATES = 80  # beyond, counts 0 … 80 are: enough for a few expected copies and a few generations
SHALLOW = 100

Ending = Callable[[int, int], mpf]  # a function of the last count x and of M


def gone(x: int, size: int) -> mpf:
    """1 where no copy is left."""
    return mpf(x == 0)


def share(x: int, size: int) -> mpf:
    """p = x/M."""
    return mpf(x) / size


def spread(x: int, size: int) -> mpf:
    """p (1 - p)."""
    return mpf(x) / size * (1 - mpf(x) / size)


def surprise(x: int, size: int) -> mpf:
    """-p ln p."""
    return -mpf(x) / size * mpmath.log(mpf(x) / size) if x else mpf(0)


def absence_probability(size: int, q: mpf, t: float) -> mpf:
    """P(X_t = 0) of that token; at t = 0 it is present, unless q = 0."""
    return expectation(size, q, t, gone) if t else mpf(q == 0)


def expectation(size: int, q: mpf, t: float, end: Ending) -> mpf:
    """E end(X_t, M) of a token with probability q in the source; t >= 1, and inf only for small M."""
    with in_full_digits():
        later = _later(size, t, end)
        return mpmath.fsum(chance * value for chance, value in zip(_row(size, q), later, strict=True))


def in_full_digits() -> AbstractContextManager:
    """The precision of this module, for sums of its results."""
    return mpmath.workdps(DIGITS)


def sum_over_tokens(scenario: Scenario, of_one: Callable[[mpf], mpf]) -> mpf:
    """The sum over the vocabulary, tokens of equal probability taken together."""
    with in_full_digits():
        return mpmath.fsum(times * of_one(q) for q, times in Counter(source_probabilities(scenario)).items())


@cache
def hitting_probabilities(size: int) -> tuple[Fraction, ...]:
    """P(the token ends alone | x copies), x = 0 … M: the absorbing chain's linear equations in rationals."""
    inner = range(1, size)
    rows = {x: binomial_law(size, Fraction(x, size)) for x in inner}
    system = [[(x == c) - rows[x][c] for c in inner] + [rows[x][size]] for x in inner]
    return Fraction(0), *_solution(system), Fraction(1)


def expected_time(size: int) -> Fraction:
    """Expected generations, the first fit included, until one of two equally likely tokens is left."""
    inner = range(1, size)
    rows = {x: binomial_law(size, Fraction(x, size)) for x in inner}
    left = _solution([[(x == c) - rows[x][c] for c in inner] + [Fraction(1)] for x in inner])
    first = binomial_law(size, Fraction(1, 2))
    return 1 + sum(chance * time for chance, time in zip(first[1:-1], left, strict=True))


@cache
def _later(size: int, t: float, end: Ending) -> tuple[mpf, ...]:
    """The expectation at generation t >= 1, given each count x in generation 1."""
    if t == 1:
        return tuple(end(x, size) for x in range(_states(size)))
    if mpmath.isinf(t):
        stuck = end(0, size), end(size, size)
        return tuple(
            stuck[0] + (stuck[1] - stuck[0]) * mpf(h.numerator) / h.denominator for h in hitting_probabilities(size)
        )
    if t > SHALLOW:
        _later(size, t - SHALLOW, end)  # remembered, so that the recursion stays shallow
    before = _later(size, t - 1, end)
    return tuple(mpmath.fsum(map(mpf.__mul__, row, before)) for row in _rows(size))


@cache
def _rows(size: int) -> tuple[Sequence[mpf], ...]:
    return tuple(_row(size, mpf(x) / size) for x in range(_states(size)))


def _row(size: int, q: mpf) -> Sequence[mpf]:
    """The binomial law of the next count, up to the largest count that is a state."""
    if size <= ALL_STATES_TO:
        return binomial_law(size, q)
    odds, row = q / (1 - q), [(1 - q) ** size]
    for x in range(1, RARE_STATES + 1):
        row.append(row[-1] * odds * (size - x + 1) / x)
    return row


def binomial_law(n: int, q: mpf | Fraction) -> list:
    """P(Bin(n, q) = x), x = 0 … n, in the arithmetic of q."""
    return [comb(n, x) * q**x * (1 - q) ** (n - x) for x in range(n + 1)]


def _states(size: int) -> int:
    return size + 1 if size <= ALL_STATES_TO else RARE_STATES + 1


def _solution(system: list[list[Fraction]]) -> list[Fraction]:
    """Gauss-Jordan elimination; the last column is the right side."""
    size = len(system)
    for pivot in range(size):
        lead = next(row for row in range(pivot, size) if system[row][pivot])
        system[pivot], system[lead] = system[lead], system[pivot]
        system[pivot] = [entry / system[pivot][pivot] for entry in system[pivot]]
        for row in range(size):
            if row != pivot and system[row][pivot]:
                factor = system[row][pivot]
                system[row] = [entry - factor * top for entry, top in zip(system[row], system[pivot], strict=True)]
    return [row[-1] for row in system]
