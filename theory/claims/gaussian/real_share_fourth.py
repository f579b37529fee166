"""What the claims about the fourth moment of the error with fresh real points share: its equation, numbers and limit.

The fourth power of the error is one of the six means that close under a fit, so that whatever settles the second moment
of the variance settles it too.
"""

from collections.abc import Callable
from fractions import Fraction

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import ndarray

from theory.claims.gaussian import real_share_squares
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.gaussian.real_share_squares import averaged, dev, var
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import (
    FOURTH,
    Row,
    draw_fourth,
    settled_draw_fourth,
    settled_mean,
    state_mean,
)
from theory.laws.path_moments import limiting_mean_fourth_moment
from theory.laws.symbols import E, M, v0
from theory.scenario import Scenario

Step = Callable[[int, Fraction | int, Fraction], tuple[Row, ...]]


def two_more_means(d: Derivation, written: tuple[sp.Expr, sp.Expr], given: tuple[sp.Expr, ...]) -> Derivation:
    """The equations of v d^2 and d^4, as written by moments and collected, and the conclusion."""
    for name, left, closed in zip(("v d^2", "d^4"), written, given[3:], strict=True):
        d.algebra(
            left, sp.collect(closed, (v0, var, dev), sp.factor),
            because=f"so the mean of {name} after the fit, collected in the powers of v and d before it",
        )  # fmt: skip
    said = averaged(given[4])
    d.algebra(
        said, sp.Mul(1 / M**3, sp.Add(*(sp.factor(M**3 * term) for term in said.args)), evaluate=False),
        because="the last of these averaged over the model: U, D, R, Q, B are the means of v, d^2, v^2, v d^2, d^4, "
        "and B is what is asked for one fit earlier",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said, evaluate=False))


def evaluated(step: Step, scenario: Scenario, generations: Int[ndarray, " T"]) -> Float[ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth."""
    return scenario.source.variance**2 * state_mean(_of(step, scenario), generations, FOURTH)


def settled(step: Step, scenario: Scenario) -> float:
    """Its stationary value, exact; infinite unless the spectral radius is below 1. Share 0 is replacement."""
    unit, size = scenario.source.variance**2, scenario.sample_size.constant
    if not share_of(scenario):
        return unit * (limiting_mean_fourth_moment(size, float(offset_of(scenario))) if size > 1 else 3)
    return unit * float(settled_mean(_of(step, scenario), FOURTH))


def evaluated_draw(step: Step, scenario: Scenario, generations: Int[ndarray, " T"]) -> Float[ndarray, " T"]:
    """E (X_t - mu_0)^4 of a draw X_t from model t, in data units to the fourth."""
    return scenario.source.variance**2 * draw_fourth(_of(step, scenario), generations)


def settled_draw(step: Step, scenario: Scenario) -> float:
    """Its stationary value. Without real data the variance vanishes or its second moment has no limit."""
    if not share_of(scenario):
        return settled(step, scenario)
    return scenario.source.variance**2 * float(settled_draw_fourth(_of(step, scenario)))


def reference_of_draw(scenario: Scenario, generation: float) -> mpmath.mpf:
    """The three means of one fit multiplied out in standard variables, whose moments are taken by quadrature."""
    weights = {real_share_squares.SQUARE: 3, real_share_squares.JOINT: 6, real_share_squares.FOURTH: 1}
    with mpmath.workdps(real_share_squares.DIGITS):
        return mpmath.fsum(
            weight * real_share_squares.reference(scenario, generation, place=place)
            for place, weight in weights.items()
        )


def _of(step: Step, scenario: Scenario) -> tuple[Row, ...]:
    share, size = share_of(scenario), scenario.sample_size.constant
    return step(size, share if scenario.retention.scheme == "iid" else int(share * size), offset_of(scenario))
