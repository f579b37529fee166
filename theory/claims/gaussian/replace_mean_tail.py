r"""The law of the mean of a refitted Gaussian: normal given its variances, whose sum is a perpetuity.

$\mu_t-\mu_0$ is $N(0,v_0V_t)$ with $V_t=\frac1M(1+S_1+S_1S_2+\dots)$ of t terms, so that
$P(|\mu_t-\mu_0|>x)=E\operatorname{erfc}(x/\sqrt{2v_0V_t})$. As t grows the mean of a chain converges; under the
unbiased divisor the limit has infinite variance for every M, its tail falling as $x^{-2}$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.mean_backwards import backward_tail
from theory.claims.gaussian.one_fit import cochran, mean_factor, mellin, moment_of_factor, order
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree
from theory.laws.perpetuity import mean_tail, most_fits
from theory.laws.symbols import E, M, k, nu, t, v0, x
from theory.scenario import Scenario

LARGEST = 2000
V = sp.Symbol("V_t", positive=True)
P = sp.Function("P")
strays = sp.Gt(sp.Abs(sp.Symbol("mu_t", real=True) - sp.Symbol("mu_0", real=True)), x, evaluate=False)
RESOLVED = Assumption(
    f"the sample size is at most {LARGEST}",
    lambda s: s.sample_size is not None and s.sample_size.constant is not None and s.sample_size.constant <= LARGEST,
)
AT_LEAST_UNBIASED = Assumption(
    "the divisor is at least M - 1",
    lambda s: s.sample_size is not None and s.estimator.kind == "moments" and size_and_offset(s)[1] >= 0,
)


def derive() -> Derivation:
    """The normal tail given the path, the perpetuity that its variance is, and what its mean and tail index are."""
    y, w = sp.symbols("y w", positive=True)
    d = Derivation(
        "V_t is the variance of mu_t, in units of v_0, given the variances of the models before: the sum of "
        "1, S_1, S_1 S_2, ... to t terms, over M."
    )
    cochran(d)
    d.algebra(
        2 * sp.Integral(sp.exp(-(y**2) / (2 * w)) / sp.sqrt(2 * sp.pi * w), (y, x, sp.oo)),
        sp.erfc(x / sp.sqrt(2 * w)),
        because="both tails of a normal law of variance w",
    )  # fmt: skip
    transform = mellin(d)
    factor = moment_of_factor(d, transform, sp.Integer(1), mean_factor, "E S, the mean factor of one fit")
    d.solves(
        E(V), sp.Sum(factor ** (k - 1), (k, 1, t)) / M, index=t, next_value=E(V) + factor**t / M,
        initial=(0, sp.Integer(0)), because="so E V_t adds up the mean variances: t/M for the unbiased divisor",
    )  # fmt: skip
    d.algebra(
        sp.Subs(transform.subs(nu, M - 1) / (M - 1) ** order, order, 1), sp.Integer(1),
        because="E S^(kappa/2) = 1 is solved by kappa = 2 for the unbiased divisor, whatever M: the tail index of the "
        "limit; above M - 1 it is larger, under maximum likelihood near 4",
    )  # fmt: skip
    tail = d.given(
        P(strays), E(sp.erfc(x / sp.sqrt(2 * v0 * V))), source="kesten1973", check=forwards_and_backwards,
        because="the mean over paths; in law M V_t is also 1 + S M V_(t-1) with S independent, a chain on the line "
        "that converges where E log S < 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(tail.lhs, tail.rhs, evaluate=False))


def forwards_and_backwards() -> list[Verdict]:
    """The chain of M V_t forwards against the recurrence backwards, at a few settings."""
    return [
        agree(mean_tail(1.0, size, offset, fits), backward_tail(1.0, size, offset, fits), 1e-11)
        for size, offset, fits in ((5, 0.0, 3), (5, 1.0, 30))
    ]


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The mean over paths of at most two fits, by quadrature over one chi-square."""
    size, offset = size_and_offset(scenario)

    def mean_over_paths(expression: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            level = mpf(at) / mpmath.sqrt(mpf(str(scenario.source.variance)))
            return sp.Float(_first_fits(level, size, mpf(str(offset)), generation), DIGITS)

    return {**replace_bindings(scenario, generation), x: exact(at), E: mean_over_paths}


def _first_fits(level: mpf, size: int, offset: mpf, generation: int) -> mpf:
    def tail(variance: mpf) -> mpf:
        return mpmath.erfc(level / mpmath.sqrt(2 * variance))

    if generation == 1:
        return tail(1 / mpf(size))
    return chi_square_mean(lambda X: tail((1 + X / (size - 1 + offset)) / size), size - 1)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at); t counts fits. Up to 0.3 s for small t; t = 10^4 takes 0.1 s at M = 10, 8 s at 1000."""
    return np.array([_tail(scenario, int(t), at) for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """The stationary law of the perpetuity."""
    return _tail(scenario, np.inf, at)


def _tail(scenario: Scenario, t: float, at: float) -> float:
    if at < 0 or t == 0:
        return float(at < 0)
    return mean_tail(at / math.sqrt(scenario.source.variance), *size_and_offset(scenario), t)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """At most two fits: quadrature. More: the recurrence backwards, on panels of polynomials."""
    size, offset = size_and_offset(scenario)
    if at < 0 or generation == 0:
        return mpf(int(at < 0))
    with mpmath.workdps(DIGITS):
        level = mpf(at) / mpmath.sqrt(mpf(str(scenario.source.variance)))
        if generation <= 2:
            return _first_fits(level, size, mpf(str(offset)), int(generation))
        return mpf(backward_tail(float(level), size, offset, generation))


CLAIM = Claim(
    id="gaussian-replace-mean-tail",
    title="The mean is a normal mixture over a perpetuity: its law is exact for every t, and for t = inf",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2), RESOLVED, AT_LEAST_UNBIASED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: most_fits(*size_and_offset(scenario)),
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(1, 2), at=0.5),
        Example(setting(10, "unbiased", variance=1.0), t=(3, 20), at=0.5, algebra=False),
        Example(setting(50, "mle"), t=(1, 2), at=0.25),
        Example(setting(4, "offset", offset=0.5), t=(5, 30), at=1.5, algebra=False),
        Example(setting(2, "mle"), t=(1, 2), at=3.0, simulate=False),
        Example(setting(1000, "unbiased"), t=(1, 2), at=0.05, simulate=False),
        Example(setting(10, "unbiased"), t=(0, 7), at=-1.0, algebra=False, simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(np.inf,), at=1.0, algebra=False, simulate=False),
        Example(setting(4, "mle"), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
    sources=(
        Source("kesten1973", "", "cited", "no index", "random difference equations, of which the limit is one"),
        Source("goldie1991", "", "cited", "no index", "the tail index of their solutions"),
    ),
)  # fmt: skip
