r"""Under exponential forgetting no fit divides the variance by more than $\frac1{1-g}$: collapse is not far overshot.

$E\,T\le1+\frac{e_x-(1-p_1)\log(1-g)}{|\ell|}$, $\ell=E\log F$, $e_x$ the mean of $\log(v_1/x)$ where it is positive,
$p_1$ the chance that it is not: with the lower bound, without the second term, the time is known to a share of order
$g$.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.gaussian.forgetting import setting
from theory.claims.gaussian.forgetting_passage import (
    ASSUMPTIONS,
    above,
    below,
    bindings,
    ell,
    mean_passage,
    numbers,
    passage,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, g
from theory.scenario import Scenario

FORGETS = Assumption("the rate is below 1", lambda s: s.retention.kind == "forgetting" and s.retention.rate < 1)


def derive() -> Derivation:
    """Wald's identity after the first fit, and the largest overshoot."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; F is the factor of the variance in a later fit.")
    passage(d)
    bound = d.given(
        E(sp.Symbol("T")), 1 - (above - (1 - below) * sp.log(1 - g)) / ell, relation=r"\le", source="wald1944",
        check=times, because="F is at least 1 - g, so that no step falls by more than -log(1 - g), and no overshoot "
        "is larger",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def times() -> list[Verdict]:
    """Beside the mean time by a linear system, in three settings."""
    return [at_most(mean_passage(e.scenario, e.at), limit(e.scenario, e.at)) for e in CLAIM.examples[:3]]  # type: ignore[arg-type]


def limit(scenario: Scenario, at: float) -> float:
    """The bound in generations; 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    excess, first, rate = numbers(scenario, at)
    return 1 - (excess - (1 - first) * math.log1p(-scenario.retention.rate)) / rate


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean time by a linear system on a lattice."""
    return mean_passage(scenario, at)


CLAIM = Claim(
    id="gaussian-forgetting-collapse-time-upper-bound",
    title="With exponential forgetting the mean time to a variance below x up to v_0 is at most "
    "1 + (e_x - (1 - p_1) log(1 - g))/|E log F|",
    kind=Kind.UPPER_BOUND,
    statistic="collapse_time",
    assumptions=(*ASSUMPTIONS, FORGETS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.3, "mle"), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(3, 0.5, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(5, 0.5, "offset", offset=0.5), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(10, 0.3, "mle"), t=(np.inf,), at=2.5, algebra=False, simulate=False),
    ),
    sources=(Source("wald1944", "", "cited", "its n is t - 1", "the mean of a stopped sum"),),
)  # fmt: skip
