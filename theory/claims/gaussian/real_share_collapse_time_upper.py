r"""With fresh real data every chain still falls below any level in the end: an upper bound of the mean time.

The state $h=v_t+\gamma(\mu_t-\mu_0)^2$ falls on average, $E h'\le c+\rho h$, and from no state with $h\le H$ is the
chance of a model below $x$ less than $p_H$. For $H>\frac c{1-\rho}$ and $b=(1-\rho)H-c$
$$E\,T\le1+\frac{1-p_1}{p_H}\Bigl(1+\frac{c-(1-\rho)x}b\Bigr)+\frac{E h_1}b.$$
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.gaussian import real_share, weighted
from theory.claims.gaussian.fresh_drift import drift, least_chance
from theory.claims.gaussian.fresh_passage import mean_passage
from theory.claims.gaussian.real_share_collapse_time_lower import FRESH, below_by_angle, chances, p1
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, x
from theory.scenario import Scenario

MOST = 1000
HEIGHTS = np.geomspace(1.05, 20.0, 12)  # H over c/(1 - rho)
H, c, rho, start, pH = sp.symbols("H c_h rho_h h_1 p_H", positive=True)


def _pulled_back(scenario: Scenario) -> bool:
    if not FRESH.holds(scenario) or scenario.estimator.kind != "moments":
        return False
    if scenario.retention.kind == "weighted":
        return scenario.retention.weight > 0 and scenario.retention.real >= 2 and drift(scenario).rho < 1
    size = scenario.first_size
    return size <= MOST and scenario.retention.share_of(size) > 0 and drift(scenario).rho < 1


PULLED_BACK = Assumption(
    "fresh real points, at least 2 with weights, pull the mean variance back to a finite value; by chance or "
    f"stratified at most {MOST} points",
    _pulled_back,
)


def derive() -> Derivation:
    """A linear function of the state that falls by 1 on average, and the sum of these falls."""
    h, a, b = sp.symbols("h a b", positive=True)
    d = Derivation(
        "T is the first t with v_t < x, for x up to v_0. The means of v' and D' = (mu' - mu_0)^2 after a fit are "
        "linear in v and D: h = v + gamma D has E h' <= c + r h, r the larger eigenvalue, c and r at c_h and rho_h."
    )
    least = 1 / ((1 - rho) * H - c)
    d.algebra(
        a + b * h - (a * (1 - pH) + b * (c + rho * h)), a * pH + b * ((1 - rho) * h - c),
        because="a + b h falls by at least this in a fit after which the chain goes on only if v' is not below x, a "
        "chance of 1 - p_H at most while h is at most H",
    )  # fmt: skip
    first = (1 + (c - (1 - rho) * x) * least) / pH
    d.algebra(
        first * pH + least * ((1 - rho) * x - c), sp.Integer(1),
        because="with this a and b = 1/((1-r) H - c) that is 1 where h = x, more from there to H, as h is at least v, "
        "and beyond H the second part alone is 1 or more; a is 0 where this is negative",
    )  # fmt: skip
    bound = d.given(
        E(sp.Symbol("T")), 1 + (1 - p1) * first + start * least, relation=r"\le", source="asmussen2003", check=times,
        because="what falls by 1 or more on average in every fit, and is not negative, has a mean number of falls up "
        "to its mean at the start: after the first fit a, if v_1 is not below x, and b h_1",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def times() -> list[Verdict]:
    """Beside the mean time of pairs of points, and of weighted ones, from an integral equation."""
    return [at_most(mean_passage(e.scenario, e.at), limit(e.scenario, e.at)) for e in CLAIM.examples[:3]]  # type: ignore[arg-type]


def best_height(scenario: Scenario, at: float) -> tuple[float, float]:
    """H, in units of v_0, and the bound."""
    level, pull, first = at / scenario.source.variance, drift(scenario), chances(scenario, at)[0]
    found = []
    for highest in HEIGHTS * max(pull.constant / (1 - pull.rho), level):
        b = 1 / ((1 - pull.rho) * highest - pull.constant)
        chance = least_chance(scenario, level, highest, pull.gamma)
        with np.errstate(over="ignore"):
            a = (1 + b * (pull.constant - (1 - pull.rho) * level)) / chance if chance else np.inf
        found.append((1 + (1 - first) * max(a, 0.0) + b * pull.start, highest))
    value, highest = min(found)
    return highest, value


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """With weights: all numbers from the sizes, both chances as integrals over an angle."""
    retention, unit = scenario.retention, exact(scenario.source.variance)
    n, m, w = retention.real, retention.synthetic, exact(retention.weight)
    of_real, of_drawn = (exact(scenario.estimator.divide_by(k)) for k in (n, m))
    highest = best_height(scenario, at)[0]
    level, share = mpf(repr(at)) / mpf(repr(scenario.source.variance)), mpf(repr(retention.weight))
    scales = share / mpf(float(of_real)), (1 - share) * mpf(highest) / mpf(float(of_drawn))
    last = below_by_angle(scales[0], n - 1, scales[1], m - 1, level)
    first = mpmath.gammainc(mpf(n - 1) / 2, 0, level * mpf(float(of_real)) / 2, regularized=True)
    return {
        c: unit * w * (n - 1) / of_real, rho: (1 - w) * (m - 1) / of_drawn, start: unit * (n - 1) / of_real,
        H: unit * sp.Float(highest, 40), x: exact(at), pH: sp.Float(last, 25), p1: sp.Float(first, 25),
    }  # fmt: skip


def limit(scenario: Scenario, at: float) -> float:
    """The bound in generations; 0 where v_0 < at."""
    return 0.0 if scenario.source.variance < at else best_height(scenario, at)[1]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 0.1 s for 100 points, each real by chance."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean time by an integral equation over the state of a chain: weights, pairs of points, real points alone."""
    return mpf(0) if scenario.source.variance < at else mean_passage(scenario, at)


CLAIM = Claim(
    id="gaussian-real-share-collapse-time-upper-bound",
    title="With fresh real data the mean time to a variance below x is finite: a bound by the mean pull of the source "
    "and the least chance p_H to fall below x from a state up to H",
    kind=Kind.UPPER_BOUND,
    statistic="collapse_time",
    assumptions=(GAUSSIAN, MOMENTS, FAITHFUL, UNDISTURBED, FRESH, PULLED_BACK),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(np.inf,), at=0.5, simulate=False),
        Example(weighted.setting(4, 12, 0.6, "mle"), t=(np.inf,), at=1.5, simulate=False),
        Example(real_share.setting("iid", 2, "mle", share=0.5), t=(np.inf,), at=0.2, algebra=False, simulate=False),
        Example(real_share.setting("stratified", 2, "mle", real=1), t=(np.inf,), at=1.0, algebra=False, simulate=False),
        Example(real_share.setting("stratified", 9, "mle", real=9), t=(np.inf,), at=1, algebra=False, simulate=False),
        Example(weighted.setting(4, 12, 0.6, "mle"), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
    sources=(Source("asmussen2003", "", "cited", "its n is t", "mean times by a function that falls on average"),),
)  # fmt: skip
