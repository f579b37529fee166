r"""Collapse takes at least as long as the chances of a small variance need to add up to 1, whatever the policy.

$P(T\le t)\le\sum_{s\le t}P(v_s<x)$, and each term is at most $\frac S{S+(U-x)^2}$ by Cantelli's inequality, $U=E v_s$,
$S=E v_s^2-U^2$: all that two moments say of the time. Weak where a chain that is low once stays low, as it is then
counted in every generation.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian import forgetting, weighted
from theory.claims.gaussian.bounded_cdf import one_sided_chances
from theory.claims.gaussian.forgetting_passage import mean_passage as forgetting_passage
from theory.claims.gaussian.fresh_passage import mean_passage as fresh_passage
from theory.claims.gaussian.moment_bounds import (
    GAUSSIAN_FITS,
    MEAN_SQUARE,
    MEAN_VARIANCE,
    SQUARE,
    VARIANCE,
    R,
    U,
    moment,
)
from theory.claims.gaussian.moment_bounds import (
    bindings as moments,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, k, t, x
from theory.scenario import Scenario

LAST = 256  # generations that are added at most
SAME_SIZES = Assumption(
    "the number of points is the same in every generation",
    lambda s: s.retention.kind == "weighted" or CONSTANT_SIZE.holds(s),
)
last = sp.Symbol("t_x", integer=True, nonnegative=True)
P = sp.Function("P")


def derive() -> Derivation:
    """Cantelli's inequality in each generation, and the chance of any of them."""
    d = Derivation("T is the first t with v_t < x, for x up to v_0. U(t) = E v_t and R(t) = E v_t^2.")
    d.algebra(
        (v(t) - U(t)) ** 2, v(t) ** 2 - 2 * U(t) * v(t) + U(t) ** 2,
        because="its mean over chains is R(t) - U(t)^2",
    )  # fmt: skip
    one = d.given(
        P(sp.Le(v(t), x)), chance(t), relation=r"\le", source="hardy1952inequalities", check=one_sided_chances,
        because="Cantelli's inequality; 1 where U(t) is not above x",
    )  # fmt: skip
    of_each, added = sp.Symbol("b", positive=True), sp.Symbol("S")
    d.solves(
        added, 1 + last - last * (last + 1) * of_each / 2, index=last, initial=(0, sp.Integer(1)),
        next_value=added + 1 - (last + 1) * of_each,
        because="the sum over t from 0 to t_x of 1 less all chances up to t has that of s in it t_x + 1 - s times; "
        "here all are b",
    )  # fmt: skip
    total = 1 + last - sp.Sum((last - k + 1) * one.rhs.subs(t, k), (k, 1, last))
    bound = d.given(
        E(sp.Symbol("T")), total, relation=r"\ge", source="asmussen2003", check=one_sided_chances,
        because="E T is the sum of P(T > t) over all t, and T <= t only where some v_s with s <= t is below x; the sum "
        "may end at any t_x, and says most where the chances have added up to 1",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def chance(at: sp.Symbol) -> sp.Expr:
    spread = R(at) - U(at) ** 2
    return spread / (spread + sp.Max(0, U(at) - x) ** 2)


def survived(scenario: Scenario, at: float) -> Float[np.ndarray, " T"]:
    """1 - P(T <= t) at least, t = 1, 2, ... to the last that is positive and can be known."""
    latest, count = min(LAST, reach_of(VARIANCE, SQUARE)(scenario)), 16
    while True:
        t_ = np.arange(1.0, min(count, latest) + 1)
        mean, square = moment(scenario, VARIANCE, t_), moment(scenario, SQUARE, t_)
        with np.errstate(invalid="ignore"):
            spread = np.maximum(square - mean**2, 0.0)
            chances = np.where((mean > at) & np.isfinite(spread), spread / (spread + (mean - at) ** 2), 1.0)
        left = 1 - np.cumsum(chances)
        if left[-1] <= 0 or len(t_) < count:
            return left[left > 0]
        count *= 4


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Both moments, and how many generations are added."""
    known = moments(U, R)(scenario, 1, at)
    del known[t]
    return known | {last: len(survived(scenario, at))}


def limit(scenario: Scenario, at: float) -> float:
    """The bound in generations; 0 where v_0 < at."""
    return 0.0 if scenario.source.variance < at else 1 + float(survived(scenario, at).sum())


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes as long as both moments at up to 256 generations."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean time: of a random walk from its second fit on, of a Markov chain on the line."""
    if scenario.retention.kind == "forgetting":
        return forgetting_passage(scenario, at)
    return mpf(0) if scenario.source.variance < at else fresh_passage(scenario, at)


CLAIM = Claim(
    id="gaussian-collapse-time-lower-bound",
    title="A variance below x up to v_0 takes at least as long on average as the chances of one, by two moments, need "
    "to add up to 1",
    kind=Kind.LOWER_BOUND,
    statistic="collapse_time",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE, MEAN_SQUARE, SAME_SIZES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(forgetting.setting(10, 0.3, "mle"), t=(np.inf,), at=0.1, simulate=False),
        Example(forgetting.setting(3, 0.5, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(np.inf,), at=0.5, simulate=False),
        Example(weighted.setting(4, 12, 0.6, "mle"), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
