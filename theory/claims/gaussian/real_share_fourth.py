"""What the claims about the fourth moment of the error with fresh real points share: its equation, numbers and limit.

The fourth power of the error is one of the six means that close under a fit, so that whatever settles the second moment
of the variance settles it too.
"""

from collections.abc import Callable
from fractions import Fraction

import sympy as sp
from jaxtyping import Float, Int
from numpy import ndarray

from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.gaussian.real_share_squares import averaged, dev, var
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import FOURTH, Row, settled_mean, state_mean
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


def _of(step: Step, scenario: Scenario) -> tuple[Row, ...]:
    share, size = share_of(scenario), scenario.sample_size.constant
    return step(size, share if scenario.retention.scheme == "iid" else int(share * size), offset_of(scenario))
