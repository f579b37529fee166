r"""The mean of an isotropic chain settles at a random place, whose law is a multivariate Student law as $M$ grows.

Unbiased, $\mu_\infty-\mu_0$ tends to $t_2$ in every number of dimensions, with
$P(\lVert\mu_\infty-\mu_0\rVert>x)\to 1-\left(\frac{x^2}{x^2+2v_0}\right)^{d/2}$; under maximum likelihood to
$t_4/\sqrt2$. So unbiased the place has no variance: $E\lVert\mu_t-\mu_0\rVert^2$, which grows without bound, is carried
by few chains, while the typical distance is about $\sqrt{v_0 d}$.

Of any covariance $\Sigma_0$ two things remain: along a fixed direction $u$ the place $u'(\mu_\infty-\mu_0)$ has the
law of $d=1$ with $v_0=u'\Sigma_0u$, and in coordinates in which $\Sigma_0$ is the identity the whole vector has the law
here. The distance itself, which the statistic asks for, then mixes directions of unequal scale: its law, under both
usual divisors, is that of a claim of its own.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import projection
from theory.claims.vector.perpetuity import tail_of_length
from theory.claims.vector.source import vector_setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import delta, dim, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario

level = sp.Symbol("x", positive=True)
tail_law = sp.betainc_regularized(1 + delta, dim / sp.Integer(2), 0, 2 * v0 / (2 * v0 + level**2))
FAR = sp.Function("P")(sp.Symbol(r"\Vert\mu_\infty-\mu_0\Vert > x"))


def _is_isotropic(scenario: Scenario) -> bool:
    covariance = scenario.source.covariance_matrix()
    return np.array_equal(covariance, covariance[0, 0] * np.eye(len(covariance)))


ISOTROPIC = Assumption(
    "the covariance is a multiple of the identity", lambda s: s.family == "gaussian" and _is_isotropic(s)
)
UNBIASED_OR_ABOVE = Assumption(
    "the divisor is at least M - 1",
    lambda s: s.estimator.kind == "moments" and s.sample_size is not None and size_and_offset(s)[1] >= 0,
)


def derive() -> Derivation:
    """Projection, the diffusion limit of the variance along a direction, the Student law, all directions at once."""
    y, g, r = sp.symbols("y g r", positive=True)
    half = dim / sp.Integer(2)
    d = Derivation(
        "Given its variances the mean along a direction is normal, with variance V, their sum over all fits divided by "
        "M. The law of V has a limit as M grows; it makes the mean along every direction a Student variable, and a "
        "vector all of whose projections are Student is a multivariate Student vector."
    )
    projection(d)
    d.given(
        sp.Symbol(r"V_\infty/v_0"), sp.Symbol(r"1/\Gamma_{1+\delta}"), relation=r"\to", source="dufresne1990",
        check=moments_of_the_perpetuity,
        because="in time t/M the logarithm of q_t tends to a Brownian motion with variance 2 and drift -(1+delta), and "
        "the integral over all time of its exponential is the inverse of a gamma variable of shape 1 + delta",
    )  # fmt: skip
    student = sp.gamma(delta + sp.Rational(3, 2)) / (sp.sqrt(2 * sp.pi) * sp.gamma(1 + delta)) / (
        1 + y**2 / 2
    ) ** (delta + sp.Rational(3, 2))  # fmt: skip
    normal = sp.sqrt(g / (2 * sp.pi)) * sp.exp(-g * y**2 / 2)
    d.algebra(
        sp.Integral(normal * g**delta * sp.exp(-g) / sp.gamma(1 + delta), (g, 0, sp.oo)), student,
        because="the density of the mean along a direction in units of the root of v_0: normal with variance 1/g, "
        "averaged over g; a Student law of 2(1+delta) degrees of freedom, over the root of 1 + delta",
    )  # fmt: skip
    vector = sp.gamma(1 + delta + half) / ((2 * sp.pi) ** half * sp.gamma(1 + delta)) / (
        1 + r**2 / 2
    ) ** (1 + delta + half)  # fmt: skip
    d.given(
        sp.Function("f")(r), vector, source="cramer1936", check=projections_of_the_vector_law,
        because="the law of a vector is determined by those of its projections: this density at distance r, whose "
        "projection on every line is the one above",
    )  # fmt: skip
    u = 2 / (2 + r**2)
    beta = sp.gamma(1 + delta + half) / (sp.gamma(1 + delta) * sp.gamma(half)) * u**delta * (1 - u) ** (half - 1)
    d.algebra(
        2 * sp.pi**half / sp.gamma(half) * r ** (dim - 1) * vector, -beta * sp.diff(u, r),
        because="the density of the length r is that of a beta variable u = 2/(2 + r^2)",
    )  # fmt: skip
    law = d.given(
        FAR, tail_law, relation=r"\to", source="dlmf", check=lengths_are_beta,
        because="the chance of a beta variable to lie below a level is the regularised incomplete beta function; "
        "unbiased it is 1 - (x^2/(x^2 + 2 v_0))^(d/2)",
    )  # fmt: skip
    return d.concludes(Asymptotically(FAR, law.rhs))


def moments_of_the_perpetuity() -> list[Verdict]:
    """The first moments of V at M = 10^6 and offset 5, from V = (1 + S V')/M in law, beside those of 1/Gamma_6."""
    size, offset = 10**6, 5
    with mpmath.workdps(40):
        degrees, divisor = mpmath.mpf(size - 1), mpmath.mpf(size - 1 + offset)
        factor = [mpmath.fprod((degrees + 2 * i) / divisor for i in range(k)) for k in range(5)]  # E S^k
        moments, verdicts = [mpmath.mpf(1)], []
        for k in range(1, 5):
            lower = sum(mpmath.binomial(k, n) * factor[n] * moments[n] / mpmath.mpf(size) ** (k - n) for n in range(k))
            moments.append(lower / (1 - factor[k]))
            limit = mpmath.gamma(1 + offset - k) / mpmath.gamma(1 + offset)
            verdicts.append(agree(moments[k], limit, 100 / mpmath.mpf(size)))
        return verdicts


def projections_of_the_vector_law() -> list[Verdict]:
    """The density in three dimensions, integrated over a plane at distance y, beside that on the line."""
    verdicts = []
    for offset, y in ((0, 0.3), (1, 1.5), (0.5, 2.0)):

        def across(r: mpmath.mpf, a: float = offset, y: float = y) -> mpmath.mpf:
            scale = mpmath.gamma(a + 2.5) / ((2 * mpmath.pi) ** 1.5 * mpmath.gamma(1 + a))
            return 2 * mpmath.pi * r * scale / (1 + (y**2 + r**2) / 2) ** (a + 2.5)

        line = mpmath.gamma(offset + 1.5) / (mpmath.sqrt(2 * mpmath.pi) * mpmath.gamma(1 + offset))
        verdicts.append(
            agree(mpmath.quad(across, [0, 1, 10, mpmath.inf]), line / (1 + y**2 / 2) ** (offset + 1.5), 1e-9)
        )
    return verdicts


def lengths_are_beta() -> list[Verdict]:
    """The beta density integrated by quadrature, beside scipy's function and the elementary form at offset 0."""
    verdicts = []
    for a, b, z in ((1.0, 1.0, 0.4), (2.0, 1.5, 0.7), (1.5, 3.0, 0.2)):
        scale = mpmath.gamma(a + b) / (mpmath.gamma(a) * mpmath.gamma(b))
        area = scale * mpmath.quad(lambda u, a=a, b=b: u ** (a - 1) * (1 - u) ** (b - 1), [0, z])
        verdicts.append(agree(area, special.betainc(a, b, z), 1e-10))
    return [*verdicts, agree(special.betainc(1.0, 1.5, 0.4), 1 - 0.6**1.5)]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """The symbols of the statement, exact; x is the level."""
    _, offset = size_and_offset(scenario)
    return {
        delta: exact(offset), dim: scenario.source.dimension, v0: exact(scenario.source.covariance[0][0]),
        level: exact(at),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The source itself, t = 0, is at no distance; later generations are not covered."""
    return np.where(generations == 0, float(at < 0), np.nan)


def limit(scenario: Scenario, at: float) -> float:
    """P(|mu_inf - mu_0| > at) to leading order in 1/M; 1 for a level that is not positive."""
    if at <= 0:
        return 1.0
    _, offset = size_and_offset(scenario)
    ratio = at**2 / (2 * scenario.source.covariance[0][0])
    return float(special.betainc(1 + offset, scenario.source.dimension / 2, 1 / (1 + ratio)))


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The law at this M, by the functional equation of the perpetuity."""
    size, offset = size_and_offset(scenario)
    scale = np.sqrt(scenario.source.covariance[0][0])
    return mpmath.mpf(tail_of_length(size, offset, scenario.source.dimension, at / scale))


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """Falls as 1/M, and grows with the square of the level: tails at finite M have another index."""
    size, offset = size_and_offset(scenario)
    return (1 + offset) * (1 + max(at, 0.0) ** 2 / scenario.source.covariance[0][0]) / (2 * size)


def _round(size: int, d: int, variance: float = 1.0, divisor: str = "unbiased", **offset: float) -> Scenario:
    covariance = tuple(tuple(variance * (row == column) for column in range(d)) for row in range(d))
    return vector_setting(size, divisor, covariance, **offset)


CLAIM = Claim(
    id="vector-replace-mean-tail-limit",
    title="As M grows the mean of an isotropic chain ends at a multivariate Student vector: t_2 for the unbiased "
    "divisor, which has no variance, and t_4/sqrt(2) under maximum likelihood",
    kind=Kind.ASYMPTOTIC,
    statistic="mean_tail",
    assumptions=(*VECTOR_REPLACE, ISOTROPIC, UNBIASED_OR_ABOVE, sample_size_at_least(10)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0.0,
    error=relative_error,
    regime="M grows",
    examples=(
        Example(_round(10, 2), t=(np.inf,), at=1.0, simulate=False),
        Example(_round(10, 3, 2.25), t=(np.inf,), at=3.0, simulate=False),
        Example(_round(20, 3, divisor="mle"), t=(np.inf,), at=1.0, simulate=False),
        Example(_round(40, 2, 4.0, divisor="mle"), t=(np.inf,), at=0.5, simulate=False),
        Example(_round(40, 6), t=(np.inf,), at=4.0, simulate=False),
        Example(_round(100, 2), t=(np.inf,), at=2.0, simulate=False),
        Example(_round(100, 3, divisor="offset", offset=2.0), t=(np.inf,), at=1.0, simulate=False),
        Example(_round(200, 2), t=(np.inf,), at=1.0, simulate=False),
    ),
    sources=(
        Source("dufresne1990", "", "cited", "not about refitting", "the law of the integral of exp of Brownian motion"),
    ),
    errata="The distance needs an isotropic covariance. Of any other, Sigma, a fixed direction u still has the law of "
    "d = 1, with v_0 = u' Sigma u, and the length of Sigma^(-1/2) (mu_inf - mu_0) the law here with v_0 = 1.",
)  # fmt: skip
