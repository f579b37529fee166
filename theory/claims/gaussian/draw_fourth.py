"""The step that every claim about the fourth moment of a draw ends with: the mean over a draw given its model."""

import sympy as sp

from theory.claims.gaussian.one_fit import NORMAL, mu0, mut, squared_error, v
from theory.claims.gaussian.real_share_squares import B, Q, R
from theory.derivation import Derivation
from theory.laws.symbols import E, t, z

drawn = sp.Symbol("X_t", real=True)
JOINT, FOURTH = Q(t), B(t)  # of v d^2 and d^4 about mu_0
FOURTH_OF_DRAW = E((drawn - mu0) ** 4)


def by_means(d: Derivation, joint: sp.Expr = JOINT, fourth: sp.Expr = FOURTH) -> Derivation:
    """The conclusion where R, and the means that are said, are known by their equations."""
    of_a_draw(d)
    said = d.algebra(
        sp.Integral((fourth + 6 * z**2 * joint + z**4 * R(t)) * NORMAL, (z, -sp.oo, sp.oo)),
        sp.expand(fourth + 6 * joint + 3 * R(t)),
        because="averaged over the models: the means after fit t, from those after fit t - 1 by the equations above",
    )  # fmt: skip
    return d.concludes(sp.Eq(FOURTH_OF_DRAW, said.rhs, evaluate=False))


def of_a_draw(d: Derivation) -> None:
    """E(X_t - mu_0)^4 given the model that X_t is drawn from."""
    d.algebra(
        sp.Integral((mut + sp.sqrt(v(t)) * z - mu0) ** 4 * NORMAL, (z, -sp.oo, sp.oo)),
        squared_error**2 + 6 * squared_error * v(t) + 3 * v(t) ** 2,
        because="the mean over a draw X_t from model t, given that model: three means over chains are asked for",
    )  # fmt: skip
