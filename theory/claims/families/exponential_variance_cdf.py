r"""The variance of a refitted exponential law is that of the source times the square of a product of Gamma variables.

The mean of $M$ points is a chi-square with $2M$ degrees of freedom over $2M$, so that the law of $\log v_t$ is twice
that of a sum of log-chi-squares, and one integral.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import EXPONENTIAL_REPLACE
from theory.claims.families.scale import bindings as scale_bindings
from theory.claims.families.scale import mean_of_points, order, setting, variance, variance_of
from theory.claims.gaussian import log_convolution
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.replace_variance_cdf import inversion_of_known_laws, inverted_cdf
from theory.derivation import Derivation
from theory.laws.log_chi_square_sum import log_sum_cdf
from theory.laws.symbols import E, M, t, v0, x
from theory.scenario import Scenario

DIGITS = 50
P, product_cdf = sp.Function("P"), sp.Function("G_t")
level = M**t * sp.sqrt(x / v0)


def derive() -> Derivation:
    """The transform of one fit, its power, and the inversion of that."""
    u = sp.Symbol("u", positive=True)
    d = Derivation("One fit multiplies the mean by the mean of M points of the exponential law with mean 1.")
    one_fit = mean_of_points(d)
    power = d.solves(
        E(v(t) ** (order / 2)), v0 ** (order / 2) * one_fit**t, index=t, initial=(0, v0 ** (order / 2)),
        next_value=one_fit * E(v(t) ** (order / 2)),
        because="the factor of a fit is independent of those before it; the mean is the root of the variance",
    )  # fmt: skip
    at_level = (power.rhs / x ** (order / 2)).subs(order, sp.I * u)
    inverted = d.given(
        product_cdf(level), sp.Rational(1, 2) - sp.Integral(sp.im(at_level) / u, (u, 0, sp.oo)) / sp.pi,
        source="gilpelaez1951", check=inversion_of_known_laws,
        because="the distribution function at 0 of log(v_t/x)/2, whose characteristic function is the transform on "
        "the "
        "imaginary axis; the sums of M points, each in units of the mean before, multiply to M^t sqrt(v_t/v_0)",
    )  # fmt: skip
    return d.concludes(sp.Eq(P(sp.Le(v(t), x)), inverted.lhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    size = scenario.sample_size.constant

    def product_of_gammas(z: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS + 20):
            log_level = mpmath.log(sp.N(z, DIGITS + 20)._to_mpmath(DIGITS + 20)) + generation * mpmath.log(2)
            return sp.Float(inverted_cdf(log_level, 2 * size, generation))

    return {**scale_bindings(scenario, generation), x: exact(at), product_cdf: product_of_gammas}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at); t counts fits."""
    v = variance(scenario)
    if at <= 0:
        return np.zeros(generations.shape)
    relative = math.log1p((at - v) / v) if v / 2 <= at <= 2 * v else math.log(at) - math.log(v)
    freedom = 2 * scenario.sample_size.constant
    return np.array([log_sum_cdf(relative / 2, freedom, int(t)) if t else float(at >= v) for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """1 for every x > 0: almost every chain vanishes."""
    return float(at > 0)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the incomplete Gamma function. More: the density of a logarithm convolved with itself."""
    size = scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        v = mpf(str(sp.N(variance_of(scenario), DIGITS)))
        if at <= 0 or generation in (0, mpmath.inf):
            return mpf(int(at > 0 and (generation > 0 or at >= v)))
        y = mpmath.log(mpf(at) / v) / 2
        if generation == 1:
            return mpmath.gammainc(size, 0, size * mpmath.exp(y), regularized=True)
        return log_convolution.log_sum_cdf(y, 2 * size, int(generation))


CLAIM = Claim(
    id="exponential-replace-variance-cdf",
    title="The mean of a refitted exponential law after t fits is a product of t independent Gamma variables: "
    "P(v_t <= x) is one integral",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=EXPONENTIAL_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("exponential", 10), t=(1, 5, 40), at=1.0),
        Example(setting("exponential", 1, 3.0), t=(1, 3), at=0.5),
        Example(setting("exponential", 100), t=(1, 60), at=2.25),
        Example(setting("exponential", 5), t=(0, np.inf), at=1.5, algebra=False, simulate=False),
        Example(setting("exponential", 5), t=(0, 3), at=0.0, algebra=False, simulate=False),
        Example(setting("exponential", 1000, 1.0), t=(1000, 100_000), at=0.25, simulate=False),
    ),
    sources=(
        Source("springer1970", "", "cited", "its number of factors is t", "the law of a product of independent gammas"),
    ),
)  # fmt: skip
