r"""Where the mean of a refitted Gaussian ends: for large M a Student law, $t_2$ for the unbiased divisor.

In time $t/M$ the variance is a geometric Brownian motion, the mean a Brownian motion run by its integral, and that
integral over all time is one over a Gamma variable: with the offset $\delta$ of the divisor
$\mu_\infty-\mu_0\to\sqrt{v_0}\,t_{2(1+\delta)}/\sqrt{1+\delta}$, so $t_4/\sqrt2$ under maximum likelihood.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_mean_tail import AT_LEAST_UNBIASED, P, reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.perpetuity import mean_tail, student_tail
from theory.laws.symbols import M, delta, nu, v0, x
from theory.notation import Asymptotically
from theory.scenario import Scenario

strays_for_ever = sp.Gt(
    sp.Abs(sp.Symbol(r"\mu_\infty", real=True) - sp.Symbol("mu_0", real=True)), x, evaluate=False
)  # fmt: skip


def derive() -> Derivation:
    """The law of the integral of the variance, the mixture of normals over it, and its tail."""
    y, g = sp.symbols("y g", positive=True)
    d = Derivation(
        "delta is the offset of the divisor: 0 unbiased, 1 under maximum likelihood. In time t/M, as M grows, log v_t "
        "is a Brownian motion of variance 2 and drift -(1+delta) per unit, and the error of the mean has the variance "
        "of the integral of v_t."
    )
    cochran(d)
    cumulants = sp.log(mellin(d).subs(nu, M - 1))
    d.algebra(
        sp.Subs(sp.Derivative(cumulants, (order, 2)), order, 0), sp.polygamma(1, (M - 1) / sp.Integer(2)),
        because="the variance of log v_t per fit, about 2/M; the mean is about -(1+delta)/M",
    )  # fmt: skip
    d.given(
        sp.Symbol(r"v_0 \int_0^\infty e^{\sqrt2 B_s-(1+\delta)s} ds"), v0 / sp.Symbol("G"), relation=r"\sim",
        source="dufresne1990", check=large_samples,
        because="the integral of a geometric Brownian motion over all time: G is Gamma with shape 1 + delta",
    )  # fmt: skip
    weight = g**delta * sp.exp(-g) / sp.gamma(1 + delta)
    d.algebra(
        sp.Integral(weight * sp.sqrt(g / (2 * sp.pi * v0)) * sp.exp(-g * y**2 / (2 * v0)), (g, 0, sp.oo)),
        sp.gamma(delta + sp.Rational(3, 2)) / (sp.gamma(1 + delta) * sp.sqrt(2 * sp.pi * v0))
        * (1 + y**2 / (2 * v0)) ** (-delta - sp.Rational(3, 2)),
        because="the density of a normal law of variance v_0/G: Student with 2(1+delta) degrees of freedom, scaled",
    )  # fmt: skip
    tail = d.given(
        P(strays_for_ever), sp.betainc_regularized(1 + delta, sp.Rational(1, 2), 0, 2 * v0 / (2 * v0 + x**2)),
        relation=r"\sim", source="dlmf", check=tail_of_two_degrees,
        because="the tail of that density; 1 - x/sqrt(x^2 + 2 v_0) for the unbiased divisor",
    )  # fmt: skip
    return d.concludes(Asymptotically(tail.lhs, tail.rhs))


def large_samples() -> list[Verdict]:
    """The exact tail at M = 400 for three offsets, and ten times nearer than at M = 40."""
    return [
        agree(mean_tail(1.0, size, offset, math.inf), student_tail(1.0, offset), 1.4 / size)
        for size in (40, 400) for offset in (0.0, 1.0, 2.0)
    ]  # fmt: skip


def tail_of_two_degrees() -> list[Verdict]:
    """The Student law with two degrees of freedom, whose tail is elementary."""
    return [agree(student_tail(y, 0.0), 1 - y / math.sqrt(y * y + 2)) for y in (0.1, 1.0, 5.0)]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    return {v0: exact(scenario.source.variance), x: exact(at), delta: exact(size_and_offset(scenario)[1])}


def limit(scenario: Scenario, at: float) -> float:
    """P(|mu_inf - mu_0| > at) of the Student law."""
    if at < 0:
        return 1.0
    return student_tail(at / math.sqrt(scenario.source.variance), size_and_offset(scenario)[1])


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """At t = 0, all that is asked: the mean is that of the source."""
    return np.full(generations.shape, float(at < 0))


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """(1 + log(1 + at^2/v_0))/M: what every example keeps, with an offset of at most 1; 0 at t = 0."""
    return (1 + math.log1p(at**2 / scenario.source.variance)) / scenario.sample_size.constant if generation else 0.0


CLAIM = Claim(
    id="gaussian-replace-mean-student-limit",
    title="For large M the mean ends as a Student variable: t_2 for the unbiased divisor, t_4/sqrt 2 under maximum "
    "likelihood, t_{2(1+delta)}/sqrt(1+delta) for an offset delta",
    kind=Kind.ASYMPTOTIC,
    statistic="mean_tail",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2), AT_LEAST_UNBIASED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0.0,
    error=relative_error,
    regime="M grows, t = inf and delta is fixed",
    examples=(
        Example(setting(50, "unbiased", variance=1.0), t=(0, 1), at=-1.0, algebra=False, simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(np.inf,), at=1.0, simulate=False),
        Example(setting(40, "unbiased", variance=1.0), t=(np.inf,), at=4.0, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=0.75, simulate=False),
        Example(setting(40, "mle", variance=1.0), t=(np.inf,), at=2.0, simulate=False),
        Example(setting(10, "offset", offset=0.5), t=(np.inf,), at=3.0, simulate=False),
    ),
    sources=(
        Source("dufresne1990", "", "cited", "no index", "the law of the integral of a geometric Brownian motion"),
    ),
    errata="At finite M the law is not Student's: V_inf is at least 1/M. The tail differs by a relative amount of "
    "order 1/M, which the exact claim gives; at M = 10 the probability of straying further than one standard deviation "
    "of the source is 0.4134, not 0.4226.",
)  # fmt: skip
