r"""With exponential forgetting almost every chain still collapses, at the rate $E\log F<0$ unless the divisor is small.

$F=1-g+g\chi^2_{M-1}/L$. To first order in $1/M$ the rate is $-g\delta/M-g^2/M$: under the unbiased divisor $g^2$ times
that of replacement, although the expected variance stays. The mean of the logarithm is an integral over a Laplace
transform.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import forgetting
from theory.claims.gaussian.factor_quantiles import quantile_of_log_variance
from theory.claims.gaussian.forgetting import ERRATA, GAUSSIAN_FORGETTING, F, factor, read, setting
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import mean_log_factor
from theory.laws.forgetting import mean_log
from theory.laws.symbols import E, L, M, g, nu, s, t, v0
from theory.scenario import Scenario

ell = sp.Symbol("l_g", real=True)


def derive() -> Derivation:
    """The first fit from the Mellin transform, every later one from Frullani's integral and a Laplace transform."""
    d = Derivation("The logarithm of a product of independent factors is a sum.")
    factor(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d)), order), order, 0), sp.polygamma(0, nu / 2) + sp.log(2),
        because="the mean of the logarithm of a chi-square is the slope of log E X^s at s = 0",
    )  # fmt: skip
    first = d.algebra(
        slope.rhs.subs(nu, M - 1) - sp.log(L), sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="so the first fit, to real points, adds this on average",
    ).rhs  # fmt: skip
    x, z = sp.symbols("x z", positive=True)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of a chi-square, by integrating its density",
    )  # fmt: skip
    d.given(
        E(sp.log(F)),
        integral(),
        source="dlmf",
        check=frullani,
        because="Frullani's integral for log F, the mean over X taken inside: l_g",
    )
    solved = d.solves(
        E(sp.log(v(t))), sp.log(v0) + first + (t - 1) * ell, index=t, initial=(1, sp.log(v0) + first),
        next_value=E(sp.log(v(t))) + ell,
        because="the terms add up from log v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def integral() -> sp.Expr:
    """E log F over the Laplace transform of the chi-square in it."""
    laplace = (1 + 2 * g * s / L) ** (-(M - 1) / sp.Integer(2))
    return sp.Integral((sp.exp(-s) - sp.exp(-s * (1 - g)) * laplace) / s, (s, 0, sp.oo))


def exact_mean_log(size: mpf, divisor: mpf, rate: mpf) -> mpf:
    """The same number by mpmath."""

    def integrand(y: mpf) -> mpf:
        laplace = (1 + 2 * rate * y / divisor) ** (-(size - 1) / 2)
        return (mpmath.exp(-y) - mpmath.exp(-y * (1 - rate)) * laplace) / y

    with mpmath.workdps(40):
        return mpmath.quad(integrand, [0, 1, 8, 64, 512, mpmath.inf])


def frullani() -> list[Verdict]:
    """The integral beside the quadrature over the density, for 4 points and the unbiased divisor, at two rates."""
    return [
        agree(
            exact_mean_log(mpf(4), mpf(3), rate),
            chi_square_mean(lambda x, rate=rate: mpmath.log(1 - rate + rate * x / 3), 3),
        )
        for rate in (mpf(1) / 4, mpf(1) / 2)
    ]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, the integral included."""
    given = forgetting.bindings(scenario, generation)
    with mpmath.workdps(40):
        value = exact_mean_log(*(mpf(str(given[symbol])) for symbol in (M, L, g)))
    return given | {ell: sp.Float(str(value), 38)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. The error is relative to |log v_0| and the change."""
    size, offset, rate = read(scenario)
    change = mean_log_factor(size, offset) + (generations - 1) * mean_log(size, offset, rate)
    return math.log(scenario.source.variance) + np.where(generations > 0, change, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity wherever E log F is negative, as for every divisor from M - 1 on."""
    return math.copysign(np.inf, mean_log(*read(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence, the mean of log F by quadrature over the density."""
    return forgetting.reference(scenario, generation, lambda state, unit: mpmath.log(unit) + state[2])


CLAIM = Claim(
    id="gaussian-forgetting-log-variance",
    title="With exponential forgetting the expected log-variance changes by E log(1 - g + g X/L) per fit, X chi-square "
    "with M-1 degrees of freedom: a fall if L >= M - 1 (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=GAUSSIAN_FORGETTING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_log_variance,
    examples=(
        Example(setting(10, 0.3, "mle"), t=(1, 2, 10, 50)),
        Example(setting(20, 0.5, "unbiased", variance=1e-6), t=(1, 2, 10)),
        Example(setting(5, 0.9, "offset", offset=0.5), t=(1, 3, 12)),
        Example(setting(2, 0.25, "mle"), t=(1, 2, 40)),
        Example(setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(setting(10, 1.0, "mle"), t=(1, 2, 30), algebra=False, simulate=False),
        Example(setting(10, 0.3, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(10, 0.3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(4, 0.1, "offset", offset=-2.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10**9, 1e-4, "mle", variance=1.0), t=(1, 1_000_000), simulate=False),
    ),
    errata=ERRATA,
)  # fmt: skip
