r"""Of two components far apart one is lost: the law of its count is Wright and Fisher's chain, killed below two points.

With 60 points and the weights 0.2 and 0.8 the rarer one is dead after 20 fits in 35 of 100 chains. A fit to a single
point has no variance, so that a count of 1 is as deadly as one of 0. That labels cannot be mistaken is what is left
out: at twenty standard deviations responsibilities are 1 or 0 in every digit.
"""

from itertools import pairwise

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import MIXTURE, REPLACED, sample_size_at_least
from theory.claims.families.mixture_heterozygosity import law_of_weights, setting
from theory.derivation import Derivation
from theory.laws.dying_components import components_alive
from theory.laws.symbols import E, M, t, w
from theory.scenario import Scenario

APART = 20.0  # standard deviations between the means: no responsibility of a point differs from 0 or 1 by a digit
OVERLAP = 1e-3  # relative; components that have grown together are far rarer than that
LAST = 100_000
TWO_APART = Assumption(
    "there are two components of positive weight, with means twenty or more of the larger standard deviation apart",
    lambda s: s.family == "mixture" and _two_apart(s),
)
dead = sp.Function("d_t")
alive = sp.Symbol("S_t")


def _two_apart(scenario: Scenario) -> bool:
    source = scenario.source
    living = [j for j, weight in enumerate(source.weights) if weight > 0]
    widest = max((source.variances[j] for j in living), default=0.0) ** 0.5
    means = sorted(source.means[j] for j in living)
    return len(living) == 2 and all(b - a >= APART * widest for a, b in pairwise(means))


def derive() -> Derivation:
    """The law of the count of one component, and the two chances of death."""
    d = Derivation(
        "d_t(w) is the chance that a component of the weight w is dead after t fits: of M points the number of its is "
        "binomial with the share that it had in the last fit, 0 and M are for ever, 1 is 0 and M - 1 is M."
    )
    z, generating = sp.Symbol("z"), sp.Function("F")
    d.solves(
        generating(M), (1 - w + w * z) ** M, index=M, next_value=(1 - w + w * z) * generating(M),
        initial=(0, sp.Integer(1)),
        because="F(M) = E z^X, X the points of a component of weight w among M independent draws: binomial",
    )  # fmt: skip
    said = d.algebra(
        sp.Mul(2, 1 - dead(w) - dead(1 - w), evaluate=False) + (dead(w) + dead(1 - w)), 2 - dead(w) - dead(1 - w),
        because="two are alive where neither is dead, and else one: of four points or more both cannot be dead",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(alive), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and d_t by the chain of all counts in 40 digits."""
    size = scenario.sample_size.constant

    def chance(weight: sp.Expr) -> sp.Float:
        with mpmath.workdps(40):
            share = sp.Rational(weight)
            law = _binomial(size, mpf(share.p) / share.q)
            steps = [_binomial(size, mpf(count) / size) for count in range(size + 1)]
            for _ in range(generation - 1):
                law = [mpmath.fsum(law[x] * steps[x][y] for x in range(size + 1)) for y in range(size + 1)]
            return sp.Float(law[0], 40)

    return {M: size, t: generation, w: _weight(scenario), dead: chance}


def _binomial(size: int, share: mpf) -> list[mpf]:
    """The law of a count, where single points are moved to the other component."""
    law = [mpmath.binomial(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]
    law[0], law[1], law[-1], law[-2] = law[0] + law[1], mpf(0), law[-1] + law[-2], mpf(0)
    return law


def _weight(scenario: Scenario) -> sp.Rational:
    """That of the first component of positive weight."""
    weights = [exact(weight) for weight in scenario.source.weights if weight > 0]
    return weights[0] / sum(weights)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E S_t; t counts fits."""
    return components_alive(scenario.sample_size.constant, float(_weight(scenario)), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """1: one component is left."""
    return 1.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The chain of the counts of both components, where fewer than two points are none: exact, for few points."""
    if generation == mpmath.inf:
        return mpf(1)
    law = law_of_weights(scenario, int(generation))
    return mpmath.fsum(chance * sum(share > 0 for share in shares) for shares, chance in law.items())


CLAIM = Claim(
    id="mixture-replace-vocabulary",
    title="Of two components far apart one dies as a type does, and a little sooner, as a single point is no component",
    kind=Kind.APPROXIMATION,
    statistic="vocabulary",
    assumptions=(MIXTURE, *REPLACED, TWO_APART, sample_size_at_least(4)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=lambda scenario, generation, at=None: OVERLAP,
    reach=lambda scenario: LAST,
    examples=(
        Example(setting(60, 0.2), t=(1, 5), algebra=False),
        Example(setting(20, 0.5), t=(1, 4), simulate=False),
        Example(setting(20, 0.3), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(4, 0.25), t=(1, 3), simulate=False),
    ),
    sources=(
        Source("wright1931evolution", "", "cited", "generations of a population of M genes", "the chain of counts"),
    ),
)  # fmt: skip
