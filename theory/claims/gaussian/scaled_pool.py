"""What claims about accumulated data and scaled draws share: conditions, the factor of a batch, points of a pool.

The reference keeps the sums of squares of points and of products of pairs about mu_0, exact for 1000 fits. Beyond, the
variance over its power of the pool is the polynomial in one over the pool through the values after 8, 16, ... 1024
fits; what the error has still to gain is such a series times another power, through as many.
"""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.accumulate import N
from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.one_fit import mellin, moments_of_small_samples, order, v
from theory.claims.gaussian.real_share import factor_of, offset_of
from theory.claims.gaussian.scaled import SCALED, real_fits
from theory.derivation import Derivation
from theory.laws.symbols import N1, M, c, delta, k, nu, r1, t, v0
from theory.scenario import Scenario, parse_scenario

GAUSSIAN_SCALED_POOL = (GAUSSIAN, MOMENTS, retains("accumulate"), CONSTANT_SIZE, SCALED, UNDISTURBED)
VARIANCE, ERROR = 0, 1
STEP_BY_STEP, DIGITS = 1_000, 80
PLACES = tuple(range(16, 400, 24))


def factor_of_scaled_batch(d: Derivation) -> sp.Expr:
    """The mean factor of the variance as M draws of c_v times its variance join a pool of N."""
    Qa, Qb, Sa, Sb = sp.symbols("Q_a Q_b S_a S_b", real=True)
    d.algebra(
        (Qa + Qb) - (Sa + Sb) ** 2 / (N + M),
        (Qa - Sa**2 / N) + (Qb - Sb**2 / M) + N * M / (N + M) * (Sa / N - Sb / M) ** 2,
        because="the centred sum of squares of a pool (a) and a batch (b), from their sums S and sums of squares Q",
        source="chan1983",
    )  # fmt: skip
    d.given(
        (Qb - Sb**2 / M) / (c * v(t)), sp.Symbol(r"\chi^2_{M-1}"), relation=r"\sim", source="cochran1934",
        check=moments_of_small_samples,
        because="the batch is drawn from N(mu_t, c_v v_t); its mean is N(mu_t, c_v v_t/M), independent of this",
    )  # fmt: skip
    mean = d.algebra(sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square is its degrees of freedom").rhs
    divisor = N + M - 1 + delta
    return d.algebra(
        ((N - 1 + delta) + c * mean.subs(nu, M - 1) + c * N * M / (N + M) / M) / divisor,
        1 - (M * (1 - c) + c * M / (N + M)) / divisor,
        because="the new mean variance over v_t: N - 1 + delta from the pool, c_v (M - 1) from within the batch, "
        "c_v N/(N+M) from between the means",
    ).rhs  # fmt: skip


def product_of_factors(d: Derivation, upper: sp.Expr) -> sp.Expr:
    """E v at a fit as the product of what every batch leaves; solved from the first fit on."""
    factor, pool = factor_of_scaled_batch(d), N1 + (k - 1) * M
    first = v0 * c ** (1 - r1) * (N1 - 1) / (N1 - 1 + delta)
    solved = first * sp.Product(1 - (M * (1 - c) + c * M / pool) / (pool - 1 + delta), (k, 2, t))
    mean = sp.Function("U")(t)
    d.solves(
        mean, solved, index=t, initial=(1, first), next_value=factor.subs(N, N1 + (t - 1) * M) * mean,
        because="U = E v_t: the first fit is to N_1 points of the source, drawn with c_v v_0 where r_1 is 0; then "
        "means multiply",
    )  # fmt: skip
    return solved.subs(t, upper)


def first_variance(scenario: Scenario) -> Fraction:
    """The variance of the points of generation 1 over v_0: 1, or c where they are biased too."""
    return factor_of(scenario) ** (1 - real_fits(scenario))


def read(scenario: Scenario) -> tuple[int, int, float, float]:
    """M, N_1, the offset of the divisor and c."""
    return scenario.sample_size.constant, scenario.first_size, float(offset_of(scenario)), float(factor_of(scenario))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers."""
    offset, factor = offset_of(scenario), factor_of(scenario)
    return {
        M: scenario.sample_size.constant, N1: scenario.first_size, t: generation,
        delta: sp.Rational(offset.numerator, offset.denominator), c: sp.Rational(factor.numerator, factor.denominator),
        v0: sp.Rational(repr(scenario.source.variance)), r1: real_fits(scenario),
    }  # fmt: skip


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E (mu_t - mu_0)^2; ``generation`` may be inf."""
    size, first, offset, factor = (
        scenario.sample_size.constant, scenario.first_size, offset_of(scenario), factor_of(scenario),
    )  # fmt: skip
    with mpmath.workdps(DIGITS):
        unit, drawn = mpf(repr(scenario.source.variance)), first_variance(scenario)
        if generation == 0:
            return unit * (1 - which)
        unit *= mpf(drawn.numerator) / drawn.denominator
        if generation <= STEP_BY_STEP:
            return (
                unit
                * _history(size, first, offset, factor, max(int(generation), PLACES[-1]))[int(generation) - 1][which]
            )
        if first == 1:
            return unit * which
        values = _history(size, first, offset, factor, PLACES[-1])
        c_, beta = mpf(factor.numerator) / factor.denominator, first / mpf(size)
        batches = [beta + fits - 1 for fits in PLACES]
        at = mpf(0) if np.isinf(generation) else 1 / (beta + int(generation) - 1)
        if which == VARIANCE:
            if np.isinf(generation) and c_ != 1:
                return mpf("inf") if c_ > 1 else mpf(0)
            smooth = [values[fits - 1][VARIANCE] * y ** (1 - c_) for fits, y in zip(PLACES, batches, strict=True)]
            left = polynomial([1 / y for y in batches], smooth, at)
            return unit * left * (at ** (1 - c_) if at else 1)
        if c_ >= 2 and not at:
            return mpf("inf")
        weights = _gains(size, first, offset, factor)
        return unit * mpmath.fdot(weights, _terms(1 / at, c_) if at else [mpf(1)] + [mpf(0)] * (len(PLACES) - 1))


@cache
def _gains(size: int, first: int, offset: Fraction, factor: Fraction) -> list[mpf]:
    """The limit and the weights of what is still missing, through values after so many fits."""
    values = _history(size, first, offset, factor, PLACES[-1])
    c_ = mpf(factor.numerator) / factor.denominator
    system = mpmath.matrix([_terms(first / mpf(size) + fits - 1, c_) for fits in PLACES])
    return list(mpmath.lu_solve(system, mpmath.matrix([values[fits - 1][ERROR] for fits in PLACES])))


def _terms(batches: mpf, factor: mpf) -> list[mpf]:
    return [mpf(1)] + [batches ** (factor - 2 - j) for j in range(len(PLACES) - 1)]


@cache
def _history(size: int, first: int, offset: Fraction, factor: Fraction, last: int) -> list[tuple[mpf, mpf]]:
    """(E v, E(mu - mu_0)^2) of the fits 1 ... last in units of v_0, from Q and S of the pool.

    Q is the sum of E y^2 over its points and S that of E y y' over all pairs, a point with itself included.
    """
    with mpmath.workdps(DIGITS):
        shift, drawn = mpf(offset.numerator) / offset.denominator, mpf(factor.numerator) / factor.denominator
        Q, S, pool, found = mpf(first), mpf(first), mpf(first), []
        for _ in range(last):
            error = S / pool**2
            variance = (Q - S / pool) / (pool - 1 + shift) if pool > 1 else mpf(0)
            found.append((variance, error))
            own = drawn * variance + error
            Q, S, pool = Q + size * own, S + 2 * size * S / pool + size * (size - 1) * error + size * own, pool + size
        return found


def setting(
    size: int, factor: float, divisor: str, variance: float = 2.25, first_fit: str = "real", **more: float
) -> Scenario:
    """A scenario for the examples, ``first`` and ``offset`` if they are given."""
    first = {"first": more.pop("first")} if "first" in more else {}
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "accumulate", **first},
        "estimator": {"kind": "moments", "divisor": divisor, **more},
        "sampler": {"kind": "scaled", "variance_factor": factor, "first_fit": first_fit},
    })  # fmt: skip
