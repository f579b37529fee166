r"""The density of the variance after $t$ fits is that of a product of $t$ chi-squares, a Meijer G function.

$p_{v_t}(x)=\frac{L^t}{v_0}f_t\!\left(\frac{xL^t}{v_0}\right)$,
$f_t(z)=\frac1{2^t\Gamma(a)^t}G^{t,0}_{0,t}\!\left(\frac z{2^t}\,\middle|\,a-1,\dots,a-1\right)$, $a=\frac{M-1}2$: for
$t=2$ a Bessel function. One integral along the descent from its saddle, no harder for a million fits than for two.
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
from theory.laws.chi_square import log_mean_factor
from theory.laws.log_chi_square_sum import log_sum_density
from theory.laws.symbols import E, L, M, nu, t, v0, x
from theory.scenario import Scenario

DIGITS = 50
density, product_density = sp.Symbol(r"p_{v_t}(x)"), sp.Function("f_t")
level = L**t * x / v0


def derive() -> Derivation:
    """The transform of one fit, its power, and the inversion of that."""
    u = sp.Symbol("u", positive=True)
    d = Derivation(
        "Chi-squares of different fits are independent and multiply; the Mellin transform of their product is the "
        "power of that of one, and determines its density."
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
        L**t / v0 * product_density(level), sp.Integral(sp.re(at_level), (u, 0, sp.oo)) / (sp.pi * x),
        source="springer1970", check=inversion_of_known_laws,
        because="Mellin's inversion: the density of log v_t at log x from its characteristic function, which is the "
        "transform on the imaginary axis, over x; v_t is v_0/L^t times the product of the chi-squares",
    )  # fmt: skip
    return d.concludes(sp.Eq(density, inverted.lhs, evaluate=False))


def inversion_of_known_laws() -> list[Verdict]:
    """One chi-square; two (a Bessel function); three (a Meijer G function)."""
    with mpmath.workdps(DIGITS):
        z = mpf(6)
        one = [
            agree(product_of_chi_squares(mpf(y), n, 1),
                  (mpf(y) / 2) ** (mpf(n) / 2 - 1) * mpmath.exp(-mpf(y) / 2) / 2 / mpmath.gamma(mpf(n) / 2))
            for n, y in ((4, 6), (9, 2))
        ]  # fmt: skip
        two = z ** (mpf(4) / 2 - 1) * mpmath.besselk(0, mpmath.sqrt(z)) / 8
        three = mpmath.meijerg([[], []], [[1, 1, 1], []], z / 8) / 8
        return [
            *one, agree(product_of_chi_squares(z, 4, 2), two), agree(product_of_chi_squares(z, 4, 3), three),
        ]  # fmt: skip


def product_of_chi_squares(z: mpf, nu_: int, t_: int) -> mpf:
    """f_t(z): (1/(pi z)) int_0^inf Re[E prod X^{iu} z^{-iu}] du by the trapezoidal rule.

    Its error is what the law has beyond log z -+ 2 pi/step: the step is so small that this is nothing.
    """
    with mpmath.workdps(DIGITS + 20):
        a, log_level = mpf(nu_) / 2, mpmath.log(z)
        mean, sd = t_ * (mpmath.digamma(a) + mpmath.log(2)), mpmath.sqrt(t_ * mpmath.psi(1, a))
        step = 2 * mpmath.pi / (abs(log_level - mean) + 18 * sd + 150 / a)
        log_gamma, total, k = mpmath.loggamma(a), mpf(1) / 2, 1
        while True:
            u = k * step
            exponent = t_ * (mpmath.loggamma(mpmath.mpc(a, u)) - log_gamma + mpmath.mpc(0, u) * mpmath.log(2))
            if exponent.real < -DIGITS * 2.4:
                return step * total / (mpmath.pi * z)
            total += mpmath.exp(exponent.real) * mpmath.cos(exponent.imag - u * log_level)
            k += 1


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    nu_ = scenario.sample_size.constant - 1

    def of_product(z: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS + 20):
            return sp.Float(product_of_chi_squares(sp.N(z, DIGITS + 20)._to_mpmath(DIGITS + 20), nu_, generation))

    return {**replace_bindings(scenario, generation), x: exact(at), product_density: of_product}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The density of v_t at ``at``, relatively accurate however small, to 1e-11; t counts fits.

    At t = 0, of a point mass, it is 0 or infinite.
    """
    size, offset = size_and_offset(scenario)
    v = scenario.source.variance
    if at <= 0:
        return np.zeros(generations.shape)
    relative = math.log1p((at - v) / v) if v / 2 <= at <= 2 * v else math.log(at) - math.log(v)
    drift = log_mean_factor(size, offset)
    source = math.inf if at == v else 0.0
    return np.array(
        [log_sum_density(relative - t * drift, size - 1, int(t)) / at if t else source for t in generations]
    )


def limit(scenario: Scenario, at: float) -> float:
    """0: chains vanish, grow, or spread without end."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the Gamma density. More: the density of a logarithm convolved with itself."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        v = mpf(str(scenario.source.variance))
        if at <= 0 or generation == mpmath.inf:
            return mpf(0)
        if generation == 0:
            return mpf("inf") if at == v else mpf(0)
        divisor = size - 1 + mpf(str(offset))
        if generation == 1:
            a, rate = mpf(size - 1) / 2, divisor / (2 * v)
            return rate * mpmath.exp((a - 1) * mpmath.log(rate * at) - rate * at - mpmath.loggamma(a))
        y = mpmath.log(mpf(at) / v) + int(generation) * mpmath.log(divisor / (size - 1))
        return log_convolution.log_sum_density(y, size - 1, int(generation)) / mpf(at)


CLAIM = Claim(
    id="gaussian-replace-variance-density",
    title="The density of the variance of model t is that of a product of t chi-squares with M - 1 degrees of freedom, "
    "a Meijer G function",
    kind=Kind.EXACT,
    statistic="variance_density",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-11,
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(1, 2, 20), at=0.5, simulate=False),
        Example(setting(5, "mle"), t=(1, 3), at=1e-3, simulate=False),
        Example(setting(3, "offset", offset=0.5), t=(2, 7), at=4.0, simulate=False),
        Example(setting(2, "unbiased"), t=(2, 10), at=1e-4, algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(0, 4, np.inf), at=0.0, algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(0, np.inf), at=2.25, algebra=False, simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(1000,), at=1e-50, algebra=False, simulate=False),
        Example(setting(1_000_000, "unbiased", variance=1.0), t=(1_000_000,), at=0.5, algebra=False, simulate=False),
        Example(setting(1_000_000_000, "mle", variance=1.0), t=(1, 10), at=0.9990234375, algebra=False, simulate=False),
    ),
    sources=(
        Source("springer1970", "", "cited", "its number of factors is t", "the law of a product of independent gammas"),
    ),
)  # fmt: skip
