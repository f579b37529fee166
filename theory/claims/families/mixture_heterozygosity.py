r"""Weights of well-separated components drift like frequencies of types: heterozygosity falls as $(1-1/M)^t$.

Where no point can be taken for another component's, the weights are the shares of M draws from the weights before, as
in Wright and Fisher's model, and $1-\sum w^2$ loses one part in M. Two things are left out: components that overlap,
and a component that is fitted to a single point, which has no variance and dies a little sooner.
"""

from itertools import pairwise

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.assumptions import MIXTURE, REPLACED, sample_size_at_least
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.laws.symbols import H0, E, M, t
from theory.scenario import Scenario, parse_scenario

APART = 8.0  # standard deviations between means: one point in ten thousand is nearer to another component
SEPARATED = Assumption(
    "any two means are eight or more of the larger standard deviation apart, and two components are there",
    lambda s: s.family == "mixture" and _separated(s),
)
H = sp.Symbol("H_t")


def derive() -> Derivation:
    """Two points of a generation have one parent, or two that are different points of the generation before."""
    d = Derivation(
        "Two points of a generation come from one component if they have one parent, with probability 1/M, "
        "or if their "
        "parents do: labels that cannot be mistaken are inherited."
    )
    solved = d.solves(
        E(H), H0 * (1 - 1 / M) ** t, index=t, next_value=(1 - 1 / M) * E(H), initial=(0, H0),
        because="H_t is the chance that two draws from model t have different components; of two points of its "
        "sample "
        "it is that times 1 - 1/M if one point may be drawn twice, which is H_{t+1}",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(H), solved.rhs, evaluate=False))


def _separated(scenario: Scenario) -> bool:
    source = scenario.source
    alive = [j for j, weight in enumerate(source.weights) if weight > 0]
    widest = max(source.variances[j] for j in alive) ** 0.5
    means = sorted(source.means[j] for j in alive)
    return len(alive) == 2 and all(b - a >= APART * widest for a, b in pairwise(means))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return {M: scenario.sample_size.constant, t: generation, H0: 1 - sum(p**2 for p in _weights(scenario))}


def _weights(scenario: Scenario) -> list[sp.Rational]:
    weights = [exact(weight) for weight in scenario.source.weights]
    return [weight / sum(weights) for weight in weights]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E H_t; t counts fits."""
    p = np.array(scenario.source.weights) / np.sum(scenario.source.weights)
    lost = np.log1p(-1.0 / scenario.sample_size.constant)
    return float(np.sum(p * (1.0 - p))) * np.exp(generations * lost)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """4 t/M^2 + 8/M: above what single points cost in every example; overlap costs far less at this distance."""
    size = scenario.sample_size.constant
    return 4.0 * generation / size**2 + 8.0 / size


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The chain of the count of one of two components, where fewer than two points are none: exact, M^2 t steps."""
    size = scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        p = [mpf(w.p) / w.q for w in _weights(scenario)]
        law = {None: mpf(1)}
        for _ in range(int(generation)):
            later = [mpf(0)] * (size + 1)
            for count, chance in law.items():
                share = p[0] if count is None else mpf(count) / size
                if chance < mpf(10) ** -25:
                    continue
                for k in range(size + 1):
                    kept = 0 if k < 2 else size if size - k < 2 else k
                    later[kept] += chance * mpmath.binomial(size, k) * share**k * (1 - share) ** (size - k)
            law = dict(enumerate(later))
        if generation == 0:
            return 2 * p[0] * p[1]
        return mpmath.fsum(2 * chance * mpf(k) / size * (1 - mpf(k) / size) for k, chance in law.items())


def setting(size: int, weight: float, apart: float = 40.0) -> Scenario:
    """Two components for the examples."""
    return parse_scenario({
        "source": {"kind": "mixture", "weights": [1 - weight, weight], "means": [0.0, apart], "variances": [1.0, 0.5]},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
    })  # fmt: skip


CLAIM = Claim(
    id="mixture-replace-heterozygosity",
    title="The weights of two components far apart drift as types do: heterozygosity falls by about 1/M per fit",
    kind=Kind.APPROXIMATION,
    statistic="heterozygosity",
    assumptions=(MIXTURE, *REPLACED, SEPARATED, sample_size_at_least(20)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    examples=(
        Example(setting(60, 0.2), t=(1, 5)),
        Example(setting(40, 0.5), t=(1, 3)),
        Example(setting(20, 0.5), t=(0, 1, 8), simulate=False),
    ),
    sources=(
        Source(
            "wright1931evolution", "", "cited", "generations of a population of M genes",
            "the decay of heterozygosity",
        ),
    ),
)  # fmt: skip
