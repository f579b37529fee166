"""Derivation steps of every claim about real data and a sampler that scales the variance of its model.

With $c_v v$ in the place of $v$ the recursions are those of faithful draws; generation 1, all real, is that of a model
with the variance $v_0/c_v$.
"""

from dataclasses import replace
from functools import cache, partial

import sympy as sp

from theory.claims.gaussian.mixed_fit import (
    D,
    System,
    b,
    fresh_points,
    kept_points,
    one_batch,
    points_at_random,
    solution,
    two_batches,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import L, M, alpha, c, t, v0

FAITHFUL = {"stratified": fresh_points, "iid": points_at_random, "fixed": kept_points}
drawn = c * v(t)


@cache
def scaled_system(scheme: str) -> System:
    """The recursion under scaled draws, its fixed point solved for."""
    plain = FAITHFUL[scheme]()
    vv, vd, dv, dd = c * plain.vv, plain.vd, c * plain.dv, plain.dd
    bar = sp.factor((1 - vv) * (1 - dd) - vd * dv)
    return replace(
        plain, vv=vv, dv=dv, determinant=sp.factor(vv * dd - vd * dv), v_start=v0 / c,
        v_star=sp.factor((1 - dd) * plain.v_forcing + vd * plain.d_forcing) / bar,
        d_star=sp.factor((1 - vv) * plain.d_forcing + dv * plain.v_forcing) / bar,
    )  # fmt: skip


SCALED = {scheme: partial(scaled_system, scheme) for scheme in FAITHFUL}


def closed_form(d: Derivation, scheme: str, of: str) -> sp.Expr:
    """The steps to E v_t (of = "v") or the error of the mean about its centre (of = "D"); returns the closed form."""
    system = scaled_system(scheme)
    variance, error = {"stratified": _fresh, "iid": _at_random, "fixed": _kept}[scheme](d)
    d.algebra(
        variance, system.next_variance(v(t), D(t)),
        because="E v_(t+1), synthetic points being drawn with c_v v_t, collected in v_t and D_t",
    )  # fmt: skip
    d.algebra(
        error, system.next_error(v(t), D(t)),
        because=f"D_(t+1), D_t = {system.error}; generation 1, all real, is that of a model with v = v_0/c_v and no "
        "other mean",
    )  # fmt: skip
    return solution(d, system, of)


def _fresh(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """Both batches within; between them the sampling noise of both means, and D_t."""
    two_batches(d)
    between = alpha * b * M * (v0 / (alpha * M) + drawn / (b * M) + D(t))
    return (
        ((alpha * M - 1) * v0 + (b * M - 1) * drawn + between) / L,
        alpha**2 * v0 / (alpha * M) + b**2 * (drawn / (b * M) + D(t)),
    )


def _at_random(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """Given the model the points are independent, with the law of a mixture."""
    a = sp.Symbol("a")  # displacement of the model's mean
    mixture = d.algebra(
        alpha * v0 + b * (drawn + a**2) - (b * a) ** 2, alpha * v0 + b * drawn + alpha * b * a**2,
        because="the variance of one point, real or from a model displaced by a: within the laws and between them",
    ).rhs.subs(a**2, D(t))  # fmt: skip
    one_batch(d, M)
    return (M - 1) * mixture / L, b**2 * D(t) + mixture / M


def _kept(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """About the mean of the kept points, from which the new one is off by 1 - alpha times what synthetic points are."""
    two_batches(d)
    between = alpha * b * M * (drawn / (b * M) + D(t))
    return ((alpha * M - 1) * v0 + (b * M - 1) * drawn + between) / L, b**2 * (drawn / (b * M) + D(t))
