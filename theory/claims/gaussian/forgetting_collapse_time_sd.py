r"""Exponential forgetting: how much the time to collapse varies over chains.

$\operatorname{Var}T=P_x(s_x^2+(1-P_x)h_x^2)$ with $P_x$ the chance that the first fit is not below x, $h_x$ and $s_x$
mean and standard deviation of the further fits: by both of Wald's identities from where the first fit has led.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import forgetting_passage, forgotten_walk_reference
from theory.claims.gaussian.forgetting import factor, read, setting
from theory.claims.gaussian.forgetting_passage import VANISHES
from theory.claims.gaussian.forgetting_walk import FORGETTING_WALK, log_ratio
from theory.claims.gaussian.forgetting_walk import later as later_of
from theory.claims.gaussian.weighted_chain_law import alive, later, spread, spread_of_time
from theory.derivation import Derivation, Verdict, agree
from theory.laws.forgotten_passage import time_below_sd
from theory.laws.forgotten_walk import ForgottenWalk
from theory.laws.passage_spread import overshoot_moments
from theory.scenario import Scenario


def derive() -> Derivation:
    """The factor of a fit, and what a chance of no further fit adds to a spread."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0; log(v_t/x) is a random walk from t = 1 on.")
    factor(d)
    root = spread_of_time(
        d, source="wald1944", check=overshoots_where_nothing_is_remembered,
        because="from y = log(v_1/x) on the mean is (y + o)/|l_g| and the variance (K E T - Var O + 2 |l_g| Cov(T, O))"
        "/l_g^2 with K = Var log F and the overshoot O, by Wald's identities",
    )  # fmt: skip
    return d.concludes(sp.Eq(root.lhs, root.rhs, evaluate=False))


def overshoots_where_nothing_is_remembered() -> list[Verdict]:
    """Moments of the overshoot at the threshold, as g tends to 1, beside those of replaced data."""
    verdicts = []
    for size, offset in ((10, 1.0), (25, 0.0)):
        walk = ForgottenWalk(size, offset, 1 - 1e-14)
        o, w, _ = walk.at(walk.overshoots, np.array([0.7]))[:, 0]
        pairs = zip((o, w - o * o), overshoot_moments(0.7, size, offset)[:2], strict=True)
        verdicts += [agree(one, other, 1e-9) for one, other in pairs]
    return verdicts


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """P_x by the incomplete Gamma function; the others are floats, all that is known of them."""
    known, fits = forgetting_passage.bindings(scenario, generation, at), later_of(scenario, at)
    chance = 1 - known[forgetting_passage.below]
    return {alive: chance, later: sp.Float(fits.mean, 40), spread: sp.Float(fits.sd, 40)}


def limit(scenario: Scenario, at: float) -> float:
    """sd T in generations: 0 where v_0 < at."""
    return 0.0 if scenario.source.variance < at else time_below_sd(log_ratio(scenario, at), *read(scenario))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Relatively accurate to 1e-11; 0.1 s for a new M or g."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """By Wiener and Hopf's factors of the characteristic function of log F, and their slopes in the number of fits."""
    if scenario.source.variance < at:
        return mpf(0)
    return mpf(forgotten_walk_reference.times(scenario, float(np.log(scenario.source.variance / at)))[1])


CLAIM = Claim(
    id="gaussian-forgetting-collapse-time-sd",
    title="With exponential forgetting the time to collapse spreads by the further fits of chains that are not below x "
    "at once",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
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
    sources=(Source("wald1944", "", "cited", "its n is t - 1", "the second moment of a stopped sum"),),
)  # fmt: skip
