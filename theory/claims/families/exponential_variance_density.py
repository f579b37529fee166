r"""The density of the variance of a refitted exponential law is that of a product of Gamma variables, squared.

$v_t=v_0(\Gamma_1\cdots\Gamma_t/M^t)^2$, so that $p_{v_t}(x)=\frac{M^t}{2\sqrt{v_0x}}\,g_t(M^t\sqrt{x/v_0})$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import EXPONENTIAL_REPLACE
from theory.claims.families.scale import bindings as scale_bindings
from theory.claims.families.scale import mean_of_points, order, setting, variance, variance_of
from theory.claims.gaussian import log_convolution
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.replace_variance_density import density, inversion_of_known_laws, product_of_chi_squares
from theory.derivation import Derivation
from theory.laws.log_chi_square_sum import log_sum_density
from theory.laws.symbols import E, M, t, v0, x
from theory.scenario import Scenario

DIGITS = 50
product_density = sp.Function("g_t")


def derive() -> Derivation:
    """The transform of one fit, its power, the inversion of that, and the square."""
    u = sp.Symbol("u", positive=True)
    d = Derivation("One fit multiplies the mean by the mean of M points of the exponential law with mean 1.")
    one_fit = mean_of_points(d)
    power = d.solves(
        E(v(t) ** (order / 2)), v0 ** (order / 2) * one_fit**t, index=t, initial=(0, v0 ** (order / 2)),
        next_value=one_fit * E(v(t) ** (order / 2)),
        because="the factor of a fit is independent of those before it; the mean is the root of the variance",
    )  # fmt: skip
    z = sp.Symbol("z", positive=True)
    d.algebra(
        sp.Derivative(M**t * sp.sqrt(z / v0), z), M**t / (2 * sp.sqrt(v0 * z)),
        because="the slope of the level M^t sqrt(z/v_0) that the product of the Gamma variables has where v_t is z",
    )  # fmt: skip
    at_level = (power.rhs / x ** (order / 2)).subs(order, sp.I * u)
    inverted = d.given(
        M**t / (2 * sp.sqrt(v0 * x)) * product_density(M**t * sp.sqrt(x / v0)),
        sp.Integral(sp.re(at_level), (u, 0, sp.oo)) / (2 * sp.pi * x),
        source="springer1970", check=inversion_of_known_laws,
        because="Mellin's inversion: the density of log(v_t)/2 at log(x)/2 from its characteristic function, the "
        "transform on the imaginary axis, over 2 x",
    )  # fmt: skip
    return d.concludes(sp.Eq(density, inverted.lhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """With the density of a product of Gamma variables, each half a chi-square, in 70 digits."""
    size = scenario.sample_size.constant

    def product_of_gammas(z: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS + 20):
            doubled = sp.N(z, DIGITS + 20)._to_mpmath(DIGITS + 20) * mpf(2) ** generation
            return sp.Float(mpf(2) ** generation * product_of_chi_squares(doubled, 2 * size, generation))

    return {**scale_bindings(scenario, generation), x: exact(at), product_density: product_of_gammas}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The density of v_t at ``at``, relatively accurate however small, to 1e-11; t counts fits.

    At t = 0, of a point mass, it is 0 or infinite.
    """
    v_ = variance(scenario)
    if at <= 0:
        return np.zeros(generations.shape)
    relative = math.log1p((at - v_) / v_) if v_ / 2 <= at <= 2 * v_ else math.log(at) - math.log(v_)
    freedom, source = 2 * scenario.sample_size.constant, math.inf if at == v_ else 0.0
    return np.array([log_sum_density(relative / 2, freedom, int(t)) / (2 * at) if t else source for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """0: almost every chain vanishes."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the Gamma density. More: the density of a logarithm convolved with itself."""
    size = scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        v_ = mpf(str(sp.N(variance_of(scenario), DIGITS)))
        if at <= 0 or generation == mpmath.inf:
            return mpf(0)
        if generation == 0:
            return mpf("inf") if at == variance(scenario) else mpf(0)
        y = mpmath.log(mpf(at) / v_) / 2
        if generation == 1:
            return mpmath.exp(size * (mpmath.log(size) + y - mpmath.exp(y)) - mpmath.loggamma(size)) / (2 * mpf(at))
        return log_convolution.log_sum_density(y, 2 * size, int(generation)) / (2 * mpf(at))


CLAIM = Claim(
    id="exponential-replace-variance-density",
    title="The density of the variance of a refitted exponential law after t fits is that of a squared product of t "
    "Gamma variables",
    kind=Kind.EXACT,
    statistic="variance_density",
    assumptions=EXPONENTIAL_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-11,
    examples=(
        Example(setting("exponential", 10), t=(1, 5), at=1.0, simulate=False),
        Example(setting("exponential", 1, 3.0), t=(1, 3), at=0.5, simulate=False),
        Example(setting("exponential", 5), t=(0, 3, np.inf), at=0.0, algebra=False, simulate=False),
        Example(setting("exponential", 1000, 1.0), t=(1000, 100_000), at=0.25, algebra=False, simulate=False),
    ),
)  # fmt: skip
