"""What single fits do to a covariance in the plane, and the numbers of a statement about spherical functions."""

from collections import Counter

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import linear_iterate
from theory.claims.vector.independent_moves import forgets, replaces
from theory.claims.vector.nuclear_norm import Rows, rows_of
from theory.claims.vector.source import eigenvalues, exact_covariance, lam, trace0
from theory.claims.vector.spherical import conical
from theory.laws.symbols import t
from theory.scenario import Scenario

mean_variance, strayed, mean_root, spherical = (sp.Function(name) for name in ("U_1", "D_1", "R_v", "I_F"))
PER_UNIT, LAST, POINTS = 8, 6, 10  # of the algebra's number: places in the integral, its end, and of each normal


def read(scenario: Scenario) -> tuple[int, int, float]:
    """N_1, M (that of the second fit where sizes vary) and the offset of the divisor."""
    return scenario.first_size, scenario.sample_size.at(1), float(offset_of(scenario))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement: recurrences of means, and means over rows for roots and multipliers."""
    whole, added = line_means(scenario, generation)
    first, second = (float(x) for x in eigenvalues(scenario)[:2])
    done = Counter([(scenario.first_size - 1, 0.0, 0.0, _first_divisor(scenario)), *moves(scenario, generation)])
    rows = {move: rows_of(*move, POINTS, POINTS) for move in done if move[1]}

    def mean(s: mpf) -> mpf:
        product = mpf(1)
        for move, fits in done.items():
            product *= (_over_rows(rows[move], float(s)) if move[1] else _fitted(move[0], move[3], s)) ** fits
        at_source = conical(s, mpf(first / second + second / first) / 2)
        return product * at_source / ((1 + s**2) * mpmath.cosh(mpmath.pi * s))

    places = [mpf(j) / PER_UNIT for j in range(LAST * PER_UNIT)]
    total = float((mpmath.fsum(map(mean, places)) - mean(mpf(0)) / 2) / PER_UNIT)
    root = 1.0
    for move, fits in done.items():
        one = float((rows[move].chance * np.sqrt(rows[move].pivot)).sum()) if move[1] else _root(move[0], move[3])
        root *= one**fits
    return {
        t: generation, trace0: exact_covariance(scenario).trace(), lam: [sp.Float(first, 17), sp.Float(second, 17)],
        mean_variance: lambda _: sp.Float(whole, 17), strayed: lambda _: sp.Float(added, 17),
        mean_root: lambda _: sp.Float(root, 17), spherical: lambda _: sp.Float(total, 17),
    }  # fmt: skip


def _first_divisor(scenario: Scenario) -> float:
    return scenario.first_size - 1 + float(offset_of(scenario))


def _fitted(nu: int, divisor: float, s: mpf) -> mpf:
    """The multiplier of a fit, by Gamma functions."""
    ends = mpmath.gamma(mpf(nu) / 2) * mpmath.gamma(mpf(nu - 1) / 2)
    return mpmath.sqrt(2 / mpf(divisor)) * abs(mpmath.gamma(nu / mpf(2) + 0.5j * s)) ** 2 / ends


def _root(nu: int, divisor: float) -> float:
    return float(mpmath.sqrt(2 / mpf(divisor)) * mpmath.gamma(mpf(nu + 1) / 2) / mpmath.gamma(mpf(nu) / 2))


def _over_rows(rows: Rows, s: float) -> float:
    """The multiplier of a fit that keeps a part of the model, by its rows."""
    powers = rows.pivot ** (1j * s - 0.5) * rows.determinant ** (0.5 - 0.5j * s)
    return float((rows.chance * powers).sum().real)


def moves(scenario: Scenario, generation: int) -> list[tuple[int, float, float, float]]:
    """Of fits 2 to t: degrees of freedom, what is kept, the weight of the error of the mean, and the divisor."""
    first, size, offset = read(scenario)
    if replaces(scenario):
        listed = scenario.sample_size.schedule(generation)[1:]
        return [(int(one) - 1, 0.0, 0.0, int(one) - 1 + offset) for one in listed]
    if forgets(scenario):
        rate = scenario.retention.rate
        divisor = (size - 1 + offset) / rate
        return [(size - 1, (1 - rate) * divisor, 0.0, divisor)] * (generation - 1)
    pools = [first + (fit - 1) * size for fit in range(2, generation + 1)]
    return [(size - 1, P - 1 + offset - size, 1 - size / P, P - 1 + offset) for P in pools]


def line_means(scenario: Scenario, generation: float) -> tuple[mpf, mpf]:
    """E v_t and E(mu_t - mu_0)^2 on the line, fit by fit."""
    first, size, _ = read(scenario)
    if not generation:
        return mpf(1), mpf(0)
    shift = offset_of(scenario)
    offset = mpf(shift.numerator) / shift.denominator
    variance, error = (first - 1) / (first - 1 + offset), mpf(1) / first
    if forgets(scenario):
        rate = mpf(repr(scenario.retention.rate))
        step = mpmath.matrix([[1 - rate + rate * (size - 1) / (size - 1 + offset), 0], [rate**2 / size, 1]])
        variance, error = linear_iterate(step, [variance, error], int(generation) - 1)
        return variance, error
    if replaces(scenario):
        for one in scenario.sample_size.schedule(int(generation))[1:]:
            variance, error = variance * (int(one) - 1) / (int(one) - 1 + offset), error + variance / int(one)
        return variance, error
    for fit in range(2, int(generation) + 1):
        P = mpf(first + (fit - 1) * size)
        variance, error = variance * (1 - size / P / (P - 1 + offset)), error + size / P**2 * variance
    return variance, error
