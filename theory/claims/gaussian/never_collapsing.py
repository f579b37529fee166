"""What claims about chains that may never collapse share: which policies hold a variance up, why, how often at least.

Points that stay for ever keep their own squares in every later fit, however little the others scatter. Where all data
are kept the factors of fits come so close to 1 that one over the variance has a bounded mean.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.gaussian.accumulate_factor import factor_of_one_fit
from theory.claims.gaussian.forgetting import factor
from theory.claims.gaussian.forgetting_passage import falls
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.accumulated_factors import accumulated_factors
from theory.laws.chi_square import mean_log_factor
from theory.laws.first_passage import mean_overshoot, mean_passage_time
from theory.laws.gamma_ratio import log_gamma_ratio
from theory.laws.symbols import E, M, m, n, nu, x
from theory.scenario import Scenario
from theory.scenario.sample_size import Geometric, Polynomial

P = sp.Function("P")
T = sp.Symbol("T")
FITS = 1000  # of sizes that grow, whose terms are added one by one
INTRODUCTION = (
    "T is the first t with v_t < x, 0 where v_0 < x. A chain without such a t has T = inf: its chance is positive, and "
    "with it every mean over chains is infinite. L is the divisor."
)


def _holds_up(scenario: Scenario) -> bool:
    if scenario.sample_size is None:
        return False
    if scenario.retention.kind == "accumulate":
        return scenario.first_size >= 2
    if scenario.retention.kind == "forgetting":
        return falls(scenario) is False
    if scenario.retention.kind == "replace":
        return _grows_fast(scenario)
    kept = scenario.retention.kind == "real_share" and scenario.retention.scheme == "fixed"
    return kept and scenario.retention.real_points(scenario.sample_size.at(1)) >= 2


def _grows_fast(scenario: Scenario) -> bool:
    """Sizes of at least 2 points whose reciprocals have a finite sum, by their form."""
    sizes = scenario.sample_size
    if isinstance(sizes, Polynomial):
        return sizes.power > 1 and sizes.size >= 2
    return isinstance(sizes, Geometric) and sizes.ratio > 1 and sizes.size >= 2


HELD_UP = Assumption(
    "all data are kept, at least 2 real points in the first batch; or at least 2 real points stay; or models forget "
    'and almost every chain grows ("accumulate"; "real_share" with scheme "fixed"; "forgetting" with E log F >= 0); or '
    'data are replaced ("replace") by at least 2 points each time, soon by so many that the sum of 1/M_k is finite',
    _holds_up,
)
SIZES_LAST = Assumption(
    "the sample size is the same in every generation, but where data are replaced",
    lambda s: s.sample_size is not None and (s.retention.kind == "replace" or s.sample_size.constant is not None),
)
GAUSSIAN_HELD_UP = (GAUSSIAN, MOMENTS, SIZES_LAST, FAITHFUL, UNDISTURBED, HELD_UP)


def held_up_by_points_that_stay(d: Derivation) -> None:
    """L v_t is at least the squares of the n points that stay."""
    Qa, Qb, Sa, Sb = sp.symbols("Q_a Q_b S_a S_b", real=True)
    d.algebra(
        (Qa + Qb) - (Sa + Sb) ** 2 / (n + m),
        (Qa - Sa**2 / n) + (Qb - Sb**2 / m) + n * m / (n + m) * (Sa / n - Sb / m) ** 2,
        because="the centred sum of squares of n points that stay (a) and m others (b), from their sums S and sums of "
        "squares Q. No term is negative: L v_t is at least the first in every fit, which is v_0 times a chi-square "
        "with n - 1 degrees of freedom and exceeds L x with a positive chance",
    )  # fmt: skip


def held_up_by_all_data(d: Derivation) -> None:
    """The mean of v_1/v_t is bounded where all data are kept, so that v_t stays above some level for ever."""
    factor_of_one_fit(d)
    f = sp.Symbol("F", positive=True)
    d.algebra(
        1 / f, 1 - (f - 1) + (f - 1) ** 2 / f,
        because="the reciprocal of the factor F of a later fit, P = N + M points in the pool and L = P - 1 + delta "
        "after it; F is at least (L - M)/L",
    )  # fmt: skip
    z = sp.Symbol("z", positive=True)
    density = z ** (nu / 2 - 1) * sp.exp(-z / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    square = d.algebra(
        sp.Integral(z**2 * density, (z, 0, sp.oo)), nu * (nu + 2), because="the mean square of a chi-square"
    ).rhs
    s, L = sp.Symbol("s", positive=True), sp.Symbol("L", positive=True)
    within, between = square.subs(nu, M - 1), s**2 * square.subs(nu, 1)
    d.algebra(
        (within + between + M**2 + 2 * s * (M - 1) - 2 * M * (M - 1 + s)) / L**2,
        (2 * (M - 1) + 2 * s**2 + (1 - s) ** 2) / L**2,
        because="so E(F - 1)^2, s = 1 - M/P, and E F = 1 - M/(P L): E 1/F - 1 is at most M/(P L) + E(F - 1)^2 L/(L - M)"
        ", of order 1/P^2, and the product of all E 1/F has a finite limit A",
    )  # fmt: skip
    level = sp.Symbol("c", positive=True)
    d.given(
        P(sp.Lt(sp.Symbol(r"\inf_{t>1} v_t/v_1"), level, evaluate=False)), sp.Symbol("A", positive=True) * level,
        relation=r"\le", source="ville1939", check=reciprocals,
        because="the product of the F over that of their E 1/F is, turned upside down, a positive martingale of mean "
        "1. So v_t stays above c v_1 for ever with a chance of 1 - c A, and v_1 is above x/c with one of its own",
    )  # fmt: skip


def held_up_by_growth(d: Derivation) -> None:
    """Wald's identity against a finite mean time where log F has no negative mean."""
    factor(d)
    level, rate = sp.Symbol("y", nonnegative=True), sp.Symbol("l_g", real=True)
    d.given(
        level + rate * E(T - 1), E(sp.log(sp.Symbol("v_T", positive=True))) - sp.log(x), source="wald1944",
        check=first_passages,
        because="exponential forgetting, from y = log(v_1/x) >= 0 on, if E T were finite: the right side is negative. "
        "So E T is infinite where l_g = E log F >= 0, as v_1 exceeds x with a positive chance",
    )  # fmt: skip


def held_up_by_growing_sizes(d: Derivation) -> None:
    """A negative moment of the variance is bounded where 1/M_k has a finite sum."""
    z, h = sp.symbols("z h", positive=True)
    quarter = sp.Rational(1, 4)
    density = z ** (h - quarter) * z ** (quarter - 1) * sp.exp(-z / 2) / (2 ** (h + quarter) * sp.gamma(h + quarter))
    d.algebra(
        sp.Integral(density, (z, 0, sp.oo)), 2 ** (-quarter) * sp.gamma(h) / sp.gamma(h + quarter),
        because="the mean of X^(-1/4), X chi-square with 2 h + 1/2 degrees of freedom, so of every fit to 2 points or "
        "more; for the factor F of a fit to M replaced points it is 1 + O(1/M), and the product of all has a bound A",
    )  # fmt: skip
    level = sp.Symbol("c", positive=True)
    d.given(
        P(sp.Lt(sp.Symbol(r"\inf_{t>1} v_t/v_1"), level, evaluate=False)),
        sp.Symbol("A", positive=True) * level**quarter, relation=r"\le", source="ville1939", check=quarters,
        because="(v_1/v_t)^(1/4) over its mean is a positive martingale: where 1/M_k has a finite sum v_t stays above "
        "c v_1 for ever with a chance of 1 - A c^(1/4), and v_1 is above x/c with one of its own",
    )  # fmt: skip


def quarters() -> list[Verdict]:
    """log E F^(-1/4) by quadrature, and that the sum of the terms that are left out is below its bound."""
    verdicts = []
    for size, offset in ((2, 0.0), (10, 1.0)):
        mean = chi_square_mean(lambda z, L=size - 1 + offset: (z / L) ** (-mpf(1) / 4), size - 1)
        verdicts.append(agree(_log_quarter(np.array([float(size)]), offset)[0], mpmath.log(mean), 1e-11))
    sizes = 20.0 * np.arange(1.0, 100_001.0) ** 2
    late = _log_quarter(sizes, 1.0)[1000:].sum()
    return [*verdicts, at_most(late, float((2 / sizes[1000:]).sum()))]


def _log_quarter(sizes: np.ndarray, offset: float) -> np.ndarray:
    """log E F^(-1/4), F = chi-square/L with L = size - 1 + offset."""
    return np.array([float(log_gamma_ratio((n - 1) / 2, -0.25)) for n in sizes]) + np.log1p(offset / (sizes - 1)) / 4


def first_passages() -> list[Verdict]:
    """Wald's identity for walks that fall, from 1 and from 0; and an infinite time without a fall."""
    falls = [
        agree(start + mean_log_factor(10, 1.0) * mean_passage_time(start, 10, 1.0), -mean_overshoot(start, 10, 1.0))
        for start in (0.0, 1.0)
    ]
    infinite = mean_passage_time(1.0, 10, -2.5)
    return [*falls, Verdict(infinite == math.inf, f"{infinite} is infinite")]


def reciprocals() -> list[Verdict]:
    """E 1/F of two fits: the law of the factor beside quadrature of its Laplace transform, and below the bound."""
    verdicts = []
    for size, first, offset in ((5, 5, 1), (3, 10, 0)):
        quadrature = mpmath.log(_mean_reciprocal(size, first, offset))
        law = accumulated_factors(size, first, float(offset))
        verdicts.append(agree(law._later.log_mean_reciprocal[0], quadrature, 1e-11))
        verdicts.append(at_most(mpmath.expm1(quadrature), _bound(size, first + size, mpf(offset))))
    return verdicts


def _mean_reciprocal(size: int, pool: int, offset: int) -> mpf:
    """E 1/F, an integral over the Laplace transform of F."""
    points = pool + size
    L, s = mpf(points - 1 + offset), mpf(pool) / points

    def transform(z: mpf) -> mpf:
        one, other = (1 + 2 * z / L) ** (-mpf(size - 1) / 2), (1 + 2 * z * s / L) ** mpf(-0.5)
        return mpmath.exp(-z * (L - size) / L) * one * other

    return mpmath.quad(transform, [0, 1, 4, 16, 64 * L / (L - size)])


def _bound(size: int, points: mpf, offset: mpf) -> mpf:
    """An upper bound of E 1/F - 1, so many points in the pool after the fit."""
    L, gone = points - 1 + offset, size / mpf(points)
    return gone / L + (2 * (size - 1) + 2 * (1 - gone) ** 2 + gone**2) / (L * (L - size))


def chance_of_no_end(scenario: Scenario, at: float) -> mpf:
    """Positive where E T is infinite: a lower bound of P(T = inf), of the points that stay, or of all data with
    c = 1/(2A), or of sizes that grow with c = (2A)^(-4); where models forget and E log F >= 0 the chance of v_1 > x.
    """
    level, first = mpf(repr(at)) / mpf(repr(scenario.source.variance)), scenario.first_size
    offset = mpf(offset_of(scenario).numerator) / offset_of(scenario).denominator
    points, spared = first, mpf(1)
    if scenario.retention.kind == "forgetting":
        mean = chi_square_mean(lambda z: mpmath.log(_forgotten(scenario, z)), first - 1)
        spared = mpf(int(mean >= 0))
    if scenario.retention.kind == "accumulate":
        size = scenario.sample_size.constant
        logarithm = mpmath.nsum(lambda k: _bound(size, first + k * size, offset), [1, mpmath.inf])
        level, spared = level * 2 * mpmath.exp(logarithm), mpf(1) / 2
    elif scenario.retention.kind == "replace":
        sizes = np.array(scenario.sample_size.leading_sizes(FITS), dtype=float)[1:]
        left = (2 + abs(float(offset))) * _reciprocals_left(scenario)
        most = max(0.0, float(np.cumsum(_log_quarter(sizes, float(offset))).max())) + left
        level, spared = level * (2 * mpmath.exp(most)) ** 4, mpf(1) / 2
    elif scenario.retention.kind == "real_share":
        points = scenario.retention.real_points(first)
    return spared * mpmath.gammainc(mpf(points - 1) / 2, level * (first - 1 + offset) / 2, mpmath.inf, regularized=True)


def _reciprocals_left(scenario: Scenario) -> float:
    """At least the sum of 1/M_k over the fits that are not added one by one, M_k at least half of its form."""
    sizes, last = scenario.sample_size, len(scenario.sample_size.leading_sizes(FITS))
    if isinstance(sizes, Polynomial):
        return 2 * last ** (1 - sizes.power) / (sizes.power - 1) / sizes.size
    return 2 / sizes.at(last) / (sizes.ratio - 1)


def _forgotten(scenario: Scenario, z: mpf) -> mpf:
    """The factor of a later fit under forgetting."""
    rate, divisor = mpf(repr(scenario.retention.rate)), scenario.estimator.divide_by(scenario.first_size)
    return 1 - rate + rate * z / mpf(repr(divisor))
