"""What bounds from known moments share: which moments are known, and where; three inequalities with their checks.

A bound of this kind holds for every policy at once. The moments in it are those of whichever exact claims cover the
scenario: the evaluator takes theirs, and the statement the numbers of their statements.
"""

from collections.abc import Callable

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import exact
from theory.claims.assumptions import GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.exact_claims import exact_claim, known
from theory.claims.gaussian.one_fit import NORMAL, divergence_from_model, mu0, mut, v
from theory.derivation import Derivation, Step, Verdict, agree, at_most
from theory.laws.symbols import E, t, v0, x, z
from theory.scenario import Scenario

VARIANCE, SQUARE, ERROR, FOURTH = "variance", "variance_second_moment", "mean_squared_error", "mean_fourth_moment"
U, R, D, D4 = sp.Function("U"), sp.Function("R"), sp.Function("D"), sp.Function("D_4")
NAMES = {U: VARIANCE, R: SQUARE, D: ERROR, D4: FOURTH}


MEAN_VARIANCE, MEAN_SQUARE, MEAN_ERROR = known(VARIANCE), known(SQUARE), known(ERROR)
GAUSSIAN_FITS = (GAUSSIAN, MOMENTS, UNDISTURBED)


def moment(
    scenario: Scenario, statistic: str, generations: Int[np.ndarray, " T"] | Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """A known moment at each generation, inf included where it settles."""
    claim = exact_claim(scenario, statistic)
    assert claim is not None
    return claim.value(scenario, np.asarray(generations, dtype=np.float64))


def bindings(*moments: sp.Function) -> Callable[..., dict]:
    """The symbols of a statement in these moments: each is the number of the exact claim's own statement."""

    def bound(scenario: Scenario, generation: int, at: float | None = None) -> dict:
        given = {t: generation, v0: exact(scenario.source.variance), x: 0 if at is None else exact(at)}
        return given | {symbol: _from_statement(scenario, NAMES[symbol]) for symbol in moments}

    return bound


def _from_statement(scenario: Scenario, statistic: str) -> Callable[[int], sp.Expr]:
    claim, unit = exact_claim(scenario, statistic), exact(scenario.source.variance)
    assert claim is not None
    start = {VARIANCE: unit, SQUARE: unit**2}.get(statistic, sp.Integer(0))

    def value(generation: sp.Integer) -> sp.Expr:
        return sp.Float(claim.algebra_value(scenario, int(generation)), 40) if generation else start

    return value


def at_infinity(evaluate: Callable[..., Float[np.ndarray, " T"]]) -> Callable[..., float]:
    """The limit of a bound that is a function of moments: the same function of their limits."""

    def limit(scenario: Scenario, at: float | None = None) -> float:
        return float(evaluate(scenario, np.array([np.inf]), at)[0])

    return limit


def log_of_mean(d: Derivation) -> Step:
    """E log v_t <= log U(t): the logarithm lies below its tangent at the mean."""
    tangent = d.algebra(
        sp.log(z) + (E(v(t)) - z) / z, E(v(t)) / z + sp.log(z) - 1,
        because="the mean of the tangent of the logarithm at z: at z = U(t) = E v_t it is log U(t)",
    )  # fmt: skip
    assert tangent.rhs.subs(z, E(v(t))) == sp.log(E(v(t)))
    return d.given(
        E(sp.log(v(t))), sp.log(U(t)), relation=r"\le", source="jensen1906fonctions", check=tangents_lie_above,
        because="and a logarithm does not exceed its tangent; equality only without any spread of v_t",
    )  # fmt: skip


def squared_distance(d: Derivation) -> sp.Expr:
    """E W_t^2 in U, D and the mean standard deviation."""
    root = E(sp.sqrt(v(t)))
    d.given(
        sp.Symbol("W_t", positive=True) ** 2,
        sp.Integral((mut + sp.sqrt(v(t)) * z - mu0 - sp.sqrt(v0) * z) ** 2 * NORMAL, (z, -sp.oo, sp.oo)),
        source="villani2003", check=shifted_and_stretched,
        because="on the line the optimal coupling matches quantiles: one z serves both laws",
    )  # fmt: skip
    d.algebra(
        sp.Integral((mut + sp.sqrt(v(t)) * z - mu0 - sp.sqrt(v0) * z) ** 2 * NORMAL, (z, -sp.oo, sp.oo)),
        (mut - mu0) ** 2 + v(t) + v0 - 2 * sp.sqrt(v0) * sp.sqrt(v(t)),
        because="the integral: its mean needs D(t) = E(mu_t - mu_0)^2, U(t) = E v_t and the mean standard deviation",
    )  # fmt: skip
    return D(t) + U(t) + v0 - 2 * sp.sqrt(v0) * root


def divergence_of_model(d: Derivation) -> sp.Expr:
    """E KL(model t || source) in U, D and the mean log-variance."""
    divergence_from_model(d)
    return ((U(t) + D(t)) / v0 - 1 - E(sp.log(v(t))) + sp.log(v0)) / 2


def tangents_lie_above() -> list[Verdict]:
    """The mean logarithm of two-point laws is below the logarithm of the mean."""
    pairs = [(mpf(1), mpf(2)), (mpf("0.01"), mpf(5)), (mpf(3), mpf("3.001"))]
    return [
        at_most(p * mpmath.log(a) + (1 - p) * mpmath.log(b), mpmath.log(p * a + (1 - p) * b))
        for a, b in pairs for p in (mpf("0.1"), mpf("0.5"), mpf("0.9"))
    ]  # fmt: skip


def shifted_and_stretched() -> list[Verdict]:
    """The cost of matching the quantiles of N(1, 4) and N(0, 1) is 1 + (2 - 1)^2, and no rotation of z does better."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    cost = weights @ (1 + 2 * nodes - nodes) ** 2
    turned = [np.sum(np.outer(weights, weights) * (1 + 2 * nodes[:, None] - (np.cos(a) * nodes[:, None]
              + np.sin(a) * nodes)) ** 2) for a in (0.3, 1.0, 2.0)]  # fmt: skip
    return [agree(cost, 2), *(at_most(2, value) for value in turned)]
