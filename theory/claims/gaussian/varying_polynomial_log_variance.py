r"""Sizes $M_1k^a$ with $a>1$ never collapse: all fits together cost about $(1+\delta)\,\zeta(a)/M_1$ of log-variance.

With quadratic growth that is $1.64/M_1$ if unbiased and twice as much under maximum likelihood: the first fit, with its
$1/M_1$, costs more than all later ones. For whole powers the exact limit is known as well.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.replace_varying_log_variance import terms_are_of_order_one_over_size
from theory.claims.gaussian.varying import GAUSSIAN_REPLACE_VARYING, cochran, setting, sizes
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, delta, k, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario

POLYNOMIAL = Assumption(
    "the sample size of generation k is M_1 k^a with a > 1, rounded",
    lambda s: s.sample_size is not None and s.sample_size.kind == "polynomial" and s.sample_size.power > 1,
)
power = sp.Symbol("a", positive=True)
EXACT_TERMS = 2000


def derive() -> Derivation:
    """The first order of one fit, added up over all."""
    d = Derivation("delta is the offset of the divisor, and M_k = M_1 k^a the size of generation k.")
    cochran(d)
    ratio = sp.log(v(t + 1) / v(t))
    d.given(
        E(ratio), -(1 + delta) / sizes[t + 1], relation=r"\sim", source="dlmf",
        check=terms_are_of_order_one_over_size, because="one fit, as its size grows",
    )  # fmt: skip
    added = d.given(
        (1 + delta) * sp.Sum(1 / (sizes[1] * k**power), (k, 1, sp.oo)), (1 + delta) * sp.zeta(power) / sizes[1],
        source="dlmf", check=powers_add_up_to_zeta, because="all fits together: finite because a > 1",
    )  # fmt: skip
    left = d.algebra(
        sp.log(v0) - added.rhs, sp.log(v0) - sp.zeta(power) / sizes[1] - delta * sp.zeta(power) / sizes[1],
        because="what is left in the end: one part is lost to the spread of the estimates, the other to their bias",
    )  # fmt: skip
    return d.concludes(Asymptotically(E(sp.log(sp.Symbol(r"v_\infty", positive=True))), left.lhs))


def powers_add_up_to_zeta() -> list[Verdict]:
    return [agree(sum(mpf(n) ** -a for n in range(1, 400)) + mpmath.zeta(a, 400), mpmath.zeta(a)) for a in (2, 3)]


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    schedule = scenario.sample_size
    offset = exact(size_and_offset(scenario)[1])
    return {sizes: [schedule.size], power: exact(schedule.power), delta: offset, v0: exact(scenario.source.variance)}


def loss(scenario: Scenario) -> float:
    """(1 + delta) zeta(a)/M_1, in nats."""
    schedule = scenario.sample_size
    return (1 + size_and_offset(scenario)[1]) * float(special.zeta(schedule.power)) / schedule.size


def limit(scenario: Scenario, at: None = None) -> float:
    """log v_0 less what all fits cost."""
    return math.log(scenario.source.variance) - loss(scenario)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The source alone, of which no fit has been made."""
    return np.where(generations == 0, math.log(scenario.source.variance), np.nan)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """3/M_1 of the loss: the second order of each term, and its rounded size."""
    return 3 / scenario.sample_size.size * loss(scenario) / abs(limit(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Each of the first 2000 terms exactly; of those after them, which are of order 1/M_2000, the first order."""
    schedule, offset = scenario.sample_size, mpf(str(size_and_offset(scenario)[1]))
    with mpmath.workdps(25):
        lost = mpmath.mpf(0)
        for size in schedule.schedule(EXACT_TERMS):
            nu = int(size) - 1
            lost += mpmath.log(mpf(nu + offset) / 2) - mpmath.digamma(mpf(nu) / 2)
        lost += (1 + offset) * mpmath.zeta(mpf(str(schedule.power)), EXACT_TERMS + 1) / schedule.size
        return mpmath.log(mpf(str(scenario.source.variance))) - lost


CLAIM = Claim(
    id="gaussian-replace-polynomial-sizes-log-variance",
    title="With sizes M_1 k^a, a > 1, a chain never collapses: in all it loses about (1+delta) zeta(a)/M_1 of its "
    "log-variance",
    kind=Kind.ASYMPTOTIC,
    statistic="log_variance",
    assumptions=(*GAUSSIAN_REPLACE_VARYING, POLYNOMIAL),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0,
    error=relative_error,
    regime="M_1 grows",
    examples=tuple(
        Example(
            setting({"kind": "polynomial", "size": size, "power": a}, divisor, variance), t=(np.inf,), simulate=False
        )
        for size, a, divisor, variance in (
            (2, 2.0, "unbiased", 1.0),
            (20, 2.0, "unbiased", 2.25),
            (20, 2.0, "mle", 1.0),
            (20, 1.5, "mle", 1.0),
            (1000, 3.0, "mle", 1.0),
            (1000, 1.1, "unbiased", 1.0),
            (1_000_000, 2.0, "unbiased", 1.0),
        )
    ),
)
