"""What claims about models fitted to draws from a growing pool share: steps, conditions, and the full covariances.

The reference keeps the covariance of every pair of generations, not averages over the pool, and never a recursion of
one number: exact for 64 fits. Beyond, what grows like a power of t apart from its logarithm is the polynomial in 1/t
through the values after 8, 12, ... 64 fits.
"""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.accumulate_factor import DIGITS, FITS, polynomial
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Derivation
from theory.laws.symbols import M, delta, k, t, v0
from theory.scenario import Scenario, parse_scenario

GAUSSIAN_SUBSAMPLE = (GAUSSIAN, MOMENTS, retains("accumulate_subsample"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)

VARIANCE, ERROR = 0, 1
N = sp.Symbol("N", positive=True)  # points in the pool at a fit
eta = sp.Function("eta")  # 1 for a fit that draws with replacement, else 0
A = sp.Function("A")  # mean square of a point less the mean product of a pair, about mu_0
Am, Cm, h = sp.symbols("A C eta", real=True)
surplus = (M - 1) * (1 - delta) / (M - 1 + delta)


def read(scenario: Scenario) -> tuple[int, float, bool]:
    """M, the offset of the divisor, and whether draws are put back."""
    return scenario.sample_size.constant, float(offset_of(scenario)), scenario.retention.replacement


def one_fit(d: Derivation) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """E v, E(mu - mu_0)^2 and the next A, for a fit to M of N points with A and C of the pool."""
    pair = Cm + h * Am / N
    error = d.algebra(
        (Cm + Am) / M + (1 - 1 / M) * pair, Cm + Am / M + h * (1 - 1 / M) * Am / N,
        because="E(mu - mu_0)^2 of a fit: a drawn point with itself has the mean A + C, two draws have C, and A more "
        "where both are the same point, which has the chance 1/N with replacement (eta = 1) and 0 without",
    ).rhs  # fmt: skip
    variance = d.algebra(
        M * (Cm + Am - error) / (M - 1 + delta), (M - 1) * Am * (1 - h / N) / (M - 1 + delta),
        because="E v of the fit: the mean square about mu_0 less that of the mean, over the divisor",
    ).rhs  # fmt: skip
    pool = N + M
    squares = (N * (Cm + Am) + M * (error + variance)) / pool
    pairs = (N * (N - 1) * Cm + 2 * N * M * (Cm + Am / N) + M * (M - 1) * error) / (pool * (pool - 1))
    later = d.algebra(
        squares - pairs,
        Am * (1 + surplus * (1 - h / N) / pool - (3 * M - 1 + h * (M - 1) ** 2 / N) / (pool * (pool - 1))),
        because="A once M points of the model have joined: new points have the mean square E(mu - mu_0)^2 + E v, two "
        "of them E(mu - mu_0)^2, a new and an old one C + A/N, as a draw is the old one with the chance 1/N",
    ).rhs  # fmt: skip
    return variance, error, later


def product() -> sp.Expr:
    """A_t as the product of its steps, fit k - 1 before step k."""
    before, pool = (k - 1) * M, k * M
    return sp.Product(
        1 + surplus * (1 - eta(k - 1) / before) / pool
        - (3 * M - 1 + eta(k - 1) * (M - 1) ** 2 / before) / (pool * (pool - 1)),
        (k, 2, t),
    )  # fmt: skip


def spread(d: Derivation, later: sp.Expr) -> sp.Expr:
    """The step from one fit to all of them; returns A_t."""
    return d.solves(
        A(t), product(), index=t, initial=(1, sp.Integer(1)),
        next_value=(later / Am).subs({N: t * M, h: eta(t)}) * A(t),
        because="A_1 = 1 for independent real points, in units of v_0; the pool has t M points at fit t",
    ).rhs  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers, eta as a function of the fit."""
    offset, replacement = offset_of(scenario), scenario.retention.replacement
    return {
        M: scenario.sample_size.constant, delta: sp.Rational(offset.numerator, offset.denominator), t: generation,
        v0: exact(scenario.source.variance), eta: lambda fit: sp.Integer(bool(replacement and fit > 1)),
    }  # fmt: skip


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the covariances of all generations."""
    size, replacement, offset = scenario.sample_size.constant, scenario.retention.replacement, offset_of(scenario)
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))
        if generation == 0:
            return unit * (1 - which)
        if generation <= FITS[-1]:
            return unit * _history(size, replacement, offset)[int(generation) - 1][which]
        if which == ERROR and offset == 1:
            return unit - reference(scenario, generation, VARIANCE)
        if which == ERROR:
            raise ValueError("the error has other powers of t in it")
        growth = mpf(size - 1) / size * (1 - mpf(offset.numerator) / offset.denominator)
        growth /= size - 1 + mpf(offset.numerator) / offset.denominator
        if np.isinf(generation) and growth:
            return mpf("inf") if growth > 0 else mpf(0)
        values = _history(size, replacement, offset)
        at = mpf(0) if np.isinf(generation) else 1 / mpf(int(generation))
        smooth = [mpmath.log(values[fits - 1][VARIANCE]) - growth * mpmath.log(fits) for fits in FITS]
        value = mpmath.exp(polynomial([1 / mpf(fits) for fits in FITS], smooth, at))
        return unit * (value if np.isinf(generation) else value * mpf(int(generation)) ** growth)


@cache
def _history(size: int, replacement: bool, offset: Fraction) -> list[tuple[mpf, mpf]]:
    """(E v, E(mu - mu_0)^2) of 64 fits, in units of v_0: squares by generation, products of points by two of them."""
    with mpmath.workdps(DIGITS):
        M_, divisor = mpf(size), size - 1 + mpf(offset.numerator) / offset.denominator
        square, product_, said = [mpf(1)], [[mpf(0)]], []
        for fit in range(1, FITS[-1] + 1):
            points = fit * M_
            with_one = [  # mean over the pool of the product with one point of generation g, itself included
                (M_ * mpmath.fsum(product_[g]) - product_[g][g] + square[g]) / points for g in range(fit)
            ]
            of_two = mpmath.fsum(with_one) / fit  # two draws, put back
            mean_square = mpmath.fsum(square) / fit
            if not (replacement and fit > 1):
                of_two = (points * of_two - mean_square) / (points - 1) if points > 1 else mpf(0)
            error = mean_square / M_ + (1 - 1 / M_) * of_two
            variance = M_ * (mean_square - error) / divisor
            said.append((variance, error))
            square.append(error + variance)
            for g in range(fit):
                product_[g].append(with_one[g])
            product_.append([*with_one, error])
        return said


def setting(size: int, replacement: bool, divisor: str = "mle", variance: float = 2.25, **offset: float) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "accumulate_subsample", "replacement": replacement},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
    })  # fmt: skip
