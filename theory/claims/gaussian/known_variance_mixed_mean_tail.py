r"""With a known variance the mean is exactly normal under every policy whose fits weigh points by fixed numbers.

Kept and fresh real points in fixed numbers, weights, windows and pools: $\mu_t$ is linear in independent normal errors,
$P(|\mu_t-\mu_0|>x)=\operatorname{erfc}\left(x/\sqrt{2D(t)}\right)$. Points that are real, or drawn from a pool, by
chance make a mixture of normal laws of it.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.gaussian import known_variance_error as errors
from theory.claims.gaussian.known_variance_error import (
    INTRODUCTION,
    LAST_BATCHES,
    ON_THE_ERROR,
    SHARED,
    WEIGHTED,
    D,
    known_limit,
    reach,
)
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.laws.symbols import t, x, z
from theory.scenario import Scenario

P = sp.Function("P")
WITHOUT_CHANCE = Assumption(
    "chance decides on no point: neither whether it is real nor whether it is drawn from a pool",
    lambda s: (
        s.retention.kind != "accumulate_subsample"
        and getattr(s.retention, "scheme", "") != "iid"
        and getattr(s.retention, "budget", None) is None
    ),
)


def derive() -> Derivation:
    """Sums of independent normal errors; the tail of a normal law."""
    d = Derivation(INTRODUCTION)
    a, u, s, r = (sp.Symbol(name, positive=True) for name in ("a", "u", "sigma", "rho"))
    d.algebra(
        sp.Integral(sp.exp(sp.I * u * s * z) * NORMAL, (z, -sp.oo, sp.oo)) * sp.exp(-(u**2) * r**2 / 2),
        sp.exp(-(u**2) * (s**2 + r**2) / 2),
        because="mu_t - mu_0 is a sum of independent normal errors of batches, with factors that no chance decides: "
        "the characteristic function of such a sum is that of one normal error",
    )  # fmt: skip
    said = d.algebra(
        sp.Subs(2 * sp.Integral(NORMAL, (z, a, sp.oo)), a, x / sp.sqrt(D(t))), sp.erfc(x / sp.sqrt(2 * D(t))),
        because="whose variance is D(t); its tail beyond x >= 0, in standard deviations",
    )  # fmt: skip
    return d.concludes(sp.Eq(P(sp.Abs(mut - mu0) > x), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    return errors.bindings(scenario, generation) | {x: exact(at)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at); t counts fits. 1 for a negative level, 0 at t = 0 for one that is not."""
    return _tail(errors.squared_error(scenario, generations), at)


def limit(scenario: Scenario, at: float) -> float:
    """That of the limit of D(t): 1 where the walk goes on without end."""
    return float(_tail(np.array([errors.settled(scenario)]), at)[0])


def _tail(error: Float[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    if at < 0:
        return np.ones(error.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        return special.erfc(np.where(error > 0, at / np.sqrt(2 * error), np.inf))


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The normal density integrated up to the level."""
    with mpmath.workdps(DIGITS):
        error = errors.by_reference(scenario, generation)
        if at < 0 or mpmath.isinf(error):
            return mpmath.mpf(1)
        if error == 0:
            return mpmath.mpf(0)
        level = mpmath.mpf(repr(at)) / mpmath.sqrt(error)
        return 1 - 2 * mpmath.quad(mpmath.npdf, mpmath.linspace(0, level, 9)) if level else mpmath.mpf(1)


CLAIM = Claim(
    id="gaussian-known-variance-mixed-mean-tail",
    title="With a known variance the mean of model t is normal about that of the source with its squared error for "
    "variance, if no chance decides on what a fit sees",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=(*ON_THE_ERROR, WITHOUT_CHANCE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=known_limit,
    reach=reach,
    examples=(
        Example(SHARED, t=(1, 9), at=0.5),
        Example(SHARED, t=(0, np.inf), at=1.0, algebra=False, simulate=False),
        Example(LAST_BATCHES, t=(1, 8), at=0.75, simulate=False),
        Example(LAST_BATCHES, t=(np.inf,), at=2.0, algebra=False, simulate=False),
        Example(WEIGHTED, t=(2, 9), at=0.0, simulate=False),
        Example(WEIGHTED, t=(3,), at=-1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
