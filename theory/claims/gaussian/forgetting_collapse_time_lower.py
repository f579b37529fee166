r"""Under exponential forgetting collapse takes at least $\log(v_1/x)$ over the mean step: Wald's identity from below.

$E\,T\ge1+\frac{e_x}{|\ell|}$, $\ell=E\log F$ and $e_x$ the mean of $\log(v_1/x)$ where it is positive. The mean
overshoot that is left out is less than $-\log(1-g)$: little where models forget slowly.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian.forgetting import setting
from theory.claims.gaussian.forgetting_passage import ASSUMPTIONS, above, bindings, ell, mean_passage, numbers, passage
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """Wald's identity after the first fit, the overshoot left out."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; F is the factor of the variance in a later fit.")
    passage(d)
    bound = d.given(
        E(sp.Symbol("T")), 1 - above / ell, relation=r"\ge", source="wald1944", check=times,
        because="an overshoot is positive",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def times() -> list[Verdict]:
    """Beside the mean time by a linear system, in three settings."""
    return [at_most(limit(e.scenario, e.at), mean_passage(e.scenario, e.at)) for e in CLAIM.examples[:3]]  # type: ignore[arg-type]


def limit(scenario: Scenario, at: float) -> float:
    """The bound in generations; 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    excess, _, rate = numbers(scenario, at)
    return 1 - excess / rate


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean time by a linear system on a lattice."""
    return mean_passage(scenario, at)


CLAIM = Claim(
    id="gaussian-forgetting-collapse-time-lower-bound",
    title="With exponential forgetting the mean time to a variance below x up to v_0 is at least 1 + e_x/|E log F|, "
    "e_x the mean of log(v_1/x) where positive",
    kind=Kind.LOWER_BOUND,
    statistic="collapse_time",
    assumptions=ASSUMPTIONS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.3, "mle"), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(3, 0.5, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(5, 0.5, "offset", offset=0.5), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(4, 1.0, "mle"), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(10, 0.3, "mle"), t=(np.inf,), at=2.5, algebra=False, simulate=False),
    ),
    sources=(Source("wald1944", "", "cited", "its n is t - 1", "the mean of a stopped sum"),),
)  # fmt: skip
