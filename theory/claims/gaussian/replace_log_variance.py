r"""The log-variance of a refitted Gaussian falls linearly if $L\ge M-1$, and almost every chain with it.

$\log v_t$ is a sum of $t$ independent terms $\log(\chi^2_{M-1}/L)$, each of mean
$\ell=\psi\left(\tfrac{M-1}2\right)-\log\tfrac L2$: about $-1/M$ for the unbiased divisor and $-2/M$ under maximum
likelihood. So $v_t$ vanishes almost surely although $E v_t$ may be constant, and the law of a single chain, that of a
sum of log-chi-squares, gives its quantiles.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import bindings, expected, setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.chi_square import log_mean_factor, mean_log_factor
from theory.laws.log_chi_square_sum import log_sum_mean, log_sum_quantiles, log_sum_sd
from theory.laws.symbols import E, L, M, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """E log v_t from the slope of the log-Mellin transform at 0; the rate of a chain from the law of large numbers."""
    d = Derivation(
        "The logarithm of a product of independent factors is a sum; the mean of one term is the slope at 0 of the "
        "logarithm of the Mellin transform of the factor, its cumulant generating function."
    )
    cochran(d)
    transform = mellin(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), order), order, 0), sp.polygamma(0, nu / 2) + sp.log(2),
        because="E log X is the derivative of log E X^s at s = 0",
    )  # fmt: skip
    rate = d.algebra(
        slope.rhs.subs(nu, M - 1) - sp.log(L), sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="so one fit adds on average E log(X/L), with nu = M-1",
    )  # fmt: skip
    d.given(
        sp.log(v(t)) / t, rate.rhs, relation=r"\to", source="kolmogorov1933", check=chains_follow_their_rate,
        because="the strong law of large numbers: log v_t - log v_0 is a sum of t independent terms of this mean and "
        "of finite variance, so almost every chain has this rate; where it is negative, v_t vanishes almost surely",
    )  # fmt: skip
    solved = d.solves(
        E(sp.log(v(t))), sp.log(v0) + t * rate.rhs, index=t, initial=(0, sp.log(v0)),
        next_value=E(sp.log(v(t))) + rate.rhs,
        because="the terms add up from log v_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def chains_follow_their_rate() -> list[Verdict]:
    """The law of log v_t / t for M = 5, unbiased: all but 2e-9 of the chains lie close to the rate, ever closer."""
    nu_ = 4
    verdicts = []
    for generations in (1_000, 100_000):
        low, high = log_sum_quantiles(np.array([1e-9, 1 - 1e-9]), nu_, generations) / generations
        rate, spread = log_sum_mean(nu_, 1), 6.3 * log_sum_sd(nu_, 1) / math.sqrt(generations)
        verdicts += [at_most(rate - spread, low), at_most(high, rate + spread)]
    return [*verdicts, agree(log_sum_mean(nu_, 1), mpmath.digamma(2) - mpmath.log(2))]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. The error is relative to |log v_0| + |t rate|."""
    return math.log(scenario.source.variance) + generations * mean_log_factor(*size_and_offset(scenario))


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity for every divisor above 2 exp(psi((M-1)/2)), which is below M-1."""
    rate = mean_log_factor(*size_and_offset(scenario))
    return math.log(scenario.source.variance) if rate == 0 else math.copysign(np.inf, rate)


def quantile_of_log_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q; at t = inf all are the limit."""
    size, offset = size_and_offset(scenario)
    start, drift = math.log(scenario.source.variance), log_mean_factor(size, offset)
    rows = [
        np.full(len(q), limit(scenario)) if np.isinf(generation)
        else start + generation * drift + log_sum_quantiles(q, size - 1, int(generation))
        for generation in generations
    ]  # fmt: skip
    return np.array(rows)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of E log v, the mean of log chi-square by quadrature."""
    with mpmath.workdps(DIGITS):
        log_start = mpmath.log(mpmath.mpf(str(scenario.source.variance)))
    return expected(lambda state: log_start + state["log"], scenario, generation)


CLAIM = Claim(
    id="gaussian-replace-log-variance",
    title="The expected log-variance changes by psi((M-1)/2) - log(L/2) per fit, and so in the long run does almost "
    "every chain: a fall if L >= M - 1",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_log_variance,
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(0, 1, 5, 100)),
        Example(setting(10, "mle"), t=(1, 5, 100)),
        Example(setting(2, "mle"), t=(1, 10)),
        Example(setting(3, "unbiased", variance=1e-6), t=(1, 50)),
        Example(setting(50, "offset", offset=0.5), t=(1, 20)),
        Example(setting(1000, "mle", variance=0.01), t=(1, 300)),
        Example(setting(10, "mle"), t=(1_000_000,), simulate=False),
        Example(setting(1_000_000_000, "unbiased", variance=1.0), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-2.5), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Theorem 3.1", "read", "its n is t",
            "that the covariance vanishes almost surely, for the unbiased divisor; no rate",
        ),
        Source(
            "alemohammad2024mad", "Proposition, Section 3.1", "reported", "its t is t",
            "that the covariance vanishes almost surely, for the unbiased divisor; no rate",
        ),
    ),
)  # fmt: skip
