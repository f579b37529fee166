r"""With a known variance the mean of model $t$ is exactly normal: its tail is not heavy.

$P(|\mu_t-\mu_0|>x)=\operatorname{erfc}\left(x/\sqrt{2v_0\sum_kq_k}\right)$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import known_variance
from theory.claims.gaussian.known_variance import (
    FORGOTTEN,
    GAUSSIAN_KNOWN_VARIANCE,
    INTRODUCTION,
    KEPT,
    LISTED,
    MOST_FITS,
    setting,
    settles,
    steps,
    walk,
)
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.laws.symbols import v0, x, z
from theory.scenario import Scenario

P = sp.Function("P")


def derive() -> Derivation:
    """The walk of the mean, whose steps are normal and independent; the tail of a normal law."""
    d = Derivation(INTRODUCTION)
    walk(d)
    a, u, s, r = (sp.Symbol(name, positive=True) for name in ("a", "u", "sigma", "rho"))
    d.algebra(
        sp.Integral(sp.exp(sp.I * u * s * z) * NORMAL, (z, -sp.oo, sp.oo)) * sp.exp(-(u**2) * r**2 / 2),
        sp.exp(-(u**2) * (s**2 + r**2) / 2),
        because="the characteristic function of a sum of independent normal errors is that of one normal error, whose "
        "variance is the sum of theirs",
    )  # fmt: skip
    said = d.algebra(
        sp.Subs(2 * sp.Integral(NORMAL, (z, a, sp.oo)), a, x / sp.sqrt(v0 * steps)),
        sp.erfc(x / sp.sqrt(2 * v0 * steps)),
        because="its tail beyond x >= 0, in standard deviations",
    )  # fmt: skip
    return d.concludes(sp.Eq(P(sp.Abs(mut - mu0) > x), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    return known_variance.bindings(scenario, generation) | {x: exact(at)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at); t counts fits. 1 for a negative level, 0 at t = 0 for one that is not."""
    return _tail(scenario, known_variance.squared_error(scenario, generations), at)


def limit(scenario: Scenario, at: float) -> float:
    """1 where the walk goes on without end."""
    return float(_tail(scenario, np.array([known_variance.settled(scenario)]), at)[0])


def _tail(scenario: Scenario, error: Float[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    if at < 0:
        return np.ones(error.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(error > 0, at / np.sqrt(2 * scenario.source.variance * error), np.inf)
    return special.erfc(inside)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The normal density integrated beyond the level."""
    with mpmath.workdps(DIGITS):
        if at < 0:
            return mpmath.mpf(1)
        if generation == 0:
            return mpmath.mpf(0)
        error = known_variance.reference(scenario, generation)
        if mpmath.isinf(error):
            return mpmath.mpf(1)
        level = mpmath.mpf(repr(at)) / mpmath.sqrt(error * mpmath.mpf(str(scenario.source.variance)))
        ends = [place / (1 + level) for place in (0, 1, 3, 9, 27, 81)]
        return 2 * mpmath.npdf(level) * mpmath.quad(lambda s: mpmath.exp(-level * s - s * s / 2), [*ends, mpmath.inf])


CLAIM = Claim(
    id="gaussian-known-variance-mean-tail",
    title="With a known variance the mean of model t is normal about that of the source, with the variance t v_0/M "
    "where data are replaced",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=GAUSSIAN_KNOWN_VARIANCE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20), t=(1, 5), at=0.5),
        Example(setting(8, **KEPT, first=3), t=(1, 2, 9), at=1.5),
        Example(setting(10, **FORGOTTEN), t=(1, 6), at=1.0, simulate=False),
        Example(setting(LISTED), t=(3,), at=0.0, simulate=False),
        Example(setting(20), t=(2,), at=8.0, simulate=False),
        Example(setting(8, **KEPT), t=(0, np.inf), at=0.5, algebra=False, simulate=False),
        Example(setting(20), t=(10**6, np.inf), at=1.0, algebra=False, simulate=False),
        Example(setting(20), t=(0, 2, np.inf), at=-1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
