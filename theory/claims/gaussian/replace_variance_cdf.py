r"""The law of the variance after $t$ fits is that of a product of $t$ chi-squares: $P(v_t\le x)=F_t(xL^t/v_0)$.

Its Mellin transform is a power of a Gamma quotient, its density a Meijer G function (for $t=2$ a Bessel function). The
distribution function is one integral, and no harder for a million fits than for two.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian import log_convolution
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import log_mean_factor, mean_log_factor
from theory.laws.log_chi_square_sum import log_sum_cdf
from theory.laws.symbols import E, L, M, nu, t, v0, x
from theory.scenario import Scenario

DIGITS = 50
P, product_cdf = sp.Function("P"), sp.Function("F_t")
level = L**t * x / v0


def derive() -> Derivation:
    """The transform of one fit, its power, and the inversion of that."""
    u = sp.Symbol("u", positive=True)
    d = Derivation(
        "Chi-squares of different fits are independent and multiply; the Mellin transform of their product is the "
        "power of that of one, and determines the law."
    )
    cochran(d)
    one_fit = mellin(d).subs(nu, M - 1) / L**order
    power = d.solves(
        E(v(t) ** order), v0**order * one_fit**t, index=t, initial=(0, v0**order),
        next_value=one_fit * E(v(t) ** order),
        because="the factor of a fit is independent of those before it",
    )  # fmt: skip
    at_level = (power.rhs / x**order).subs(order, sp.I * u)
    inverted = d.given(
        product_cdf(level), sp.Rational(1, 2) - sp.Integral(sp.im(at_level) / u, (u, 0, sp.oo)) / sp.pi,
        source="gilpelaez1951", check=inversion_of_known_laws,
        because="the distribution function at 0 of log(v_t/x), whose characteristic function is the transform on the "
        "imaginary axis; v_t is at most x where the product of the chi-squares is at most L^t x/v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(P(sp.Le(v(t), x)), inverted.lhs, evaluate=False))


def inversion_of_known_laws() -> list[Verdict]:
    """One chi-square (an incomplete Gamma function), and two (a Bessel function integrated)."""
    with mpmath.workdps(DIGITS):
        one = [
            agree(inverted_cdf(mpmath.log(z), nu_, 1), mpmath.gammainc(mpf(nu_) / 2, 0, mpf(z) / 2, regularized=True))
            for nu_, z in ((1, mpf("0.3")), (4, mpf(6)), (99, mpf(80)))
        ]
        z = mpf(8)

        def density(w: mpf) -> mpf:  # of the product of two chi-squares with four degrees of freedom
            return w * mpmath.besselk(0, mpmath.sqrt(w)) / 8

        return [*one, agree(inverted_cdf(mpmath.log(z), 4, 2), mpmath.quad(density, [0, 1, z]))]


def inverted_cdf(log_level: mpf, nu_: int, t_: int) -> mpf:
    """1/2 - (1/pi) int_0^inf Im[E prod X^{iu} e^{-iu y}] du/u at y = ``log_level``, by the trapezoidal rule.

    Its error is what the law has beyond y -+ 2 pi/step: the step is so small that this is nothing.
    """
    with mpmath.workdps(DIGITS + 20):
        a = mpf(nu_) / 2
        mean, sd = t_ * (mpmath.digamma(a) + mpmath.log(2)), mpmath.sqrt(t_ * mpmath.psi(1, a))
        step = 2 * mpmath.pi / (abs(log_level - mean) + 18 * sd + 150 / a)
        log_gamma, total, k = mpmath.loggamma(a), (mean - log_level) / 2, 1
        while True:
            u = k * step
            exponent = t_ * (mpmath.loggamma(mpmath.mpc(a, u)) - log_gamma + mpmath.mpc(0, u) * mpmath.log(2))
            if exponent.real < -DIGITS * 2.4:
                return mpf(1) / 2 - step * total / mpmath.pi
            total += mpmath.exp(exponent.real) * mpmath.sin(exponent.imag - u * log_level) / u
            k += 1


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    nu_ = scenario.sample_size.constant - 1

    def product_of_chi_squares(z: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS + 20):
            return sp.Float(inverted_cdf(mpmath.log(sp.N(z, DIGITS + 20)._to_mpmath(DIGITS + 20)), nu_, generation))

    return {**replace_bindings(scenario, generation), x: exact(at), product_cdf: product_of_chi_squares}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at), relatively accurate down to the least positive float; t counts fits."""
    size, offset = size_and_offset(scenario)
    v = scenario.source.variance
    if at <= 0:
        return np.zeros(generations.shape)
    relative = math.log1p((at - v) / v) if v / 2 <= at <= 2 * v else math.log(at) - math.log(v)
    drift = log_mean_factor(size, offset)
    return np.array([log_sum_cdf(relative - t * drift, size - 1, int(t)) if t else float(at >= v) for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """1 where almost every chain vanishes, 0 where almost every chain grows, 1/2 between the two."""
    rate = mean_log_factor(*size_and_offset(scenario))
    return 0.0 if at <= 0 else (0.5 if rate == 0 else float(rate < 0))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the incomplete Gamma function. More: the density of a logarithm convolved with itself."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        v = mpf(str(scenario.source.variance))
        if at <= 0 or generation == 0:
            return mpf(int(0 < at >= v))
        if generation == mpmath.inf:  # after 2^40 fits the law is wide, and all on one side of any level
            return mpmath.nint(reference(scenario, 2**40, at))
        divisor = size - 1 + mpf(str(offset))
        if generation == 1:
            return mpmath.gammainc(mpf(size - 1) / 2, 0, mpf(at) / v * divisor / 2, regularized=True)
        y = mpmath.log(mpf(at) / v) + int(generation) * mpmath.log(divisor / (size - 1))
        return log_convolution.log_sum_cdf(y, size - 1, int(generation))


CLAIM = Claim(
    id="gaussian-replace-variance-cdf",
    title="The variance after t fits is v_0/L^t times a product of t independent chi-squares: P(v_t <= x) is one "
    "integral",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, "unbiased", variance=1.0), t=(1, 2), at=0.5),
        Example(setting(5, "unbiased", variance=1.0), t=(0,), at=1.0, algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(1, 5, 100), at=0.75),
        Example(setting(2, "mle"), t=(1, 3, 10), at=0.001),
        Example(setting(3, "offset", offset=0.5), t=(2, 7), at=4.0),
        Example(setting(100, "unbiased"), t=(1, 40, 300), at=2.25),
        Example(setting(10, "mle"), t=(0, 4), at=0.0, algebra=False, simulate=False),
        Example(setting(2, "unbiased"), t=(10, 100), at=1e-32, simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(1000,), at=1e-50, simulate=False),
        Example(setting(1000, "mle", variance=1.0), t=(100_000,), at=1e-86, simulate=False),
        Example(setting(1_000_000, "unbiased", variance=1.0), t=(1_000_000,), at=0.5, simulate=False),
        Example(setting(1_000_000, "unbiased", variance=1.0), t=(1000,), at=0.78125, simulate=False),
        Example(setting(1_000_000_000, "mle", variance=1.0), t=(10, 1_000_000), at=0.9990234375, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=1e-6, algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-2.5), t=(np.inf,), at=1e6, algebra=False, simulate=False),
    ),
    sources=(
        Source("springer1970", "", "cited", "its number of factors is t", "the law of a product of independent gammas"),
    ),
)  # fmt: skip
