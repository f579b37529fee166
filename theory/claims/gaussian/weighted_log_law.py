r"""What exact claims about the law of weighted variances share: the transform's recursion, two integrals over it.

The statement's numbers are integrals in 30 digits over the transform after one fit, in closed form, or two fits, a
quadrature over the first of them.
"""

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.gaussian import weighted
from theory.claims.gaussian.one_fit import cochran, v
from theory.claims.gaussian.weighted import GAUSSIAN_WEIGHTED, fit_of
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.symbols import E, delta, n, nu, s, t, v0, w
from theory.laws.weighted_transform import WeightedTransform
from theory.scenario import Scenario

LEAST_WEIGHT, MOST_POINTS = 0.01, 100_000
RESOLVED = Assumption(
    f"the weight is at least {LEAST_WEIGHT} and there are 2 to {MOST_POINTS} real points",
    lambda s: (
        s.retention.kind == "weighted" and s.retention.weight >= LEAST_WEIGHT and 2 <= s.retention.real <= MOST_POINTS
    ),
)
WEIGHTED_LAW = (*GAUSSIAN_WEIGHTED, RESOLVED)
DIGITS = 30
deviation = sp.Symbol(r"\operatorname{sd}[\log v_t]")
I_log, I_root, I_sq = (sp.Function(name) for name in ("I_log", "I_root", "I_sq"))


def transform_of_one_fit(d: Derivation) -> None:
    """The transform of a chi-square, and of the mixture of two."""
    cochran(d)
    x, z = sp.symbols("x z", positive=True)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    chi = d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of a chi-square, by integrating its density",
    )  # fmt: skip
    d.algebra(
        sp.exp(-s * w * v0 * sp.Symbol("A")) * sp.exp(-s * (1 - w) * v(t) * sp.Symbol("B")),
        sp.exp(-s * (w * v0 * sp.Symbol("A") + (1 - w) * v(t) * sp.Symbol("B"))),
        because="A and B, the two fits to points of variance 1, are independent of each other and of v_t: the mean of "
        "the product is phi_(t+1)(s) = E exp(-s w v_0 A) E phi_t((1-w) s B), phi_t(s) = E exp(-s v_t)",
    )  # fmt: skip
    d.algebra(
        sp.Subs(chi.rhs, (nu, z), (n - 1, s * w * v0 / (n - 1 + delta))),
        (1 + 2 * s * w * v0 / (n - 1 + delta)) ** ((1 - n) / 2),
        because="the factor of the real points; the first fit, to these alone, is that with w = 1",
    )  # fmt: skip


def log_from_transform(d: Derivation) -> Step:
    """E log v_t = log v_0 + I_log(t)."""
    return d.given(
        E(sp.log(v(t))), sp.log(v0) + I_log(t), source="dlmf", check=frullani,
        because="Frullani's integral for log(v_t/v_0), the mean taken inside",
    )  # fmt: skip


def root_from_transform(d: Derivation) -> Step:
    """E sqrt v_t = sqrt v_0 I_root(t)."""
    return d.given(
        E(sp.sqrt(v(t))), sp.sqrt(v0) * I_root(t), source="dlmf", check=gamma_of_minus_half,
        because="the integral of (1 - exp(-s v)) s^(-3/2) is 2 sqrt(pi v), the mean taken inside",
    )  # fmt: skip


def square_from_transform(d: Derivation) -> Step:
    """sd log v_t, the root of I_sq(t) - 2 gamma I_log(t) - I_log(t)^2."""
    u, x = sp.symbols("u x", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-x), (x, u, sp.oo)), sp.exp(-u),
        because="the chance that an exponential G exceeds u: with u = s v_t/v_0, phi_t(s) is the survival function of "
        "log G - log(v_t/v_0) at log s",
    )  # fmt: skip
    mean, second, gamma = sp.symbols("m q gamma", real=True)
    d.algebra(
        (sp.pi**2 / 6 + gamma**2 + second) - (mean - gamma) ** 2 - sp.pi**2 / 6, second + 2 * gamma * mean - mean**2,
        because="the variance of log G - log(v_t/v_0) less that of log G, whose mean is -gamma and whose variance is "
        "pi^2/6: m and q are what v_t adds to its mean and to its mean square, integrals of the "
        "difference of the two survival functions and of twice log s times it",
    )  # fmt: skip
    return d.given(
        deviation, sp.sqrt(I_sq(t) - 2 * sp.EulerGamma * I_log(t) - I_log(t) ** 2), source="dlmf",
        check=gumbel_moments, because="G is independent of v_t, so that the variances of the logarithms add up",
    )  # fmt: skip


def gumbel_moments() -> list[Verdict]:
    """The mean and the mean square of log G."""
    places = [0, 1e-6, 1e-3, 0.1, 1, 5, 60]
    mean = mpmath.quad(lambda g: mpmath.log(g) * mpmath.exp(-g), places)
    square = mpmath.quad(lambda g: mpmath.log(g) ** 2 * mpmath.exp(-g), places)
    return [agree(mean, -mpmath.euler, 1e-8), agree(square - mean**2, mpmath.pi**2 / 6, 1e-8)]


def frullani() -> list[Verdict]:
    """The integral of (exp(-s) - exp(-sv))/s for three v."""
    return [
        agree(mpmath.quad(lambda r, v=v: (mpmath.exp(-r) - mpmath.exp(-r * v)) / r, [0, 1, 10, 200]), mpmath.log(v))
        for v in (mpf("0.5"), mpf(2), mpf(7))
    ]  # fmt: skip


def gamma_of_minus_half() -> list[Verdict]:
    """The integral of (1 - exp(-sv)) s^(-3/2), in u = sqrt s, for two v."""
    return [
        agree(
            mpmath.quad(lambda u, v=v: 2 * -mpmath.expm1(-u * u * v) / u**2, [0, 1, 20]) + mpf(2) / 20,
            2 * mpmath.sqrt(mpmath.pi * v),
        )
        for v in (mpf("0.5"), mpf(2))
    ]  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the two integrals after one or two fits."""

    def integral(which: Callable) -> Callable:
        return lambda k: sp.Float(_integral(which, *weighted.numbers(scenario), int(k)), DIGITS)

    integrals = {I_log: _log_term, I_root: _root_term, I_sq: _square_term}
    return weighted.bindings(scenario, generation) | {name: integral(term) for name, term in integrals.items()}


def _log_term(r: mpf, transform: mpf) -> mpf:
    return mpmath.exp(-r) - transform


def _square_term(r: mpf, transform: mpf) -> mpf:
    return 2 * mpmath.log(r) * (transform - mpmath.exp(-r))


def _root_term(r: mpf, transform: mpf) -> mpf:
    return (mpmath.exp(-r) - transform) / (2 * mpmath.sqrt(mpmath.pi * r))


@cache
def _integral(term: Callable[[mpf, mpf], mpf], weight, n: int, m: int, offset, generation: int) -> mpf:
    """The sum over log s of a term in phi_t; of the root, 1 is added, which is that of exp(-s)."""
    with mpmath.workdps(DIGITS):
        share, shift = mpf(weight.numerator) / weight.denominator, mpf(offset.numerator) / offset.denominator
        step, terms = mpf(1) / 5, []
        for k in range(-300, 450):
            r = mpmath.exp(step * k)
            transform = _transform(r, share, n, m, shift, generation)
            terms.append(term(r, transform))
            if k > 25 and transform < mpf(10) ** -22:
                break
        return step * mpmath.fsum(terms) + (1 if term is _root_term else 0)


def _transform(r: mpf, share: mpf, n: int, m: int, shift: mpf, generation: int) -> mpf:
    """phi_t(r) for t = 1 and 2, in units of v_0."""

    def one(z: mpf, points: int) -> mpf:
        return (1 + 2 * z / (points - 1 + shift)) ** (-mpf(points - 1) / 2)

    if generation == 1:
        return one(r, n)
    if generation != 2:
        raise ValueError(f"the statement is evaluated at t = 1 and 2, got {generation}")
    own = mpmath.fsum(p * one((1 - share) * r * X / (n - 1 + shift), m) for X, p in nodes(n - 1))
    return one(share * r, n) * own


@cache
def nodes(degrees: int) -> list[tuple[mpf, mpf]]:
    """A chi-square by the trapezoidal rule in its logarithm, for 20 digits."""
    with mpmath.workdps(DIGITS):
        step = min(mpf(1) / 4, mpf(2) / 3 / mpmath.sqrt(degrees))
        a = mpf(degrees) / 2
        pairs = []
        for k in range(-600, 60):
            y = k * step
            log_density = a * (y - mpmath.expm1(y))
            if log_density > -46:
                pairs.append((degrees * mpmath.exp(y), mpmath.exp(log_density)))
        total = mpmath.fsum(p for _, p in pairs)
        return [(X, p / total) for X, p in pairs]


def transform_of(scenario: Scenario) -> WeightedTransform:
    """The law of the variance."""
    fit = fit_of(scenario)
    return WeightedTransform(fit.weight, fit.real, fit.synthetic, fit.offset)


def readings(scenario: Scenario, reading: Callable, generations: np.ndarray) -> np.ndarray:
    """A reading at each generation, 0 (both are, of the source itself) at t = 0; inf is allowed."""
    values = transform_of(scenario).means(reading, np.maximum(generations, 1))
    return np.where(np.asarray(generations) > 0, values, 0.0)
