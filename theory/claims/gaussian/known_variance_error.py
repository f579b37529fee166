r"""What claims share that follow from the squared error of the mean alone, as all models are as wide as the source."""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Example, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.exact_claims import exact_claim, known, reach_of, settles
from theory.claims.gaussian.known_variance import KNOWN_VARIANCE, POLICY, setting
from theory.claims.gaussian.known_variance_batches import with_policy
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0, z
from theory.scenario import Scenario

ERROR = "mean_squared_error"
D = sp.Function("D")
MIXED = Assumption(
    "the retention policy mixes real points, weights, a window or draws from a pool into a fit",
    lambda s: not POLICY.holds(s),
)
ON_THE_ERROR = (GAUSSIAN, KNOWN_VARIANCE, MIXED, FAITHFUL, UNDISTURBED, known(ERROR))
INTRODUCTION = (
    "The variance is known to be v_0; model t is N(mu_t, v_0). D(t) is E(mu_t - mu_0)^2, by the exact claim that "
    "covers it."
)
reach, known_limit = reach_of(ERROR), settles(ERROR)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    digits = exact_claim(scenario, ERROR).algebra_value(scenario, int(generation), digits=60)
    return {v0: exact(scenario.source.variance), t: generation, D: lambda t: sp.Float(digits, 60)}


def squared_error(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """D(t) in squared data units."""
    return exact_claim(scenario, ERROR).evaluate(scenario, generations, None)


def settled(scenario: Scenario) -> float:
    """D(t) in the end."""
    return float(exact_claim(scenario, ERROR).limit(scenario, None))


def by_reference(scenario: Scenario, generation: float) -> mpf:
    """D(t) by the route that checks it."""
    return exact_claim(scenario, ERROR).reference(scenario, generation, None)


def divergence(d: Derivation, symbol: sp.Symbol, drawn_around: sp.Expr, other: sp.Expr) -> Derivation:
    """The divergence of two normal laws of one width, the first around one mean and the second around the other."""
    ratio = ((drawn_around - other + sp.sqrt(v0) * z) ** 2 - v0 * z**2) / (2 * v0)
    d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)), (mut - mu0) ** 2 / (2 * v0),
        because="the mean of the logarithm of the ratio of the densities, over a draw from the first of the two laws",
    )  # fmt: skip
    said = d.solves(
        E(symbol), D(t) / (2 * v0), index=t, initial=(0, D(0) / (2 * v0)),
        next_value=E(symbol) + (D(t + 1) - D(t)) / (2 * v0),
        because="its mean over chains",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(symbol), said.rhs, evaluate=False))


def half(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Either mean divergence in nats: D(t)/(2 v_0); t counts fits."""
    return squared_error(scenario, generations) / (2 * scenario.source.variance)


def half_settled(scenario: Scenario, at: None = None) -> float:
    """Its limit."""
    return settled(scenario) / (2 * scenario.source.variance)


def half_reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The squared error by the route that checks it."""
    with mpmath.workdps(40):
        return by_reference(scenario, generation) / (2 * mpf(str(scenario.source.variance)))


SHARED = setting(10, kind="real_share", scheme="fixed", real=3)
BY_COIN = setting(10, kind="real_share", scheme="iid", share=0.3)
LAST_BATCHES = setting(10, kind="window", length=3)
WEIGHTED = with_policy(None, kind="weighted", weight=0.3, real=7, synthetic=11)
DRAWN = setting(6, kind="accumulate_subsample", replacement=False)
EXAMPLES = (
    Example(SHARED, t=(1, 9)),
    Example(SHARED, t=(0, np.inf), algebra=False, simulate=False),
    Example(BY_COIN, t=(1, 4), simulate=False),
    Example(LAST_BATCHES, t=(1, 8), simulate=False),
    Example(WEIGHTED, t=(2, 9), simulate=False),
    Example(DRAWN, t=(3,), simulate=False),
)
