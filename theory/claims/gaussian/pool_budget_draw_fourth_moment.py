r"""With a budget of draws from the pool, the fourth moment of a value drawn from the model follows from five means.

$E(X_t-\mu_0)^4=E(c+e)^4+6\,E v_t(c+e)^2+3\,E v_t^2$: the pool's mean is at $c$ from $\mu_0$, that of the draws of a fit
at $e$ from it, and $v_t$ is the variance of these draws.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool
from theory.claims.gaussian.draw_fourth import FOURTH_OF_DRAW, of_a_draw
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.pool import RUNNING_OUT, SMALL, constant
from theory.claims.gaussian.pool_budget import GAUSSIAN_BUDGET, setting, size
from theory.claims.gaussian.pool_budget_mean_fourth_moment import CLAIM as MEAN
from theory.claims.gaussian.pool_budget_squares import DRAW, L, bindings, drawn, reference
from theory.claims.gaussian.pool_budget_variance_second_moment import expected
from theory.claims.gaussian.subsample_mean_fourth_moment import Z4, ZS, ZT
from theory.claims.gaussian.subsample_variance_second_moment import Q2, Qe2, X, Y, e4, x, y
from theory.derivation import Derivation
from theory.laws.symbols import t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the fourth moment of the error of the mean; the variance of a fit with its error; a draw."""
    d = Derivation(MEAN.derivation.introduction)
    d.steps += MEAN.derivation.steps
    c, e = sp.symbols("c e")
    d.algebra(
        v(t) * (c + e) ** 2, c**2 * v(t) + 2 * c * e * v(t) + e**2 * v(t),
        because="v_t times the squared error of its mean, v_t = Q/L: given the pool E Q is b - 1 times its variance, "
        "E Q e is (b-1)/b times its third central moment",
    )  # fmt: skip
    of_a_draw(d)
    averages = {x: X(t), y: Y(t)}
    parts = (drawn[e4], 6 * drawn[Qe2] / L, 3 * drawn[Q2] / L**2)
    kept = (size - 1) / L
    shared = Z4(t) + 6 * ZS(t) / size + 4 * ZT(t) / size**2 + 6 * kept * ZS(t) + 12 * kept * ZT(t) / size
    said = d.algebra(
        shared + sp.Add(*parts).subs(averages),
        shared + sp.Add(*(
            sp.factor(sp.expand(part).coeff(name)) * mean for part in parts for name, mean in averages.items()
        )),
        because="so the mean of the three, averaged over pools",
    )  # fmt: skip
    return d.concludes(sp.Eq(FOURTH_OF_DRAW, said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits. Steps through all of them: 0.1 s for 10 000."""
    return expected(scenario, generations, DRAW)


def by_points(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of up to four points of the pool, draws placed one by one."""
    return reference(scenario, generation, DRAW)


CLAIM = Claim(
    id="gaussian-pool-budget-draw-fourth-moment",
    title="With a budget of b draws from the pool for each fit, the fourth moment of a value drawn from model t "
    "follows from five means of the pool, which obey a linear recursion (t from 2 on)",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=GAUSSIAN_BUDGET,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=by_points,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting([20, 5, 5], [0, 15, 15], 15, "unbiased"), t=(2, 3)),
        Example(setting(*SMALL, 4, "mle"), t=(2, 3, 5), simulate=False),
        Example(setting(*RUNNING_OUT, 20, "unbiased", variance=1e-6), t=(2, 3, 6), simulate=False),
        Example(setting(*SMALL, 3, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(setting(constant(5), constant(10), 8, "mle"), t=(2, 10), simulate=False),
        Example(setting([3, 0, 0, 1], [0, 0, 2, 0], 1, "mle"), t=(2, 3, 4), simulate=False),
        Example(setting(*SMALL, 4, "mle"), t=(0, 1), algebra=False, simulate=False),
    ),
)  # fmt: skip
