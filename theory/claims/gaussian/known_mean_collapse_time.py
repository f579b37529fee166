r"""With a known mean the time to collapse is that of one point more and the unbiased divisor: some $M\log(v_0/x)$ fits.

By Wald's identity $E T=(\log(v_0/x)+o)/|E\log S|$, $S=\chi^2_M/M$, $o$ the mean overshoot below $x$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import replace_collapse_time
from theory.claims.gaussian.known_mean import (
    INTRODUCTION,
    KNOWN_MEAN_REPLACE,
    factor,
    mean_of_log,
    setting,
    with_both_moments,
)
from theory.claims.gaussian.known_mean import bindings as known_mean_bindings
from theory.claims.gaussian.replace_collapse_time import o, quantile_of_time, spitzer
from theory.derivation import Derivation, Verdict, agree
from theory.laws.first_passage import mean_overshoot, mean_passage_time
from theory.laws.symbols import E, v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean of one step, and Wald's identity for their sum until it is negative."""
    d = Derivation(INTRODUCTION)
    rate = mean_of_log(d, factor(d))
    wald = d.given(
        E(sp.Symbol("T")), (sp.log(v0 / x) + o) / (-rate), source="wald1944", check=time_from_the_threshold,
        because="T is the first t with v_t < x: there the sum is log(v_T/v_0) = -log(v_0/x) - log(x/v_T), and its mean "
        "is E T times that of a term, E log S < 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(wald.lhs, wald.rhs, evaluate=False))


def time_from_the_threshold() -> list[Verdict]:
    """From v_0 = x on, E T = exp(sum_n P(S_n >= 0)/n) by Spitzer's identity, for chi-squares with M = 1 and M = 4."""
    return [agree(mean_passage_time(0.0, size + 1, 0.0), spitzer(size + 1, 0.0), 1e-11) for size in (1, 4)]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Where v_0 >= at; the overshoot is a float, all that is known of it."""
    start = math.log(scenario.source.variance / at)
    overshoot = mean_overshoot(start, scenario.sample_size.constant + 1, 0.0)
    return {**known_mean_bindings(scenario, 0), x: exact(at), o: sp.Float(overshoot, 40)}


def limit(scenario: Scenario, at: float) -> float:
    """E T in generations: 0 where v_0 < at."""
    start = math.log(scenario.source.variance / at)
    return mean_passage_time(start, scenario.sample_size.constant + 1, 0.0) if start >= 0 else 0.0


def evaluate(scenario: Scenario, generations: np.ndarray, at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def quantile(
    scenario: Scenario, generations: np.ndarray, q: Float[np.ndarray, " Q"], at: float
) -> Float[np.ndarray, "T Q"]:
    """The first n with P(T <= n) >= q, for each q: that of the same law of variances."""
    return quantile_of_time(with_both_moments(scenario), generations, q, at)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """Integrals over a frequency, or P(T > n) summed over n, for the same law of variances."""
    return replace_collapse_time.reference(with_both_moments(scenario), generation, at)


CLAIM = Claim(
    id="gaussian-known-mean-collapse-time",
    title="With a known mean the variance first lies below x after (log(v_0/x) + o)/(log(M/2) - psi(M/2)) fits on "
    "average, o the mean overshoot",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile,
    examples=(
        Example(setting(9, 1.0), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(1), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(5), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(9), t=(np.inf,), at=2.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
