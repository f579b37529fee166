r"""Where all data are kept the log-variance converges in mean: no chain collapses, and each keeps what it lost.

$\log v_t$ is a sum of independent logarithms whose means $\ell_k=E\log F_k$ are about $-(1+\ldots)/(Mk^2)$, so their
sum converges. $F_k$ is a constant plus two chi-squares; the mean of its logarithm is an integral over their Laplace
transforms. A window keeps all data until it is full, and no limit.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import Assumption
from theory.claims.gaussian import accumulate_factor, window
from theory.claims.gaussian.accumulate import N, first_and_later, setting
from theory.claims.gaussian.accumulate_factor import F, factor_of_one_fit, mean_of_log, summed
from theory.claims.gaussian.factor_quantiles import quantile_of_log_variance
from theory.claims.gaussian.kept_data import GAUSSIAN_KEPT, keeps_for_ever, until_full
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import mean_log_factor
from theory.laws.pooled_fit import mean_log_of_fit
from theory.laws.sums_over_fits import sum_over_fits
from theory.laws.symbols import N1, E, M, delta, k, nu, s, t, v0
from theory.scenario import Scenario

TWO_REAL_POINTS = Assumption(
    "the first batch has at least 2 points", lambda s: s.sample_size is not None and s.first_size >= 2
)
ell = sp.Function("l")


def derive() -> Derivation:
    """The mean logarithm of the first fit, that of every later one as an integral, and their sum."""
    d = Derivation("The logarithm of a product of independent factors is a sum.")
    factor_of_one_fit(d)
    transform = mellin(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), order), order, 0), sp.polygamma(0, nu / 2) + sp.log(2),
        because="the mean of the logarithm of a chi-square is the slope of log E X^s at s = 0",
    )  # fmt: skip
    first = d.algebra(
        slope.rhs.subs(nu, N1 - 1) - sp.log(N1 - 1 + delta),
        sp.polygamma(0, (N1 - 1) / sp.Integer(2)) - sp.log((N1 - 1 + delta) / 2),
        because="so the first fit, to N_1 real points, adds this on average",
    )  # fmt: skip
    x, z = sp.symbols("x z", positive=True)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of a chi-square, by integrating its density",
    )  # fmt: skip
    d.given(
        sp.log(F), sp.Integral((sp.exp(-s) - sp.exp(-s * F)) / s, (s, 0, sp.oo)), source="dlmf", check=frullani,
        because="Frullani's integral; with the mean over F inside, every factor but exp is a Laplace transform",
    )  # fmt: skip
    d.given(
        ell(k),
        mean_log(),
        source="dlmf",
        check=quadrature_against_density,
        because="l(k) = E log F, the mean over X and Y, N = N_1 + (k-2) M points before fit k",
    )
    solved = d.solves(
        E(sp.log(v(t))), sp.log(v0) + first.rhs + sp.Sum(ell(k), (k, 2, t)), index=t,
        initial=(1, sp.log(v0) + first.rhs), next_value=E(sp.log(v(t))) + ell(t + 1),
        because="the terms add up from log v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def mean_log() -> sp.Expr:
    """E log F as an integral over Laplace transforms, with P = N + M points after the fit."""
    P = N + M
    L = P - 1 + delta
    laplace = (1 + 2 * s / L) ** (-(M - 1) / sp.Integer(2)) * (1 + 2 * s * N / (P * L)) ** sp.Rational(-1, 2)
    return sp.Integral((sp.exp(-s) - sp.exp(-s * (L - M) / L) * laplace) / s, (s, 0, sp.oo))


def frullani() -> list[Verdict]:
    """log 3 and log 1/2 as integrals."""
    places = [0, 1, 10, mpmath.inf]
    return [
        agree(mpmath.quad(lambda s, z=z: (mpmath.exp(-s) - mpmath.exp(-s * z)) / s, places), mpmath.log(z))
        for z in (mpf(3), mpf(1) / 2)
    ]


def quadrature_against_density() -> list[Verdict]:
    """The integral over Laplace transforms beside one over the density of the two chi-squares."""
    return [
        agree(exact_mean_log(size, pool, sp.Integer(offset)), mean_of_log(size, pool, sp.Rational(offset)))
        for size, pool, offset in ((3, 3, 1), (5, 2, 0), (10, 40, 1))
    ]


def exact_mean_log(size: int, pool: int, offset: sp.Rational) -> mpf:
    """E log F by mpmath from the integral of the derivation."""
    with mpmath.workdps(40):
        M_, P = mpf(size), mpf(pool + size)
        L = P - 1 + mpf(offset.p) / offset.q

        def integrand(s: mpf) -> mpf:
            laplace = (1 + 2 * s / L) ** (-(M_ - 1) / 2) * (1 + 2 * s * (P - M_) / (P * L)) ** mpf(-0.5)
            return (mpmath.exp(-s) - mpmath.exp(-s * (L - M_) / L) * laplace) / s

        return mpmath.quad(integrand, [0, 1, 8, 64, 512, mpmath.inf])


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and ell as a function of the fit."""
    first, size = first_and_later(scenario)
    offset = offset_of(scenario)
    shift = sp.Rational(offset.numerator, offset.denominator)

    def mean_log_at(fit: sp.Integer) -> sp.Float:
        return sp.Float(exact_mean_log(size, first + (int(fit) - 2) * size, shift), 35)

    return accumulate_factor.bindings(scenario, generation) | {ell: mean_log_at}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. The error is relative to |log v_0| and the change."""
    first, size = first_and_later(scenario)
    offset, t_ = float(offset_of(scenario)), np.asarray(generations, dtype=np.float64)
    later = sum_over_fits(lambda y: mean_log_of_fit(size, y * size, offset), 2, first / size, t_)
    return math.log(scenario.source.variance) + np.where(t_ > 0, mean_log_factor(first, offset) + later, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite: what is lost in the long run is lost once."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E log F by quadrature against the density of both chi-squares, fit by fit."""
    offset = offset_of(scenario)
    start = mpmath.log(mpf(repr(scenario.source.variance)))
    if generation == 0:
        return start
    divisor = scenario.first_size - 1 + mpf(offset.numerator) / offset.denominator
    first = chi_square_mean(mpmath.log, scenario.first_size - 1) - mpmath.log(divisor)
    return summed(mean_of_log, start + first, scenario, generation)


CLAIM = Claim(
    id="gaussian-accumulate-log-variance",
    title="With all data kept, the expected log-variance tends to a finite limit for every divisor (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=(*GAUSSIAN_KEPT, TWO_REAL_POINTS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=keeps_for_ever,
    reach=until_full,
    quantile=quantile_of_log_variance,
    examples=(
        Example(setting(5), t=(1, 2, 4, 10)),
        Example(setting(10, first=25, divisor="unbiased", variance=1.0), t=(1, 2, 5)),
        Example(setting(2, first=3), t=(1, 2, 6)),
        Example(setting(1, divisor="unbiased", first=2, variance=1.0), t=(1, 2, 4)),
        Example(window.setting(5, 3, "offset", offset=0.5), t=(1, 3)),
        Example(setting(20), t=(1, 50), algebra=False),
        Example(setting(5), t=(0,), algebra=False, simulate=False),
        Example(setting(5), t=(64, 100, 101, 1000, 1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000, first=2, variance=1.0), t=(1, 2, 3), algebra=False, simulate=False),
    ),
)  # fmt: skip
