r"""Weights of well-separated components drift like frequencies of types: heterozygosity falls as $(1-1/M)^t$.

Where no point can be taken for another component's, the weights are the shares of M draws from the weights before, as
in Wright and Fisher's model, and $1-\sum w^2$ loses one part in M. Two things are left out: components that overlap,
and a component that is fitted to a single point, which has no variance and dies a little sooner: from 2M fits on that
adds up to more than is promised.
"""

from collections.abc import Iterator
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
    "any two means are eight or more of the larger standard deviation apart, and two or more components are there",
    lambda s: s.family == "mixture" and _separated(s),
)
COMMON = Assumption(
    "each component has five or more expected points in a sample",
    lambda s: s.family == "mixture" and _fewest_points(s) >= 5 - 1e-9,
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
    return len(alive) >= 2 and all(b - a >= APART * widest for a, b in pairwise(means))


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
    """4 t/M^2 + 2/(M w), w the smallest weight: above what single points cost; overlap costs far less at this distance.

    A component of M w points has lost one of them, on average, by the time it has died.
    """
    size = scenario.sample_size.constant
    return 4.0 * generation / size**2 + 2.0 / _fewest_points(scenario)


def _fewest_points(scenario: Scenario) -> float:
    """The expected points of the rarest component in the first sample."""
    size = 0 if scenario.sample_size is None else scenario.sample_size.constant or 0
    return size * float(min(weight for weight in _weights(scenario) if weight))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The chain of the counts of all components, where fewer than two points are none: exact, for few points."""
    with mpmath.workdps(DIGITS):
        law = law_of_weights(scenario, int(generation))
        return mpmath.fsum(chance * (1 - sum(share**2 for share in shares)) for shares, chance in law.items())


def law_of_weights(scenario: Scenario, generation: int) -> dict[tuple[mpf, ...], mpf]:
    """The chances of all weights after so many fits."""
    size = scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        weights = tuple(mpf(w.p) / w.q for w in _weights(scenario))
        law = {weights: mpf(1)}
        for _ in range(generation):
            later: dict[tuple[mpf, ...], mpf] = {}
            for shares, chance in law.items():
                if chance < mpf(10) ** -25:
                    continue
                for counts, drawn in _samples(shares, size):
                    kept = [0 if count < 2 else count for count in counts]
                    fitted = tuple(mpf(count) / sum(kept) for count in kept)
                    later[fitted] = later.get(fitted, mpf(0)) + chance * drawn
            law = later
        return law


def _samples(shares: tuple[mpf, ...], size: int) -> Iterator[tuple[tuple[int, ...], mpf]]:
    """Every vector of counts with its chance: the first is binomial, the others share what is left."""
    first, *rest = shares
    if not rest:
        yield (size,), mpf(1)
        return
    left = sum(rest)
    own = first / (first + left) if first else mpf(0)
    for count in range(size + 1) if 0 < own < 1 else (size if first else 0,):
        chance = mpmath.binomial(size, count) * own**count * (1 - own) ** (size - count)
        for others, share in _samples(tuple(rest), size - count):
            yield (count, *others), chance * share


def setting(size: int, *weights: float, apart: float = 40.0) -> Scenario:
    """Components for the examples, the first of which has what the others leave."""
    count = len(weights) + 1
    components = {"means": [apart * j for j in range(count)], "variances": [1.0, *[0.5] * (count - 1)]}
    return parse_scenario({
        "source": {"kind": "mixture", "weights": [round(1 - sum(weights), 12), *weights], **components},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
    })  # fmt: skip


CLAIM = Claim(
    id="mixture-replace-heterozygosity",
    title="The weights of components far apart drift as types do: heterozygosity falls by about 1/M per fit",
    kind=Kind.APPROXIMATION,
    statistic="heterozygosity",
    assumptions=(MIXTURE, *REPLACED, SEPARATED, COMMON, sample_size_at_least(20)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    reach=lambda scenario: 2 * scenario.sample_size.constant,
    examples=(
        Example(setting(60, 0.2), t=(1, 5)),
        Example(setting(40, 0.5), t=(1, 3)),
        Example(setting(20, 0.5), t=(0, 1, 8), simulate=False),
        Example(setting(20, 0.3, 0.25), t=(1,), simulate=False),
        Example(setting(20, 0.25, 0.25, 0.25), t=(1,), simulate=False),
    ),
    sources=(
        Source(
            "wright1931evolution", "", "cited", "generations of a population of M genes",
            "the decay of heterozygosity",
        ),
    ),
)  # fmt: skip
