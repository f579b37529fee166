r"""Some model is wider than $x$ at least as often as any single one: the chance of the most likely generation.

$P(\sup_tv_t>x)\ge P(v_s>x)$ for every $s$; the law of $v_1$, a fit to real points, is that of a chi-square whatever the
policy.
"""

import math
from functools import lru_cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import REAL_FIRST_FIT
from theory.claims.exact_claims import exact_claim, reach_of
from theory.claims.gaussian import accumulate, forgetting, real_share, replace
from theory.claims.gaussian.factors_highest import chance_of_rising
from theory.claims.gaussian.highest_variance import P, risen, true_probability
from theory.claims.gaussian.moment_bounds import GAUSSIAN_FITS
from theory.derivation import Derivation, Verdict, at_most
from theory.scenario import Scenario

GENERATIONS = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0, 144.0, 233.0)
most = sp.Symbol("p_s", positive=True)


def derive() -> Derivation:
    """One generation among all."""
    d = Derivation(
        "The event that model s is wider than x is part of the event that some model is; p_s is the largest of its "
        "chances over twelve generations s from 1 to 233 where the law of v_s is known exactly, else that of s = 1: "
        "L v_1/v_0 is chi-square with N_1 - 1 degrees of freedom."
    )
    chance = d.given(
        P(risen), most, relation=r"\ge", source="asmussen2003", check=one_generation,
        because="a chance does not fall as the event grows",
    )  # fmt: skip
    return d.concludes(sp.Ge(chance.lhs, chance.rhs, evaluate=False))


def one_generation() -> list[Verdict]:
    """In three settings, beside the mass that rises above the level in any fit."""
    return [at_most(limit(e.scenario, e.at), truth(e.scenario, e.at)) for e in CLAIM.examples[:3]]  # type: ignore[arg-type]


def truth(scenario: Scenario, at: float) -> mpf:
    """P(sup_t v_t > at); surely with fresh real data."""
    if scenario.retention.kind == "real_share":
        return mpf(1)
    return true_probability(scenario, at) if scenario.retention.kind == "replace" else chance_of_rising(scenario, at)


@lru_cache(maxsize=64)
def _chances(scenario: Scenario, at: float) -> Float[np.ndarray, " S"]:
    """P(v_s > at) over generations."""
    claim = exact_claim(scenario, "variance_cdf")
    if claim is not None:
        latest = min(reach_of("variance_cdf")(scenario), _last_size(scenario))
        return 1 - claim.value(scenario, np.array([s for s in GENERATIONS if s <= latest]), at)
    first = scenario.first_size
    squares = scenario.estimator.divide_by(first) * at / scenario.source.variance
    return np.array([float(special.gammaincc((first - 1) / 2, squares / 2)) if first > 1 else 0.0])


def _last_size(scenario: Scenario) -> float:
    """The last generation that has a size: those of a list end, and others grow beyond all that may be said."""
    sizes = scenario.sample_size
    if sizes is None or sizes.constant is not None:
        return math.inf
    return len(sizes.leading_sizes(int(GENERATIONS[-1])))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """The chance of the most likely generation, from the statement of the claim that knows its law."""
    claim, place = exact_claim(scenario, "variance_cdf"), int(np.argmax(_chances(scenario, at)))
    if claim is not None:
        return {most: 1 - sp.Float(claim.algebra_value(scenario, int(GENERATIONS[place]), at), 30)}
    first = scenario.first_size
    squares = mpf(repr(scenario.estimator.divide_by(first))) * mpf(repr(at)) / mpf(repr(scenario.source.variance))
    return {most: sp.Float(mpmath.gammainc(mpf(first - 1) / 2, squares / 2, mpmath.inf, regularized=True), 30)}


def limit(scenario: Scenario, at: float) -> float:
    """The largest of the chances; 1 where at < v_0."""
    return 1.0 if at < scenario.source.variance else float(np.max(_chances(scenario, at)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes up to 0.8 s where the law is an integral."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The true probability."""
    return truth(scenario, at)


CLAIM = Claim(
    id="gaussian-variance-ever-above-lower-bound",
    title="Some model is wider than x with at least the chance of any single one: of the first, or of all whose law "
    "is known",
    kind=Kind.LOWER_BOUND,
    statistic="variance_ever_above",
    assumptions=(*GAUSSIAN_FITS, REAL_FIRST_FIT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(accumulate.setting(5), t=(np.inf,), at=4.0, simulate=False),
        Example(forgetting.setting(5, 0.5, "mle"), t=(np.inf,), at=3.0, simulate=False),
        Example(replace.setting(10, "unbiased"), t=(np.inf,), at=3.0, simulate=False),
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(np.inf,), at=4.0, simulate=False),
        Example(forgetting.setting(10, 0.3, "unbiased"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
