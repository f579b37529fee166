r"""Sizes that vary: some model is wider than x with a chance that falls faster than every power that chains can bear.

$v_t^r$ over its mean is a positive martingale, so that $P(\sup_tv_t>x)\le(v_0/x)^r\max_t\prod_{k\le t}E S_k^r$ for
every $r>0$. Where $\sum_k1/M_k=\tau$ is finite no order is forbidden, and for large sizes the best gives about
$\exp(-(\log(x/v_0)+(1+\delta)\tau)^2/4\tau)$: a limit of the variance with tails of a log-normal law.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import optimize

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.highest_variance import P, risen
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.schedule_end import fits_to_the_end, grows_to_the_end, left
from theory.claims.gaussian.varying import cochran, setting
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.gamma_ratio import log_gamma_ratios
from theory.laws.listed_passage import rises_above
from theory.laws.symbols import L, nu, v0, x
from theory.scenario import Scenario
from theory.scenario.sample_size import Explicit

r, largest = sp.symbols("r A_r", positive=True)
LARGEST_ORDER = 1e4
LEAST = 1e-300  # what is said of a chance that is less
KNOWN_FITS = 6  # of sizes that grow, in what the bound is compared with
LISTED_OR_GROWING = Assumption(
    "the sizes are a list, or grow so that 1/M_k has a finite sum: by a whole power from 2 on, or a ratio from 1.01 on",
    lambda s: s.sample_size is not None and (isinstance(s.sample_size, Explicit) or grows_to_the_end(s.sample_size)),
)


def derive() -> Derivation:
    """The moment of order r of one factor, and the inequality for positive martingales."""
    d = Derivation(
        "S_k is the factor of the variance in fit k, L its divisor there. A_r is the largest of 1, E S_1^r, "
        "E S_1^r E S_2^r, ..."
    )
    cochran(d)
    a = nu / 2
    d.algebra(
        sp.Subs(mellin(d) / L**order, order, r), (2 / L) ** r * sp.gamma(a + r) / sp.gamma(a),
        because="E S^r of a fit with nu = M - 1 degrees of freedom: 1 + r (r - 1 - delta)/M + O(1/M^2)",
    )  # fmt: skip
    chance = d.given(
        P(risen), sp.Min(1, (v0 / x) ** r * largest), relation=r"\le", source="ville1939", check=chances,
        because="(v_t/v_0)^r over the product of the E S_k^r up to t is a positive martingale of mean 1, and exceeds "
        "(x/v_0)^r/A_r wherever v_t exceeds x",
    )  # fmt: skip
    return d.concludes(sp.Le(chance.lhs, chance.rhs, evaluate=False))


def chances() -> list[Verdict]:
    """The chance itself, of two lists, below the bound."""
    return [at_most(reference(e.scenario, math.inf, e.at), limit(e.scenario, e.at)) for e in CLAIM.examples[:2]]  # type: ignore[arg-type]


def log_largest(scenario: Scenario, power: float) -> float:
    """log A_r; what the fits add that are not added one by one is bounded by r (r-1)/(M-1) and the offset."""
    schedule, offset = scenario.sample_size, float(offset_of(scenario))
    rest = 0.0
    if isinstance(schedule, Explicit):
        sizes = np.array(schedule.sizes, dtype=np.float64)
    else:
        last = fits_to_the_end(schedule)[-1]
        sizes = schedule.schedule(last).astype(np.float64)
        rest = 1.01 * (max(0.0, power * (power - 1)) + power * max(0.0, -offset)) * left(schedule, last)
    nu_ = sizes - 1
    logs = log_gamma_ratios(nu_ / 2, np.array([power]))[:, 0] - power * np.log1p(offset / nu_)
    return max(0.0, float(np.cumsum(logs).max())) + rest


def best_order(scenario: Scenario, at: float) -> float:
    """The order of the least bound; any other is a bound too."""
    level = math.log(at / scenario.source.variance)

    def log_bound(logarithm: float) -> float:
        return log_largest(scenario, math.exp(logarithm)) - math.exp(logarithm) * level

    found = optimize.minimize_scalar(log_bound, bounds=(-5.0, math.log(LARGEST_ORDER)), method="bounded")
    return math.exp(min(0.0, found.x, key=log_bound))  # type: ignore[attr-defined]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """With the order that says most."""
    power = best_order(scenario, at)
    known = {r: sp.Float(power, 40), largest: sp.exp(sp.Float(log_largest(scenario, power), 40))}
    return {v0: exact(scenario.source.variance), x: exact(at), **known}


def limit(scenario: Scenario, at: float) -> float:
    """The least of the bounds; 1 where at <= v_0."""
    if at <= scenario.source.variance:
        return 1.0
    power = best_order(scenario, at)
    log_bound = log_largest(scenario, power) - power * math.log(at / scenario.source.variance)
    return max(LEAST, math.exp(min(0.0, log_bound)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes 0.2 s where sizes grow by a power."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The chance itself of a list; of sizes that grow that of the first fits alone, which is less."""
    if at < scenario.source.variance:
        return mpf(1)
    sizes = scenario.sample_size.leading_sizes(KNOWN_FITS)
    return mpf(rises_above(math.log(at / scenario.source.variance), sizes, float(offset_of(scenario))))


CLAIM = Claim(
    id="gaussian-replace-varying-variance-ever-above-upper-bound",
    title="With listed sizes, or sizes that grow so that 1/M_k has a finite sum, some model is wider than x with a "
    "chance of at most (v_0/x)^r A_r for every r > 0, A_r the largest mean of (v_t/v_0)^r",
    kind=Kind.UPPER_BOUND,
    statistic="variance_ever_above",
    assumptions=(
        GAUSSIAN, MOMENTS, retains("replace"), LISTED_OR_GROWING, sample_size_at_least(2), FAITHFUL, UNDISTURBED,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting({"kind": "explicit", "sizes": [20, 9, 100]}), t=(np.inf,), at=5.0, simulate=False),
        Example(setting({"kind": "explicit", "sizes": [2, 30]}, "mle"), t=(np.inf,), at=9.0, simulate=False),
        Example(setting({"kind": "polynomial", "size": 20, "power": 2.0}), t=(np.inf,), at=5.0, simulate=False),
        Example(setting({"kind": "geometric", "size": 10, "ratio": 2.0}, "mle"), t=(np.inf,), at=4.0, simulate=False),
        Example(setting({"kind": "explicit", "sizes": [20, 9, 100]}), t=(np.inf,), at=1.0, algebra=False,
                simulate=False),
    ),
    sources=(Source("ville1939", "", "cited", "its index is t", "the inequality, for every positive martingale"),),
)  # fmt: skip
