r"""The chance that some model is wider than $x$: a power of $v_0/x$ times the mean of how far it then overshoots.

$\log v_t$ is a random walk that falls. Weighed by $S^\theta$, $E S^\theta=1$, it rises and reaches every level, and
$$P(\sup_tv_t>x)=\left(\frac{v_0}x\right)^\theta E_\theta\left(\frac x{v_\tau}\right)^\theta,$$
$\tau$ the first $t$ with $v_t>x$: with the unbiased divisor $\theta=1$, and half of the chains would pass $2v_0$ if
none overshot. At M = 10 it is 0.393 of them.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.highest_variance import P, risen, theta, tilted_law, true_probability
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree
from theory.laws.first_passage import mean_passage_time
from theory.laws.maximum import discount, ever_above, tilt
from theory.laws.symbols import M, nu, v0, x
from theory.scenario import Scenario

discounted = sp.Symbol("a_x", positive=True)


def derive() -> Derivation:
    """The root theta, the law it tilts to, and the identity between the two walks at the time of passage."""
    d = Derivation(
        "log v_t is a random walk. Where its steps have a negative mean some theta > 0 gives E S^theta = 1, and "
        "v_t^theta is a martingale: a density of another law of the chain with respect to this one."
    )
    cochran(d)
    transform = mellin(d)
    d.algebra(
        sp.Subs(transform.subs(nu, M - 1) / (M - 1) ** order, order, 1), sp.Integer(1),
        because="theta = 1 for the unbiased divisor, L = M - 1, whatever M",
    )  # fmt: skip
    tilted_law(d, transform)
    chance = d.given(
        P(risen), (v0 / x) ** theta * discounted, source="asmussen2003", check=first_models_wider_than_the_source,
        because="at the first v_t above x the two laws have the ratio (v_t/v_0)^theta, and the tilted walk gets there "
        "surely: the chance is the tilted mean of (v_0/v_t)^theta there, for x from v_0 on; below v_0 it is 1",
    )  # fmt: skip
    return d.concludes(sp.Eq(chance.lhs, chance.rhs, evaluate=False))


def first_models_wider_than_the_source() -> list[Verdict]:
    """At x = v_0 the chance is 1 - 1/E T, T the first fit with v_T < v_0: the two ladders of one walk."""
    return [
        agree(ever_above(0.0, size, offset), 1 - 1 / mean_passage_time(0.0, size, offset))
        for size, offset in ((2, 0.0), (10, 1.0), (10_000, 0.0))
    ]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Where v_0 <= at; root and discount are floats, all that is known of them."""
    size, offset = size_and_offset(scenario)
    level = math.log(at / scenario.source.variance)
    known = {theta: tilt(size, offset), discounted: discount(level, size, offset)}
    floats = {symbol: sp.Float(value, 40) for symbol, value in known.items()}
    return {**replace_bindings(scenario, 0), x: exact(at), **floats}


def limit(scenario: Scenario, at: float) -> float:
    """P(v_t > at for some t >= 0); 1 where at < v_0, or where almost every chain grows."""
    v = scenario.source.variance
    if at < v:
        return 1.0
    return ever_above(math.log1p((at - v) / v) if at <= 2 * v else math.log(at / v), *size_and_offset(scenario))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Spitzer's sums as integrals over a frequency, and between them the equation of the untilted walk."""
    return true_probability(scenario, at)


CLAIM = Claim(
    id="gaussian-replace-variance-ever-above",
    title="Some model is wider than x >= v_0 with probability (v_0/x)^theta times the tilted mean of its overshoot, "
    "theta = 1 if unbiased",
    kind=Kind.EXACT,
    statistic="variance_ever_above",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(25, "unbiased", variance=1.0), t=(np.inf,), at=2.0, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(2, "unbiased"), t=(np.inf,), at=1000.0, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=3.0, simulate=False),
        Example(setting(3, "offset", offset=0.5), t=(np.inf,), at=4.0, simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(10_000, "unbiased"), t=(np.inf,), at=1e12, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-2.5), t=(np.inf,), at=100.0, algebra=False, simulate=False),
    ),
    sources=(Source("asmussen2003", "", "cited", "its n is t", "the identity for the maximum of a random walk"),),
)  # fmt: skip
