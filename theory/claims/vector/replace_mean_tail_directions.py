r"""The place where the mean settles, for any covariance: chances of a distance that are products over directions.

As $M$ grows $\mu_\infty-\mu_0$ tends to $\Sigma_0^{1/2}Z/\sqrt G$, Z standard normal and G a gamma variable of shape 1
(unbiased) or 2 (maximum likelihood). With $\lambda_i$ the eigenvalues of the source's covariance,
$P(\lVert\mu_\infty-\mu_0\rVert>x)\to1-\prod_i(1+2\lambda_i/x^2)^{-1/2}$ unbiased, and under maximum likelihood the
product gets the factor $1+\sum_i\lambda_i/(x^2+2\lambda_i)$: far out $\operatorname{tr}[\Sigma_0]/x^2$ and of order
$1/x^4$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import VECTOR_REPLACE, divisor_is, sample_size_at_least
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import projection
from theory.claims.vector.perpetuity import tail_of_length
from theory.claims.vector.replace_mean_tail_limit import FAR, moments_of_the_perpetuity
from theory.claims.vector.source import PLANE, SHEET, eigenvalues, lam, rank, vector_setting
from theory.claims.vector.source import bindings as source_bindings
from theory.derivation import Derivation
from theory.laws.symbols import delta, dim, i, x
from theory.notation import Asymptotically
from theory.scenario import Scenario

ANGLES = 24
product = sp.Product((1 + 2 * lam[i] / x**2) ** sp.Rational(-1, 2), (i, 1, dim))
slope = sp.Sum(lam[i] / (x**2 + 2 * lam[i]), (i, 1, dim))


def derive() -> Derivation:
    """The gamma variable that the lengths are divided by, its tail, and the transform of a sum of weighted squares."""
    s, g, th, l1, l2, r = sp.symbols("s g theta lambda_1 lambda_2 r", positive=True)
    d = Derivation(
        "Given its variances the mean along a direction is normal, with variance V, their sum over all fits divided by "
        "M; in coordinates of the source V is the same in law for all directions, and the mean a vector whose "
        "projections are Student variables: Z over the root of one G. S is the sum of lambda_i Z_i^2 over x^2: the "
        "distance exceeds x where G < S."
    )
    projection(d)
    d.given(
        sp.Symbol(r"V_\infty/v_0"), sp.Symbol(r"1/\Gamma_{1+\delta}"), relation=r"\to", source="dufresne1990",
        check=moments_of_the_perpetuity,
        because="in time t/M the logarithm of q_t tends to a Brownian motion with variance 2 and drift -(1+delta), and "
        "the integral over all time of its exponential is the inverse of a gamma variable of shape 1 + delta",
    )  # fmt: skip
    d.algebra(
        sp.Integral(sp.exp(-g), (g, s, sp.oo)), sp.exp(-s), because="the chance of G > s for the shape 1",
    )  # fmt: skip
    d.algebra(
        sp.Integral(g * sp.exp(-g), (g, s, sp.oo)), (1 + s) * sp.exp(-s), because="and for the shape 2",
    )  # fmt: skip
    square = sp.exp(-(r**2) / 2) * sp.sqrt(2 / sp.pi)
    d.algebra(
        sp.Integral(sp.exp(-th * l1 * r**2) * square, (r, 0, sp.oo)), (1 + 2 * th * l1) ** sp.Rational(-1, 2),
        because="the mean of exp(-theta lambda Z^2): with theta = 1/x^2 the mean of exp(-S) is the product of these",
    )  # fmt: skip
    two = (1 + 2 * th * l1) ** sp.Rational(-1, 2) * (1 + 2 * th * l2) ** sp.Rational(-1, 2)
    d.algebra(
        -th * sp.Derivative(two, th), two * (th * l1 / (1 + 2 * th * l1) + th * l2 / (1 + 2 * th * l2)),
        because="and the mean of S exp(-S), for two directions: the product times a sum over them",
    )  # fmt: skip
    law = d.given(
        FAR, 1 - product * (1 + delta * slope), relation=r"\to", source="cramer1936",
        check=moments_of_the_perpetuity, because="so, with delta = 0 (unbiased) and 1 (maximum likelihood)",
    )  # fmt: skip
    return d.concludes(Asymptotically(FAR, law.rhs))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    _, offset = size_and_offset(scenario)
    return source_bindings(scenario, generation) | {delta: exact(offset), x: exact(at)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The source itself, t = 0, is at no distance; later generations are not covered."""
    return np.where(generations == 0, float(at < 0), np.nan)


def limit(scenario: Scenario, at: float) -> float:
    """P(|mu_inf - mu_0| > at) to leading order in 1/M; 1 for a level that is not positive."""
    if at <= 0:
        return 1.0
    _, offset = size_and_offset(scenario)
    ratios = eigenvalues(scenario) / at / at
    logarithm = -np.log1p(2 * ratios).sum() / 2 + np.log1p(offset * np.sum(ratios / (1 + 2 * ratios)))
    return float(-np.expm1(logarithm))


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The law at this M in the plane: a mean over directions of that of an isotropic chain with the length there."""
    size, offset = size_and_offset(scenario)
    first, second = eigenvalues(scenario)
    angle = (np.arange(ANGLES) + 0.5) * np.pi / 2 / ANGLES
    scales = np.sqrt(first * np.cos(angle) ** 2 + second * np.sin(angle) ** 2)
    return mpmath.mpf(float(np.mean([tail_of_length(size, offset, 2, at / scale) for scale in scales])))


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """Falls as 1/M, and grows with the square of the level: tails at finite M have another index."""
    size, offset = size_and_offset(scenario)
    return (1 + offset) * (1 + max(at, 0.0) ** 2 * rank(scenario) / eigenvalues(scenario).sum()) / (2 * size)


LONG = ((4.0, 0.0), (0.0, 0.25))
CLAIM = Claim(
    id="vector-replace-mean-tail-limit-directions",
    title="As M grows the mean of a chain with any covariance ends farther than x with a chance of 1 less a product "
    "over the eigenvalues: unbiased of (1 + 2 lambda_i/x^2)^(-1/2)",
    kind=Kind.ASYMPTOTIC,
    statistic="mean_tail",
    assumptions=(*VECTOR_REPLACE, divisor_is("unbiased", "mle"), sample_size_at_least(10)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0.0,
    error=relative_error,
    regime="M grows",
    examples=(
        Example(vector_setting(20, "unbiased", PLANE), t=(np.inf,), at=1.0, simulate=False),
        Example(vector_setting(20, "mle", PLANE), t=(np.inf,), at=1.0, simulate=False),
        Example(vector_setting(40, "unbiased", LONG), t=(np.inf,), at=2.0, simulate=False),
        Example(vector_setting(40, "mle", SHEET), t=(np.inf,), at=3.0, simulate=False),
        Example(vector_setting(100, "mle", LONG), t=(np.inf,), at=0.5, simulate=False),
    ),
    sources=(
        Source("dufresne1990", "", "cited", "not about refitting", "the law of the integral of exp of Brownian motion"),
    ),
)  # fmt: skip
