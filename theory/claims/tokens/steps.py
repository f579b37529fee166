"""Derivation steps that every claim about the heterozygosity of refitted tokens begins with."""

import sympy as sp

from theory.derivation import Derivation, Step
from theory.laws.symbols import M, alpha, t, z

f, q = sp.symbols("f q", positive=True)  # one token's probability: in the source, and in what is sampled
P = sp.Symbol("P", positive=True)  # E p_t^2 of that token
H = sp.Function("H")  # expected heterozygosity of generation t


def second_moment_of_a_count(d: Derivation, points: sp.Expr = M, probability: sp.Expr = q) -> sp.Expr:
    """E X^2 of X ~ Bin(points, probability), read off its generating function."""
    generating = (1 + probability * (z - 1)) ** points
    factorial_moment = d.algebra(
        sp.Subs(sp.Derivative(generating, (z, 2)), z, 1), points * (points - 1) * probability**2,
        because="the count of one token is binomial; E X(X-1) from its generating function at 1",
    )  # fmt: skip
    return factorial_moment.rhs + points * probability


def mean_is_the_source(d: Derivation) -> Step:
    """E p_t = f at every t, whatever the share of real points."""
    mean = sp.Function("m")
    return d.solves(
        mean(t), f, index=t, next_value=alpha * f + (1 - alpha) * mean(t), initial=(0, f),
        because="a training point is real or drawn from the model: the expected frequency stays f",
    )  # fmt: skip


def averaged(polynomial: sp.Expr, moments: dict[sp.Expr, sp.Expr]) -> sp.Expr:
    """E of a polynomial: each monomial replaced by its mean in ``moments``, which must name every one that occurs."""
    variables = sorted(set().union(*(monomial.free_symbols for monomial in moments)), key=str)
    terms = sp.Poly(polynomial, *variables).terms()
    means = {sp.Poly(monomial, *variables).monoms()[0]: mean for monomial, mean in moments.items()}
    return sp.Add(*(coefficient * (means[powers] if any(powers) else 1) for powers, coefficient in terms))
