r"""Exponential forgetting: the chance that some model is wider than $x$.

From the first fit on $\log v_t$ is a random walk. Weighed by $F^\theta$, $E F^\theta=1$, it rises to every level:
$$P(\sup_tv_t>x)=P(v_1>x)+\left(\frac{v_0}x\right)^\theta E\left[\left(\frac{v_1}{v_0}\right)^\theta
d\left(\frac x{v_1}\right);v_1\le x\right],$$
$d$ the weighed mean of $(x/v_\tau)^\theta$ at the first $v_\tau>x$. $\theta$ is 1 for the unbiased divisor, near
$1+1/g$ under maximum likelihood: memory makes high variances rare.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.gaussian import forgetting, forgetting_passage, forgotten_walk_reference
from theory.claims.gaussian.forgetting import factor, read, setting
from theory.claims.gaussian.forgetting_walk import FORGETTING_WALK, log_ratio
from theory.claims.gaussian.highest_variance import P, risen, theta
from theory.derivation import Derivation, Verdict, agree
from theory.laws import maximum
from theory.laws.forgetting import mean_log
from theory.laws.forgotten_passage import ever_above, exponent, rises
from theory.laws.symbols import L, nu, v0, x
from theory.scenario import Scenario

at_once, discounted = sp.symbols("R_1 A_x", positive=True)


def derive() -> Derivation:
    """The mean factor, the weighed law, and the identity between the two walks at the time of passage."""
    d = Derivation(
        "log v_t is a random walk from t = 1 on. Where its steps log F have a negative mean some theta > 0 gives "
        "E F^theta = 1, and v_t^theta is a martingale: a density of another law of the chain with respect to this one."
    )
    step = factor(d)
    density = forgetting.X ** (nu / 2 - 1) * sp.exp(-forgetting.X / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    mean = sp.Integral(forgetting.X * density, (forgetting.X, 0, sp.oo))
    d.algebra(
        step.subs(forgetting.X, mean).subs(L, nu), sp.Integer(1),
        because="E F = 1 for the unbiased divisor L = nu = M - 1: there theta = 1, whatever M and g",
    )  # fmt: skip
    chance = d.given(
        P(risen), at_once + (v0 / x) ** theta * discounted, source="asmussen2003", check=nothing_remembered,
        because="after a first fit up to x the two laws have the ratio (v_t/v_1)^theta at the first v_t above x, and "
        "the weighed walk gets there surely; for x from v_0 on, below v_0 it is 1",
    )  # fmt: skip
    return d.concludes(sp.Eq(chance.lhs, chance.rhs, evaluate=False))


def nothing_remembered() -> list[Verdict]:
    """As g tends to 1 the walk becomes that of replaced data, which another law solves."""
    return [
        agree(ever_above(level, size, offset, 1 - 1e-14), maximum.ever_above(level, size, offset), 1e-10)
        for level, size, offset in ((0.7, 10, 1.0), (0.0, 25, 0.0), (1.5, 12, 0.5))
    ]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Where v_0 <= at; R_1 by the incomplete Gamma function, the others are floats, all that is known of them."""
    known = forgetting_passage.bindings(scenario, generation, at)
    level = -log_ratio(scenario, at)
    power = mpf(exponent(*read(scenario)))
    floats = {
        theta: power,
        discounted: mpf(rises(level, *read(scenario))[1]) * (mpf(at) / mpf(repr(scenario.source.variance))) ** power,
    }
    return {at_once: 1 - known[forgetting_passage.below], v0: known[v0], x: exact(at)} | {
        symbol: sp.Float(value, 40) for symbol, value in floats.items()
    }


def limit(scenario: Scenario, at: float) -> float:
    """P(v_t > at for some t >= 0); 1 where at < v_0, or where almost every chain grows."""
    return 1.0 if at < scenario.source.variance else ever_above(-log_ratio(scenario, at), *read(scenario))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Relatively accurate to 1e-10; 0.1 s for a new M or g."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """By Wiener and Hopf's factors of the characteristic function of log F, to 1e-15 of 1."""
    if at < scenario.source.variance or mean_log(*read(scenario)) >= 0:
        return mpf(1)
    return mpf(forgotten_walk_reference.above(scenario, float(np.log(at / scenario.source.variance))))


CLAIM = Claim(
    id="gaussian-forgetting-variance-ever-above",
    title="With exponential forgetting some model is wider than x >= v_0 with a chance that falls as (v_0/x)^theta, "
    "theta = 1 if unbiased and about 1 + 1/g under maximum likelihood",
    kind=Kind.EXACT,
    statistic="variance_ever_above",
    assumptions=FORGETTING_WALK,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(10, 0.9, "mle"), t=(np.inf,), at=4.0, simulate=False),
        Example(setting(12, 0.5, "offset", offset=0.5), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(10, 0.9, "mle"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
        Example(setting(10, 0.9, "offset", offset=-3.0), t=(np.inf,), at=100.0, algebra=False, simulate=False),
    ),
    sources=(Source("asmussen2003", "", "cited", "its n is t - 1", "the identity for the maximum of a random walk"),),
)  # fmt: skip
