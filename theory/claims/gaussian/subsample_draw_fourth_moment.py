r"""Fitted to $M$ of all points so far, draws from a model keep a fourth moment where the variance keeps a second.

The pool's mean is at $c$ from $\mu_0$, a fit's at $c+e$, and its variance is that of its draws:
$E(X_t-\mu_0)^4=E(c+e)^4+6\,E v_t(c+e)^2+3\,E v_t^2$ follows from the five means of the pool.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, numeric_value
from theory.claims.gaussian import subsample_mean_fourth_moment as fourths
from theory.claims.gaussian import subsample_variance_second_moment as squares
from theory.claims.gaussian.draw_fourth import by_means
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import B, Q, R
from theory.claims.gaussian.subsample import GAUSSIAN_SUBSAMPLE, N, eta, h, read, setting
from theory.claims.gaussian.subsample_errors import DRAWS, f, t1, third, with_variance
from theory.claims.gaussian.subsample_mean_fourth_moment import ZS, ZT
from theory.claims.gaussian.subsample_squares import draws as draws_of
from theory.claims.gaussian.subsample_variance_second_moment import L, Qe2, X, Y, x, y
from theory.derivation import Derivation
from theory.laws.subsampled_pool_fourth import draw_fourth, settled_draw_fourth
from theory.laws.symbols import M, t
from theory.scenario import Scenario

DIGITS = 40


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; the variance of a fit with its error; a draw."""
    error = fourths.CLAIM.derivation
    d = Derivation(error.introduction)
    d.steps += error.steps
    c, e = sp.symbols("c e")
    d.algebra(
        v(t) * (c + e) ** 2, c**2 * v(t) + 2 * c * e * v(t) + e**2 * v(t),
        because="v_t times the squared error of its mean, v_t = Q/L: given the pool E Q is a multiple f of S/N, E Q e "
        "one t_1 of T/N, and E Q e^2 and E Q^2 are linear in the squared variance and the fourth moment of the pool",
    )  # fmt: skip
    written, said = joint_mean()
    d.algebra(
        written, said,
        because="so its mean, averaged over pools of t M points at fit t: Q, as R is that of v_t^2 and B that of the "
        "fourth power; eta = 1 if the draws are put back and else 0",
    )  # fmt: skip
    return by_means(d)


@cache
def joint_mean() -> tuple[sp.Expr, sp.Expr]:
    """E v_t (mu_t - mu_0)^2 from five means of the pool, as written and with factored weights."""
    now = {N: t * M, h: eta(t)}
    averages = {with_variance: ZS(t), third: ZT(t), x: X(t), y: Y(t)}
    written = said = sp.Integer(0)
    for weight, draws in ((1 - h, DRAWS["left"]), (h, DRAWS["put back"])):
        written += weight * (draws[f] * with_variance + 2 * draws[t1] * third + draws[Qe2]) / L
        of_pool = sp.expand(draws[Qe2])
        coefficients = {
            with_variance: draws[f], third: 2 * draws[t1], x: of_pool.coeff(x), y: of_pool.coeff(y),
        }  # fmt: skip
        said += sp.Add(*(
            weight.subs(now) * sp.factor(part / L).subs(now) * averages[mean] for mean, part in coefficients.items()
        ))  # fmt: skip
    return written.subs(now).subs(averages), said


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the three means by the statements of their parts."""
    given = fourths.bindings(scenario, generation)
    parts = {R: squares.CLAIM.statement.rhs, Q: joint_mean()[1], B: fourths.CLAIM.statement.rhs}
    means = {name: numeric_value(part, given, DIGITS) for name, part in parts.items()}
    return {t: generation} | {name: lambda fit, mean=mean: sp.Float(mean, DIGITS) for name, mean in means.items()}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits, and model 0 is the source."""
    return scenario.source.variance**2 * draw_fourth(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite under maximum likelihood from 3 points on and for a larger divisor; infinite for a smaller one."""
    return scenario.source.variance**2 * settled_draw_fourth(*read(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of four points of the pool, draws placed one by one."""
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == 0:
        return 3 * unit
    return unit * draws_of(
        scenario.sample_size.constant, scenario.retention.replacement, offset_of(scenario), generation
    )


CLAIM = Claim(
    id="gaussian-subsample-draw-fourth-moment",
    title="Fitted to M >= 3 of all points so far, the fourth moment of a value drawn from model t settles at the "
    "divisor M, and does not for a smaller one (t from 2 on)",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=GAUSSIAN_SUBSAMPLE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, False), t=(2, 3, 10), simulate=False),
        Example(setting(5, True), t=(2, 10), simulate=False),
        Example(setting(8, False, "unbiased"), t=(2, 4), simulate=False),
        Example(setting(3, True, "offset", offset=0.5), t=(2, 20), simulate=False),
        Example(setting(2, False), t=(2, 12), simulate=False),
        Example(setting(1, False), t=(0, 1, 9, np.inf), algebra=False, simulate=False),
        Example(setting(5, False), t=(0, 1, 2), algebra=False),
        Example(setting(5, True), t=(1, 512, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(5, False), t=(1023, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(2, True), t=(1000, np.inf), algebra=False, simulate=False),
        Example(setting(8, False, "unbiased"), t=(1, 60, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, True), t=(2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
