r"""The published bound $P(\sqrt{v_t}>\varepsilon)\le\frac{\sqrt{v_0}}\varepsilon e^{-t/(4M-1)}$: right, with room.

It is Markov's inequality for the standard deviation, whose mean factor $c$ lies below $e^{-1/(4M-1)}$ for every divisor
from $M-1$ on. For the unbiased divisor the exponent is the right one for rare survival; under maximum likelihood it is
four times too small: $P\le\frac{v_0}{\varepsilon^2}(1-\frac1M)^t$ holds.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, moment_of_factor, root_mean_factor, v
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting
from theory.claims.gaussian.replace_mean_tail import AT_LEAST_UNBIASED
from theory.claims.gaussian.replace_variance_cdf import P, reference
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.chi_square import log_mean_root_factor
from theory.laws.symbols import E, M, t, v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean standard deviation, a bound on its factor, and Markov's inequality."""
    d = Derivation("With epsilon^2 = x: Markov's inequality for the standard deviation of model t.")
    cochran(d)
    c = moment_of_factor(
        d, mellin(d), sp.Rational(1, 2), root_mean_factor, "the mean factor c of the standard deviation"
    )
    d.solves(
        E(sp.sqrt(v(t))), sp.sqrt(v0) * c**t, index=t, next_value=c * E(sp.sqrt(v(t))), initial=(0, sp.sqrt(v0)),
        because="the factors are independent",
    )  # fmt: skip
    d.given(
        c, sp.exp(-1 / (4 * M - 1)), relation=r"\le", source="dlmf", check=factor_is_below,
        because="for L >= M - 1: log c = -1/(4(M-1)) + 1/(24 (M-1)^3) - ... at L = M - 1, and smaller for larger L",
    )  # fmt: skip
    bound = d.given(
        P(sp.Le(v(t), x)), 1 - sp.sqrt(v0 / x) * sp.exp(-t / (4 * M - 1)), relation=r"\ge", source="suresh2025rate",
        check=factor_is_below, because="Markov: P(sqrt(v_t) > epsilon) <= E sqrt(v_t)/epsilon",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def factor_is_below() -> list[Verdict]:
    """log c <= -1/(4M-1) at M = 2 to 10^9, unbiased; c falls with the divisor."""
    return [at_most(log_mean_root_factor(size, 0.0), -1 / (4 * size - 1)) for size in (2, 3, 10, 1000, 10**6, 10**9)]


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    return {**replace_bindings(scenario, generation), x: exact(at)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """1 less the bound on P(sqrt(v_t) > sqrt(at)), negative where it says nothing; t counts fits."""
    if at <= 0:
        return np.zeros(generations.shape)
    exponent = math.log(scenario.source.variance / at) / 2 - generations / (4 * scenario.sample_size.constant - 1)
    return -np.expm1(exponent)


def limit(scenario: Scenario, at: float) -> float:
    """1 for every positive level."""
    return float(at > 0)


CLAIM = Claim(
    id="gaussian-replace-variance-cdf-published-bound",
    title="P(sqrt(v_t) > epsilon) <= (sqrt(v_0)/epsilon) exp(-t/(4M-1)), as published: true from L = M - 1 on, four "
    "times too slow under maximum likelihood",
    kind=Kind.LOWER_BOUND,
    statistic="variance_cdf",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2), AT_LEAST_UNBIASED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, "unbiased", variance=1.0), t=(80, 200), at=0.25),
        Example(setting(20, "mle", variance=1.0), t=(80, 200), at=0.25),
        Example(setting(2, "unbiased", variance=1.0), t=(1, 20), at=0.01, simulate=False),
        Example(setting(100_000, "mle"), t=(1_000_000,), at=0.5, simulate=False),
        Example(setting(20, "mle"), t=(0, 3), at=0.0, algebra=False, simulate=False),
        Example(setting(20, "mle"), t=(np.inf,), at=0.01, algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "suresh2025rate", "", "reported", "its k is t",
            "exp(-k/(4n-1)) for a Gaussian with n points, exp(-k/(4n)) for mixtures; no divisor is said",
        ),
    ),
    errata="Sharp in the exponent for the unbiased divisor, where the most likely way to survive is the rare one: at "
    "M = 20, t = 80, epsilon^2 = v_0/4 it says 0.73 where the probability is 0.17. Under maximum likelihood it says "
    "nearly as much where the truth is 0.0087; Markov for v_t itself gives (v_0/epsilon^2) (1-1/M)^t = 0.066.",
)  # fmt: skip
