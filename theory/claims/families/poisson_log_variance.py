r"""The mean log-variance of a refitted Poisson law is $-\infty$ from the first fit on: a sample may be all zeros.

$P(v_t=0)\ge e^{-Mv_0}$, however small, and a law that has died out stays so. A simulation shows it only once one of its
chains has died; what living chains lose is read off the law of $v_t$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import POISSON_REPLACE
from theory.claims.families.poisson import bindings, poisson, setting, sums_are_poisson
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The chance that the first sum is 0, and the mean of a logarithm that is minus infinity there."""
    d = Derivation("Once every point is 0 the fitted rate is 0, and so are all later points.")
    sums_are_poisson(d)
    n = sp.Symbol("n", integer=True, nonnegative=True)
    d.algebra(
        sp.Subs((M * v0) ** n * sp.exp(-M * v0) / sp.factorial(n), n, 0), sp.exp(-M * v0),
        because="the chance that the first sum is 0, which no later fit undoes",
    )  # fmt: skip
    said = d.given(
        E(sp.log(v(t))), -sp.oo, source="athreya1972branching", check=cut_off,
        because="for every x > 0, E log max(v_t, x) is at most v_0 + x plus log x times that chance, as log v < v: "
        "it falls below every number as x goes to 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(said.lhs, said.rhs, evaluate=False))


def cut_off() -> list[Verdict]:
    """E log max(v_2, x) for M = 2, v_0 = 1 by the law of two sums, beside its bound, for x down to 10^-60."""
    with mpmath.workdps(30):
        first = [poisson(mpf(2), n) for n in range(50)]
        second = [mpmath.fsum(p * poisson(mpf(m), n) for m, p in enumerate(first)) for n in range(80)]
        verdicts = []
        for x in (mpf(10) ** -3, mpf(10) ** -20, mpf(10) ** -60):
            mean = mpmath.fsum(p * mpmath.log(max(mpf(n) / 2, x)) for n, p in enumerate(second))
            verdicts.append(at_most(mean, 1 + x + mpmath.exp(-2) * mpmath.log(x)))
        return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t: minus infinity from t = 1 on."""
    return np.where(generations > 0, -np.inf, np.log(scenario.source.rate))


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity."""
    return -np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Minus infinity where the chance that a first sum is 0, to any number of digits, is above 0."""
    rate = mpf(str(scenario.source.rate))
    if generation == 0:
        return mpmath.log(rate)
    extinct = poisson(scenario.sample_size.constant * rate, 0)
    return mpf("-inf") if extinct > 0 else mpf("nan")


CLAIM = Claim(
    id="poisson-replace-log-variance",
    title="The expected log-variance of a refitted Poisson law is minus infinity from the first fit on (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=POISSON_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5), t=(1, 10, np.inf), algebra=False, simulate=False),
        Example(setting(10**6, 1e3), t=(1,), algebra=False, simulate=False),
        Example(setting(5), t=(0,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "athreya1972branching", "", "cited", "generations of a Galton-Watson process", "that a law may die out"
        ),
    ),
)  # fmt: skip
