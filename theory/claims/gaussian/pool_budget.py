"""What claims about a budget of draws from a pool share: conditions, one fit and one batch, the means of the pool."""

from fractions import Fraction
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.pool import points as N
from theory.claims.gaussian.pool import real as n
from theory.claims.gaussian.pool import setting as pool_setting
from theory.claims.gaussian.pool import synthetic as m
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Derivation
from theory.laws.growing_pool import budget_moments
from theory.laws.symbols import delta, t, v0
from theory.scenario import Scenario

BUDGET = Assumption(
    "each model but the first is fitted to a budget of draws from the pool",
    lambda s: s.retention.kind == "pool" and s.retention.budget is not None,
)
GAUSSIAN_BUDGET = (GAUSSIAN, MOMENTS, retains("pool"), BUDGET, FAITHFUL, UNDISTURBED)
size = sp.Symbol("b", positive=True)  # draws of one fit
P, Z = sp.Function("P_1"), sp.Function("Z")  # E of the variance of the pool, and of the squared distance of its mean
w, q, v, e = sp.symbols("w q v e", positive=True)  # of one pool; of its model, e its squared distance from the pool


def model(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """The steps to E v_t and E(mu_t - mu_0)^2 of a fit to draws, given the means of the pool; returns both."""
    centre = sp.Symbol("y")
    d.algebra(
        size * (w + centre**2) - size * (w / size + centre**2), (size - 1) * w,
        because="the expected squares of b independent draws, each with the mean y and the variance w of the pool, "
        "about their own mean",
    )  # fmt: skip
    variance = d.algebra(
        sp.Subs((size - 1) * w / (size - 1 + delta), w, P(t)), (size - 1) / (size - 1 + delta) * P(t),
        because="E v_t: over the divisor, w = P_1(t) on average over pools",
    ).rhs  # fmt: skip
    error = d.algebra(
        sp.Subs(q + w / size, (q, w), (Z(t), P(t))), Z(t) + P(t) / size,
        because="E(mu_t - mu_0)^2: q = Z(t) of the pool's mean, and w/b of b draws about it",
    ).rhs  # fmt: skip
    return variance, error


def batch(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """The steps to w and q of the pool after n real and m synthetic points have joined; returns both."""
    a, x, y = sp.symbols("a x y")
    old = N - n - m
    d.algebra(
        a * x**2 + m * y**2 - (a * x + m * y) ** 2 / (a + m), a * m * (x - y) ** 2 / (a + m),
        because="the squares between two batches of a and m points", source="chan1983",
    )  # fmt: skip
    moved = m * e + v  # m times the squared distance of the synthetic mean from the pool's
    off = q + m * moved / (old + m) ** 2
    squares = old * w + (m - 1) * v + old / (old + m) * moved
    later = squares + (n - 1) * v0 + n * (old + m) / N * (v0 / n + off)
    variance = d.algebra(
        later / N, sp.expand(later / N),
        because="the pool's squares over N_t: within it, m_t synthetic and n_t real points; the synthetic mean is off "
        "from the pool's by e + v/m_t in the mean square, the real one from both together by v_0/n_t and what these "
        "are off from mu_0",
    ).rhs  # fmt: skip
    error = d.algebra(
        ((old + m) / N) ** 2 * off + (n / N) ** 2 * v0 / n, sp.expand(((old + m) / N) ** 2 * off) + n * v0 / N**2,
        because="and the squared distance of its new mean from mu_0",
    ).rhs  # fmt: skip
    return variance, error


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means of the pool by iterating the equations, exactly."""
    offset, unit = offset_of(scenario), exact(scenario.source.variance)
    found = _history(scenario.retention, offset, int(generation))
    return {
        size: scenario.retention.budget, delta: sp.Rational(offset.numerator, offset.denominator), t: generation,
        P: lambda fit: unit * found[int(fit) - 1][0], Z: lambda fit: unit * found[int(fit) - 1][1],
    }  # fmt: skip


@cache
def _history(retention, offset: Fraction, last: int) -> list[tuple[sp.Rational, sp.Rational]]:
    """(w, q) of the pools of the fits 1 ... last, in units of v_0; the first model is a fit to all of its pool."""
    shift, budget = sp.Rational(offset.numerator, offset.denominator), retention.budget
    step = sp.lambdify((N, n, m, w, q, v, e), [mean.subs(v0, 1) for mean in batch(Derivation(""))], "sympy")
    total = sp.Integer(retention.real_points(1))
    found, drawn = [((total - 1) / total, 1 / total)], ((total - 1) / (total - 1 + shift), sp.Integer(0))
    for fit in range(2, last + 1):
        fresh, made = retention.real_points(fit), retention.synthetic_points(fit)
        total += fresh + made
        found.append(tuple(step(total, sp.Integer(fresh), sp.Integer(made), *found[-1], *drawn)))
        kept = sp.Rational(budget - 1) / (budget - 1 + shift) if budget > 1 else sp.Integer(0)
        drawn = kept * found[-1][0], found[-1][0] / budget
    return found


def expected(scenario: Scenario, generations: Int[np.ndarray, " T"], which: int) -> Float[np.ndarray, " T"]:
    """VARIANCE or ERROR at each generation, in squared data units."""
    retention = scenario.retention

    def batches(k: int) -> tuple[int, int]:
        return retention.real_points(k), retention.synthetic_points(k)

    last = int(generations.max(initial=0))
    values = budget_moments(batches, retention.budget, float(offset_of(scenario)), last)
    return scenario.source.variance * values[which][generations]


def setting(real, synthetic, budget: int, divisor: str, variance: float = 2.25, **offset: float) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return pool_setting(real, synthetic, divisor, variance, budget, **offset)
