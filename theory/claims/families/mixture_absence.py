r"""Of two components far apart one is dead after t fits with the chance that its count has passed below two points.

Its count is Wright and Fisher's chain with the ends moved in by one: of 60 points with the weight 0.2 it is dead after
20 fits in 35 of 100 chains, and in the end in 81, one more than its weight says, as a single point is no component.
That labels cannot be mistaken is what is left out.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import MIXTURE, REPLACED, sample_size_at_least
from theory.claims.families.mixture_components import binomial, component, ratio
from theory.claims.families.mixture_heterozygosity import law_of_weights, setting
from theory.claims.families.mixture_vocabulary import LAST, OVERLAP, TWO_APART
from theory.derivation import Derivation
from theory.laws.dying_components import component_dead
from theory.laws.symbols import M, k, t, w
from theory.scenario import Scenario

LARGEST, LATE = 1000, 100  # points, and fits for each of them after which one component is left in every digit
later = sp.Function("h_c")
dead = sp.Function("d_t")


def derive() -> Derivation:
    """The chance of fewer than two points, and the chances of death of all other counts."""
    d = Derivation(
        "h_c(t, k) is the chance that a component of k points is dead after t more fits: 0 after none for k from 2 on, "
        "and for ever where it is the only one."
    )
    z = sp.Symbol("z")
    generating = (1 - w + w * z) ** M
    of_count = sp.Function("F")
    d.solves(
        of_count(M), generating, index=M, next_value=(1 - w + w * z) * of_count(M), initial=(0, sp.Integer(1)),
        because="F(M) = E z^X, X the points of a component of weight w among M independent draws: binomial",
    )  # fmt: skip
    fewest = (1 - w) ** M + M * w * (1 - w) ** (M - 1)
    d.algebra(
        sp.Subs(generating, z, 0) + sp.Subs(sp.Derivative(generating, z), z, 0), fewest,
        because="the chance of no point or a single one, of which the likelihood has no maximum: such a component "
        "dies, the other takes the point",
    )  # fmt: skip
    ways = sp.Sum(sp.binomial(M, k) * w**k * (1 - w) ** (M - k) * later(t - 1, k), (k, 2, M - 2))
    said = d.algebra(
        sp.Subs(generating, z, 0) + sp.Subs(sp.Derivative(generating, z), z, 0) + ways, fewest + ways,
        because="and of dying later after 2 to M - 2 points; with M - 1 or M it is the only one. h_c(t, k) follows "
        "with w = k/M",
    )  # fmt: skip
    return d.concludes(sp.Eq(dead(w), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float = 0.0) -> dict:
    """The symbols of a statement, and h_c by the chain of all counts in 40 digits."""
    size = scenario.sample_size.constant

    def chance(fits: sp.Expr, count: sp.Expr) -> sp.Float:
        return sp.Float(_later(size, int(fits))[int(count)], 40)

    return {M: size, t: generation, w: component(scenario, at).weight, later: chance}


@cache
def _later(size: int, fits: int) -> list[mpf]:
    """The chance that a component of 0 ... M points is dead after so many fits."""
    with mpmath.workdps(40):
        chances = [mpf(count < 2) for count in range(size + 1)]
        for _ in range(fits):
            inner = [mpmath.fdot(binomial(size, mpf(count) / size), chances) for count in range(2, size - 1)]
            chances = [mpf(1), mpf(1), *inner, mpf(0), mpf(0)]
        return chances


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float = 0.0) -> Float[np.ndarray, " T"]:
    """The chance that the component at place ``at`` is dead; t counts fits."""
    found = component(scenario, at)
    if found is None:
        return np.ones(generations.shape)
    return component_dead(scenario.sample_size.constant, float(found.weight), generations)


def limit(scenario: Scenario, at: float = 0.0) -> float:
    """That of so many fits that one component is left."""
    return float(evaluate(scenario, np.array([LATE * scenario.sample_size.constant]), at)[0])


def reference(scenario: Scenario, generation: float, at: float = 0.0) -> mpf:
    """The chain of the counts of both components; in the end by linear equations for the chance of each count."""
    found = component(scenario, at)
    if found is None:
        return mpf(1)
    if generation < mpmath.inf:
        law = law_of_weights(scenario, int(generation))
        return mpmath.fsum(chance for shares, chance in law.items() if shares[int(at)] == 0)
    size = scenario.sample_size.constant
    with mpmath.workdps(30):
        rows = [binomial(size, mpf(count) / size) for count in range(2, size - 1)]
        inner = mpmath.matrix([row[2:-2] for row in rows])
        ends = mpmath.lu_solve(mpmath.eye(len(rows)) - inner, mpmath.matrix([row[0] + row[1] for row in rows]))
        first = binomial(size, ratio(found.weight))
        return first[0] + first[1] + mpmath.fdot(first[2:-2], ends)


CLAIM = Claim(
    id="mixture-replace-absence",
    title="Of two components far apart one is dead after t fits with the chance that its count has once passed below "
    "two points: 35 of 100 chains at t = 20 with 60 points and the weight 0.2",
    kind=Kind.APPROXIMATION,
    statistic="absence",
    assumptions=(MIXTURE, *REPLACED, TWO_APART, sample_size_at_least(4)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: scenario.sample_size.constant <= LARGEST,
    error=lambda scenario, generation, at=None: OVERLAP,
    reach=lambda scenario: LAST,
    examples=(
        Example(setting(60, 0.2), t=(3,), at=1, algebra=False, simulate=False),
        Example(setting(12, 0.3), t=(2, 4), at=1),
        Example(setting(4, 0.25), t=(1, 3), at=0, simulate=False),
        Example(setting(20, 0.3), t=(0, np.inf), at=1, algebra=False, simulate=False),
    ),
    sources=(
        Source("wright1931evolution", "", "cited", "generations of a population of M genes", "the chain of counts"),
    ),
)  # fmt: skip
