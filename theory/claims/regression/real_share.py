r"""What the claims about real and synthetic rows in one fit share: what the fit keeps of an error, and another route.

That route does not know that rows are exchangeable. With $S_2=S^{1/2}US^{1/2}$ the matrix $U$ is independent of $S$,
orthogonally invariant and of the matrix Beta law; its second moments come from zonal polynomials, and what $S$ does to
them is $E\,\operatorname{tr}S\operatorname{tr}S^{-1}$, from chi-squares by quadrature.
"""

from fractions import Fraction
from functools import cache
from itertools import product

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, REGRESSION, UNDISTURBED, shares_real
from theory.claims.gaussian.real_share import share_of
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.claims.regression.least_squares import (
    ENOUGH_ROWS,
    design_is,
    dimension,
    inverse,
    inverse_gram,
    numbers,
    one_fit,
    risk,
    sigma,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, M, alpha, m, t
from theory.scenario import Scenario, parse_scenario

xi, kept = sp.Symbol("xi", positive=True), sp.Symbol("b", positive=True)
row = (dimension + 2) * (M - 2) / ((M + 2) * (M - dimension - 1))


def mixed_rows(scheme: str) -> tuple[Assumption, ...]:
    """The conditions of the exact claims: new rows in every generation, some of them real."""
    return (REGRESSION, shares_real(scheme), CONSTANT_SIZE, ENOUGH_ROWS, design_is("fresh"), FAITHFUL, UNDISTURBED)


def derived(rows: sp.Expr, pairs: sp.Expr, factor: sp.Expr, scheme: str) -> Derivation:
    """The risk, given the mean numbers of synthetic rows and of ordered pairs of them; ``factor`` is b, in xi."""
    d = Derivation(
        "S is the Gram matrix of all M rows, S_2 that of the rows that model t labels; e_t is its error. The fit errs "
        "by e_(t+1) = S^(-1) (S_2 e_t + X' epsilon)."
    )
    d.define(xi, row, "M/d times the mean of x' x x' S^(-2) x for one of the M rows x")
    d.define(kept, factor, "the part of the squared error of model t that fit t + 1 keeps")
    kept_by_a_fit(d, rows, pairs, factor, scheme)
    solved = d.solves(
        E(risk), one_fit * (1 - kept**t) / (1 - kept), index=t, initial=(0, sp.Integer(0)),
        next_value=kept * E(risk) + one_fit,
        because="the noise of the labels is new in every row and adds sigma^2 E trace S^(-1), as in the first fit",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def kept_by_a_fit(d: Derivation, rows: sp.Expr, pairs: sp.Expr, factor: sp.Expr, scheme: str) -> None:
    """The mean of trace (X'X)^(-1), and that of |S^(-1) S_2 e|^2/|e|^2, which is ``factor``."""
    inverse_gram(d)
    d.given(
        sp.Symbol("x'S^{-1}x"), sp.Symbol(r"\mathrm{Beta}(d/2, (M-d)/2)"), relation=r"\sim", source="muirhead1982",
        check=leverage_of_a_row,
        because="for a row x: the rows of X S^(-1/2) are orthonormal in their columns, uniform, and independent of S",
    )  # fmt: skip
    z = dimension / 2
    length = sp.gamma(z + 2) * sp.gamma(M / 2) / (sp.gamma(z) * sp.gamma(M / 2 + 2))
    d.given(
        sp.Symbol("S_{11} [S^{-1}]_{11} - 1"), sp.Symbol(r"\chi^2_{d-1}/\chi^2_{M-d+1}"), relation=r"\sim",
        source="cochran1934", check=parts_of_a_square,
        because="the square of the first column, over what the others leave of it: two independent chi-squares",
    )  # fmt: skip
    direction = d.algebra(
        1 + (dimension - 1) / (M - dimension - 1), (M - 2) / (M - dimension - 1), because="so the mean of S_11 S^11"
    ).rhs
    own = d.algebra(
        length * direction, dimension / M * row,
        because="x = S^(1/2) h with h independent of S and of every direction alike: x' x x' S^(-2) x = h' S h h' "
        "S^(-1) h has the mean E (h' h)^2 E S_11 S^11, where h' h = x' S^(-1) x; the quotient of Gamma functions is "
        "E (h' h)^2",
    ).rhs  # fmt: skip
    between = dimension * (1 - row) / (M * (M - 1))
    d.algebra(
        M * own + M * (M - 1) * between, dimension,
        because="trace S_2 S^(-2) S_2 is a sum over ordered pairs of synthetic rows, equal in the mean but for a row "
        "with itself; over all M rows it is d, which says what two different rows have",
    )  # fmt: skip
    d.algebra(
        (rows * own + pairs * between) / dimension, factor.subs(xi, row),
        because=f"{scheme}; no direction of the old error is special, so that a fit keeps one part in d of "
        "the trace",
    )  # fmt: skip


def leverage_of_a_row() -> list[Verdict]:
    """E det^k of the Gram matrix without a row = E(1-b)^k E det^k of the whole, b the Beta variable: by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    weights = weights / weights.sum()
    verdicts = []
    for rows, d in ((3, 2), (4, 2), (3, 1)):
        X = np.array(list(product(nodes, repeat=rows * d))).reshape(-1, rows, d)
        weight = np.array([np.prod(w) for w in product(weights, repeat=rows * d)])
        whole, without = (np.linalg.det(np.swapaxes(Y, 1, 2) @ Y) for Y in (X, X[:, 1:]))
        a, b = d / 2, (rows - d) / 2
        for k, mean in ((1, b / (a + b)), (2, b * (b + 1) / ((a + b) * (a + b + 1)))):
            verdicts.append(agree(weight @ without**k, mean * (weight @ whole**k), 1e-11))
    return verdicts


def parts_of_a_square() -> list[Verdict]:
    """Moments of what one fixed column explains and leaves of a normal one of 3 entries, and of their product."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    points = np.array(list(product(nodes, repeat=3)))
    weight = np.array([np.prod(w) for w in product(weights / weights.sum(), repeat=3)])
    column = np.array([1.0, 2.0, -1.0]) / np.sqrt(6.0)
    explained = (points @ column) ** 2
    left = (points**2).sum(1) - explained
    return [
        agree(weight @ (explained**i * left**j), first * second)
        for i, first in ((0, 1), (1, 1), (2, 3)) for j, second in ((0, 1), (1, 2)) if i + j
    ]  # fmt: skip


def bindings(scenario: Scenario, generation: int, factor: sp.Expr) -> dict:
    """The symbols of a statement to 60 digits, those that are defined included."""
    size, d, noise = numbers(scenario)
    share = share_of(scenario)
    given = {
        M: sp.Integer(size), dimension: sp.Integer(d), sigma: sp.sqrt(exact(noise)),
        m: sp.Integer(size - round(share * size)), alpha: sp.Rational(share.numerator, share.denominator),
    }  # fmt: skip
    given[xi] = row.subs(given)
    given[kept] = factor.subs(given)
    return {symbol: sp.Float(sp.N(value, 60), 60) for symbol, value in given.items()} | {t: generation}


def reference(scenario: Scenario, generation: float, part: mpf) -> mpf:
    """The recurrence of the risk, ``part`` of the squared error kept by each fit."""
    size, d, noise = numbers(scenario)
    with mpmath.workdps(DIGITS):
        added = mpf(repr(noise)) * d * chi_square_mean(inverse, size - d + 1)
        step = mpmath.matrix([[1, 0], [added, part]])

        def value(count: int) -> mpf:
            return linear_iterate(step, [mpf(1), mpf(0)], count)[1]

        return at_infinity(value) if np.isinf(generation) else value(int(generation))


@cache
def kept_by_zonal_polynomials(M: int, d: int, m: int) -> mpf:
    """E |S^(-1) S_2 e|^2/|e|^2 from E U_ij U_kl = p d_ij d_kl + q (d_ik d_jl + d_il d_jk), d_ij Kronecker's delta."""
    a, b = Fraction(m, 2), Fraction(M, 2)
    long = a * (a + 1) / (b * (b + 1)) * Fraction(d * (d + 2), 3)
    flat = a * (a - Fraction(1, 2)) / (b * (b - Fraction(1, 2))) * Fraction(2 * d * (d - 1), 3)
    trace_of_square, square_of_trace = long - flat / 2, long + flat
    q = (trace_of_square - square_of_trace / d) / ((d - 1) * (d + 2)) if d > 1 else Fraction(0)
    p = (square_of_trace - 2 * q * d) / d**2
    with mpmath.workdps(DIGITS):
        one_over = chi_square_mean(inverse, M - d + 1)  # what the other columns leave of one, inverted
        same = 1 + (chi_square_mean(identity, d - 1) * one_over if d > 1 else 0)
        traces = same + (d - 1) * chi_square_mean(identity, M) * one_over
        return _number(p + q) + _number(q) * traces


def kept_on_average(M: int, d: int, share: Fraction) -> mpf:
    """The same where each row is real with this probability: it is quadratic in m, so that three values say it all."""
    one, two = (kept_by_zonal_polynomials(M, d, m) for m in (1, 2))
    with mpmath.workdps(DIGITS):
        b = _number(1 - share)
        return one * M * b + (two - 2 * one) / 2 * M * (M - 1) * b**2


def _number(fraction: Fraction) -> mpf:
    return mpf(fraction.numerator) / fraction.denominator


def setting(scheme: str, rows: int, d: int, noise: float = 2.25, **share: float) -> Scenario:
    """A scenario for the examples, with ``share`` or a number ``real``."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": "fresh"},
        "sample_size": {"kind": "constant", "size": rows},
        "retention": {"kind": "real_share", "scheme": scheme, **share},
    })  # fmt: skip
