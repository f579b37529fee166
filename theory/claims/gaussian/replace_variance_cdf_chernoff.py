r"""Markov's inequality with the best power: $P(v_t>x)\le(v_0/x)^r(E\,S^r)^t$ for every $r>0$.

Its exponent is the best there is as $t$ grows; a factor of order $\sqrt t$ is lost. For the unbiased divisor
$r=\frac12$, Markov for the standard deviation, is nearly best for a fixed level; under maximum likelihood $r=1$ is,
$P(v_t>x)\le\frac{v_0}x(1-\frac1M)^t$.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_variance_cdf import P, reference
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.chi_square import log_mean_factor, mean_log_factor
from theory.laws.gamma_ratio import log_gamma_ratio
from theory.laws.symbols import E, L, M, nu, t, v0, x
from theory.scenario import Scenario

power = sp.Symbol("r", positive=True)


def derive() -> Derivation:
    """The moment of order r after t fits, and Markov's inequality for it; then the two usual orders."""
    d = Derivation("A variance above x is one whose power r is above x^r, and moments of independent factors multiply.")
    cochran(d)
    one_fit = mellin(d).subs(nu, M - 1).subs(order, power) / L**power
    moment = d.solves(
        E(v(t) ** power), v0**power * one_fit**t, index=t, initial=(0, v0**power),
        next_value=one_fit * E(v(t) ** power), because="the factor of a fit is independent of those before it",
    )  # fmt: skip
    d.algebra(
        sp.Subs(one_fit.subs(L, M), power, 1), 1 - 1 / M,
        because="r = 1 under maximum likelihood: P(v_t > x) <= (v_0/x) (1 - 1/M)^t",
    )  # fmt: skip
    bound = d.given(
        P(sp.Le(v(t), x)), 1 - moment.rhs / x**power, relation=r"\ge", source="hardy1952inequalities",
        check=markov_for_one_fit, because="Markov's inequality, for every r > 0",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def markov_for_one_fit() -> list[Verdict]:
    """P(S > y) <= E S^r/y^r for a chi-square over its degrees of freedom, at several r."""
    return [
        at_most(special.gammaincc(a, a * y), math.exp(float(log_gamma_ratio(a, r)) - r * math.log(y)))
        for a in (0.5, 3.0, 50.0) for y in (0.5, 1.0, 2.0) for r in (0.5, 1.0, 7.0)
    ]  # fmt: skip


def best_power(scenario: Scenario, generation: int, at: float) -> float:
    """Where t log E S^r - r log(at/v_0), convex in r, is least; 0 where its slope at 0 is not negative."""
    size, offset = size_and_offset(scenario)
    level, a = math.log(at / scenario.source.variance), (size - 1) / 2

    def slope(r: float) -> float:
        return generation * (float(special.digamma(a + r)) - math.log(a) + log_mean_factor(size, offset)) - level

    if generation * mean_log_factor(size, offset) >= level:
        return 0.0
    low, high = 0.0, 1.0
    while slope(high) < 0:
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return high


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    r = sp.Float(best_power(scenario, generation, at), 60)
    return {**replace_bindings(scenario, generation), x: exact(at), power: r}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """1 less the bound on P(v_t > at) with the best power; 0 where there is none. t counts fits."""
    return np.array([_bound(scenario, int(t), at) for t in generations])


def _bound(scenario: Scenario, generation: int, at: float) -> float:
    if at <= 0 or generation == 0:
        return float(0 < at >= scenario.source.variance)
    r = best_power(scenario, generation, at)
    size, offset = size_and_offset(scenario)
    growth = float(log_gamma_ratio((size - 1) / 2, r)) + r * log_mean_factor(size, offset)
    return -math.expm1(generation * growth - r * math.log(at / scenario.source.variance))


def limit(scenario: Scenario, at: float) -> float:
    """1 where almost every chain vanishes, as the bound then does in t; else nothing is said: 0."""
    return float(at > 0 and mean_log_factor(*size_and_offset(scenario)) < 0)


CLAIM = Claim(
    id="gaussian-replace-variance-cdf-chernoff",
    title="P(v_t > x) <= (v_0/x)^r (E S^r)^t for every r > 0, S that of one fit: the best r has the true exponent",
    kind=Kind.LOWER_BOUND,
    statistic="variance_cdf",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(20, 100), at=0.5),
        Example(setting(20, "mle", variance=1.0), t=(10, 80), at=0.25),
        Example(setting(3, "offset", offset=0.5), t=(2, 7), at=4.0),
        Example(setting(2, "mle"), t=(5, 40), at=1e-3, simulate=False),
        Example(setting(100_000, "unbiased"), t=(1000,), at=3.0, simulate=False),
        Example(setting(10, "unbiased"), t=(0, 1, 5), at=0.01, algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=0.01, algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-2.5), t=(np.inf,), at=5.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
