r"""Exponential forgetting: the mean number of fits until the variance lies below a threshold.

$$E\,T=1+\frac{e_x+(1-p_1)\,o}{|\ell|},$$ $\ell=E\log F$, $e_x$ the mean of $\log(v_1/x)$ where it is positive, $1-p_1$
the chance that it is, $o$ the mean overshoot of the chains that are above: by an integral equation over a step that has
a lower end, piece by piece.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import forgetting_passage, forgotten_walk_reference
from theory.claims.gaussian.forgetting import read, setting
from theory.claims.gaussian.forgetting_passage import VANISHES, o, passage
from theory.claims.gaussian.forgetting_walk import FORGETTING_WALK, later, log_ratio
from theory.derivation import Derivation, Verdict, agree
from theory.laws.first_passage import mean_passage_time
from theory.laws.forgotten_passage import mean_time_below
from theory.scenario import Scenario


def derive() -> Derivation:
    """Wald's identity after the first fit, with the overshoot itself."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; F is the factor of the variance in a later fit.")
    mean = passage(d)
    d.given(
        mean.lhs, mean.rhs, source="wald1944", check=nothing_remembered,
        because="the overshoot solves o(y) = E[(y + log F)^-] + E[o(y + log F); y + log F >= 0]: analytic between the "
        "multiples of -log(1-g), the deepest step, with powers of the distance below each of them",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def nothing_remembered() -> list[Verdict]:
    """As g tends to 1 the walk becomes that of replaced data, which another law solves."""
    return [
        agree(mean_time_below(start, size, offset, 1 - 1e-14), mean_passage_time(start, size, offset), 1e-10)
        for start, size, offset in ((1.0, 10, 1.0), (0.0, 25, 0.0))
    ]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """As of both bounds; the overshoot is a float, all that is known of it."""
    return forgetting_passage.bindings(scenario, generation, at) | {o: sp.Float(later(scenario, at).overshoot, 40)}


def limit(scenario: Scenario, at: float) -> float:
    """E T in generations: 0 where v_0 < at."""
    return 0.0 if scenario.source.variance < at else mean_time_below(log_ratio(scenario, at), *read(scenario))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Relatively accurate to 1e-11; 0.1 s for a new M or g."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """By Wiener and Hopf's factors of the characteristic function of log F."""
    if scenario.source.variance < at:
        return mpf(0)
    return mpf(forgotten_walk_reference.times(scenario, float(np.log(scenario.source.variance / at)))[0])


CLAIM = Claim(
    id="gaussian-forgetting-collapse-time",
    title="With exponential forgetting the mean time to a variance below x up to v_0 is exactly "
    "1 + (e_x + (1 - p_1) o)/|E log F|, o the mean overshoot",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=(*FORGETTING_WALK, VANISHES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-11,
    examples=(
        Example(setting(10, 0.9, "mle"), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(10, 0.9, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(12, 0.5, "offset", offset=0.5), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(10, 0.9, "mle"), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
    sources=(Source("wald1944", "", "cited", "its n is t - 1", "the mean of a stopped sum"),),
)  # fmt: skip
