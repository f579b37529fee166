r"""What the claims built on lineages share: derivation of the duality, its value in 50 digits and in float64.

Let $a_{t-1}(n)$ be the probability that the M tokens of generation t descend from n distinct tokens of
generation 1, and $\psi_t(z)=\sum_n a_{t-1}(n)z^n$. Then $\psi_t(1-p)$ is the probability that a set of types
of source probability p is absent at t.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Source
from theory.claims.tokens.enumeration import source_probabilities
from theory.claims.tokens.forward_chain import DIGITS, SHALLOW, absence_probability, in_full_digits
from theory.derivation import Derivation, Step, agree
from theory.laws.lineages import LineageLaw, generations_stepped, lineage_laws
from theory.laws.symbols import K, M, i, j, k, p, y
from theory.scenario import Scenario

psi = sp.Function("psi_t")
ancestors = sp.Function("a_{t-1}")
P = sp.Function("P")
MOST_STEPS = 25_000  # generations stepped one by one; 0.2 ms each
MOST_REMEMBERED = 2_000  # laws, of at most 4 kB each
DUALITY = Source("mohle1999duality", "", "cited", "backwards", "duality of the chain and its ancestral chain")
LINES_OF_DESCENT = Source("tavare1984lines", "", "cited", "backwards", "ancestors in the diffusion limit")


def duality_steps(d: Derivation) -> None:
    """Absence is a power of what the others have, and sampling acts on powers as balls on boxes."""
    count = sp.binomial(M, k) * y**k * (1 - y) ** (M - k)
    d.algebra(
        k / M * count,
        y * count + y * (1 - y) / M * sp.Derivative(count, y),
        because="k of M tokens are of types with share y: multiplying by k/M is a differential operator in y, "
        "which therefore takes E[(k/M)^n] to E[(k/M)^(n+1)]",
    )
    d.algebra(
        y * y**j + y * (1 - y) / M * sp.Derivative(y**j, y),
        j / M * y**j + (1 - j / M) * y ** (j + 1),
        because="the same operator on a power of y throws one more ball: it hits one of the j boxes hit already, "
        "or a new one. So E[(k/M)^n] = E[y^J] with J the boxes that n balls hit, for every n",
    )
    balls, boxes = 4, 3
    *_, row = _balls_and_boxes(balls, boxes, sp.Rational)
    d.algebra(
        sum(
            sp.Rational(x, boxes) ** balls * sp.binomial(boxes, x) * y**x * (1 - y) ** (boxes - x)
            for x in range(boxes + 1)
        ),
        sum(chance * y**hit for hit, chance in enumerate(row, start=1)),
        because="an instance of the two steps above: four balls and three boxes",
    )


def absence_of(d: Derivation, types: sp.Expr, name: str, probability: sp.Expr | None = None) -> Step:
    """P(the types are absent at t): the duality iterated over t - 1 generations, from the last one's M draws."""
    return d.given(
        P(sp.Symbol(name)),
        psi(1 - types) if probability is None else probability,
        because="given the generation before, M draws miss the types with probability y^M; each earlier generation "
        "replaces the exponent by the number of boxes that so many balls hit (duality of Markov chains)",
        source="mohle1999duality",
        check=lambda: [
            agree(lineage_generating_function(size, t, 1 - q), absence_probability(size, q, t))
            for size, t, q in ((2, 3, mpf("0.4")), (5, 2, mpf("0.1")), (7, 4, mpf("0.75")))
        ],
    )


@cache
def ancestors_law(points: int, size: int, rounds: int) -> tuple[mpf, ...]:
    """P(points descend from j distinct ones so many generations before), j = 1 … M, to 50 digits, round by round."""
    with in_full_digits():
        if rounds == 0:
            return tuple(mpf(j == points) for j in range(1, max(points, size) + 1))
        if rounds > SHALLOW:
            ancestors_law(points, size, rounds - SHALLOW)  # remembered, so that the recursion stays shallow
        before = ancestors_law(points, size, rounds - 1)
        rows = _occupancy_rows(len(before), size)
        return tuple(
            mpmath.fsum(chance * row[j] for chance, row in zip(before, rows, strict=True)) for j in range(size)
        )


def lineage_law(size: int, generation: int) -> tuple[mpf, ...]:
    """a_{t-1}(1), …, a_{t-1}(M)."""
    return ancestors_law(size, size, generation - 1)


def lineage_generating_function(size: int, generation: float, argument: mpf) -> mpf:
    """psi_t at one argument to 50 digits; psi_inf(z) = z, as one lineage is left."""
    with in_full_digits():
        z = mpf(argument)
        if mpmath.isinf(generation):
            return z
        return mpmath.polyval([*reversed(lineage_law(size, int(generation))), 0], z)


def bindings(scenario: Scenario, generation: float, at: int | None = None) -> dict:
    """Exact values of the law of the ancestors and its generating function, and of the source, for a statement."""
    size = scenario.sample_size.constant

    def generating_function(argument: sp.Expr) -> sp.Float:
        with in_full_digits():
            z = mpf(sp.Float(argument, DIGITS)._mpf_)
        return sp.Float(lineage_generating_function(size, generation, z), DIGITS)

    def chance_of(number: sp.Integer) -> sp.Float:
        return sp.Float(lineage_law(size, int(generation))[int(number) - 1], DIGITS)

    return {psi: generating_function, ancestors: chance_of, M: size, **source_bindings(scenario, at)}


def source_bindings(scenario: Scenario, at: int | None = None) -> dict:
    """The probabilities of the source, their number, and the token that is asked for."""
    probabilities = [sp.Float(probability, DIGITS) for probability in source_probabilities(scenario)]
    token = {} if at is None else {i: at + 1}
    return {p: probabilities, K: len(probabilities), **token}


def over_generations(
    scenario: Scenario, generations: np.ndarray, of_law: Callable[[LineageLaw], float], of_source: float
) -> np.ndarray:
    """``of_law`` of the lineages A_{t-1} at every t >= 1, ``of_source`` at t = 0; float64 [T]."""
    size = scenario.sample_size.constant
    rounds = sorted({int(t) - 1 for t in generations if t >= 1})
    laws = _remembered_laws(size, tuple(rounds)) if len(rounds) <= MOST_REMEMBERED else lineage_laws(size, rounds)
    value = dict(zip(rounds, map(of_law, laws), strict=True)) | {-1: of_source}
    return np.array([value[int(t) - 1] for t in generations], dtype=np.float64)


def reach(scenario: Scenario) -> float:
    """The largest t whose lineages are stepped within seconds: every t where M is at most some millions."""
    return np.inf if generations_stepped(scenario.sample_size.constant) <= MOST_STEPS else MOST_STEPS


def token_probability(scenario: Scenario, at: int) -> float:
    """The source probability of the token with 0-based rank ``at`` in the order of the file."""
    return float(scenario.source.distribution()[at])


@lru_cache(maxsize=2)
def _remembered_laws(size: int, wanted: tuple[int, ...]) -> tuple[LineageLaw, ...]:
    """The laws of one scenario serve all its statistics."""
    return tuple(lineage_laws(size, wanted))


@cache
def _occupancy_rows(balls: int, boxes: int) -> tuple[list[mpf], ...]:
    return tuple(_balls_and_boxes(balls, boxes, lambda a, b: mpf(a) / b))


def _balls_and_boxes(balls: int, boxes: int, ratio: Callable) -> Iterator[list]:
    """P(n balls hit j boxes), j = 1 … boxes, for n = 1 … balls: the next ball hits an old box or a new one."""
    old = [ratio(hit, boxes) for hit in range(boxes + 1)]
    row = [ratio(1, 1)] + [ratio(0, 1)] * (boxes - 1)
    yield row
    for _ in range(balls - 1):
        row = [
            old[hit] * row[hit - 1] + (old[boxes - hit + 1] * row[hit - 2] if hit > 1 else 0)
            for hit in range(1, boxes + 1)
        ]
        yield row
