"""What the claims about a share of real Gaussian data have in common: how scenarios are read, and an independent route.

That route looks at single training points. In each generation they are of at most two kinds, real and synthetic, and
points of one kind are exchangeable: three second moments, of a point with itself or with another one, say everything
about the expected mean and variance of the training set.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, shares_real
from theory.claims.gaussian.mixed_fit import System
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.laws.gaussian_mixing import Limits, Moments
from theory.laws.symbols import L, M, alpha, c, t, v0
from theory.scenario import Scenario, parse_scenario

VARIANCE, ERROR = 0, 1  # place of a statistic in what the laws return
DIGITS = 120  # without real data second moments grow for 2^91 generations while a difference of them stays


def gaussian_with_real_share(scheme: str) -> tuple[Assumption, ...]:
    """The conditions shared by every claim about a Gaussian with a share of real data; any divisor."""
    return (GAUSSIAN, MOMENTS, shares_real(scheme), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)


def offset_of(scenario: Scenario) -> Fraction:
    """L - (M-1) as the number that was written: 1 for "mle", 0 for "unbiased"."""
    named = {"mle": Fraction(1), "unbiased": Fraction(0)}
    return named.get(scenario.estimator.divisor) or Fraction(repr(scenario.estimator.offset or 0.0))


def share_of(scenario: Scenario) -> Fraction:
    """alpha as the rational that was meant."""
    retention, size = scenario.retention, scenario.sample_size.constant
    return Fraction(retention.real, size) if retention.share is None else Fraction(repr(retention.share))


def factor_of(scenario: Scenario) -> Fraction:
    """The variance of a synthetic point over that of its model, 1 for faithful draws."""
    return Fraction(repr(scenario.sampler.variance_factor)) if scenario.sampler.kind == "scaled" else Fraction(1)


def expected(
    moments: Callable[..., Moments], scenario: Scenario, generations: Int[np.ndarray, " T"], which: int
) -> Float[np.ndarray, " T"]:
    """VARIANCE or ERROR of a law at each generation, in squared data units."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    return scenario.source.variance * moments(size, _real(scenario), offset, generations)[which]


def settled(limits: Callable[..., Limits], scenario: Scenario, which: int) -> float:
    """The stationary value in squared data units, rounded once; infinite where there is none."""
    real = share_of(scenario) if scenario.retention.scheme == "iid" else _real(scenario)
    return scenario.source.variance * float(limits(scenario.sample_size.constant, real, offset_of(scenario))[which])


def bindings(system: Callable[[], System], scenario: Scenario, generation: float) -> dict:
    """The symbols of a statement to 60 digits: a power of an exact root or fraction would have millions of them."""
    return _exact_values(system, scenario) | {t: generation}


@lru_cache(maxsize=64)
def _exact_values(system: Callable[[], System], scenario: Scenario) -> dict:
    """All but the generation: what a scenario gives, then what its system defines, in order."""
    given = {
        M: sp.Integer(scenario.sample_size.constant), alpha: _rational(share_of(scenario)),
        L: scenario.sample_size.constant - 1 + _rational(offset_of(scenario)),
        v0: sp.Rational(repr(scenario.source.variance)),
    }  # fmt: skip
    if scenario.sampler.kind == "scaled":
        given[c] = sp.Rational(repr(scenario.sampler.variance_factor))
    exact: dict[sp.Symbol, sp.Expr] = dict(given)
    for symbol, expression in system().values().items():
        exact[symbol] = expression.subs(exact)
    return {symbol: sp.Float(sp.N(value, 60), 60) for symbol, value in exact.items()}


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the second moments of single training points; ``generation`` may be inf."""
    step, readings = single_points(
        scenario.retention.scheme, scenario.sample_size.constant, share_of(scenario), offset_of(scenario),
        factor_of(scenario),
    )  # fmt: skip
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))

        def value(t: int) -> mpf:
            if t == 0:
                return mpf(1 - which)
            state = linear_iterate(step, [mpf(1), mpf(0), mpf(0), mpf(1)], t - 1)
            return mpmath.fdot(readings[which], state)

        if np.isinf(generation):
            return unit * at_infinity(lambda t: mpmath.chop(value(t), tol=mpf(10) ** (-DIGITS // 2)))
        return unit * value(int(generation))


@cache
def single_points(
    scheme: str, size: int, share: Fraction, offset: Fraction, factor: Fraction
) -> tuple[mpmath.matrix, tuple[list[mpf], list[mpf]]]:
    """One generation as a linear map of second moments, and the readings (E v, E(mu - mu_0)^2) of a training set.

    With y = x - mu_0 in units of the source's standard deviation, the state is (1, E y_real y_synthetic, E y_synthetic
    y_other, E y_synthetic^2). In generation 1 the synthetic points are real ones too.
    """
    with mpmath.workdps(DIGITS):
        a, delta = mpf(share.numerator) / share.denominator, mpf(offset.numerator) / offset.denominator
        M, b = mpf(size), 1 - a
        squares = [a * M, mpf(0), mpf(0), b * M]  # sum of E y_i^2
        pairs = [mpf(0), 2 * a * b * M * M, b * M * (b * M - 1), mpf(0)]  # sum over i != j of E y_i y_j
        if scheme == "iid":  # a pair is two coins; of two different points, one real, the product has mean 0
            pairs = [mpf(0), mpf(0), b * b * M * (M - 1), mpf(0)]
        of_mean = [(x + y) / M**2 for x, y in zip(squares, pairs, strict=True)]
        of_variance = [(x - M * z) / (M - 1 + delta) for x, z in zip(squares, of_mean, strict=True)]
        step = mpmath.matrix(4, 4)
        step[0, 0] = 1
        if scheme == "fixed":  # a kept point with a new synthetic one: with the old mean, of which it is a part
            step[1, 0], step[1, 1] = 1 / M, b
        for column in range(4):
            step[2, column] = of_mean[column]
            step[3, column] = of_mean[column] + of_variance[column] * factor.numerator / factor.denominator
        return step, (of_variance, of_mean)


def setting(
    scheme: str, size: int, divisor: str, offset: float | None = None, factor: float | None = None, **real: float
) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    estimator = {"kind": "moments", "divisor": divisor} | ({} if offset is None else {"offset": offset})
    sampler = {} if factor is None else {"sampler": {"kind": "scaled", "variance_factor": factor}}
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": 2.25},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "real_share", "scheme": scheme, **real},
        "estimator": estimator,
        **sampler,
    })  # fmt: skip


def _real(scenario: Scenario) -> float | int:
    """What the laws take as real: the share for "iid", the number of points for the other schemes."""
    retention, size = scenario.retention, scenario.sample_size.constant
    return retention.share_of(size) if retention.scheme == "iid" else retention.real_points(size)


def _rational(number: Fraction) -> sp.Rational:
    return sp.Rational(number.numerator, number.denominator)
