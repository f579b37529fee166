r"""The time scale of a refitted uniform law: $-M\log F$ of one fit $F$ is an exponential waiting time.

$v_t\le x$ exactly when $t$ exponential waiting times reach $\lambda=\frac M2\log(v_0/x)$.
"""

import math

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.families.scale import bindings, variance, variance_of
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.laws.symbols import M, v0
from theory.scenario import Scenario

level = sp.Symbol("x", positive=True)
waiting = M * sp.log(v0 / level) / 2


def waiting_time(d: Derivation) -> None:
    """-M log F is exponential with mean 1."""
    u, y = sp.symbols("u y", positive=True)
    d.algebra(
        sp.Integral(M * u ** (M - 1), (u, 0, sp.exp(-y / M))), sp.exp(-y),
        because="the largest of M uniform points is at most u = exp(-y/M) of the bound with probability u^M: minus M "
        "times its logarithm exceeds y with probability exp(-y), a waiting time with mean 1",
    )  # fmt: skip


def level_bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """With the level that is asked for."""
    return {**bindings(scenario, generation), level: exact(at)}


def time_to(scenario: Scenario, at: float) -> float:
    """lambda = (M/2) log(v_0/x), also where x is close to v_0; infinite at x <= 0."""
    v = variance(scenario)
    if at <= 0:
        return math.inf
    relative = math.log1p((at - v) / v) if v / 2 <= at <= 2 * v else math.log(at) - math.log(v)
    return -relative * scenario.sample_size.constant / 2


def exact_time_to(scenario: Scenario, at: float) -> mpf:
    """The same to 50 digits, for x > 0."""
    with mpmath.workdps(DIGITS):
        v = mpf(str(sp.N(variance_of(scenario), DIGITS)))
        return scenario.sample_size.constant * mpmath.log(v / mpf(str(at))) / 2
