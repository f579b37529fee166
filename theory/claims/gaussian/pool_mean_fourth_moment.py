r"""Where everything is kept, in batches of any sizes, the error of the mean has a fourth moment that a recursion gives.

The new mean is normal given the model, and off from $\mu_0$ by what the pool was off, diluted, and by the errors of two
batches. $E(\mu_t-\mu_0)^4$ follows from the means of $v$, $d^2$, $v^2$, $vd^2$ and $d^4$, $d=\mu_{t-1}-\mu_0$, one fit
earlier.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool, pool_limit, pool_variance_second_moment
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.pool import GAUSSIAN_POOL, RUNNING_OUT, SMALL, constant, growing, setting
from theory.claims.gaussian.pool import points as N
from theory.claims.gaussian.pool import real as n
from theory.claims.gaussian.pool import synthetic as m
from theory.claims.gaussian.pool_squares import after_fits
from theory.claims.gaussian.pool_variance_second_moment import (
    A1,
    POINTS,
    WITHIN,
    L,
    e2z2,
    g2z2,
    names,
    one_fit,
    q,
    r,
    s,
    stepped,
    z2,
    z4,
)
from theory.claims.gaussian.pool_variance_second_moment import derive as derive_square
from theory.claims.gaussian.real_share_squares import FOURTH, averaged, dev
from theory.derivation import Derivation
from theory.laws.growing_pool_squares import FOURTH as PLACE
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the second moment of the variance; the error of the new mean and its fourth power."""
    square = derive_square()
    d = Derivation(square.introduction)
    d.steps += square.steps
    y, w = sp.symbols("y w", real=True)  # errors of the synthetic and of the real mean
    d.algebra(
        ((q - m) * dev + m * (dev + y) + n * w) / N, q * dev / N + (m * y + n * w) / N,
        because="the new mean from mu_0: q d/N_t, q = N_t - n_t, and a normal error of variance "
        "H = (m_t v + n_t v_0)/N_t^2, given the v and d of the model before",
    )  # fmt: skip
    given = one_fit()
    for name, written, closed in (("v d^2", (A1 * z2 + r * e2z2 + s * g2z2) / L, given[3]), ("d^4", z4, given[4])):
        d.algebra(
            written.subs(WITHIN).subs(names).subs(POINTS), closed,
            because=f"so the mean of {name} after the fit, b = q/N_t, in the powers of v and d before it",
        )  # fmt: skip
    said = averaged(given[4])
    d.algebra(
        said, sp.Mul(1 / N**4, sp.Add(*(sp.factor(N**4 * term) for term in said.args)), evaluate=False),
        because="the last of these averaged over the model: U, D, R, Q, B are the means of v, d^2, v^2, v d^2, d^4, "
        "B what is asked for one fit earlier",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by iterating the five equations."""
    return pool_variance_second_moment.bindings(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits. Steps through all of them: 40 ms for 10 000."""
    return stepped(scenario, generations, PLACE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature, and iterated.

    At t = inf whether the values approach it with each doubling of t.
    """
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == np.inf:
        return pool_limit.settled(scenario, mpmath.mpf(0), lambda fit: unit * after_fits(scenario, fit)[FOURTH])
    return unit * after_fits(scenario, int(generation))[FOURTH]


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where real points keep pulling the pool back, else what early models left."""
    return pool_limit.end(scenario, 0.0, lambda t_: evaluate(scenario, t_))


CLAIM = Claim(
    id="gaussian-pool-mean-fourth-moment",
    title="With everything kept in unequal batches, the fourth moment of the error of the mean obeys a linear "
    "recursion of five means (t from 2 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=GAUSSIAN_POOL,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.ends,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting(*RUNNING_OUT, "mle"), t=(2, 3, 6, 10)),
        Example(setting(*SMALL, "unbiased", variance=1e-6), t=(2, 5), simulate=False),
        Example(setting(*SMALL, "offset", offset=0.5), t=(2, 5), simulate=False),
        Example(setting(constant(5), constant(10), "mle"), t=(2, 10), simulate=False),
        Example(setting(*SMALL, "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], "unbiased"), t=(2, 3), simulate=False),
        Example(setting([1, 1, 1], [0, 1, 1], "mle"), t=(2, 3), simulate=False),
        Example(setting(constant(20), constant(5), "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(5), growing(900, 1e4), "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
