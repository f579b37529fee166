r"""How the mean of a refitted Gaussian strays far at finite $M$: a power law, of index 2 for the unbiased divisor.

$P(|\mu_\infty-\mu_0|>x)\sim C_M(v_0/x^2)^\theta$ as $x$ grows, with $ES^\theta=1$. Unbiased, $\theta=1$ whatever $M$,
and $C_M=1/\left(M\left(\psi\left(\tfrac{M+1}2\right)-\log\tfrac{M-1}2\right)\right)$, from 0.685 at $M=2$ to 1: the
place where the mean ends has no variance. Under maximum likelihood the index $2\theta$ falls from 4.73 at $M=2$ to 4:
the fourth moment is finite at every $M$, and infinite in the limit.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.highest_variance import theta
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_mean_student_limit import strays_for_ever
from theory.claims.gaussian.replace_mean_tail import AT_LEAST_UNBIASED, RESOLVED, P, reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.far_tail import far_tail, mean_rise, tilted_drift
from theory.laws.maximum import tilt
from theory.laws.perpetuity import mean_over_paths, mean_tail
from theory.laws.symbols import L, M, nu, v0, x
from theory.notation import Asymptotically
from theory.scenario import Scenario

rise = sp.Symbol(r"J_\theta", positive=True)


def derive() -> Derivation:
    """The index, the tail of the variance that a path adds up, and that of a normal variable with this variance."""
    y = sp.Symbol("y", positive=True)
    d = Derivation(
        "Given its variances the mean ends at a normal variable of variance v_0 W/M, where W is the sum of 1, S_1, "
        "S_1 S_2 and so on, in law 1 + S W with S independent; theta is the positive root of E S^theta = 1, and "
        "J_theta the mean of W^theta - (W-1)^theta."
    )
    cochran(d)
    transform = mellin(d).subs(nu, M - 1)
    d.algebra(
        sp.Subs(transform / (M - 1) ** order, order, 1), sp.Integer(1),
        because="theta is 1 for the unbiased divisor, whatever M, and J_theta is then 1; above M - 1 theta is larger",
    )  # fmt: skip
    drift = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform / L**order), order), order, theta),
        sp.polygamma(0, (M - 1) / sp.Integer(2) + theta) - sp.log(L / 2),
        because="E S^theta log S, as E S^theta is 1: the mean logarithm of a chi-square of 2 theta more degrees of "
        "freedom",
    ).rhs  # fmt: skip
    d.given(
        P(sp.Gt(sp.Symbol("W"), y, evaluate=False)), rise / (theta * drift) * y ** (-theta), relation=r"\sim",
        source="goldie1991", check=variances_far_out,
        because="implicit renewal theory: the tail of a law that is that of 1 + S W",
    )  # fmt: skip
    moment = d.algebra(
        2 * sp.Integral(y ** (2 * theta) * sp.exp(-(y**2) / 2) / sp.sqrt(2 * sp.pi), (y, 0, sp.oo)),
        2**theta * sp.gamma(theta + sp.Rational(1, 2)) / sp.sqrt(sp.pi),
        because="the moment of order 2 theta of a standard normal variable",
    ).rhs  # fmt: skip
    tail = d.given(
        P(strays_for_ever), moment * rise / (theta * drift) * (v0 / (M * x**2)) ** theta, relation=r"\sim",
        source="breiman1965", check=means_far_out,
        because="a factor with more moments multiplies the constant of a power law by its moment of that order: W "
        "is to exceed M x^2/(v_0 z^2), z standard normal",
    )  # fmt: skip
    return d.concludes(Asymptotically(tail.lhs, tail.rhs))


def variances_far_out() -> list[Verdict]:
    """The chance that W exceeds 10^5 times an exponential variable, beside the power law times Gamma(theta + 1)."""
    verdicts, level = [], 1e5
    for offset in (0.0, 0.5, 1.0):
        theta_ = tilt(10, offset)
        chance = mean_over_paths(lambda X: np.exp(-level / (1 + np.exp(X))), 10, offset)
        law = mean_rise(10, offset) / (theta_ * tilted_drift(10, offset)) * level**-theta_
        verdicts.append(agree(chance, law * math.gamma(theta_ + 1), 1e-3))
    return verdicts


def means_far_out() -> list[Verdict]:
    """The exact tail a hundred and a thousand standard deviations out, for three sizes and offsets."""
    return [
        agree(mean_tail(level, size, offset, math.inf), far_tail(level, size, offset), 8 / level**2)
        for size, offset, level in ((2, 0.0, 1000.0), (10, 0.5, 100.0), (100, 1.0, 100.0))
    ]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """The root to 50 digits; J_theta by the recurrence of moments, where theta is a whole number."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        half, divisor = mpf(size - 1) / 2, (size - 1 + mpf(str(offset))) / 2

        def growth(s: mpf) -> mpf:
            return mpmath.loggamma(half + s) - mpmath.loggamma(half) - s * mpmath.log(divisor)

        root = mpmath.findroot(growth, tilt(size, offset))
        whole = round(float(root))
        if abs(root - whole) > 1e-12:
            raise ValueError(f"J_theta has no closed form at theta = {float(root):.6g}")
        factors = [mpmath.exp(growth(mpf(k))) for k in range(whole)]
        moments = [mpf(1)]  # of W, by W = 1 + S W
        for k in range(1, whole):
            lower = mpmath.fsum(mpmath.binomial(k, j) * factors[j] * moments[j] for j in range(k))
            moments.append(lower / (1 - factors[k]))
        risen = -mpmath.fsum(mpmath.binomial(whole, k) * (-1) ** (whole - k) * moments[k] for k in range(whole))
        given = {theta: sp.Float(root, DIGITS), rise: sp.Float(risen, DIGITS), x: exact(at)}
    return {**replace_bindings(scenario, 0), **given}


def limit(scenario: Scenario, at: float) -> float:
    """The power law; 1 where it exceeds a probability."""
    if at <= 0:
        return 1.0
    level = at / math.sqrt(scenario.source.variance)
    return min(1.0, far_tail(level, *size_and_offset(scenario))) if level > 0.1 else 1.0


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """At t = 0, all that is asked: the mean is that of the source."""
    return np.full(generations.shape, float(at < 0))


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """(1 + 2 v_0/at^2)^theta - 1: by as much Student's law leaves its own tail, at most; 0 at t = 0."""
    if generation == 0 or at < 0:
        return 0.0
    theta_ = tilt(*size_and_offset(scenario))
    return math.expm1(theta_ * math.log1p(2 * scenario.source.variance / at**2)) if at > 0 else math.inf


def whole_index(size: int, theta_: int) -> float:
    """The offset of the divisor for which theta is this whole number."""
    return math.prod(size - 1 + 2 * k for k in range(theta_)) ** (1 / theta_) - (size - 1)


CLAIM = Claim(
    id="gaussian-replace-mean-tail-index",
    title="At every M the mean ends farther than x off with a probability that falls as x^(-2 theta), E S^theta = 1: "
    "as x^(-2) for the unbiased divisor, faster than x^(-4) under maximum likelihood",
    kind=Kind.ASYMPTOTIC,
    statistic="mean_tail",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2), RESOLVED, AT_LEAST_UNBIASED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0.0,
    error=relative_error,
    regime="x grows, t = inf and M is fixed",
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(0, np.inf), at=30.0, algebra=False, simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(np.inf,), at=30.0, simulate=False),
        Example(setting(2, "unbiased"), t=(np.inf,), at=8.0, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=40.0, algebra=False, simulate=False),
        Example(setting(3, "offset", offset=whole_index(3, 3)), t=(np.inf,), at=15.0, simulate=False),
    ),
    sources=(
        Source("goldie1991", "", "cited", "no index", "the tail of solutions of random equations"),
        Source("breiman1965", "", "cited", "no index", "the tail of a product with a factor of more moments"),
    ),
)  # fmt: skip
